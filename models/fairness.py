"""Gaps between groups of people: how much better the best served group is than the worst served one."""

from __future__ import annotations

from typing import Any

import polars as pl

from models import resample

FACTORS = ("sex", "population", "age")
"""What is known of people; age in bands."""

GAPS = ("accuracy", "macro_f1", "roc_auc", "log_loss", "calibration_error")
_SMALLER_IS_BETTER = frozenset({"log_loss", "calibration_error"})


def gaps(known: pl.DataFrame, seed: int) -> list[dict[str, Any]]:
    """One row a factor and metric: slice (the factor's name), metric (`accuracy_gap` ...), value, low, high, n_images,
    n_people, method; none where a factor has fewer than two groups of five people.

    `known` are scored photographs: what `resample.scored_from` reads, and the factors. The value is the difference
    between the best and the worst group, at least 0. `low` and `high` are of the same two groups, people drawn with
    replacement within each; since the two were chosen for their difference, it is rather too large than too small.
    """
    found = []
    for factor in FACTORS:
        groups = {level: known.filter(pl.col(factor) == level) for level in sorted(known[factor].drop_nulls().unique())}
        groups = {level: one for level, one in groups.items() if one["subject_id"].n_unique() >= resample.FEWEST_PEOPLE}
        if len(groups) >= 2:
            metrics = {level: resample.metrics(resample.scored_from(one)) for level, one in groups.items()}
            found += [_gap(factor, name, groups, metrics, seed) for name in GAPS]
    return found


def _gap(
    factor: str, name: str, groups: dict[str, pl.DataFrame], metrics: dict[str, dict[str, resample.Metric]], seed: int
) -> dict[str, Any]:
    people = {level: one["subject_id"].n_unique() for level, one in groups.items()}
    values = {level: resample.value(metrics[level][name], people[level]) for level in groups}
    known = {level: value for level, value in values.items() if value is not None}
    row = {"slice": factor, "metric": f"{name}_gap", "n_images": 0, "n_people": 0}
    if len(known) < 2:
        return {**row, "method": "fewer than two groups can be measured"}
    low, high = min(known, key=lambda one: known[one]), max(known, key=lambda one: known[one])
    drawn = [
        resample.draws(metrics[level][name], people[level], seed=seed + place)
        for place, level in enumerate((high, low))
    ]
    best, worst = (low, high) if name in _SMALLER_IS_BETTER else (high, low)
    bounds = resample.percentiles(drawn[0] - drawn[1]) or (None, None)
    return {
        **row,
        "value": known[high] - known[low],
        "low": bounds[0],
        "high": bounds[1],
        "n_images": len(groups[high]) + len(groups[low]),
        "n_people": people[high] + people[low],
        "method": f"{best} {known[best]:.3f}, {worst} {known[worst]:.3f}; "
        + resample.told(people[high] + people[low])
        + ", within each group",
    }
