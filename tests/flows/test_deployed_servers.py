"""Other servers than that of the README's commands: the one that `affect schedule` starts, and one on PostgreSQL."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import soak
from tests.flows import corpus
from tests.flows.deployed import Prefect, postgres, started, wait_for

pytestmark = [
    pytest.mark.skipif(not soak.IS_PATIENT, reason="takes minutes: `make deployed` runs it"),
    pytest.mark.timeout(1200),
]

PEOPLE = 2


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus") / "lab"
    corpus.render(folder, PEOPLE)
    return folder


def test_a_process_that_stays_serves_every_flow_and_stops_with_its_server(lab: Path, tmp_path: Path) -> None:
    found = Prefect(tmp_path)
    environment = {name: value for name, value in found.environment.items() if not name.startswith("PREFECT")}
    command = [sys.executable, "-c", "from flows.cli import main; main()", "schedule", "--home", str(tmp_path / "home"),
               "--images", str(lab), "--port", str(found.port)]  # fmt: skip
    with (tmp_path / "worker.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_for(lambda: "retrain/affect" in found.log(), "the flows are served", 120)
        done = found.deploy("ingest", home=str(tmp_path / "home"), images=str(lab))
        assert done.returncode == 0, done.stdout + found.log()[-3000:]
        assert "0 3 * * *" in found.run("deployment", "schedule", "ls", "retrain/affect").stdout
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    assert not found.is_healthy(), "its server went with it"


def test_the_server_keeps_its_runs_in_postgresql(lab: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("postgres")
    with postgres(folder / "cluster") as database:
        if database is None:
            pytest.skip("PostgreSQL is not installed")
        with started(folder / "own", database) as found:
            done = found.deploy("ingest", home=str(folder / "home"), images=str(lab))
            assert done.returncode == 0, done.stdout + found.log()[-3000:]
            assert [one["state_name"] for one in found.runs(name={"like_": "ingest"})] == ["Completed"]
            assert not list((folder / "own" / "prefect").glob("*.db")), "nothing is kept in SQLite"
