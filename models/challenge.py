"""Champion against challenger: both tested on everybody, by models that were trained on others, paired by person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.stats import rankdata

from models.compare import by_person, images_of_all_runs, signed_rank_p
from models.resample import interval

ALPHA = 0.05
FEWEST_PEOPLE = 12
"""With fewer people, one or two of them decide the outcome: no challenger is crowned from them."""


@dataclass(frozen=True)
class Contest:
    """The challenger's accuracy less the champion's, mean over people, with its 95 % interval (None below five people);
    Wilcoxon's statistic (sum of the ranks of the people with whom the challenger does better) and two-sided p."""

    difference: float
    low: float | None
    high: float | None
    statistic: float
    p: float
    people: int
    is_ahead: bool
    """Whether the ranks, too, are rather the challenger's: a mean can be one person's."""

    def is_won(self, contests: int = 1) -> bool:
        """Whether the challenger is shown to be better, where it is one of so many (Bonferroni: p times them)."""
        is_better = self.difference > 0 and self.is_ahead
        return self.people >= FEWEST_PEOPLE and is_better and self.p * contests < ALPHA


def contest(challenger: pl.DataFrame, champion: pl.DataFrame) -> Contest:
    """Compare two systems' pooled test predictions (run_id, image_id, subject_id, truth, predicted) on the photographs
    that both have scored. See `compare.signed_rank_p` for the test.

    Raises `ValueError` where they have no photograph in common.
    """
    is_right = pl.col("predicted") == pl.col("truth")
    first, second = (frame.with_columns(is_right=is_right) for frame in (challenger, champion))
    both = images_of_all_runs(first).join(images_of_all_runs(second), on="image_id")
    pairs = by_person(first, both).join(by_person(second, both), on="subject_id", suffix="_other").sort("subject_id")
    if pairs.is_empty():
        raise ValueError("expected photographs that both systems have scored, received none")
    differences = np.round(pairs["accuracy"].to_numpy() - pairs["accuracy_other"].to_numpy(), 12)
    bounds = interval(lambda weights: weights @ differences / len(differences), len(differences), seed=0)
    low, high = bounds or (None, None)
    moved = differences[differences != 0]
    ranks = rankdata(np.abs(moved))
    statistic, p = float(ranks[moved > 0].sum()), signed_rank_p(differences)
    is_ahead = bool(statistic > ranks.sum() / 2)
    return Contest(float(differences.mean()), low, high, statistic, p, len(differences), is_ahead)
