"""Work stores of made-up faces at any size, without photographs, and the steps of a run on them.

The faces come from `tests/stores`. A person has 72 active photographs.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from affect_store.flows.steps import feature_services
from affect_store.flows.steps.delta_features import materialize_deltas
from affect_store.flows.steps.extraction import materialize_landmarks
from affect_store.flows.steps.scalar_features import materialize_scalar_views
from affect_store.flows.steps.splits import store_splits
from affect_store.store.engine.work_store import open_work
from affect_store.store.features import feature_views
from affect_store.store.home import Home
from affect_store.store.vocabulary import EMOTIONS, GAZES
from affect_store.validation.audit import audit
from affect_store.validation.audit_record import AuditRecord

CLEAN: Any = importlib.import_module("tests.stores.clean")
BUILD: Any = importlib.import_module("tests.stores.build")

Step = Callable[[Home, AuditRecord], AuditRecord]


def store_people(home: Home, people: int, first: int = 0) -> None:
    """Store photographs, landmarks and thumbnails of the people numbered from `first` up to `people`."""
    design = replace(CLEAN.design(people, EMOTIONS, GAZES, 0), faceless=None)
    with open_work(home) as connection:
        versions = feature_services.register(connection, feature_views.chosen())
        for start in range(first, people, BUILD.PEOPLE_AT_ONCE):
            some = replace(design, people=design.people[start : start + BUILD.PEOPLE_AT_ONCE])
            BUILD._store_catalogue(connection, some)
            BUILD._store_landmarks(connection, some, versions["landmarks"])
            BUILD._store_pixels(connection, some, versions["pixels"])


def split(home: Home) -> None:
    """Split the photographs as a run does."""
    store_splits(home, seed=CLEAN.DESIGN.seed, corpora=[CLEAN.CORPUS])


def audited(home: Home, stage: str, passed: AuditRecord) -> AuditRecord:
    """Audit one stage; returns the new record, or `passed` if there is none. Raises `RuntimeError` if a check fails."""
    verdict = audit(home.work, audit_id="benchmark", stage=stage, passed=passed)
    if not verdict.passed:
        raise RuntimeError(f"the fabricated store is not clean: {[finding.check for finding in verdict.failures]}")
    return passed if verdict.record is None else verdict.record


def _step(function: Callable[[Home], object]) -> Step:
    def run(home: Home, passed: AuditRecord) -> AuditRecord:
        function(home)
        return passed

    return run


def _audit(stage: str) -> Step:
    return lambda home, passed: audited(home, stage, passed)


STEPS: dict[str, Step] = {
    "landmarks": _step(materialize_landmarks),
    "deltas": _step(materialize_deltas),
    "scalars": _step(materialize_scalar_views),
    "audit_rows": _audit("rows"),
    "split": _step(split),
    "audit_splits": _audit("splits"),
}
"""The steps of a run between catalogue and training, in their order. Landmarks are there: the search for missing ones
is measured."""
