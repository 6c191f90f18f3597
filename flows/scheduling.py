"""A long-lived process that runs the flows on a schedule and when asked, for people without a work pool.

Where PREFECT_API_URL names no Prefect server, one is started on loopback and stopped with it.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flows import quiet_settings
from store.errors import StoreError, UnknownNameError

HOST = "127.0.0.1"
PORT = 4200
START_S = 120
STOP_S = 20
CRON_FIELDS = 5


def require_free(port: int) -> None:
    """Raise `StoreError` where something listens on this port of loopback already."""
    with socket.socket() as one:
        if one.connect_ex((HOST, port)) == 0:
            raise StoreError(
                f"port {port} of {HOST} is taken: `--port` names another, or PREFECT_API_URL the server that is there"
            )


def require_cron(text: str) -> None:
    """Raise `StoreError` for a text that has not the five fields of a cron; what they hold, Prefect checks."""
    if len(text.split()) != CRON_FIELDS:
        raise StoreError(
            f"cron {text!r}: expected five fields (minute, hour, day of month, month, weekday), as in '0 3 * * *'"
        )


def require_timezone(name: str) -> None:
    """Raise `UnknownNameError` for a time zone that the system does not know."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UnknownNameError(f"there is no time zone {name!r}; expected one such as Europe/Berlin or UTC") from error


@contextmanager
def server(folder: Path, port: int = PORT) -> Iterator[str]:
    """Prefect's server with its page on loopback, keeping its files in `folder`; yields the address of its interface.

    The variables that lead to it are set. Raises `StoreError` where it does not start.
    """
    require_free(port)
    url = f"http://{HOST}:{port}/api"
    os.environ |= {"PREFECT_API_URL": url, "PREFECT_SERVER_UI_API_URL": url, "PREFECT_SERVER_UI_ENABLED": "true"}
    quiet_settings.apply()  # all before Prefect is imported, and for the server that is started
    signal.signal(signal.SIGTERM, _leave)  # until Prefect's own handler is there
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "prefect", "server", "start", "--host", HOST, "--port", str(port)],
            stdout=log, stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the process that serves: it still needs its server to say goodbye
        )  # fmt: skip
    try:
        _wait_until_healthy(url, process, folder / "server.log")
        yield url
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a process and those that it has started; nothing where it has ended already."""
    for one in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, one)
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_S)


def _leave(*_: object) -> None:
    raise SystemExit(128 + signal.SIGTERM)


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    raise StoreError(f"Prefect's server did not start within {START_S} s: {log} tells why")


def serve(cron: str, timezone: str, parameters: dict[str, Any]) -> None:
    """Serve every flow until SIGTERM or Ctrl-C; `retrain` also by itself, with these parameters, when `cron` says so.
    The others share home, photographs and corpus with it.

    Raises `StoreError` for a schedule that is none.
    """
    from flows import engine
    from flows.features import features
    from flows.ingest import ingest
    from flows.pipeline import pipeline
    from flows.publish import publish
    from flows.retrain import retrain
    from flows.train import train

    place = {"home": parameters["home"]}
    source = {name: parameters[name] for name in ("home", "images", "corpus")}
    flows = [(pipeline, source), (ingest, source), (features, place), (train, place), (publish, place)]
    engine.serve([*flows, (retrain, parameters)], cron, timezone)
