"""How long the networks that are left to train will take, from the epochs that were measured so far."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence

from affect_store.flows.steps.run_specs import RunSpec
from affect_store.models.settings import epoch_cost, epochs_of


class TrainingForecast:
    """The forecast of networks that are trained `at_once` at a time.

    `photographs` is the number of photographs that each split trains on. A network takes the seconds per epoch that it
    took so far; one that has not begun takes them in proportion to its usual cost (`settings.epoch_cost`). All epochs
    count, although a network may stop early.
    """

    def __init__(self, specs: Sequence[RunSpec], photographs: Mapping[str, int], at_once: int = 1) -> None:
        self._at_once = at_once
        self._left = {spec.run_id: epochs_of(spec.model, spec.recipe, spec.epochs) for spec in specs}
        self._costs = {
            spec.run_id: epoch_cost(spec.model, spec.recipe) * photographs[spec.split.split_id] for spec in specs
        }
        self._first: dict[str, tuple[int, float]] = {}
        self._last: dict[str, tuple[int, float]] = {}
        self._guard = threading.Lock()

    def report(self, run_id: str, epoch: int) -> bool:
        """Record that a network has finished an epoch; returns whether the first forecast can now be made.

        The first epoch of a network includes its preparation, so that the time of the second is the first to count.
        """
        with self._guard:
            had_measured = bool(self._seconds_per_epoch())
            before, _ = self._last.get(run_id, (0, 0.0))
            self._last[run_id] = epoch, time.monotonic()
            self._first.setdefault(run_id, self._last[run_id])
            self._left[run_id] = max(self._left[run_id] - (epoch - before), 0)
            return not had_measured and bool(self._seconds_per_epoch())

    def end(self, run_id: str) -> None:
        """Record that a network is trained, possibly before its last epoch."""
        with self._guard:
            self._left[run_id] = 0

    def seconds_left(self) -> float | None:
        """Return the seconds until all are trained; None before anything was measured."""
        with self._guard:
            measured = self._seconds_per_epoch()
            if not measured:
                return None
            per_cost = sum(measured.values()) / sum(self._costs[run_id] for run_id in measured)
            each = [
                epochs * measured.get(run_id, per_cost * self._costs[run_id]) for run_id, epochs in self._left.items()
            ]
            return max(sum(each) / self._at_once, *each)

    def _seconds_per_epoch(self) -> dict[str, float]:
        """Return the mean of each network that has finished two epochs; single reports may be late."""
        means = {}
        for run_id, (epoch, moment) in self._last.items():
            first_epoch, first_moment = self._first[run_id]
            if epoch > first_epoch and moment > first_moment:
                means[run_id] = (moment - first_moment) / (epoch - first_epoch)
        return means

    def __str__(self) -> str:
        """Return 'about 12 min left'; empty before anything was measured, and where less than half a minute is."""
        seconds = self.seconds_left()
        return "" if seconds is None or seconds < 30 else f"about {duration(seconds)} left"


def duration(seconds: float) -> str:
    """Return '40 s', '12 min' or '3 h 20 min'."""
    if seconds < 90:
        return f"{round(seconds, -1):.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02d} min"
