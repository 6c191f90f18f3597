"""Share of people, smallest detectable difference and equivalence, against scipy, statsmodels and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import nct
from scipy.stats import t as student
from statsmodels.stats.weightstats import DescrStatsW

from affect_store.models.evaluation.compare import compare
from affect_store.models.evaluation.sensitivity import (
    equivalence_p,
    sensitivity_rows,
    share_better,
    smallest_detectable,
)
from affect_store.store.vocabulary import EQUIVALENCE, EQUIVALENCE_MARGIN, SHARE_BETTER, SMALLEST_DETECTABLE
from tests.models.evaluation.test_compare import pl, run

DIFFERENCES = np.random.default_rng(1).normal(0.02, 0.06, 24)


def by_metric(differences: np.ndarray, margin: float = EQUIVALENCE_MARGIN) -> dict[str, dict]:
    return {row["metric"]: row for row in sensitivity_rows(differences, margin)}


def test_ties_count_half_in_the_share_of_people() -> None:
    assert share_better(np.array([0.1, 0.2, 0.0, -0.1])) == 0.625
    assert share_better(np.zeros(3)) == 0.5


@pytest.mark.parametrize("people", [5, 12, 24, 67])
def test_the_detectable_difference_has_80_percent_power_in_the_noncentral_t(people: int) -> None:
    differences = np.random.default_rng(people).normal(0, 0.1, people)
    effect = smallest_detectable(differences) / differences.std(ddof=1)
    limit = student.ppf(0.975, people - 1)
    shift = effect * np.sqrt(people)
    power = nct.sf(limit, people - 1, shift) + nct.cdf(-limit, people - 1, shift)
    assert power == pytest.approx(0.8, abs=1e-4)


def test_a_t_test_detects_that_difference_in_four_of_five_simulations() -> None:
    random, people = np.random.default_rng(0), 24
    effect = smallest_detectable(np.array([-1.0, 1.0] * (people // 2))) / np.std([-1, 1] * (people // 2), ddof=1)
    samples = random.normal(effect, 1, (4000, people))
    statistic = samples.mean(axis=1) / (samples.std(axis=1, ddof=1) / np.sqrt(people))
    detected = np.abs(statistic) > student.ppf(0.975, people - 1)
    assert detected.mean() == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize("margin", [0.01, 0.05, 0.1])
def test_equivalence_is_the_tost_of_statsmodels(margin: float) -> None:
    expected = DescrStatsW(DIFFERENCES).ttost_mean(-margin, margin)[0]
    assert equivalence_p(DIFFERENCES, margin) == pytest.approx(expected)
    row = by_metric(DIFFERENCES, margin)[EQUIVALENCE]
    assert row["value"] == margin and row["p"] == pytest.approx(expected)
    result = f"equivalent within {margin:g}:" if expected < 0.05 else f"not shown to be equivalent within {margin:g}:"
    assert row["method"].startswith(result) and f"margin {margin:g}" in row["method"]


def test_few_people_and_equal_differences_have_no_value_but_a_reason() -> None:
    few = by_metric(np.array([0.1, 0.2, 0.3, 0.4]))
    assert {row["value"] for row in few.values()} == {None}
    assert all("4 people, 5 are needed" in row["method"] for row in few.values())
    equal = by_metric(np.zeros(6))
    assert equal[SHARE_BETTER]["value"] == 0.5
    assert equal[SMALLEST_DETECTABLE]["value"] is None and equal[EQUIVALENCE]["value"] is None
    assert "standard deviation is 0" in equal[SMALLEST_DETECTABLE]["method"]
    assert "margin 0.05" in equal[EQUIVALENCE]["method"]


def test_a_difference_that_cannot_exist_is_called_so() -> None:
    row = by_metric(np.array([-1.0, 1.0, -1.0, 1.0, 1.0]))[SMALLEST_DETECTABLE]
    assert row["value"] > 1 and row["method"].endswith("larger than any possible difference")
    assert "t test over 5 people" in row["method"] and "0.864" in row["method"]


def test_every_pair_has_these_rows() -> None:
    skills = np.random.default_rng(2).uniform(0.4, 0.9, (2, 12))
    rows = compare(pl.concat([run("a", skills[0]), run("b", skills[1])]))
    means = np.round(skills * 40) / 40
    row = rows.filter(metric=SHARE_BETTER).row(0, named=True)
    assert row["value"] == pytest.approx(((means[0] > means[1]) + (means[0] == means[1]) / 2).mean())
    assert rows.filter(metric=SMALLEST_DETECTABLE)["value"][0] == pytest.approx(
        smallest_detectable(means[0] - means[1])
    )
    assert (row["run_id"], row["other_run_id"], row["n_people"]) == ("a", "b", 12)
