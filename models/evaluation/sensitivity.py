"""What a comparison of two systems could have seen: the smallest difference that it detects, equivalence within a
margin, and the share of people for whom a system is better."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from affect_store.store.vocabulary import EQUIVALENCE, MIN_PEOPLE, SHARE_BETTER, SMALLEST_DETECTABLE

ALPHA, POWER = 0.05, 0.8
"""Level of all tests here, and the power at which a difference counts as detectable."""

WILCOXON_EFFICIENCY = 0.864
"""Lower bound of the asymptotic relative efficiency of Wilcoxon's signed-rank test to the t test, for any symmetric
distribution (Hodges and Lehmann 1956, doi 10.1214/aoms/1177728261)."""

FloatArray = NDArray[np.float64]


def share_better(differences: FloatArray) -> float:
    """Return the share of people with a positive difference, (n,) with n > 0; a difference of 0 counts half."""
    return float((differences > 0).mean() + (differences == 0).mean() / 2)


def smallest_detectable(differences: FloatArray) -> float:
    """Return the smallest true mean difference that a two-sided paired t test at `ALPHA` detects with `POWER`.

    `differences` (n,), n > 1, give the number of people and the standard deviation. The power is that of the noncentral
    t distribution.
    """
    return detectable_effect(len(differences)) * float(differences.std(ddof=1))


@cache
def detectable_effect(people: int) -> float:
    """Return the mean difference, in standard deviations of the differences, that `smallest_detectable` scales."""
    from statsmodels.stats.power import TTestPower

    return float(TTestPower().solve_power(nobs=people, alpha=ALPHA, power=POWER, alternative="two-sided"))


def equivalence_p(differences: FloatArray, margin: float) -> float:
    """Return the p of two one-sided paired t tests (TOST) of a mean difference beyond -margin and margin: the larger of
    the two (Schuirmann 1987, doi 10.1007/BF01068419). `differences` (n,), n > 1, must not all be equal."""
    error = differences.std(ddof=1) / np.sqrt(len(differences))
    above = student.sf((differences.mean() + margin) / error, len(differences) - 1)
    below = student.cdf((differences.mean() - margin) / error, len(differences) - 1)
    return float(max(above, below))


def sensitivity_rows(differences: FloatArray, margin: float) -> list[dict[str, Any]]:
    """Return metric, value, p and method of the three metrics, of differences (n,) between two systems over people.

    Equal differences must be equal to the last bit. A metric has no value below `MIN_PEOPLE` people, and the last two
    have none if all people have the same difference; `method` says so.
    """
    people = len(differences)
    share = {
        "metric": SHARE_BETTER,
        "value": share_better(differences) if people >= MIN_PEOPLE else None,
        "method": _lacking(people) or f"share of {people} people for whom the first system is better, ties half",
    }
    lacking = _lacking(people)
    if not lacking and np.ptp(differences) == 0:
        lacking = f"no value: all {people} people have the same difference, so its standard deviation is 0"
    margin_text = f"margin {margin:g} of accuracy"
    if lacking:
        return [
            share,
            {"metric": SMALLEST_DETECTABLE, "value": None, "method": lacking},
            {"metric": EQUIVALENCE, "value": None, "method": f"{lacking}; {margin_text}"},
        ]
    return [share, _detectable_row(differences), _equivalence_row(differences, margin, margin_text)]


def _detectable_row(differences: FloatArray) -> dict[str, Any]:
    value = smallest_detectable(differences)
    return {
        "metric": SMALLEST_DETECTABLE,
        "value": value,
        "method": f"smallest mean difference that a two-sided paired t test over {len(differences)} people detects at "
        f"{ALPHA:g} with {POWER:.0%} power, at the observed standard deviation; Wilcoxon's test needs about the same: "
        f"its asymptotic relative efficiency is at least {WILCOXON_EFFICIENCY:g}"
        + ("; larger than any possible difference" if value > 1 else ""),
    }


def _equivalence_row(differences: FloatArray, margin: float, margin_text: str) -> dict[str, Any]:
    p = equivalence_p(differences, margin)
    result = f"equivalent within {margin:g}" if p < ALPHA else f"not shown to be equivalent within {margin:g}"
    return {
        "metric": EQUIVALENCE,
        "value": margin,
        "p": p,
        "method": f"{result}: two one-sided paired t tests at {ALPHA:g} over {len(differences)} people; {margin_text}",
    }


def _lacking(people: int) -> str:
    return "" if people >= MIN_PEOPLE else f"no value from {people} people, {MIN_PEOPLE} are needed"
