"""Means over people with their 95 % t interval, for numbers of which each person has one."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import fmean, stdev

from affect_store.store.vocabulary import MIN_PEOPLE

LEVEL = 0.95


def mean_over_people(values: Sequence[float]) -> tuple[float | None, float, float | None]:
    """Return the lower limit, the mean and the upper limit; no limits below `MIN_PEOPLE` people.

    The limits are those of Student's t with people - 1 degrees of freedom. `values` must not be empty.
    """
    mean = fmean(values)
    if len(values) < MIN_PEOPLE:
        return None, mean, None
    from scipy.stats import t as student  # slow to import

    reach = float(student.ppf((1 + LEVEL) / 2, len(values) - 1)) * stdev(values) / sqrt(len(values))
    return mean - reach, mean, mean + reach


def in_words(values: Sequence[float], digits: int = 3) -> str:
    """Return the mean with its interval as text: '0.120 (0.101 to 0.139)'."""
    low, mean, high = mean_over_people(values)
    limits = "" if low is None or high is None else f" ({low:.{digits}f} to {high:.{digits}f})"
    return f"{mean:.{digits}f}{limits}"
