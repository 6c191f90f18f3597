"""Deployments other than by prefect.yaml: `affect deploy`, `affect schedule`, and a server with PostgreSQL."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from affect_store.store.home import Home
from tests.flows import corpus
from tests.flows.deployed import Prefect, postgres, started, wait_for

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(1200),
]

PEOPLE = 2
AFFECT = [sys.executable, "-c", "from affect_store.flows.cli.app import main; main()"]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus") / "lab"
    corpus.render(folder, PEOPLE)
    return folder


def facts(server: Prefect) -> list[tuple[Any, ...]]:
    """What prefect.yaml and `affect deploy` must agree on, for every deployment."""
    return sorted(
        (
            row["name"], row["entrypoint"], row["description"], str(row["tags"]), row["work_pool_name"],
            str([schedule["schedule"] for schedule in row["schedules"]]), str(row["concurrency_options"]),
        )
        for row in server.deployments()
    )  # fmt: skip


def test_affect_deploy_registers_what_prefect_yaml_does_and_needs_no_checkout(lab: Path, tmp_path: Path) -> None:
    server, empty = Prefect(tmp_path / "own"), tmp_path / "empty"
    empty.mkdir()
    environment = {name: value for name, value in server.environment.items() if name != "AFFECT_STORE_DIR"}

    def affect_deploy(*options: str) -> str:
        result = subprocess.run(
            [*AFFECT, "deploy", *options], cwd=empty, env=environment, capture_output=True, text=True
        )
        assert result.returncode == 0, result.stderr
        return result.stdout

    try:
        server.start_server()
        assert "Registered 6 deployments" in affect_deploy()
        registered = facts(server)
        server.start_worker()
        result = server.deploy("ingest", images=str(lab))
        assert result.returncode == 0, result.stdout + server.log()[-3000:]
        assert Home(empty / ".affect").work.exists(), "the home is where the command ran"
        server.run("--no-prompt", "deploy", "--all")
        assert facts(server) == registered
        affect_deploy("--no-schedule")
        assert not any(row["schedules"] for row in server.deployments())
    finally:
        server.stop()


def test_affect_schedule_serves_every_flow_and_stops_with_its_server(lab: Path, tmp_path: Path) -> None:
    server = Prefect(tmp_path)
    environment = {name: value for name, value in server.environment.items() if not name.startswith("PREFECT")}
    options = ["--home", str(tmp_path / "home"), "--images", str(lab), "--port", str(server.port)]
    command = [*AFFECT, "schedule", *options]
    with (tmp_path / "worker.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_for(lambda: "retrain/affect" in server.log(), "the flows are served")
        result = server.deploy("ingest", home=str(tmp_path / "home"), images=str(lab))
        assert result.returncode == 0, result.stdout + server.log()[-3000:]
        assert "0 3 * * *" in server.run("deployment", "schedule", "ls", "retrain/affect").stdout
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(120)
    assert not server.is_healthy(), "its server was stopped, too"


def processes_below(schedule: subprocess.Popen[bytes]) -> list[int]:
    """Return the processes of runs that `affect schedule` started, and those below them."""
    mark, pids = f"AFFECT_PARENT_PID={schedule.pid}\0".encode(), []
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark in (path / "environ").read_bytes():
                pids.append(int(path.name))
    return pids


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at /proc")
def test_a_killed_schedule_leaves_neither_server_nor_run(lab: Path, tmp_path: Path) -> None:
    server, home = Prefect(tmp_path), Home(tmp_path / "home")
    environment = {name: value for name, value in server.environment.items() if not name.startswith("PREFECT")}
    command = [*AFFECT, "schedule", "--home", str(home.root), "--images", str(lab), "--port", str(server.port)]
    with (tmp_path / "worker.log").open("ab") as log:
        schedule = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_for(lambda: "retrain/affect" in server.log(), "the flows are served")
        server.deploy("pipeline", watch=False, home=str(home.root), images=str(lab))
        wait_for(home.work.exists, "the run has begun")
        assert processes_below(schedule) != []
    finally:
        schedule.kill()
        schedule.wait(120)
    wait_for(lambda: not processes_below(schedule), "the run has ended")
    assert not server.is_healthy()


def test_the_server_keeps_its_runs_in_postgresql(lab: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("postgres")
    with postgres() as database:
        if database is None:
            pytest.skip("PostgreSQL is not installed")
        with started(folder / "own", database) as server:
            result = server.deploy("ingest", home=str(folder / "home"), images=str(lab))
            assert result.returncode == 0, result.stdout + server.log()[-3000:]
            assert [run["state_name"] for run in server.runs(name={"like_": "ingest"})] == ["Completed"]
            assert not list((folder / "own" / "prefect").glob("*.db")), "nothing is kept in SQLite"
