"""Deployments as users run them: a real server and worker on loopback, from `prefect deployment run` to SQL.

They take minutes: `make deployed` runs them, which `.ci/run` does; elsewhere they are skipped.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from store.tables.connection import open_work
from store.tables.home import STORE_FILE, Home
from tests import soak
from tests.flows import corpus
from tests.flows.content import content, differing
from tests.flows.deployed import Prefect, started, wait_for

pytestmark = [
    pytest.mark.skipif(not soak.IS_PATIENT, reason="takes minutes: `make deployed` runs it"),
    pytest.mark.timeout(1200),
]

PEOPLE = 12
LINEAR = ["lda", "logistic"]


@pytest.fixture(scope="module")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prefect]:
    with started(tmp_path_factory.mktemp("prefect") / "own") as found:
        yield found


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus") / "lab"
    corpus.render(folder, PEOPLE)
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("home") / "affect")


def ask(home: Home, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(home.published.resolve() / STORE_FILE, read_only=True) as connection:
        return connection.execute(query).fetchall()


def at(home: Home, lab: Path, **parameters: Any) -> dict[str, Any]:
    return {"home": str(home.root), "images": str(lab), **parameters}


def test_a_name_that_is_no_model_is_refused_at_once_with_those_that_are(prefect: Prefect) -> None:
    started_at = time.monotonic()
    done = prefect.deploy("pipeline", models=["lda", "cnnn"])
    assert done.returncode != 0 and time.monotonic() - started_at < 15
    told = " ".join((done.stdout + done.stderr).split())
    assert "'cnnn' is not one of" in told and "'appearance_lda'" in told
    assert not prefect.runs(name={"like_": "pipeline"}), "no run was made"


def test_a_pipeline_is_run_by_its_deployment(prefect: Prefect, home: Home, lab: Path) -> None:
    done = prefect.deploy("pipeline", **at(home, lab, models=LINEAR, folds=5))
    assert done.returncode == 0, done.stdout + prefect.log()[-3000:]
    (run,) = [one for one in prefect.runs(name={"like_": "pipeline"}) if not one["parent_task_run_id"]]
    assert run["state_name"] == "Completed"
    assert run["name"] == f"pipeline-{run['expected_start_time'][:10]}-lab"
    assert ask(home, "SELECT count(*) FROM catalogue.images") == [(PEOPLE * len(corpus.SHOTS),)]
    assert {model for (model,) in ask(home, "SELECT DISTINCT model FROM leaderboard")} == set(LINEAR)
    assert "48 new (48 in use)" in prefect.log(), "the log says what a person needs"


def test_retraining_crowns_the_first_and_then_finds_nothing_new(prefect: Prefect, home: Home, lab: Path) -> None:
    told = at(home, lab, challengers=LINEAR)
    assert prefect.deploy("retrain", **told).returncode == 0, prefect.log()[-3000:]
    ((alias, reason),) = ask(home, "SELECT alias, reason FROM registry.promotions")
    assert alias == "champion" and reason.startswith("the first champion: best of 2 on validation people")
    (table, *_), (text, *_) = prefect.artifacts("contenders"), prefect.artifacts("decision")
    assert "lda corrected" in table["data"] and "Champion:" in text["data"]
    publication = home.published.resolve()
    done = prefect.deploy("retrain", **told)
    assert done.returncode == 0 and "Unchanged" in done.stdout
    assert home.published.resolve() == publication


def test_a_new_person_is_compared_and_the_reason_kept(prefect: Prefect, home: Home, lab: Path) -> None:
    corpus.add_person(lab, PEOPLE + 1)
    done = prefect.deploy("retrain", **at(home, lab, challengers=["appearance_lda", *LINEAR]))
    assert done.returncode == 0, prefect.log()[-3000:]
    newest = "promoted_at = (SELECT max(promoted_at) FROM registry.promotions)"
    rows = dict(ask(home, f"SELECT alias, reason FROM registry.promotions WHERE {newest}"))
    assert rows["champion"].startswith(("kept:", "shown to be better than"))
    if "challenger" in rows:
        assert rows["challenger"].startswith("not shown to be better than") and "over 13 people" in rows["challenger"]
    assert ask(home, "SELECT n_people FROM quality.publications ORDER BY published_at DESC LIMIT 1") == [(PEOPLE + 1,)]


def test_a_fault_fails_the_run_and_publishes_nothing(prefect: Prefect, home: Home, lab: Path) -> None:
    before = home.published.resolve()
    with open_work(home) as connection:
        connection.execute("UPDATE catalogue.emotions SET label = (label + 1) % 8")
    try:
        done = prefect.deploy("retrain", **at(home, lab, challengers=LINEAR))
    finally:
        with open_work(home) as connection:
            connection.execute("UPDATE catalogue.emotions SET label = (label + 7) % 8")
    assert done.returncode == 1, "the network's outputs would have other names"
    assert home.published.resolve() == before
    (run, *_) = [one for one in prefect.runs(name={"like_": "retrain"}) if not one["parent_task_run_id"]]
    assert run["state_name"] == "Failed" and "Nothing was published" in run["state"]["message"]


def test_a_schedule_fires_by_itself(prefect: Prefect, home: Home, lab: Path) -> None:
    found = prefect.run("deployment", "schedule", "ls", "retrain/affect").stdout
    assert "0 3 * * *" in found, "prefect.yaml's own schedule is there"
    parameters = ["--param", f"images={lab}", "--param", f"home={home.root}"]
    prefect.run("--no-prompt", "deploy", "flows/ingest.py:ingest", "-n", "each-minute", "-p", "affect",
                "--cron", "* * * * *", *parameters)  # fmt: skip

    def fired() -> list[dict[str, Any]]:
        runs = prefect.runs(name={"like_": "ingest"}, state={"type": {"any_": ["COMPLETED"]}})
        return [one for one in runs if one["auto_scheduled"]]

    assert wait_for(fired, "the schedule fires", 130)
    prefect.run("deployment", "delete", "ingest/each-minute")


def test_two_at_once_end_as_two_in_a_row(prefect: Prefect, lab: Path, tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "other"]
    shutil.copytree(lab, folders[0])
    folders[1].mkdir()
    for person in range(30, 34):
        corpus.add_person(folders[1], person)
    together, in_a_row = Home(tmp_path / "together"), Home(tmp_path / "row")
    told = [{"images": str(folder), "corpus": folder.name} for folder in folders]
    for place, watch in ((in_a_row, True), (together, False)):
        for one in told:
            assert prefect.deploy("ingest", watch=watch, home=str(place.root), **one).returncode == 0
    open_states = {"type": {"any_": ["SCHEDULED", "PENDING", "RUNNING"]}}

    def are_done() -> bool:
        return not any(str(together.root) in str(one["parameters"]) for one in prefect.runs(state=open_states))

    wait_for(are_done, "both are done", 180)
    rows = []
    for place in (in_a_row, together):
        with open_work(place) as connection:
            query = "FROM catalogue.images SELECT * EXCLUDE ingested_at ORDER BY ALL"
            rows.append(connection.execute(query).fetchall())
    assert rows[0] == rows[1] and len(rows[0]) == sum(len(list(folder.glob("*.jpg"))) for folder in folders)


def test_a_cancelled_run_stops_soon_and_leaves_everything_usable(prefect: Prefect, home: Home, lab: Path) -> None:
    before = home.published.resolve()
    done = prefect.deploy("pipeline", watch=False, **at(home, lab, models=["cnn"], epochs=5000))
    assert done.returncode == 0
    wait_for(lambda: any(one["name"].startswith("train-") for one in running(prefect)), "training begins", 180)
    (run,) = [one for one in running(prefect) if one["name"].startswith("pipeline-")]
    time.sleep(5)
    prefect.run("flow-run", "cancel", run["id"])
    asked = time.monotonic()
    wait_for(lambda: not running(prefect), "the run is cancelled", 30)
    assert time.monotonic() - asked < 10
    assert home.published.resolve() == before
    assert prefect.deploy("ingest", **at(home, lab)).returncode == 0, "the home is free and whole"


def test_a_run_without_parameters_takes_the_workers_own(prefect: Prefect, lab: Path, tmp_path: Path) -> None:
    prefect.stop_worker()
    prefect.start_worker(AFFECT_HOME=str(tmp_path / "own"), AFFECT_IMAGES=str(lab))
    assert prefect.deploy("ingest").returncode == 0, prefect.log()[-3000:]
    with open_work(Home(tmp_path / "own")) as connection:
        corpora = connection.execute("SELECT DISTINCT corpus FROM catalogue.images").fetchall()
    assert corpora == [(lab.name,)]
    prefect.stop_worker()
    prefect.start_worker()


def test_late_runs_do_not_pile_up(prefect: Prefect, home: Home, lab: Path) -> None:
    prefect.stop_worker()
    told = at(home, lab, challengers=LINEAR, keep=4)  # other parameters than those of the runs before
    late = [prefect.late("retrain/affect", minutes, **told) for minutes in (30, 20, 10)]
    prefect.start_worker()

    def ended() -> list[dict[str, Any]]:
        runs = prefect.runs(id={"any_": late}, state={"type": {"any_": ["COMPLETED", "FAILED", "CRASHED"]}})
        return runs if len(runs) == len(late) else []

    states = {one["id"]: one["state_name"] for one in wait_for(ended, "all three ended", 240)}
    assert set(states.values()) <= {"Skipped", "Unchanged", "Completed"}
    assert list(states.values()).count("Completed") <= 1, "the work was done once at most"
    assert list(states.values()).count("Skipped") == 2, "they leave all to the latest one"


def running(prefect: Prefect) -> list[dict[str, Any]]:
    return prefect.runs(state={"type": {"any_": ["RUNNING", "CANCELLING"]}})


def test_a_killed_worker_loses_nothing(prefect: Prefect, lab: Path, tmp_path: Path) -> None:
    """Worker and run are killed while it trains; a new worker finishes the same command, as if nothing had been."""
    killed, whole = Home(tmp_path / "killed"), Home(tmp_path / "whole")
    told = {"images": str(lab), "models": ["vector_mlp", "cnn"], "epochs": 2}
    assert prefect.deploy("pipeline", watch=False, home=str(killed.root), **told).returncode == 0

    def has_trained() -> bool:
        if not killed.work.exists():
            return False
        try:
            with open_work(killed, wait_s=5) as connection:
                return bool(connection.execute("SELECT count(*) FROM registry.runs").fetchall()[0][0])
        except Exception:  # held by the run at this moment
            return False

    wait_for(has_trained, "a model is trained", 240)
    assert prefect.worker is not None
    for pid in (*children(prefect.worker.pid), prefect.worker.pid):
        os.kill(pid, signal.SIGKILL)
    prefect.worker.wait()
    assert not killed.published.exists()
    prefect.start_worker()
    for place in (killed, whole):
        assert prefect.deploy("pipeline", home=str(place.root), **told).returncode == 0, prefect.log()[-3000:]
    assert differing(content(killed.root), content(whole.root)) == []


def children(pid: int) -> list[int]:
    """Processes below this one, the deepest first."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [deeper for one in map(int, listed) for deeper in (*children(one), one)]
