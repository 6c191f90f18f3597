"""Evaluate a run's predictions: every metric in every part and slice, with intervals over people.

Photographs without a prediction are left out of every metric except `accuracy_all`, where they count as wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from affect_store.models.evaluation import metrics, ratings
from affect_store.models.evaluation.fairness import FACTORS, gaps
from affect_store.models.evaluation.frame_schemas import frame_schema
from affect_store.models.intervals import Interval, Metric, interval, point_estimate
from affect_store.models.training.calibration import apply_temperature
from affect_store.store.vocabulary import AGE_BANDS, EMOTIONS, PARTS, PROBABILITIES

SLICES = ("camera_angle_deg", "gaze", *FACTORS)
ALL = "all"
METRICS = (
    "accuracy", "accuracy_all", "macro_f1", "roc_auc", "log_loss", "calibration_error", "log_loss_scaled",
    "calibration_error_scaled", "chance",
)  # fmt: skip
"""Metrics of each slice; those that end in `_scaled` use the probabilities at the run's temperature."""

SCHEMA = frame_schema("registry.metrics", without=("run_id",))


def evaluate(predictions: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row per part, slice and metric, with the columns of `SCHEMA`.

    `predictions`: image_id, part, predicted (label), a probability per class, and the temperature that calibrates
    them. `rows`: every image of the split: image_id, subject_id, part, label and the factors of the slices, with `age`
    in years. `low` and `high` are the 95 % interval over people of `intervals.interval`, null
    below five people; `value` is null where no photograph can be scored. Classes that a slice lacks are left out
    of averages and named in `method`. Slices named by a factor alone hold its gaps: see `fairness`. If `rows` has
    ratings by people, their metrics are added, and slices by rated intensity: see `ratings`.
    """
    thirds = ratings.thirds_of(rows)
    rows = ratings.with_thirds(rows, thirds)
    scores = predictions.select("image_id", "part", "predicted", "temperature", *PROBABILITIES)
    joined = _with_age_bands(rows).join(scores, on=["image_id", "part"], how="left", maintain_order="left")
    measured: list[dict[str, Any]] = []
    for part, name, members in _slices(joined):
        measured += [{"part": part, "slice": name, **row} for row in _measure(members)]
        if name == ALL:
            measured += [{"part": part, **row} for row in gaps(members.drop_nulls("predicted"))]
        rated = ratings.measure(members.drop_nulls("predicted"))
        measured += [{"part": part, "slice": name, **row} for row in rated]
    return ratings.with_bounds(pl.DataFrame(measured, schema=SCHEMA), thirds)


def _with_age_bands(rows: pl.DataFrame) -> pl.DataFrame:
    """Replace `age` in years by its band."""
    age = pl.col("age")
    band: Any = pl.lit(None, pl.String)
    for name, (low, high) in AGE_BANDS.items():
        band = pl.when((age >= low) & (age < high)).then(pl.lit(name)).otherwise(band)
    return rows.with_columns(band.alias("age"))


def _slices(joined: pl.DataFrame) -> Iterator[tuple[str, str, pl.DataFrame]]:
    """Yield part, name and photographs of every slice."""
    for part in PARTS:
        members = joined.filter(pl.col("part") == part)
        if members.is_empty():
            continue
        yield part, ALL, members
        for factor in (*SLICES, ratings.INTENSITY):
            if factor not in members.columns:
                continue
            for level in members[factor].drop_nulls().unique().sort().to_list():
                yield part, f"{factor}={level}", members.filter(pl.col(factor) == level)


def _measure(members: pl.DataFrame) -> list[dict[str, Any]]:
    predicted = members.drop_nulls("predicted")
    measures = _metrics_of(predicted)
    rows = []
    for name in METRICS:
        if name == "accuracy_all":
            rows.append(_row(name, _accuracy_all(members), members))
        elif name in measures:
            rows.append(_row(name, measures[name], predicted))
        else:
            rows.append({"metric": name, "n_images": 0, "n_people": 0, "method": "no photograph can be scored"})
    return rows


def _metrics_of(predicted: pl.DataFrame) -> dict[str, Metric]:
    """Return the metrics of photographs with a prediction; empty if there are none."""
    if predicted.is_empty():
        return {}
    uncalibrated = metrics.predictions_from(predicted)
    temperatures = predicted["temperature"].to_numpy().astype(np.float64)
    calibrated = replace(uncalibrated, probabilities=apply_temperature(uncalibrated.probabilities, temperatures))
    return {
        **metrics.all_metrics(uncalibrated),
        "log_loss_scaled": metrics.log_loss(calibrated),
        "calibration_error_scaled": metrics.calibration_error(calibrated),
    }


def _row(name: str, metric: Metric, frame: pl.DataFrame) -> dict[str, Any]:
    people = frame["subject_id"].n_unique()
    if name == "chance":
        limits = Interval(None, None, "share of the most frequent class")
    else:
        limits = interval(metric, people, metrics.scale_of(name))
    return {
        "metric": name, "value": point_estimate(metric, people), "low": limits.low, "high": limits.high,
        "n_images": len(frame), "n_people": people, "method": limits.method + _absent_classes(frame),
    }  # fmt: skip


def _absent_classes(frame: pl.DataFrame) -> str:
    present = set(frame["label"].unique().to_list())
    absent = [emotion for label, emotion in enumerate(EMOTIONS) if label not in present]
    return f"; absent classes: {', '.join(absent)}" if absent else ""


def _accuracy_all(members: pl.DataFrame) -> Metric:
    """Return the accuracy in which a photograph without a prediction counts as wrong."""
    right = members.select((pl.col("predicted") == pl.col("label")).fill_null(False).cast(pl.Float64))
    filled = metrics.predictions_from(members.with_columns(pl.col("predicted", *PROBABILITIES).fill_null(0)))
    return metrics.mean(filled, right.to_series().to_numpy())
