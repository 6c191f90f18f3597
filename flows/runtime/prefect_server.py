"""A Prefect server on loopback as a child process that ends with its parent, for users who do not run their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from affect_store.flows.runtime import bound_process, environment
from affect_store.store.errors import StoreError

HOST = "127.0.0.1"
START_S = 120
STOP_S = 20


@contextmanager
def running(folder: Path, port: int) -> Iterator[str]:
    """Run a Prefect server with its files in `folder`; yields the URL of its API.

    Sets the environment variables that lead Prefect to it. Raises `StoreError` where the port is in use or the server
    does not start.
    """
    _require_free(port)
    url = f"http://{HOST}:{port}/api"
    os.environ |= {"PREFECT_API_URL": url, "PREFECT_SERVER_UI_API_URL": url, "PREFECT_SERVER_UI_ENABLED": "true"}
    environment.apply()  # all before Prefect is imported, and inherited by the server
    signal.signal(signal.SIGTERM, _exit)  # until Prefect installs its own handler
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "server.log"
    with log.open("ab") as output:
        process = bound_process.start_module(
            "prefect", "server", "start", "--host", HOST, "--port", str(port), stdout=output, stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C ends the process that serves, which needs its server to deregister
        )  # fmt: skip
    try:
        _wait_until_healthy(url, process, log)
        yield url
    finally:
        _stop(process)


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        if probe.connect_ex((HOST, port)) == 0:
            raise StoreError(
                f"port {port} of {HOST} is in use: choose another with `--port`, or set PREFECT_API_URL to the Prefect "
                "server that uses it"
            )


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    raise StoreError(f"the Prefect server did not start within {START_S} s; its log is {log}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Terminate the process group, and kill it if it does not stop."""
    for stop_signal in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, stop_signal)
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_S)


def _exit(*_: object) -> None:
    raise SystemExit(128 + signal.SIGTERM)
