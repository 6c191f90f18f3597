"""Figures that compare systems: pairs, ranks, groups and significance."""

from __future__ import annotations

import polars as pl
import pytest

from affect_store.dashboards.figures import (
    pairwise,
    ranks,
)
from affect_store.dashboards.frames import Frames
from affect_store.store.vocabulary import (
    PARTS,
    STRATEGIES,
)

TEST = PARTS[-1]
BY_PERSON, BY_IMAGE = STRATEGIES[:2]


def test_a_bar_joins_the_systems_that_share_a_letter(frames: Frames) -> None:
    picture = ranks.critical_difference(frames.ranks, frames.leaderboard, strategy=BY_PERSON)
    dots, *bars = picture.figure.data
    assert list(dots.x) == sorted(dots.x) and len(dots.x) == 4
    letters = ranks.ranked(frames.ranks, frames.leaderboard, strategy=BY_PERSON)
    for letter, bar in zip("ab", bars, strict=True):
        assert list(bar.y) == [k for k, row in enumerate(letters) if letter in row["letters"]]
    assert "Friedman" in picture.note and "6 people" in picture.note


def test_a_pair_is_blue_where_the_row_is_better_and_orange_on_the_other_side(frames: Frames) -> None:
    board, by_pair = pairwise.compared(frames.comparisons, frames.leaderboard, strategy=BY_PERSON)
    z = pairwise.heat_map(frames.comparisons, frames.leaderboard, strategy=BY_PERSON).figure.data[0].z
    ids = [row["run_id"] for row in board]
    assert by_pair
    for i, run_id in enumerate(ids):
        assert z[i][i] is None, "no run is compared with itself"
        for j, other in enumerate(ids):
            if (run_id, other) in by_pair:
                assert z[i][j] == -z[j][i] and (z[i][j] > 0) == (by_pair[run_id, other]["value"] > 0)


def test_runs_without_common_photographs_are_not_compared(frames: Frames) -> None:
    apart = frames.comparisons.with_columns(value=pl.lit(None, pl.Float64), n_people=pl.lit(0, pl.UInt32))
    picture = pairwise.heat_map(apart, frames.leaderboard, strategy=BY_PERSON)
    assert {value for line in picture.figure.data[0].z for value in line} == {None}
    assert "No pair was compared" in picture.note
    assert not pairwise.has_any(apart, frames.leaderboard, strategy=BY_PERSON)


@pytest.mark.parametrize(("p", "shade"), [(None, 0), (0.2, 0), (0.05, 0), (0.04, 1 / 3), (0.009, 2 / 3), (1e-5, 1)])
def test_smaller_p_values_have_darker_colours(p: float | None, shade: float) -> None:
    assert pairwise.shade({"p_adjusted": p, "value": 0.1, "rank_biserial": 0.5}) == pytest.approx(shade)
    assert pairwise.shade({"p_adjusted": p, "value": -0.1, "rank_biserial": -0.5}) == pytest.approx(-shade)


def test_neither_system_is_better_where_mean_and_ranks_disagree(frames: Frames) -> None:
    for effect in (-0.8, 0.0, None):
        assert pairwise.shade({"p_adjusted": 0.01, "value": 0.1, "rank_biserial": effect}) == 0
    turned = pl.when(pl.col("metric") == "rank_biserial").then(-pl.col("value")).otherwise(pl.col("value"))
    picture = pairwise.heat_map(frames.comparisons.with_columns(value=turned), frames.leaderboard, strategy=BY_PERSON)
    assert {value for line in picture.figure.data[0].z for value in line} == {None, 0}
    assert "0 of 6 pairs differ significantly. 6 pairs with p below 0.05 without colour" in picture.note


@pytest.mark.parametrize(("people", "is_noted"), [((6, 6), True), ((24, 6), False), ((24, 24), False)])
def test_too_few_people_for_significance_are_noted(frames: Frames, people: tuple, is_noted: bool) -> None:
    many = pl.Series([people[k % 2] for k in range(frames.comparisons.height)], dtype=pl.UInt32)
    pale = frames.comparisons.with_columns(p_adjusted=pl.lit(1.0), n_people=many)
    note = pairwise.heat_map(pale, frames.leaderboard, strategy=BY_PERSON).note
    is_advised = "affect train --folds 5" in note
    assert ("With 6 people the smallest possible p value is 0.031" in note) == is_noted == is_advised


def test_pairs_with_too_few_people_are_noted(frames: Frames) -> None:
    untested = frames.comparisons.with_columns(p=pl.lit(None, pl.Float64), p_adjusted=pl.lit(None, pl.Float64))
    note = pairwise.heat_map(untested, frames.leaderboard, strategy=BY_PERSON).note
    assert note == "6 pairs not tested: the test needs 5 people."


def test_ranks_without_letters_have_no_groups(minimal: Frames) -> None:
    picture = ranks.critical_difference(minimal.ranks, minimal.leaderboard, strategy=BY_PERSON)
    assert len(picture.figure.data) == 1 and "Groups are not shown" in picture.note and "bar" not in picture.note
