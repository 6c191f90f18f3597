"""The test of a challenger against the champion: its decisions, and agreement with SciPy."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.stats import wilcoxon

from affect_store.models.evaluation.champion_test import (
    ALPHA,
    MIN_PEOPLE_FOR_PROMOTION,
    compare_with_champion,
    is_due,
    level_of_test,
)

PHOTOGRAPHS = 24


def predictions(run_id: str, right: list[int], *, left_out: int = 0) -> pl.DataFrame:
    """Return `right[i]` correct predictions of person i; `left_out` photographs per person have no prediction."""
    rows = [
        {
            "run_id": run_id,
            "image_id": f"{person}-{k}",
            "subject_id": f"p{person:02d}",
            "truth": 1,
            "predicted": int(k < n),
        }
        for person, n in enumerate(right)
        for k in range(PHOTOGRAPHS - left_out)
    ]
    return pl.DataFrame(rows)


def test_the_comparison_is_paired_by_person() -> None:
    rng = np.random.default_rng(3)
    base = rng.integers(8, 15, 16)
    better = base + rng.integers(1, 7, 16)
    comparison = compare_with_champion(predictions("b", better.tolist()), predictions("a", base.tolist()))
    assert comparison.difference == pytest.approx(((better - base) / PHOTOGRAPHS).mean())
    assert comparison.low is not None and comparison.low < comparison.difference < comparison.high
    assert comparison.statistic == 16 * 17 / 2, "all ranks favour the challenger"
    assert comparison.p == pytest.approx(2 / 2**16) and comparison.is_won()


def test_p_equals_scipys_exact_p_without_ties() -> None:
    steps = np.array([1, -2, 3, 4, -5, 6, 7, 8, 9, 10, 11, 12])
    first, second = (12 + steps).tolist(), [12] * 12
    comparison = compare_with_champion(predictions("b", first), predictions("a", second))
    reference = wilcoxon(first, second, method="exact", alternative="two-sided")
    assert comparison.p == pytest.approx(reference.pvalue) and comparison.p < ALPHA
    assert min(comparison.statistic, 78 - comparison.statistic) == reference.statistic


def test_a_challenger_needs_twelve_people_to_win() -> None:
    few = MIN_PEOPLE_FOR_PROMOTION - 1
    comparison = compare_with_champion(predictions("b", [20] * few), predictions("a", [10] * few))
    assert comparison.p < ALPHA and comparison.difference > 0 and not comparison.is_won()


def test_a_worse_challenger_does_not_win() -> None:
    comparison = compare_with_champion(predictions("b", [8] * 16), predictions("a", [16] * 16))
    assert comparison.p < ALPHA and comparison.difference < 0 and not comparison.is_won()


def test_a_mean_difference_due_to_one_person_does_not_win() -> None:
    """Eleven of twelve people are slightly worse and one is much better: the mean rises, but the ranks do not."""
    comparison = compare_with_champion(predictions("b", [9] * 11 + [24]), predictions("a", [10] * 12))
    assert comparison.difference > 0 and comparison.p < ALPHA
    assert not comparison.is_ahead and not comparison.is_won()


def test_p_is_adjusted_for_the_number_of_challengers() -> None:
    comparison = compare_with_champion(predictions("b", [13] * 9 + [11] * 3), predictions("a", [12] * 12))
    assert comparison.is_ahead and comparison.p > ALPHA / 20
    clear = compare_with_champion(predictions("b", [13] * 12), predictions("a", [12] * 12))
    assert clear.is_won(challengers=20) and not clear.is_won(challengers=200)


def test_only_photographs_that_both_have_predicted_count() -> None:
    comparison = compare_with_champion(predictions("b", [12] * 12, left_out=12), predictions("a", [12] * 12))
    assert comparison.difference == 0 and comparison.p == 1 and comparison.people == 12
    with pytest.raises(ValueError, match="received none"):
        compare_with_champion(predictions("b", [1]), predictions("a", [1]).with_columns(image_id=pl.lit("other")))


def test_the_levels_of_all_tests_sum_to_alpha_in_each_direction() -> None:
    levels = [level_of_test(earlier) for earlier in range(10_000)]
    assert levels[0] == ALPHA and levels[1] == pytest.approx(ALPHA / 3)
    assert 2 * ALPHA - 1e-4 < sum(levels) <= 2 * ALPHA


def test_a_pair_is_due_with_enough_people_and_again_with_half_more() -> None:
    assert is_due(12, None) and not is_due(11, None)
    assert not is_due(17, 12) and is_due(18, 12) and not is_due(11, 4)
