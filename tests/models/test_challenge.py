"""Champion against challenger: what is won, over whom, and against SciPy's own test."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.stats import wilcoxon

from models.challenge import ALPHA, FEWEST_PEOPLE, contest

PHOTOGRAPHS = 24


def predictions(run_id: str, right: list[int], *, left_out: int = 0) -> pl.DataFrame:
    """So many right answers of each person; `left_out` photographs of everybody were not scored."""
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


def test_a_contest_is_paired_by_person() -> None:
    rng = np.random.default_rng(3)
    base = rng.integers(8, 15, 16)
    better = base + rng.integers(1, 7, 16)
    found = contest(predictions("b", better.tolist()), predictions("a", base.tolist()))
    assert found.difference == pytest.approx(((better - base) / PHOTOGRAPHS).mean())
    assert found.low is not None and found.low < found.difference < found.high
    assert found.statistic == 16 * 17 / 2, "all ranks are the challenger's"
    assert found.p == pytest.approx(2 / 2**16) and found.is_won()


def test_scipys_exact_p_where_no_ranks_are_tied() -> None:
    steps = np.array([1, -2, 3, 4, -5, 6, 7, 8, 9, 10, 11, 12])
    first, second = (12 + steps).tolist(), [12] * 12
    found = contest(predictions("b", first), predictions("a", second))
    told = wilcoxon(first, second, method="exact", alternative="two-sided")
    assert found.p == pytest.approx(told.pvalue) and found.p < ALPHA
    assert min(found.statistic, 78 - found.statistic) == told.statistic


def test_few_people_win_nothing_however_clear_it_is() -> None:
    few = FEWEST_PEOPLE - 1
    found = contest(predictions("b", [20] * few), predictions("a", [10] * few))
    assert found.p < ALPHA and found.difference > 0 and not found.is_won()


def test_a_worse_challenger_does_not_win() -> None:
    found = contest(predictions("b", [8] * 16), predictions("a", [16] * 16))
    assert found.p < ALPHA and found.difference < 0 and not found.is_won()


def test_a_mean_that_one_person_makes_is_no_victory() -> None:
    """Eleven of twelve do a little worse, one does a lot better: the mean rises, the ranks say the contrary."""
    found = contest(predictions("b", [9] * 11 + [24]), predictions("a", [10] * 12))
    assert found.difference > 0 and found.p < ALPHA
    assert not found.is_ahead and not found.is_won()


def test_p_counts_as_often_as_there_were_challengers() -> None:
    found = contest(predictions("b", [13] * 9 + [11] * 3), predictions("a", [12] * 12))
    assert found.is_ahead and found.p > ALPHA / 20
    clear = contest(predictions("b", [13] * 12), predictions("a", [12] * 12))
    assert clear.is_won(20) and not clear.is_won(200)


def test_only_photographs_that_both_have_scored_count() -> None:
    found = contest(predictions("b", [12] * 12, left_out=12), predictions("a", [12] * 12))
    assert found.difference == 0 and found.p == 1 and found.people == 12
    with pytest.raises(ValueError, match="received none"):
        contest(predictions("b", [1]), predictions("a", [1]).with_columns(image_id=pl.lit("other")))
