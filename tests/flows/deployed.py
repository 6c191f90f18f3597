"""A Prefect server and worker for a test: on free loopback ports, in a temporary folder, stopped by pid."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
POOL = "affect"
LONGEST_S = 1800
# The server answers 503 while its SQLite file is locked for longer than 60 s; Prefect's own client then asks again.
BUSY_REQUESTS = 6


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], Any], description: str, wait_s: float = 600) -> Any:
    """Wait until the condition returns a true value, and return it."""
    deadline = time.monotonic() + wait_s
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.5)
    raise AssertionError(f"{description}: not within {wait_s:.0f} s")


@dataclass
class Prefect:
    """Server, pool, deployments and one worker; `folder` holds their logs and Prefect's own files."""

    folder: Path
    port: int = field(default_factory=free_port)
    database: str | None = None
    server: subprocess.Popen[bytes] | None = None
    worker: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a user who follows the README, with this server's address."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT", "AFFECT_"))}
        url = f"http://127.0.0.1:{self.port}/api"
        return own | {
            "PREFECT_HOME": str(self.folder / "prefect"), "PREFECT_API_URL": url, "PREFECT_SERVER_UI_API_URL": url,
            "AFFECT_STORE_DIR": str(ROOT), "DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "200",
            **({"PREFECT_SERVER_DATABASE_CONNECTION_URL": self.database} if self.database else {}),
        }  # fmt: skip

    def start(self) -> None:
        """Start the server, create the work pool, deploy prefect.yaml, start a worker."""
        self.start_server()
        self.run("work-pool", "create", POOL, "--type", "process")
        self.run("--no-prompt", "deploy", "--all")
        self.start_worker()

    def start_server(self) -> None:
        """Start the server and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.server = self._background("server", "server", "start", "--host", "127.0.0.1", "--port", str(self.port))
        wait_for(self.is_healthy, "the server answers")

    def start_worker(self, **environment: str) -> None:
        """Start a worker that polls every two seconds, with additional environment variables."""
        name = f"w{time.time_ns()}"
        self.worker = self._background("worker", "worker", "start", "--pool", POOL, "--name", name, **environment)

    def stop_worker(self) -> None:
        """Stop the worker gracefully."""
        assert self.worker is not None
        self.worker.send_signal(signal.SIGTERM)
        self.worker.wait(120)

    @contextmanager
    def without_worker(self) -> Iterator[None]:
        """No worker polls inside the block; a new one does after it, whatever happened."""
        self.stop_worker()
        try:
            yield
        finally:
            self.start_worker()

    def stop(self) -> None:
        """Stop the worker with its runs, then the server."""
        for process in (self.worker, self.server):
            if process is not None and process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(120)
                except subprocess.TimeoutExpired:
                    process.kill()

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command of Prefect."""
        command = [str(BIN / "prefect"), *arguments]
        result = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=LONGEST_S
        )
        assert not check or result.returncode == 0, result.stdout + result.stderr
        return result

    def deploy(self, flow: str, *, watch: bool = True, **parameters: Any) -> subprocess.CompletedProcess[str]:
        """`prefect deployment run FLOW/affect`, with these parameters."""
        options = [part for name, value in parameters.items() for part in ("--param", f"{name}={json.dumps(value)}")]
        return self.run("deployment", "run", f"{flow}/affect", *options, *(["--watch"] if watch else []), check=False)

    def runs(self, **filters: Any) -> list[dict[str, Any]]:
        """Flow runs on the server, the newest first."""
        body = json.dumps({"flow_runs": filters, "sort": "START_TIME_DESC", "limit": 50}).encode()
        runs: list[dict[str, Any]] = json.loads(self._request("flow_runs/filter", body))
        return runs

    def deployments(self) -> list[dict[str, Any]]:
        """The registered deployments."""
        deployments: list[dict[str, Any]] = json.loads(self._request("deployments/filter", b"{}"))
        return deployments

    def late(self, deployment: str, minutes: int, **parameters: Any) -> str:
        """Create a run that is overdue by some minutes; returns its id."""
        (flow, name), due = deployment.split("/"), datetime.now(UTC) - timedelta(minutes=minutes)
        deployment_id = json.loads(self._request(f"deployments/name/{flow}/{name}"))["id"]
        state = {"type": "SCHEDULED", "state_details": {"scheduled_time": due.isoformat()}}
        body = json.dumps({"state": state, "parameters": parameters}).encode()
        return str(json.loads(self._request(f"deployments/{deployment_id}/create_flow_run", body))["id"])

    def artifacts(self, key: str) -> list[dict[str, Any]]:
        """The artifacts of flows under this key, the newest first."""
        body = json.dumps({"artifacts": {"key": {"any_": [key]}}, "sort": "CREATED_DESC"}).encode()
        artifacts: list[dict[str, Any]] = json.loads(self._request("artifacts/filter", body))
        return artifacts

    def log(self, name: str = "worker") -> str:
        """The output of the server or the worker so far."""
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def _request(self, path: str, body: bytes | None = None) -> bytes:
        address = f"http://127.0.0.1:{self.port}/api/{path}"
        request = urllib.request.Request(address, data=body, headers={"Content-Type": "application/json"})
        for _ in range(BUSY_REQUESTS):
            try:
                with urllib.request.urlopen(request, timeout=120) as answer:  # SQLite may block for 60 s
                    return bytes(answer.read())
            except urllib.error.HTTPError as error:
                if error.code != HTTPStatus.SERVICE_UNAVAILABLE:
                    raise
                time.sleep(1)
        raise AssertionError(f"{address}: the server's database stayed locked")

    def is_healthy(self) -> bool:
        """Whether the server answers."""
        try:
            return self._request("health") == b"true"
        except OSError:
            return False

    def _background(self, log: str, *arguments: str, **variables: str) -> subprocess.Popen[bytes]:
        environment = self.environment | {"PREFECT_WORKER_QUERY_SECONDS": "2", **variables}
        with (self.folder / f"{log}.log").open("ab") as file:
            return subprocess.Popen(
                [BIN / "prefect", *arguments], cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT
            )


@contextmanager
def postgres() -> Iterator[str | None]:
    """A PostgreSQL server on loopback: its URL for Prefect; None if PostgreSQL is not installed.

    Debian keeps its programs off the path, and they do not run as root.
    """
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not installed:
        yield None
        return
    # not below pytest's folder, which other users cannot read
    folder = Path(tempfile.mkdtemp(prefix="affect-postgres-"))
    port, data = free_port(), folder / "data"
    user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    if user:
        shutil.chown(folder, "postgres")

    def program(name: str, *arguments: object) -> list[str]:
        return [*user, str(installed[-1].with_name(name)), *map(str, arguments)]

    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "cwd": "/"}
    subprocess.run(program("initdb", "-D", data, "-U", "prefect", "--auth=trust"), check=True, **quiet)
    own = ["-c", f"port={port}", "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}"]
    server = subprocess.Popen(program("postgres", "-D", data, *own), stderr=subprocess.DEVNULL, cwd="/")
    ready = program("pg_isready", "-h", "127.0.0.1", "-p", port)
    try:
        wait_for(lambda: subprocess.run(ready, **quiet).returncode == 0, "PostgreSQL answers")
        yield f"postgresql+asyncpg://prefect@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(program("pg_ctl", "-D", data, "-m", "fast", "stop"), **quiet)
        server.wait(120)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def started(folder: Path, database: str | None = None) -> Iterator[Prefect]:
    """Server, deployments and worker, stopped at the end of the block."""
    prefect = Prefect(folder, database=database)
    try:
        prefect.start()
        yield prefect
    finally:
        prefect.stop()
        shutil.rmtree(folder / "prefect", ignore_errors=True)
