"""Fairness gaps: differences in performance between the best and the worst group of each demographic factor."""

from __future__ import annotations

from typing import Any

import polars as pl

from affect_store.models.evaluation.metrics import all_metrics, predictions_from, scale_of
from affect_store.models.intervals import Metric, interval, of_difference, point_estimate
from affect_store.store.vocabulary import MIN_PEOPLE, UNKNOWN

FACTORS = ("sex", "population", "age")
"""Demographic factors; age in bands."""

GAP_METRICS = ("accuracy", "macro_f1", "roc_auc", "log_loss", "calibration_error")
_LOWER_IS_BETTER = frozenset({"log_loss", "calibration_error"})


def gaps(predictions: pl.DataFrame) -> list[dict[str, Any]]:
    """Return one row per factor and metric: slice (the factor's name), metric (`accuracy_gap` ...), value, low, high,
    n_images, n_people, method; none for a factor with fewer than two groups of `MIN_PEOPLE` people. People whose group
    is unknown are no group.

    `predictions` has the columns that `metrics.predictions_from` reads, and the factors. The value is the difference
    between the best and the worst group, at least 0. `low` and `high` are its 95 % interval, made from the
    intervals of the same two groups; since these were selected for their difference, it is biased upwards.
    """
    rows = []
    for factor in FACTORS:
        levels = sorted(level for level in predictions[factor].drop_nulls().unique() if level != UNKNOWN)
        groups = {level: predictions.filter(pl.col(factor) == level) for level in levels}
        groups = {level: group for level, group in groups.items() if group["subject_id"].n_unique() >= MIN_PEOPLE}
        if len(groups) >= 2:
            metrics = {level: all_metrics(predictions_from(group)) for level, group in groups.items()}
            rows += [_gap(factor, name, groups, metrics) for name in GAP_METRICS]
    return rows


def _gap(
    factor: str, name: str, groups: dict[str, pl.DataFrame], metrics: dict[str, dict[str, Metric]]
) -> dict[str, Any]:
    people = {level: group["subject_id"].n_unique() for level, group in groups.items()}
    estimates = {level: point_estimate(metrics[level][name], people[level]) for level in groups}
    values = {level: value for level, value in estimates.items() if value is not None}
    row = {"slice": factor, "metric": f"{name}_gap", "n_images": 0, "n_people": 0}
    if len(values) < 2:
        return {**row, "method": "fewer than two groups can be measured"}
    low, high = min(values, key=lambda level: values[level]), max(values, key=lambda level: values[level])
    best, worst = (low, high) if name in _LOWER_IS_BETTER else (high, low)
    of_group = [interval(metrics[level][name], people[level], scale_of(name)) for level in (high, low)]
    bounds = of_difference(values[high], values[low], (of_group[0], of_group[1]))
    how = f"{of_group[0].method}; {of_group[1].method}" if bounds is None else "interval from those of the two groups"
    return {
        **row,
        "value": values[high] - values[low],
        "low": bounds[0] if bounds else None,
        "high": bounds[1] if bounds else None,
        "n_images": len(groups[high]) + len(groups[low]),
        "n_people": people[high] + people[low],
        "method": f"{best} {values[best]:.3f}, {worst} {values[worst]:.3f}; {how}",
    }
