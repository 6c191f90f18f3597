"""Repeatability: the worked example of the literature, laws, and simulated photographs of known reliability."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from affect_store.models.evaluation.repeatability import agreement, relative_change

SHROUT_AND_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], np.float64
)[..., None]
"""Six targets rated by four judges: table 2 of Shrout and Fleiss (1979)."""

TARGETS = np.array([f"target {k}" for k in range(6)])


def simulated(
    rng: np.random.Generator, people: int, photographs: int, copies: int, sds: tuple[float, float, float, float]
) -> tuple[NDArray[np.float64], NDArray[np.str_]]:
    """Draw values (n, k, 1) from variances of people, photographs, copies and errors; returns them with the people."""
    of_people, of_photographs, of_copies, of_errors = sds
    n = people * photographs
    values = (
        np.repeat(rng.normal(0, of_people, people), photographs)[:, None]
        + rng.normal(0, of_photographs, (n, 1))
        + rng.normal(0, of_copies, (1, copies))
        + rng.normal(0, of_errors, (n, copies))
    )
    return values[..., None], np.repeat([f"{k:03}" for k in range(people)], photographs)


def test_the_example_of_shrout_and_fleiss() -> None:
    result = agreement(SHROUT_AND_FLEISS, TARGETS)
    assert result.icc is not None and round(result.icc, 2) == 0.29
    # table 3 of the article: mean square between 11.24, between judges 32.49, residual 1.02
    assert result.icc == pytest.approx((11.24 - 1.02) / (11.24 + 3 * 1.02 + 4 * (32.49 - 1.02) / 6), abs=2e-3)
    # within targets: 97.46 of the judges and 15.29 of the residual over 18 degrees of freedom, 6.26 in the article
    assert result.sem == pytest.approx(np.sqrt(6.2639), abs=1e-3)
    assert result.low is not None and result.high is not None and result.low < result.icc < result.high


def test_a_bias_between_copies_counts_as_error() -> None:
    values = np.arange(8.0)[:, None, None] * np.ones((1, 2, 1))
    people = np.array([f"{k}" for k in range(8)])
    same, biased = agreement(values, people), agreement(values + [[0.0], [2.0]], people)
    assert same.icc == pytest.approx(1) and same.sem == pytest.approx(0) and same.low is None
    assert biased.icc == pytest.approx(6 / (6 + 2))  # variance 6 of the photographs, mean square 2 within
    assert biased.sem == pytest.approx(np.sqrt(2))


def test_vectors_add_their_mean_squares() -> None:
    rng = np.random.default_rng(1)
    people = np.array([f"{k // 2}" for k in range(12)])
    values = rng.normal(size=(12, 3, 6)) + 2 * rng.normal(size=(12, 1, 6))
    whole = agreement(values, people, points=2)
    each = [agreement(values[:, :, [k]], people).sem or 0 for k in range(6)]
    assert whole.sem == pytest.approx(np.sqrt(np.sum(np.square(each)) / 2))
    repeated = agreement(np.repeat(values[:, :, :1], 6, axis=2), people, points=6)
    single = agreement(values[:, :, :1], people)
    assert (repeated.icc, repeated.low, repeated.sem) == pytest.approx((single.icc, single.low, single.sem))


@given(st.integers(0, 2**20), st.floats(0.1, 100), st.floats(-50, 50))
@settings(max_examples=30, deadline=None)
def test_the_unit_and_the_origin_do_not_change_the_icc(seed: int, factor: float, shift: float) -> None:
    values, people = simulated(np.random.default_rng(seed), 6, 2, 3, (1, 1, 0.3, 0.3))
    before, after = agreement(values, people), agreement(values * factor + shift, people)
    assert after.icc == pytest.approx(before.icc) and after.low == pytest.approx(before.low)
    assert after.sem == pytest.approx(factor * (before.sem or 0))


def test_known_variances_are_recovered() -> None:
    values, people = simulated(np.random.default_rng(3), 400, 5, 40, (1.0, 0.5, 0.4, 0.6))
    result = agreement(values, people)
    within = 0.4**2 + 0.6**2
    assert result.icc == pytest.approx(1.25 / (1.25 + within), abs=0.06)
    assert result.sem == pytest.approx(np.sqrt(within), abs=0.06)


def test_the_interval_over_people_covers_the_true_value() -> None:
    """Copies without bias of their own: that of a few fixed copies is part of what is estimated."""
    rng, true, hits = np.random.default_rng(5), 1.25 / 1.61, 0
    for _ in range(300):
        result = agreement(*simulated(rng, 15, 4, 3, (1.0, 0.5, 0.0, 0.6)))
        assert result.low is not None and result.high is not None
        hits += result.low < true < result.high
    assert 0.90 <= hits / 300 <= 0.985


def test_what_cannot_be_computed_is_none() -> None:
    values, people = simulated(np.random.default_rng(2), 4, 3, 2, (1, 1, 0, 0.1))
    few = agreement(values, people)
    assert few.icc is not None and few.low is None and "4 people" in few.method
    pair = agreement(values[:2], np.array(["001", "002"]))
    assert pair.icc is not None and pair.low is None, "without either person, one photograph is left"
    alone = agreement(values, np.full(12, "001"))
    assert alone.icc == pytest.approx(few.icc) and alone.low is None
    still = agreement(np.ones((6, 3, 1)), TARGETS)
    assert still.icc is None and still.sem == 0
    assert agreement(values[:1], people[:1]).sem is None
    with pytest.raises(ValueError, match="at least two measurements"):
        agreement(values[:, :1], people)


def test_the_relative_change_is_a_median_over_photographs_that_move() -> None:
    original = np.array([[3.0, 4.0], [0.0, 2.0], [0.0, 0.0]])
    copies = original + np.array([[0.5, 0.0], [0.4, 0.0], [1.0, 0.0]])
    assert relative_change(np.stack([original, copies], axis=1)) == pytest.approx((0.1 + 0.2) / 2)
    assert relative_change(np.zeros((2, 2, 3))) is None
