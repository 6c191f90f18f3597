"""Collect the goals of `benchmarks/store.py` over the measured sizes and print them.

Every size has its own goals; all are printed, met or missed.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from benchmarks._stores import FORMS

OURS, OURS_NAMED, FEAST = "affect-store", "affect-store, ids named", "Feast on DuckDB, ids named"
PICKLE = "pandas pickle"
ZSTD = tuple(title for title, compression in FORMS.values() if compression == "zstd")
PLAIN = tuple(title for title, compression in FORMS.values() if compression != "zstd")

FEAST_BOUND = 3.0
PARQUET_BOUND = 1.5
LATEST_BOUND_MS = 2.0
PEAK_BOUND = 1.5
GROWTH_BOUND = 1.1

Times = Mapping[str, list[float]]


def ratio(times: Times, slower: str, faster: str) -> float:
    """Return the median over rounds of the ratio of two times; paired, since noise in a round affects both."""
    return statistics.median(a / b for a, b in zip(times[slower], times[faster], strict=True))


def growth(seconds_by_rows: Mapping[int, float]) -> float:
    """Return the exponent of time over rows: the slope of a line fitted to the logarithms."""
    rows, seconds = np.log(list(seconds_by_rows)), np.log(list(seconds_by_rows.values()))
    return float(np.polyfit(rows, seconds, 1)[0])


@dataclass(frozen=True)
class Goal:
    """A figure and its upper bound, or its lower bound with `is_lower_bound`."""

    figure: float
    bound: float
    is_lower_bound: bool = False

    @property
    def is_met(self) -> bool:
        """Return whether the figure is within the bound."""
        return self.figure >= self.bound if self.is_lower_bound else self.figure <= self.bound


@dataclass
class Goals:
    """Goals of all sizes by name."""

    by_name: dict[str, Goal] = field(default_factory=dict)
    _medians: dict[str, dict[int, float]] = field(default_factory=lambda: {OURS: {}, OURS_NAMED: {}})

    def add_reads(self, scale: int, rows: int, times: Times) -> None:
        """Add the goals of the retrieval times of one size."""
        if FEAST in times:
            faster = ratio(times, FEAST, OURS_NAMED)
            self.by_name[f"times_faster_than_feast_{scale}x"] = Goal(faster, FEAST_BOUND, is_lower_bound=True)
        for name, forms in (("zstd", ZSTD), ("uncompressed", PLAIN)):
            slowdown = max(ratio(times, OURS, form) for form in forms)
            self.by_name[f"times_parquet_{name}_{scale}x"] = Goal(slowdown, PARQUET_BOUND)
        for side, medians in self._medians.items():
            medians[rows] = statistics.median(times[side])

    def add_latest(self, scale: int, duration_ms: float) -> None:
        """Add the goal of the retrieval time of a single photograph."""
        self.by_name[f"latest_row_ms_{scale}x"] = Goal(duration_ms, LATEST_BOUND_MS)

    def add_peak(self, scale: int, case: str, over_result: float) -> None:
        """Add the goal of peak memory above the idle process, relative to the size of the values read."""
        name = case.replace(", ", "_").replace(" ", "_")
        self.by_name[f"peak_memory_over_{name}_{scale}x"] = Goal(over_result, PEAK_BOUND)

    def close(self) -> None:
        """Add the goals that span several sizes."""
        for side, medians in self._medians.items():
            if len(medians) > 1:
                name = "growth_exponent" if side == OURS else "growth_exponent_ids_named"
                self.by_name[name] = Goal(growth(medians), GROWTH_BOUND)

    def show(self, write: Callable[[str], object] = print) -> bool:
        """Print one line per goal and return whether all are met."""
        for name, goal in self.by_name.items():
            write(f"goal {name} {goal.figure:.4g} {goal.bound:.4g} {'met' if goal.is_met else 'missed'}")
        return all(goal.is_met for goal in self.by_name.values())
