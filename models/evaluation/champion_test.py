"""Test a challenger against the champion on pooled out-of-fold predictions, paired by person.

A home is retrained night after night, on data that grow. Each test has a level of its own, and all levels together
bound the probability that any of them promotes a challenger that is not better: see `level_of_test`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.stats import rankdata

from affect_store.models.evaluation.compare import ACCURACY_DECIMALS, mean_interval, paired_accuracies, signed_rank_p

ALPHA = 0.05
"""Probability, over all tests of a home, of promoting a challenger that is not better."""

GROWTH = 1.5
"""A pair is tested again when there are this many times the people of its last test."""

MIN_PEOPLE_FOR_PROMOTION = 12
"""Minimum number of people for a promotion; with fewer, one or two people decide the outcome."""


def level_of_test(earlier: int) -> float:
    """Return the level of the two-sided p of a test after a number of earlier ones: 0.05, 0.017, 0.008 ...

    The levels 2 ALPHA / (k (k + 1)) of all tests k = 1, 2 ... sum to 2 ALPHA, and half of each is spent on promotion:
    the other half would be that the challenger is worse. The bound holds for any number of tests on any people, however
    dependent (Bonferroni's inequality).
    """
    return 2 * ALPHA / ((earlier + 1) * (earlier + 2))


def is_due(people: int, last: int | None) -> bool:
    """Return whether a pair is tested on this many people, after its last test on `last` (None without one)."""
    return people >= MIN_PEOPLE_FOR_PROMOTION and (last is None or people >= GROWTH * last)


@dataclass(frozen=True)
class Comparison:
    """Result of the test: the mean over people of the challenger's accuracy minus the champion's, its 95 % interval
    (None below five people), Wilcoxon's statistic (sum of the ranks of the people for whom the challenger is
    better) and two-sided p."""

    difference: float
    low: float | None
    high: float | None
    statistic: float
    p: float
    people: int
    is_ahead: bool
    """Whether the rank sum also favours the challenger; a mean difference can be due to one person."""

    def is_won(self, level: float = ALPHA, *, challengers: int = 1) -> bool:
        """Return whether the challenger is significantly better, with p Bonferroni-adjusted for the challengers."""
        is_better = self.difference > 0 and self.is_ahead
        return self.people >= MIN_PEOPLE_FOR_PROMOTION and is_better and self.p * challengers < level


def compare_with_champion(challenger: pl.DataFrame, champion: pl.DataFrame) -> Comparison:
    """Compare the pooled test predictions of two systems (run_id, image_id, subject_id, truth, predicted) on the
    photographs that both have predicted. See `compare.signed_rank_p` for the test.

    Raises `ValueError` where they have no photograph in common.
    """
    is_right = pl.col("predicted") == pl.col("truth")
    first, second = (frame.with_columns(is_right=is_right) for frame in (challenger, champion))
    pairs, _ = paired_accuracies(first, second)
    if pairs.is_empty():
        raise ValueError("expected photographs that both systems have predicted, received none")
    differences = np.round(pairs["accuracy"].to_numpy() - pairs["accuracy_other"].to_numpy(), ACCURACY_DECIMALS)
    low, high = mean_interval(differences) or (None, None)
    nonzero = differences[differences != 0]
    ranks = rankdata(np.abs(nonzero))
    statistic, p = float(ranks[nonzero > 0].sum()), signed_rank_p(differences)
    is_ahead = bool(statistic > ranks.sum() / 2)
    return Comparison(float(differences.mean()), low, high, statistic, p, len(differences), is_ahead)
