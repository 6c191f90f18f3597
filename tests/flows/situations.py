"""Where a run is killed: named situations, each a step of the product's own code.

A situation is reached when, below `within`, the step is called or returns for the `nth` time. `COMMIT` is the moment
before a transaction's block is committed; a name with `os.` is a call of the operating system from the step.
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
"""What the run that is killed begins with."""


@dataclass(frozen=True)
class Situation:
    """Kill at the `nth` `moment` of `step`, called from below `within`; both are `module.function`."""

    name: str
    start: str
    moment: str
    step: str
    within: str = "flows.pipeline.pipeline"
    nth: int = 1

    @property
    def place(self) -> tuple[str, str, str]:
        """The step and what it is a step of."""
        return self.within, self.step, self.moment


_TRANSACTION = "store.tables.write.transaction"
_PUBLISH = "store.tables.publish.publish"
_WRITE = "store.tables.publish.write_store"

SITUATIONS = (
    Situation("the schema is made, but not committed", NEW, CALL, "store.tables.clock.not_before"),
    Situation("photographs are stored, but not committed", NEW, COMMIT, _TRANSACTION, "flows.ingest.store_arrivals"),
    Situation("half of the services are composed", NEW, RETURN, "flows.services._compose", nth=8),
    Situation("a chunk has landmarks, but no thumbnails", NEW, RETURN, "flows.landmarks._append"),
    Situation("a chunk of faces is not committed", NEW, COMMIT, _TRANSACTION, "flows.landmarks.store_extracted", 2),
    Situation("reasons without deltas are stored", NEW, RETURN, "flows.landmarks.store_misses", "flows.deltas.deltas"),
    Situation("half of one kind of delta is stored", NEW, RETURN, "flows.deltas.store_deltas", nth=2),
    Situation("rows are audited, nothing is written down", NEW, RETURN, "validation.audit.audit"),
    Situation("an audit has its page, but no rows", NEW, RETURN, "validation.page.write_page"),
    Situation("a split is not committed", NEW, COMMIT, _TRANSACTION, "flows.split.store"),
    Situation("one of two splits is stored", NEW, RETURN, "flows.split.store"),
    Situation("tables of a split are filled, not committed", NEW, COMMIT, _TRANSACTION,
              "store.tables.write.replace_split_tables"),
    Situation("weights are written, but not in their place", NEW, RETURN, "models.artifact.save"),
    Situation("weights are in their place, without a run", NEW, RETURN, "flows.train.save_artifact"),
    Situation("a run is stored, but not committed", NEW, COMMIT, _TRANSACTION, "flows.train.record"),
    Situation("one of the runs is recorded", NEW, RETURN, "flows.train.record"),
    Situation("comparisons are replaced, not committed", NEW, COMMIT, _TRANSACTION,
              "flows.compare.compare_current"),
    Situation("all is audited, nothing is built", TRAINED, RETURN, "flows.audit.audit_stage"),
    Situation("half of the tables are copied", TRAINED, RETURN, "store.tables.compact.copy_table", _WRITE, 10),
    Situation("a published store is whole, without its stamp", TRAINED, CALL, "store.tables.stamp.write_stamp"),
    Situation("a published store has no pages", TRAINED, RETURN, _WRITE),
    Situation("a publication has a card, but no dashboards", TRAINED, RETURN, "store.tables.card.write_card"),
    Situation("dashboards are written beside their place", TRAINED, RETURN, "dashboards.publish._fill"),
    Situation("some files are on the disk", TRAINED, RETURN, "store.tables.disk.flush", _PUBLISH, 5),
    Situation("a publication is built, nobody points to it", TRAINED, RETURN, "store.tables.publications.build"),
    Situation("the link is made beside the old one", TRAINED, "os.replace", "store.tables.publications.point"),
    Situation("the link points to the publication", TRAINED, RETURN, "store.tables.publications.point"),
    Situation("corrections are stored, but not committed", PUBLISHED, COMMIT, _TRANSACTION,
              "flows.ingest.store_arrivals"),
    Situation("a second publication is built, the first is shown", PUBLISHED, RETURN,
              "store.tables.publications.build"),
    Situation("an old publication is half removed", PUBLISHED, RETURN, "store.tables.publications._hide"),
)  # fmt: skip
"""In the order in which a run comes to them."""

PREPARED = Situation("all models are trained and compared", NEW, RETURN, "flows.train.train")
"""Where a run is killed whose home then serves as one whose models are trained."""

IN_SHORT = (
    "weights are in their place, without a run",
    "a publication is built, nobody points to it",
)
"""The ones of `make test`, where one home is killed in the first and then in the second."""


def code_of(name: str) -> CodeType:
    """The code of `module.function`, below what decorates it."""
    module, _, function = name.rpartition(".")
    found = getattr(importlib.import_module(module), function)
    code: CodeType = getattr(found, "__wrapped__", found).__code__
    return code


class Killer:
    """Kills its own process, with SIGKILL, where the situation is reached."""

    def __init__(self, situation: Situation) -> None:
        self._step, self._within = code_of(situation.step), code_of(situation.within)
        self._moment, self._left = situation.moment, situation.nth

    def watch(self) -> None:
        """From now on. A tracer costs less than a profiler, but is not told of calls of the operating system."""
        if self._moment in (CALL, RETURN, COMMIT):
            sys.settrace(self._traced)
        else:
            sys.setprofile(self._profiled)

    def _traced(self, frame: FrameType, event: str, called: Any) -> Any:
        """Called for every frame that starts or goes on, and again for what happens in the step's own."""
        if frame.f_code is not self._step:
            return None
        frame.f_trace_lines = False
        if event == RETURN and self._moment == RETURN or event == CALL and self._begins(frame):
            self._reached(frame)
        return self._traced

    def _begins(self, frame: FrameType) -> bool:
        if self._moment == COMMIT:  # the generator goes on after its block
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
