"""Situations in which a run is killed, each at a step of the product's own code.

A situation is reached when, below `within`, the step is called or returns for the `nth` time. `COMMIT` is the moment
before a transaction is committed; a name with `os.` is a call of the operating system from the step.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any

CALL, RETURN, COMMIT = "call", "return", "COMMIT"
NEW, TRAINED, PUBLISHED = "a new home", "a home whose models are trained", "a published home"
"""The home that the killed run starts with."""


@dataclass(frozen=True)
class Situation:
    """Kill at the `nth` `moment` of `step`, called from below `within`; both are `module.function`."""

    name: str
    start: str
    moment: str
    step: str
    within: str = "affect_store.flows.pipeline.pipeline"
    nth: int = 1

    @property
    def place(self) -> tuple[str, str, str]:
        """The step and the function below which it is called."""
        return self.within, self.step, self.moment


_TRANSACTION = "affect_store.store.engine.duckdb.transaction"
_PUBLISH = "affect_store.store.publication.publish.publish"
_WRITE = "affect_store.store.publication.publish.write_store"

SITUATIONS = (
    Situation("the schema is created, but not committed", NEW, CALL, "affect_store.store.engine.clock.not_before"),
    Situation(
        "photographs are stored, but not committed",
        NEW,
        COMMIT,
        _TRANSACTION,
        "affect_store.flows.steps.catalogue_rows.store_changes",
    ),
    Situation(
        "half of the services are composed", NEW, RETURN, "affect_store.flows.steps.feature_services._compose", nth=8
    ),
    Situation(
        "a chunk has landmarks, but no thumbnails", NEW, RETURN, "affect_store.flows.steps.extracted_rows._append"
    ),
    Situation(
        "a chunk of faces is not committed",
        NEW,
        COMMIT,
        _TRANSACTION,
        "affect_store.flows.steps.extracted_rows.store_extracted",
        2,
    ),
    Situation(
        "missing deltas are recorded, no delta is stored",
        NEW,
        RETURN,
        "affect_store.flows.steps.missing_features.record_missing_features",
        "affect_store.flows.deltas.deltas",
    ),
    Situation(
        "half of one kind of delta is stored",
        NEW,
        RETURN,
        "affect_store.flows.steps.delta_features.store_deltas",
        nth=2,
    ),
    Situation("rows are audited, nothing is recorded", NEW, RETURN, "affect_store.validation.audit.audit"),
    Situation("an audit has its page, but no rows", NEW, RETURN, "affect_store.validation.report.page.write_page"),
    Situation("a split is not committed", NEW, COMMIT, _TRANSACTION, "affect_store.flows.steps.splits.store_split"),
    Situation("one of two splits is stored", NEW, RETURN, "affect_store.flows.steps.splits.store_split"),
    Situation(
        "tables of a split are filled, not committed",
        NEW,
        COMMIT,
        _TRANSACTION,
        "affect_store.store.engine.split_tables.replace_split_tables",
    ),
    Situation("weights are written, but not moved in place", NEW, RETURN, "affect_store.models.training.artifact.save"),
    Situation(
        "weights are in place, without a run", NEW, RETURN, "affect_store.flows.steps.run_artifacts.save_artifact"
    ),
    Situation(
        "a run is stored, but not committed",
        NEW,
        COMMIT,
        _TRANSACTION,
        "affect_store.flows.steps.run_records.record_run",
    ),
    Situation("one of the runs is recorded", NEW, RETURN, "affect_store.flows.steps.run_records.record_run"),
    Situation(
        "comparisons are replaced, not committed",
        NEW,
        COMMIT,
        _TRANSACTION,
        "affect_store.flows.steps.comparisons.compare_current",
    ),
    Situation(
        "everything is audited, nothing is built", TRAINED, RETURN, "affect_store.flows.steps.audits.audit_stage"
    ),
    Situation(
        "half of the tables are copied",
        TRAINED,
        RETURN,
        "affect_store.store.engine.filtered_copy.copy_table",
        _WRITE,
        10,
    ),
    Situation(
        "a published store is complete, without its manifest",
        TRAINED,
        CALL,
        "affect_store.store.publication.manifest.write_manifest",
    ),
    Situation("a published store has no pages", TRAINED, RETURN, _WRITE),
    Situation(
        "a publication has a card, but no dashboards",
        TRAINED,
        RETURN,
        "affect_store.store.publication.data_card.write_card",
    ),
    Situation("dashboards are written, but not moved in place", TRAINED, RETURN, "affect_store.dashboards.build._fill"),
    Situation("some files are flushed", TRAINED, RETURN, "affect_store.store.engine.durable_files.flush", _PUBLISH, 5),
    Situation(
        "a publication is built, no link points to it",
        TRAINED,
        RETURN,
        "affect_store.store.publication.repository.build",
    ),
    Situation(
        "the new link is created beside the old one",
        TRAINED,
        "os.replace",
        "affect_store.store.publication.repository.set_current",
    ),
    Situation(
        "the link points to the publication", TRAINED, RETURN, "affect_store.store.publication.repository.set_current"
    ),
    Situation(
        "corrections are stored, but not committed",
        PUBLISHED,
        COMMIT,
        _TRANSACTION,
        "affect_store.flows.steps.catalogue_rows.store_changes",
    ),
    Situation(
        "the last publication is copied, nothing is applied",
        PUBLISHED,
        RETURN,
        "affect_store.store.engine.fast_copy.copy_file",
        _WRITE,
    ),
    Situation(
        "the difference of one table is applied to a copy",
        PUBLISHED,
        RETURN,
        "affect_store.store.publication.difference.update_table",
        _WRITE,
    ),
    Situation(
        "a second publication is built, the first is current",
        PUBLISHED,
        RETURN,
        "affect_store.store.publication.repository.build",
    ),
    Situation(
        "an old publication is half removed", PUBLISHED, RETURN, "affect_store.store.publication.repository._hide"
    ),
)
"""In the order in which a run reaches them."""

PREPARED = Situation("all models are trained and compared", NEW, RETURN, "affect_store.flows.train.train")
"""A run killed here leaves a home whose models are trained."""

IN_SHORT = (
    "weights are in place, without a run",
    "a publication is built, no link points to it",
)
"""The situations of the short test: one home is killed in the first and then in the second."""


def code_of(name: str) -> CodeType:
    """The code of `module.function`, without its decorators."""
    module, _, function = name.rpartition(".")
    step = getattr(importlib.import_module(module), function)
    code: CodeType = getattr(step, "__wrapped__", step).__code__
    return code


class Killer:
    """Kills its own process, with SIGKILL, when the situation is reached."""

    def __init__(self, situation: Situation) -> None:
        self._step, self._within = code_of(situation.step), code_of(situation.within)
        self._moment, self._left = situation.moment, situation.nth

    def watch(self) -> None:
        """Start tracing. A tracer costs less than a profiler, but does not see calls of the operating system."""
        if self._moment in (CALL, RETURN, COMMIT):
            sys.settrace(self._traced)
        else:
            sys.setprofile(self._profiled)

    def _traced(self, frame: FrameType, event: str, called: Any) -> Any:
        """Called for every frame that starts or resumes, and again for events within the step."""
        if frame.f_code is not self._step:
            return None
        frame.f_trace_lines = False
        if event == RETURN and self._moment == RETURN or event == CALL and self._begins(frame):
            self._reached(frame)
        return self._traced

    def _begins(self, frame: FrameType) -> bool:
        if self._moment == COMMIT:  # the generator resumes after its block
            return frame.f_back is not None and frame.f_back.f_code.co_name == "__exit__"
        return self._moment == CALL

    def _profiled(self, frame: FrameType, event: str, called: Any) -> None:
        if event == "c_call" and frame.f_code is self._step and f"os.{called.__name__}" == self._moment:
            self._reached(frame)

    def _reached(self, frame: FrameType) -> None:
        if self._is_within(frame):
            self._left -= 1
            if not self._left:
                os.kill(os.getpid(), signal.SIGKILL)

    def _is_within(self, frame: FrameType) -> bool:
        above: FrameType | None = frame
        while above is not None:
            if above.f_code is self._within:
                return True
            above = above.f_back
        return False
