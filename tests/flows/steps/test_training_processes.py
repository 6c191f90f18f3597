"""Networks trained in processes of their own: the same weights, results as they are ready, and processes that die."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from affect_store.flows import train
from affect_store.flows.runtime import console
from affect_store.flows.steps import training_processes
from affect_store.flows.steps.audit_state import TRAINED_ON, record_audited
from affect_store.flows.steps.run_artifacts import unfinished_folder
from affect_store.flows.steps.run_execution import execute, rows_of
from affect_store.flows.steps.run_records import request_runs
from affect_store.flows.steps.run_specs import RunSpec, TrainingRequest
from affect_store.flows.steps.splits import store_splits
from affect_store.flows.steps.training_processes import process_count, train_apart, worth_a_process
from affect_store.models.systems import CORRECTED
from affect_store.models.training.artifact import load
from affect_store.store.engine.table_hashes import hash_tables
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import WorkerDiedError
from affect_store.store.home import Home
from tests.flows.predicting import CORPUS, ENOUGH, extracted_home

NETWORKS = ("point_mlp", "vector_mlp")


def test_memory_the_variable_and_a_gpu_decide_how_many_are_trained_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(training_processes, "_available_bytes", lambda: 100 * 2**30)
    monkeypatch.delenv(training_processes.PROCESSES, raising=False)
    assert process_count(0) == training_processes.MAX_PROCESSES
    assert process_count(100_000) == 2, "rows take memory, too"
    monkeypatch.setattr(training_processes, "_available_bytes", lambda: 7 * 2**30)
    assert process_count(0) == 2
    monkeypatch.setattr(training_processes, "_available_bytes", lambda: 2**30)
    assert process_count(0) == 1
    monkeypatch.setenv(training_processes.PROCESSES, "3")
    assert process_count(0) == 3
    monkeypatch.setenv(training_processes.PROCESSES, "no number")
    assert process_count(0) == 1


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with splits of six people that passed their audit."""
    place = Home(tmp_path / "home")
    shutil.copytree(extracted_home(ENOUGH)[0].root, place.root, symlinks=True)
    store_splits(place, corpora=[CORPUS])
    with open_work(place) as connection:
        record_audited(connection, hash_tables(connection, TRAINED_ON))
    return place


@pytest.fixture
def no_children() -> Iterator[None]:
    """Shows that no process is left after the test.

    The pool's own thread waits for the same processes. Between its wait and its note of their exit they seem alive.
    """
    yield
    deadline = time.monotonic() + 300
    while multiprocessing.active_children() and time.monotonic() < deadline:
        time.sleep(0.1)
    left = {child.pid: Path(f"/proc/{child.pid}/status") for child in multiprocessing.active_children()}
    assert not {pid: status.read_text() if status.exists() else "gone" for pid, status in left.items()}


def specs_of(home: Home, models: tuple[str, ...] = NETWORKS, epochs: int = 3) -> list[RunSpec]:
    return request_runs(home, TrainingRequest(models, CORRECTED, epochs), "by_person")[0]


@pytest.mark.long
def test_networks_that_take_long_are_worth_a_process(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    specs = specs_of(home, ("lda", *NETWORKS, "ensemble"))
    monkeypatch.setenv(training_processes.PROCESSES, "2")
    assert worth_a_process(home, specs) == ([], 1), "a process takes longer to start"
    monkeypatch.setattr(training_processes, "MIN_WORK", 1)
    apart, processes = worth_a_process(home, specs)
    assert processes == 2
    networks = [spec.model for spec in apart]
    assert set(networks) == {*NETWORKS, "mesh_network", "face_cnn", "fusion"}
    (alone,) = specs_of(home, ("point_mlp",))
    assert worth_a_process(home, [alone]) == ([], 1)


@pytest.mark.long
@pytest.mark.usefixtures("no_children")
def test_results_are_those_of_this_process(home: Home) -> None:
    specs, epochs = specs_of(home), dict[str, int]()
    outcomes = {spec.model: outcome for spec, outcome in train_apart(home, specs, 2, epochs.__setitem__)}
    for spec in specs:
        here, apart = execute(home, spec), outcomes[spec.model]
        assert here.predictions is not None and here.fitted is not None and apart.predictions is not None
        assert_frame_equal(apart.predictions, here.predictions, check_exact=True)
        measured = pl.DataFrame(apart.epochs).drop("duration_s")
        assert_frame_equal(measured, pl.DataFrame(here.epochs).drop("duration_s"), check_exact=True)
        assert here.explained.keys() == apart.explained.keys()
        assert apart.parameters == here.parameters
        saved = load(unfinished_folder(home, spec))
        for ours, theirs in zip(here.fitted.model.get_weights(), saved.model.get_weights(), strict=True):
            assert (ours == theirs).all()
    assert epochs == {spec.run_id: len(outcomes[spec.model].epochs) for spec in specs}


@pytest.mark.long
@pytest.mark.usefixtures("no_children")
def test_a_process_that_is_killed_costs_what_it_trained(home: Home) -> None:
    killed = False

    def kill_all(run_id: str, epoch: int) -> None:
        nonlocal killed
        killed = True
        for child in multiprocessing.active_children():
            os.kill(child.pid or 0, signal.SIGKILL)

    with pytest.raises(WorkerDiedError, match="killed"):
        list(train_apart(home, specs_of(home, epochs=100), 2, kill_all))
    assert killed


@pytest.mark.long
@pytest.mark.usefixtures("no_children")
def test_runs_are_trained_here_after_a_process_was_killed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_processes, "MIN_WORK", 1)
    monkeypatch.setenv(training_processes.PROCESSES, "2")
    monkeypatch.setattr(training_processes, "train_apart", dies_after_the_first)
    for task in ("train_model", "train_networks"):  # without Prefect
        monkeypatch.setattr(train, task, getattr(train, task).fn)
    specs = specs_of(home)
    train.train_runs(home, specs)
    with open_work(home) as connection:
        trained = connection.execute("FROM registry.runs SELECT run_id, status").fetchall()
    assert sorted(trained) == sorted((spec.run_id, "completed") for spec in specs)
    assert not list(home.artifacts.glob(".*"))


def dies_after_the_first(home: Home, specs: list[RunSpec], *options: object) -> Iterator[tuple[RunSpec, object]]:
    yield specs[0], next(iter(train_apart(home, specs[:1], 1, lambda run_id, epoch: None)))[1]
    raise WorkerDiedError("a process that trains was killed")


@pytest.mark.long
@pytest.mark.usefixtures("no_children")
def test_a_flow_trains_networks_at_once_and_a_second_attempt_none(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_processes, "MIN_WORK", 1)
    monkeypatch.setenv(training_processes.PROCESSES, "2")
    specs = specs_of(home)
    count = train.train(home=str(home.root), models=list(NETWORKS), recipe=CORRECTED, epochs=3, strategy="by_person")
    assert count == len(specs)
    titles = [step.title for step in console.steps()]
    assert f"train {len(specs)} networks" in titles
    assert train.train_networks.fn(home, specs, 2) == [], "nothing is left to train when the task is tried again"
    with open_work(home) as connection:
        assert connection.execute("FROM registry.runs SELECT count(*)").fetchall() == [(len(specs),)]


@pytest.mark.long
@pytest.mark.usefixtures("no_children")
def test_what_succeeded_beside_a_failure_is_kept_and_the_failure_is_raised_by_its_own_run(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = specs_of(home)
    monkeypatch.setattr(training_processes, "rows_of", lambda home, spec: rows_of(home, spec) if spec == first else {})
    received = []
    with pytest.raises(KeyError):
        for spec, _ in train_apart(home, [first, second], 1, lambda run_id, epoch: None):
            received.append(spec)
    assert received == [first]


@pytest.mark.long
@pytest.mark.usefixtures("no_children")
def test_an_interruption_ends_the_processes(home: Home) -> None:
    def interrupt(run_id: str, epoch: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(train_apart(home, specs_of(home, epochs=100), 2, interrupt))
