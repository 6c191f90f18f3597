"""The Prefect server of a process: Prefect's own command, started in the background, used, and ended."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from affect_store.flows.runtime import private_server
from affect_store.flows.runtime.private_server import STARTS, PrivateServer
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
def test_the_command_is_that_of_prefect(monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect import __module_path__
    from prefect.server.api import server

    commands: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(server.SubprocessASGIServer, "_instances", {})
    monkeypatch.setattr(server.subprocess, "Popen", lambda args, env: commands.append((args, env)))
    server.SubprocessASGIServer(8001)._run_uvicorn_command()
    monkeypatch.setattr(private_server, "_free_port", lambda: 8001)
    monkeypatch.setattr(private_server.atexit, "register", lambda function: None)
    monkeypatch.setattr(
        private_server.bound_process,
        "start_module",
        lambda *arguments, env: commands.append(([sys.executable, "-m", *arguments], env)),
    )
    PrivateServer(__module_path__, {})
    assert commands[0][0] == commands[1][0]
    assert private_server._OF_A_PROCESS.items() <= commands[0][1].items()
    assert private_server._OF_A_PROCESS.items() <= commands[1][1].items()


def test_a_server_that_ends_while_it_starts_is_started_on_other_ports_and_then_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ports: list[int] = []

    def fail(*arguments: str, env: dict[str, str]) -> subprocess.Popen[bytes]:
        ports.append(int(arguments[arguments.index("--port") + 1]))
        return subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])

    monkeypatch.setattr(private_server.bound_process, "start_module", fail)
    server = PrivateServer(Path("prefect"), {})
    with pytest.raises(StoreError, match="ended with code 3 while it started"):
        server.wait(60)
    assert len(ports) == STARTS
    server.stop()


def test_a_server_that_does_not_answer_in_time_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        private_server.bound_process,
        "start_module",
        lambda *arguments, env: subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]),
    )
    server = PrivateServer(Path("prefect"), {})
    with pytest.raises(StoreError, match="did not answer at http://127.0.0.1:.* within 1 s"):
        server.wait(1)
    server.stop()
    assert not is_alive(server._process.pid)
