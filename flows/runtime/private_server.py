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
POLL_S, STOP_S = 0.05, 5

_OF_A_PROCESS = {"PREFECT_UI_ENABLED": "0", "PREFECT__SERVER_EPHEMERAL": "1", "PREFECT__SERVER_FINAL": "1"}
"""Variables by which Prefect's own server for a process leaves out its pages and the services of deployments."""


class PrivateServer:
    """Prefect's own server, as a child that ends with this process even if that is killed.

    It starts at once and answers later, after `wait`. The socket is bound here and inherited, so that no other process
    can take the port. `package` is Prefect's folder, and `variables` are added to its environment.
    """

    def __init__(self, package: Path, variables: dict[str, str]) -> None:
        with socket.socket() as listener:
            listener.bind((HOST, 0))
            self.url = f"http://{HOST}:{listener.getsockname()[1]}/api"
            self._process = bound_process.start_module(
                "uvicorn", "--app-dir", str(package.parent), "--factory", "prefect.server.api.server:create_app",
                "--fd", str(listener.fileno()), "--log-level", "error", "--lifespan", "on",
                env={**os.environ, **_OF_A_PROCESS, **variables}, inherited=(listener.fileno(),),
            )  # fmt: skip
        atexit.register(self.stop)

    def wait(self, limit_s: float) -> None:
        """Wait until it answers, or raise `StoreError` if it ends or does not answer within `limit_s` seconds."""
        deadline = time.monotonic() + limit_s
        while not self._answers():
            if self._process.poll() is not None:
                raise StoreError(
                    f"Prefect's server ended with code {self._process.returncode} while it started; its messages are "
                    "in logs/run.log of the home, or above with `--verbose`"
                )
            if time.monotonic() > deadline:
                raise StoreError(f"Prefect's server did not answer at {self.url} within {limit_s:.0f} s")
            time.sleep(POLL_S)

    def stop(self) -> None:
        """End the server."""
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_S)
        self._process.kill()
        self._process.wait()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=5):
                return True
        except OSError:
            return False
