"""Measure what an audit costs after one new person, beside audits of all rows, at two sizes of a fabricated store.

    python -m benchmarks.audit_of_a_person [--people 14 67]

A person has 72 active photographs. Prints wall and processor seconds of the audits of rows and splits: of all rows, and
after one more person. Files of photographs and a last publication, which audits of a home also read, are left out.
Goal: after one new person, the larger store costs at most 1.5 times the processor time of the smaller one.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from affect_store.flows.steps import feature_services
from affect_store.flows.steps.delta_features import materialize_deltas
from affect_store.flows.steps.scalar_features import materialize_scalar_views
from affect_store.flows.steps.splits import store_splits
from affect_store.store.engine.work_store import open_work
from affect_store.store.features import feature_views
from affect_store.store.home import Home
from affect_store.store.vocabulary import EMOTIONS, GAZES
from affect_store.validation.audit import audit
from affect_store.validation.audit_record import AuditRecord
from benchmarks._goals import Goal

CLEAN: Any = importlib.import_module("tests.stores.clean")
BUILD: Any = importlib.import_module("tests.stores.build")
GROWTH_BOUND = 1.5


def audited(home: Home, stage: str, passed: AuditRecord) -> tuple[AuditRecord, float, float]:
    """Audit one stage; returns the new record, wall seconds and processor seconds."""
    started, before = time.perf_counter(), time.process_time()
    verdict = audit(home.work, audit_id="benchmark", stage=stage, passed=passed)
    if not verdict.passed or verdict.record is None:
        raise RuntimeError(f"the fabricated store is not clean: {[finding.check for finding in verdict.failures]}")
    return verdict.record, time.perf_counter() - started, time.process_time() - before


def add_person(home: Home, people: int) -> None:
    """Store the photographs and features of one more person, as runs append them."""
    design = replace(CLEAN.design(people + 1, EMOTIONS, GAZES, 0), faceless=None)
    person = replace(design, people=design.people[-1:])
    with open_work(home) as connection:
        versions = feature_services.register(connection, feature_views.chosen())
        BUILD._store_catalogue(connection, person)
        BUILD._store_landmarks(connection, person, versions["landmarks"])
        BUILD._store_pixels(connection, person, versions["pixels"])
    materialize_deltas(home)
    materialize_scalar_views(home)
    store_splits(home, seed=design.seed, corpora=[design.corpus])


def measure(people: int, folder: Path) -> float:
    """Print the seconds of all audits of a store of this size; returns the processor seconds after one more person."""
    home = BUILD.build(Home(folder), CLEAN.design(people, EMOTIONS, GAZES, 0))
    record, spent = AuditRecord(), {}
    for title in ("all rows", "one more person"):
        for stage in ("rows", "splits"):
            record, wall, processor = audited(home, stage, record)
            spent[title, stage] = processor
            seconds = f"{wall:.1f} s, processor {processor:.1f} s"
            print(f"{people * 72:,} photographs, {title}, {stage}: {seconds}", flush=True)
        if title == "all rows":
            add_person(home, people)
    return sum(seconds for (title, _), seconds in spent.items() if title == "one more person")


def main() -> int:
    """Measure both sizes, print the goal, and return 1 if it is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, nargs=2, default=(14, 67), help="numbers of people")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        small, large = (measure(people, Path(folder) / str(people)) for people in options.people)
    goal = Goal(large / small, GROWTH_BOUND)
    print(f"goal one_person_audit_growth {goal.figure:.4g} {goal.bound:.4g} {'met' if goal.is_met else 'missed'}")
    return int(not goal.is_met)


if __name__ == "__main__":
    sys.exit(main())
