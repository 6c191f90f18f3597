"""What the goals of `benchmarks/store.py` are about, gathered size by size, and the lines that tell of them.

A goal is stated for every size that was measured, whether or not it is met.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from benchmarks._filled import FORMS

OURS, OURS_NAMED, FEAST = "affect-store", "affect-store, ids named", "Feast on DuckDB, ids named"
PICKLE = "pandas pickle"
ZSTD = tuple(what for what, compression in FORMS.values() if compression == "zstd")
PLAIN = tuple(what for what, compression in FORMS.values() if compression != "zstd")

FEAST_BOUND = 3.0
PARQUET_BOUND = 1.5
LATEST_BOUND_MS = 2.0
PEAK_BOUND = 1.5
GROWTH_BOUND = 1.1

Times = Mapping[str, list[float]]


def ratio(times: Times, slower: str, faster: str) -> float:
    """Median over the rounds of one side's time over another's: what disturbs a round disturbs both."""
    return statistics.median(a / b for a, b in zip(times[slower], times[faster], strict=True))


def growth(seconds_by_rows: Mapping[int, float]) -> float:
    """Exponent of time over rows: slope of the line through the logarithms."""
    rows, taken = np.log(list(seconds_by_rows)), np.log(list(seconds_by_rows.values()))
    return float(np.polyfit(rows, taken, 1)[0])


@dataclass(frozen=True)
class Goal:
    """A figure and the bound that it should not exceed, or fall below where `is_least`."""

    figure: float
    bound: float
    is_least: bool = False

    @property
    def is_met(self) -> bool:
        """Whether it keeps to the bound."""
        return self.figure >= self.bound if self.is_least else self.figure <= self.bound


@dataclass
class Figures:
    """The goals of every size, by name."""

    goals: dict[str, Goal] = field(default_factory=dict)
    _medians: dict[str, dict[int, float]] = field(default_factory=lambda: {OURS: {}, OURS_NAMED: {}})

    def add_reads(self, scale: int, rows: int, times: Times) -> None:
        """Take the times of one size."""
        if FEAST in times:
            faster = ratio(times, FEAST, OURS_NAMED)
            self.goals[f"times_faster_than_feast_{scale}x"] = Goal(faster, FEAST_BOUND, is_least=True)
        for name, forms in (("zstd", ZSTD), ("uncompressed", PLAIN)):
            bare = max(ratio(times, OURS, one) for one in forms)
            self.goals[f"times_parquet_{name}_{scale}x"] = Goal(bare, PARQUET_BOUND)
        for side, medians in self._medians.items():
            medians[rows] = statistics.median(times[side])

    def add_latest(self, scale: int, taken_ms: float) -> None:
        """Take the time of one photograph."""
        self.goals[f"latest_row_ms_{scale}x"] = Goal(taken_ms, LATEST_BOUND_MS)

    def add_peak(self, scale: int, case: str, over_result: float) -> None:
        """Take the most memory above the idle process, over the size of what was read."""
        name = case.replace(", ", "_").replace(" ", "_")
        self.goals[f"peak_memory_over_{name}_{scale}x"] = Goal(over_result, PEAK_BOUND)

    def close(self) -> None:
        """Add what takes several sizes."""
        for side, medians in self._medians.items():
            if len(medians) > 1:
                name = "growth_exponent" if side == OURS else "growth_exponent_ids_named"
                self.goals[name] = Goal(growth(medians), GROWTH_BOUND)

    def show(self, say: Callable[[str], object] = print) -> bool:
        """Print a line a goal; whether all are met."""
        for name, one in self.goals.items():
            say(f"goal {name} {one.figure:.4g} {one.bound:.4g} {'met' if one.is_met else 'missed'}")
        return all(one.is_met for one in self.goals.values())
