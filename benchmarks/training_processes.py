"""Measure networks trained one after another against several at once, and whether they are the same networks.

    .venv/bin/python benchmarks/training_processes.py [--people 12] [--epochs 30] [--models vector_mlp,cnn,mm1]

Renders people, trains the networks in the corrected recipe by person in this process and then in two at a time, and
compares all predictions. The second time includes the start of the processes. Goals, on two cores or more: at least 1.4
times as fast, and 0 predictions that differ.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

if __name__ == "__main__" and __package__ is None:  # run as a file: import from the repository's root
    sys.path[0] = str(Path(__file__).parents[1])

from affect_store.flows.steps.audit_state import TRAINED_ON, record_audited
from affect_store.flows.steps.catalogue import ingest_folder
from affect_store.flows.steps.delta_features import materialize_deltas
from affect_store.flows.steps.extraction import materialize_landmarks
from affect_store.flows.steps.run_execution import Outcome, execute
from affect_store.flows.steps.run_records import request_runs
from affect_store.flows.steps.run_specs import TrainingRequest
from affect_store.flows.steps.splits import store_splits
from affect_store.flows.steps.synthetic_corpus import render_corpus
from affect_store.flows.steps.training_processes import train_apart
from affect_store.models.systems import CORRECTED
from affect_store.store.engine.table_hashes import hash_tables
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from benchmarks._goals import Goal

CORPUS, PROCESSES, LEAST_RATIO = "people", 2, 1.4
"""Starting the processes counts: the ratio rises with the length of the trainings."""


def main() -> int:
    """Render, train twice, print, and return 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=12)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--models", default="vector_mlp,cnn,mm1")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder, home = Path(place) / CORPUS, Home(Path(place) / "home")
        render_corpus(folder, options.people, 11)
        ingest_folder(folder, "rafd", CORPUS, home)
        materialize_landmarks(home)
        materialize_deltas(home)
        store_splits(home, corpora=[CORPUS])
        with open_work(home) as connection:
            record_audited(connection, hash_tables(connection, TRAINED_ON))
        request = TrainingRequest(options.models.split(","), CORRECTED, options.epochs)
        specs, _ = request_runs(home, request, "by_person")
        execute(home, specs[0])  # imports TensorFlow
        started = time.perf_counter()
        here = {spec.run_id: execute(home, spec) for spec in specs}
        middle = time.perf_counter()
        apart = {
            spec.run_id: outcome for spec, outcome in train_apart(home, specs, PROCESSES, lambda run_id, epoch: None)
        }
        ended = time.perf_counter()
    differing = sum(not _is_same(outcome, apart[run_id]) for run_id, outcome in here.items())
    for spec in specs:
        print(
            f"{spec.title:34} {here[spec.run_id].duration_s:6.1f} s here, {apart[spec.run_id].duration_s:6.1f} s apart"
        )
    print(f"{middle - started:.1f} s one after another, {ended - middle:.1f} s {PROCESSES} at a time")
    ratio, same = Goal((middle - started) / (ended - middle), LEAST_RATIO, is_lower_bound=True), Goal(differing, 0)
    print(f"goal training_processes_ratio {ratio.figure:.2f} {LEAST_RATIO} {'met' if ratio.is_met else 'missed'}")
    print(f"goal training_processes_differing {differing} 0 {'met' if same.is_met else 'missed'}")
    return 0 if ratio.is_met and same.is_met else 1


def _is_same(outcome: Outcome, other: Outcome) -> bool:
    """Return whether both have predictions, and equal ones."""
    mine, others = outcome.predictions, other.predictions
    return mine is not None and others is not None and mine.equals(others)


if __name__ == "__main__":
    sys.exit(main())
