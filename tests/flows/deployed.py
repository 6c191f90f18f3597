"""A Prefect server and worker of a test's own: on free loopback ports, in a folder that goes away, stopped by pid."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
POOL = "affect"
LONGEST_S = 1800


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(is_so: Callable[[], Any], what: str, wait_s: float) -> Any:
    """What `is_so` returns, as soon as it is true."""
    deadline = time.monotonic() + wait_s
    while time.monotonic() < deadline:
        if found := is_so():
            return found
        time.sleep(0.5)
    raise AssertionError(f"{what}: not within {wait_s:.0f} s")


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
        """That of a user who follows the README, with this server's address."""
        mine = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT", "AFFECT_"))}
        url = f"http://127.0.0.1:{self.port}/api"
        return mine | {
            "PREFECT_HOME": str(self.folder / "prefect"), "PREFECT_API_URL": url, "PREFECT_SERVER_UI_API_URL": url,
            "AFFECT_STORE_DIR": str(ROOT), "DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "200",
            **({"PREFECT_SERVER_DATABASE_CONNECTION_URL": self.database} if self.database else {}),
        }  # fmt: skip

    def start(self) -> None:
        """Server, work pool, all deployments of prefect.yaml, worker."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.server = self._background("server", "server", "start", "--host", "127.0.0.1", "--port", str(self.port))
        wait_for(self.is_healthy, "the server answers", 120)
        self.run("work-pool", "create", POOL, "--type", "process")
        self.run("--no-prompt", "deploy", "--all")
        self.start_worker()

    def start_worker(self, **environment: str) -> None:
        """A worker that looks for runs every two seconds, with more in its environment."""
        name = f"w{time.time_ns()}"
        self.worker = self._background("worker", "worker", "start", "--pool", POOL, "--name", name, **environment)

    def stop_worker(self) -> None:
        """Let the worker end in its own way."""
        assert self.worker is not None
        self.worker.send_signal(signal.SIGTERM)
        self.worker.wait(30)

    def stop(self) -> None:
        """The worker with its runs, then the server."""
        for one in (self.worker, self.server):
            if one is not None and one.poll() is None:
                one.send_signal(signal.SIGTERM)
                try:
                    one.wait(30)
                except subprocess.TimeoutExpired:
                    one.kill()

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """One command of Prefect's."""
        command = [str(BIN / "prefect"), *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=LONGEST_S
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def deploy(self, flow: str, *, watch: bool = True, **parameters: Any) -> subprocess.CompletedProcess[str]:
        """`prefect deployment run FLOW/affect`, with these parameters."""
        told = [part for name, value in parameters.items() for part in ("--param", f"{name}={json.dumps(value)}")]
        return self.run("deployment", "run", f"{flow}/affect", *told, *(["--watch"] if watch else []), check=False)

    def runs(self, **filters: Any) -> list[dict[str, Any]]:
        """Flow runs as the server tells them, the newest first."""
        body = json.dumps({"flow_runs": filters, "sort": "START_TIME_DESC", "limit": 50}).encode()
        found: list[dict[str, Any]] = json.loads(self._ask("flow_runs/filter", body))
        return found

    def late(self, deployment: str, minutes: int, **parameters: Any) -> str:
        """A run that has been due for so many minutes; returns its id."""
        (flow, name), due = deployment.split("/"), datetime.now(UTC) - timedelta(minutes=minutes)
        found = json.loads(self._ask(f"deployments/name/{flow}/{name}"))["id"]
        state = {"type": "SCHEDULED", "state_details": {"scheduled_time": due.isoformat()}}
        body = json.dumps({"state": state, "parameters": parameters}).encode()
        return str(json.loads(self._ask(f"deployments/{found}/create_flow_run", body))["id"])

    def artifacts(self, key: str) -> list[dict[str, Any]]:
        """What flows have left under this key, the newest first."""
        body = json.dumps({"artifacts": {"key": {"any_": [key]}}, "sort": "CREATED_DESC"}).encode()
        found: list[dict[str, Any]] = json.loads(self._ask("artifacts/filter", body))
        return found

    def log(self, name: str = "worker") -> str:
        """What the server or the worker has printed so far."""
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def _ask(self, path: str, body: bytes | None = None) -> bytes:
        address = f"http://127.0.0.1:{self.port}/api/{path}"
        asked = urllib.request.Request(address, data=body, headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(asked, timeout=120) as answer:  # SQLite may keep it waiting for 60 s
            return bytes(answer.read())

    def is_healthy(self) -> bool:
        """Whether the server answers."""
        try:
            return self._ask("health") == b"true"
        except OSError:
            return False

    def _background(self, log: str, *arguments: str, **more: str) -> subprocess.Popen[bytes]:
        environment = self.environment | {"PREFECT_WORKER_QUERY_SECONDS": "2", **more}
        with (self.folder / f"{log}.log").open("ab") as file:
            return subprocess.Popen(
                [BIN / "prefect", *arguments], cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT
            )


@contextmanager
def postgres(folder: Path) -> Iterator[str | None]:
    """A PostgreSQL of a test's own on loopback: the address that Prefect takes; None where it is not installed.

    Debian keeps its programs off the path, and none of them runs as root.
    """
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        yield None
        return
    port, data = free_port(), folder / "data"
    folder.mkdir(parents=True)
    user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    if user:
        shutil.chown(folder, "postgres")
        for above in folder.parents[:-2]:
            above.chmod(above.stat().st_mode | 0o011)

    def program(name: str, *arguments: object) -> list[str]:
        return [*user, str(found[-1].with_name(name)), *map(str, arguments)]

    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "cwd": "/"}
    subprocess.run(program("initdb", "-D", data, "-U", "prefect", "--auth=trust"), check=True, **quiet)
    own = ["-c", f"port={port}", "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}"]
    server = subprocess.Popen(program("postgres", "-D", data, *own), stderr=subprocess.DEVNULL, cwd="/")
    ready = program("pg_isready", "-h", "127.0.0.1", "-p", port)
    try:
        wait_for(lambda: subprocess.run(ready, **quiet).returncode == 0, "PostgreSQL answers", 60)
        yield f"postgresql+asyncpg://prefect@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(program("pg_ctl", "-D", data, "-m", "fast", "stop"), **quiet)
        server.wait(30)


@contextmanager
def started(folder: Path, database: str | None = None) -> Iterator[Prefect]:
    """Everything, for the length of the block."""
    prefect = Prefect(folder, database=database)
    try:
        prefect.start()
        yield prefect
    finally:
        prefect.stop()
        shutil.rmtree(folder / "prefect", ignore_errors=True)
