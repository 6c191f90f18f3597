"""The Prefect server of a process: Prefect's own command, started in the background, used, and ended."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from affect_store.flows.runtime import private_server
from affect_store.flows.runtime.private_server import PrivateServer
from affect_store.store.errors import StoreError
from tests.flows.runtime.test_bound_process import is_alive

FLOW = """
import os, sys, urllib.request
from affect_store.flows.runtime import prefect_api

server = prefect_api.begin()
assert server is not None and "PREFECT_API_URL" not in os.environ
prefect_api.use(server)
assert prefect_api.begin() is None, "it is the server of the settings now"

from prefect import flow, runtime
from prefect.client.orchestration import get_client

@flow(persist_result=False)
def count():
    return runtime.flow_run.id

run_id = count()
with get_client(sync_client=True) as client:
    assert client.read_flow_run(run_id).state.name == "Completed"
assert "prefect.server.api.server" not in sys.modules, "only the child needs the server's code"
print(server._process.pid)
"""


@pytest.mark.long
def test_flows_run_on_a_server_that_ends_with_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    done = subprocess.run([sys.executable, "-c", FLOW], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    assert not is_alive(int(done.stdout.split()[-1]))


@pytest.mark.long
def test_the_command_is_that_of_prefect_with_a_bound_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect import __module_path__
    from prefect.server.api import server

    commands: list[tuple[list[str], dict[str, str]]] = []
    with monkeypatch.context() as patch:
        patch.setattr(server.SubprocessASGIServer, "_instances", {})
        patch.setattr(server.subprocess, "Popen", lambda args, env: commands.append((args, env)))
        server.SubprocessASGIServer(8001)._run_uvicorn_command()
    (theirs, environment), ours = commands[0], PrivateServer(__module_path__, {})
    ours.stop()
    command = list(map(str, ours._process.args))
    place, number = theirs.index("--host"), command.index("--fd")
    assert theirs[3:place] + theirs[place + 4 :] == command[5:number] + command[number + 2 :]
    assert private_server._OF_A_PROCESS.items() <= environment.items()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[PrivateServer]:
    """A server whose module is another one, which ends or never answers."""
    start = private_server.bound_process.start_module
    monkeypatch.setattr(
        private_server.bound_process, "start_module", lambda *_, **options: start(*request.param, **options)
    )
    server = PrivateServer(Path("prefect"), {})
    yield server
    server.stop()
    assert not is_alive(server._process.pid)


@pytest.mark.parametrize("server", [("timeit", "raise ValueError")], indirect=True)
def test_a_server_that_ends_while_it_starts_is_an_error(server: PrivateServer) -> None:
    with pytest.raises(StoreError, match="ended with code 1 while it started"):
        server.wait(120)


@pytest.mark.parametrize("server", [("timeit", "-n1", "-r1", "-s", "import time", "time.sleep(600)")], indirect=True)
def test_a_server_that_does_not_answer_in_time_is_an_error(server: PrivateServer) -> None:
    with pytest.raises(StoreError, match="did not answer at http://127.0.0.1:.* within 1 s"):
        server.wait(1)


@pytest.mark.parametrize("server", [("timeit", "-n1", "-r1", "-s", "import time", "time.sleep(600)")], indirect=True)
def test_nobody_else_can_take_its_port(server: PrivateServer) -> None:
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", int(server.url.split(":")[2].partition("/")[0])))
