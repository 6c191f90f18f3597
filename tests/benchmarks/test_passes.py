"""The goal of the benchmark of passes: two different combinations, both named; nothing is trained here."""

from __future__ import annotations

import argparse

import pytest
from benchmarks.passes import BASELINE, CHOSEN, combinations, goal_line, goal_of

from affect_store.store.features.feature_options import DEFAULT_OPTIONS


def test_the_candidate_is_measured_and_differs_from_the_baseline_which_is_the_default() -> None:
    options = argparse.Namespace(passes="1,3", meshes="plain", references="one", averages="mean")
    assert BASELINE == DEFAULT_OPTIONS != CHOSEN
    assert [combination.passes for combination in combinations(options)] == [1, 7, 3]
    assert combinations(options)[:2] == [BASELINE, CHOSEN]


@pytest.mark.parametrize(
    ("baseline", "chosen", "is_met"),
    [(0.5, 0.2, True), (0.5, 0.21, False), (0.5, 0.5, False), (0.0, 0.0, True), (0.0, 0.1, False)],
)
def test_the_goal_is_met_by_less_than_half_of_the_error(baseline: float, chosen: float, is_met: bool) -> None:
    line = goal_line(goal_of(baseline, chosen))
    assert goal_of(baseline, chosen).is_met == is_met and line.endswith("met" if is_met else "missed")
    assert "7_attention_mean_over_1_plain_one" in line
