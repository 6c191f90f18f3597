"""A Prefect server of this process alone: on loopback, started in the background, and ended with the process."""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

from affect_store.flows.runtime import bound_process
from affect_store.store.errors import StoreError

HOST = "127.0.0.1"
STARTS = 3
"""How often the server is started, on another port each time: another process may take the port first."""

POLL_S, STOP_S = 0.05, 5

_OF_A_PROCESS = {"PREFECT_UI_ENABLED": "0", "PREFECT__SERVER_EPHEMERAL": "1", "PREFECT__SERVER_FINAL": "1"}
"""Variables by which Prefect's own server for a process leaves out its pages and the services of deployments."""


class PrivateServer:
    """Prefect's own server, with its own command, as a child that ends with this process even if that is killed.

    It starts at once and answers later, after `wait`. `package` is Prefect's folder, and `variables` are added to its
    environment.
    """

    def __init__(self, package: Path, variables: dict[str, str]) -> None:
        self._package, self._environment = package, {**os.environ, **_OF_A_PROCESS, **variables}
        self._port = _free_port()
        self._process = self._started()
        atexit.register(self.stop)

    @property
    def url(self) -> str:
        """The address of its API."""
        return f"http://{HOST}:{self._port}/api"

    def wait(self, limit_s: float) -> None:
        """Wait until it answers, or raise `StoreError` if it ends or does not answer within `limit_s` seconds."""
        deadline = time.monotonic() + limit_s
        starts = 1
        while not self._answers():
            if self._process.poll() is not None and starts < STARTS:
                self._port, starts = _free_port(), starts + 1
                self._process = self._started()
            elif self._process.poll() is not None:
                raise StoreError(
                    f"Prefect's server ended with code {self._process.returncode} while it started; its messages are "
                    "in logs/run.log of the home, or above with `--verbose`"
                )
            elif time.monotonic() > deadline:
                raise StoreError(f"Prefect's server did not answer at {self.url} within {limit_s:.0f} s")
            time.sleep(POLL_S)

    def stop(self) -> None:
        """End the server."""
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_S)
        self._process.kill()
        self._process.wait()

    def _started(self) -> subprocess.Popen[bytes]:
        return bound_process.start_module(
            "uvicorn", "--app-dir", str(self._package.parent), "--factory", "prefect.server.api.server:create_app",
            "--host", HOST, "--port", str(self._port), "--log-level", "error", "--lifespan", "on",
            env=self._environment,
        )  # fmt: skip

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=5):
                return True
        except OSError:
            return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
