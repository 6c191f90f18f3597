"""Deployments as users run them: a real server and worker on loopback, from `prefect deployment run` to SQL.

`make deployed` runs these tests, which take minutes; otherwise they are skipped.
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

from affect_store.store.engine.work_store import open_work
from affect_store.store.home import STORE_FILE, Home
from tests.flows import corpus
from tests.flows.content import content, differing
from tests.flows.deployed import Prefect, started, wait_for

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(1200),
]

PEOPLE = 12
LINEAR = ["lda", "logistic"]


@pytest.fixture(scope="module")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prefect]:
    with started(tmp_path_factory.mktemp("prefect") / "own") as running_server:
        yield running_server


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus") / "lab"
    corpus.render(folder, PEOPLE)
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("home") / "affect")


def query(home: Home, statement: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(home.published.resolve() / STORE_FILE, read_only=True) as connection:
        return connection.execute(statement).fetchall()


def top_level(runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [run for run in runs if not run["parent_task_run_id"]]


def at(home: Home, lab: Path, **parameters: Any) -> dict[str, Any]:
    return {"home": str(home.root), "images": str(lab), **parameters}


def test_an_unknown_model_is_rejected_before_the_run_with_the_known_names(prefect: Prefect) -> None:
    result = prefect.deploy("pipeline", models=["lda", "cnnn"])
    assert result.returncode != 0
    output = " ".join((result.stdout + result.stderr).split())
    assert "'cnnn' is not one of" in output and "'appearance_lda'" in output
    assert not prefect.runs(name={"like_": "pipeline"}), "no run was created"


def test_a_pipeline_is_run_by_its_deployment(prefect: Prefect, home: Home, lab: Path) -> None:
    result = prefect.deploy("pipeline", **at(home, lab, models=LINEAR, folds=5))
    assert result.returncode == 0, result.stdout + prefect.log()[-3000:]
    (run,) = top_level(prefect.runs(name={"like_": "pipeline"}))
    assert run["state_name"] == "Completed"
    assert run["name"] == f"pipeline-{run['expected_start_time'][:10]}-lab"
    assert query(home, "SELECT count(*) FROM catalogue.images") == [(PEOPLE * len(corpus.SHOTS),)]
    assert {model for (model,) in query(home, "SELECT DISTINCT model FROM leaderboard")} == set(LINEAR)
    assert "48 new (48 active)" in prefect.log(), "messages go to the log of the run"


def test_retraining_promotes_the_first_champion_and_then_finds_nothing_new(
    prefect: Prefect, home: Home, lab: Path
) -> None:
    parameters = at(home, lab, challengers=LINEAR)
    assert prefect.deploy("retrain", **parameters).returncode == 0, prefect.log()[-3000:]
    ((alias, reason),) = query(home, "SELECT alias, reason FROM registry.promotions")
    assert alias == "champion" and reason.startswith("the first champion: best of 2 on validation people")
    (table, *_), (text, *_) = prefect.artifacts("contenders"), prefect.artifacts("decision")
    assert "lda corrected" in table["data"] and "Champion:" in text["data"]
    publication = home.published.resolve()
    result = prefect.deploy("retrain", **parameters)
    assert result.returncode == 0 and "Unchanged" in result.stdout
    assert home.published.resolve() == publication


def test_a_new_person_takes_part_in_the_comparison(prefect: Prefect, home: Home, lab: Path) -> None:
    corpus.add_person(lab, PEOPLE + 1)
    result = prefect.deploy("retrain", **at(home, lab, challengers=["appearance_lda", *LINEAR]))
    assert result.returncode == 0, prefect.log()[-3000:]
    newest = "promoted_at = (SELECT max(promoted_at) FROM registry.promotions)"
    rows = dict(query(home, f"SELECT alias, reason FROM registry.promotions WHERE {newest}"))
    assert rows["champion"].startswith(("kept:", "shown to be better than"))
    if "challenger" in rows:
        assert rows["challenger"].startswith("not shown to be better than") and "over 13 people" in rows["challenger"]
    assert query(home, "SELECT n_people FROM quality.publications ORDER BY published_at DESC LIMIT 1") == [
        (PEOPLE + 1,)
    ]


def test_a_fault_fails_the_run_and_publishes_nothing(prefect: Prefect, home: Home, lab: Path) -> None:
    before = home.published.resolve()
    with open_work(home) as connection:
        connection.execute("UPDATE catalogue.emotions SET label = (label + 1) % 8")
    try:
        result = prefect.deploy("retrain", **at(home, lab, challengers=LINEAR))
    finally:
        with open_work(home) as connection:
            connection.execute("UPDATE catalogue.emotions SET label = (label + 7) % 8")
    assert result.returncode == 1, "the network's outputs would have other labels"
    assert home.published.resolve() == before
    (run, *_) = top_level(prefect.runs(name={"like_": "retrain"}))
    assert run["state_name"] == "Failed" and "Nothing was published" in run["state"]["message"]


def test_a_schedule_starts_runs(prefect: Prefect, home: Home, lab: Path) -> None:
    schedules = prefect.run("deployment", "schedule", "ls", "retrain/affect").stdout
    assert "0 3 * * *" in schedules, "the schedule of prefect.yaml"
    parameters = ["--param", f"images={lab}", "--param", f"home={home.root}"]
    prefect.run("--no-prompt", "deploy", "affect_store.flows.ingest.ingest", "-n", "each-minute", "-p", "affect",
                "--cron", "* * * * *", *parameters)  # fmt: skip

    def scheduled() -> list[dict[str, Any]]:
        runs = prefect.runs(name={"like_": "ingest"}, state={"type": {"any_": ["COMPLETED"]}})
        return [run for run in runs if run["auto_scheduled"]]

    assert wait_for(scheduled, "a scheduled run completes")
    prefect.run("deployment", "delete", "ingest/each-minute")


def test_two_concurrent_runs_give_the_same_as_two_sequential_ones(prefect: Prefect, lab: Path, tmp_path: Path) -> None:
    folders = [tmp_path / "first", tmp_path / "second"]
    shutil.copytree(lab, folders[0])
    folders[1].mkdir()
    for person in range(30, 34):
        corpus.add_person(folders[1], person)
    concurrent, sequential = Home(tmp_path / "concurrent"), Home(tmp_path / "sequential")
    sources = [{"images": str(folder), "corpus": folder.name} for folder in folders]
    for store_home, watch in ((sequential, True), (concurrent, False)):
        for source in sources:
            assert prefect.deploy("ingest", watch=watch, home=str(store_home.root), **source).returncode == 0
    open_states = {"type": {"any_": ["SCHEDULED", "PENDING", "RUNNING"]}}

    def are_done() -> bool:
        return not any(str(concurrent.root) in str(run["parameters"]) for run in prefect.runs(state=open_states))

    wait_for(are_done, "both runs are done")
    rows = []
    for store_home in (sequential, concurrent):
        with open_work(store_home) as connection:
            statement = "FROM catalogue.images SELECT * EXCLUDE ingested_at ORDER BY ALL"
            rows.append(connection.execute(statement).fetchall())
    assert rows[0] == rows[1] and len(rows[0]) == sum(len(list(folder.glob("*.jpg"))) for folder in folders)


def test_a_cancelled_run_stops_soon_and_leaves_the_home_usable(prefect: Prefect, home: Home, lab: Path) -> None:
    before = home.published.resolve()
    result = prefect.deploy("pipeline", watch=False, **at(home, lab, models=["cnn"], epochs=5000))
    assert result.returncode == 0
    wait_for(lambda: any(run["name"].startswith("train-") for run in running(prefect)), "training begins")
    (run,) = [run for run in running(prefect) if run["name"].startswith("pipeline-")]
    time.sleep(5)
    prefect.run("flow-run", "cancel", run["id"])
    wait_for(lambda: not running(prefect), "the run is cancelled, long before 5,000 epochs end")
    assert home.published.resolve() == before
    assert prefect.deploy("ingest", **at(home, lab)).returncode == 0, "the home is unlocked and complete"


def test_a_run_without_parameters_uses_the_environment_of_the_worker(
    prefect: Prefect, lab: Path, tmp_path: Path
) -> None:
    prefect.stop_worker()
    prefect.start_worker(AFFECT_HOME=str(tmp_path / "own"), AFFECT_IMAGES=str(lab))
    assert prefect.deploy("ingest").returncode == 0, prefect.log()[-3000:]
    with open_work(Home(tmp_path / "own")) as connection:
        corpora = connection.execute("SELECT DISTINCT corpus FROM catalogue.images").fetchall()
    assert corpora == [(lab.name,)]
    prefect.stop_worker()
    prefect.start_worker()


def test_overdue_runs_do_not_pile_up(prefect: Prefect, home: Home, lab: Path) -> None:
    parameters = at(home, lab, challengers=LINEAR, keep=4)  # other parameters than the earlier runs
    with prefect.without_worker():
        late = [prefect.late("retrain/affect", minutes, **parameters) for minutes in (30, 20, 10)]

    def ended() -> list[dict[str, Any]]:
        runs = prefect.runs(id={"any_": late}, state={"type": {"any_": ["COMPLETED", "FAILED", "CRASHED"]}})
        return runs if len(runs) == len(late) else []

    states = {run["id"]: run["state_name"] for run in wait_for(ended, "all three runs end")}
    assert set(states.values()) <= {"Skipped", "Unchanged", "Completed"}
    assert list(states.values()).count("Completed") <= 1, "the work is done at most once"
    assert list(states.values()).count("Skipped") == 2, "the latest run does the work"


def running(prefect: Prefect) -> list[dict[str, Any]]:
    return prefect.runs(state={"type": {"any_": ["RUNNING", "CANCELLING"]}})


def test_a_killed_run_is_completed_by_the_next(prefect: Prefect, lab: Path, tmp_path: Path) -> None:
    """Worker and run are killed during training; a new worker completes the same command."""
    killed, uninterrupted = Home(tmp_path / "killed"), Home(tmp_path / "uninterrupted")
    parameters: dict[str, Any] = {"images": str(lab), "models": ["vector_mlp", "cnn"], "epochs": 2}
    assert prefect.deploy("pipeline", watch=False, home=str(killed.root), **parameters).returncode == 0

    def has_trained() -> bool:
        if not killed.work.exists():
            return False
        try:
            with open_work(killed, wait_s=5) as connection:
                return bool(connection.execute("SELECT count(*) FROM registry.runs").fetchall()[0][0])
        except Exception:  # the run holds the lock
            return False

    wait_for(has_trained, "a model is trained")
    assert prefect.worker is not None
    for pid in (*children(prefect.worker.pid), prefect.worker.pid):
        os.kill(pid, signal.SIGKILL)
    prefect.worker.wait()
    assert not killed.published.exists()
    prefect.start_worker()
    for store_home in (killed, uninterrupted):
        assert prefect.deploy("pipeline", home=str(store_home.root), **parameters).returncode == 0, prefect.log()[
            -3000:
        ]
    assert differing(content(killed.root), content(uninterrupted.root)) == []


def children(pid: int) -> list[int]:
    """Descendants of a process, the deepest first."""
    pids = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [descendant for child in map(int, pids) for descendant in (*children(child), child)]
