"""Evaluate a run's predictions: every metric in every part and slice, with intervals over people.

Photographs without a prediction are left out of every metric except `accuracy_all`, where they count as wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from affect_store.models.evaluation import metrics, ratings
from affect_store.models.evaluation.fairness import FACTORS, gaps
from affect_store.models.evaluation.frame_schemas import frame_schema
from affect_store.models.intervals import Interval, Metric, interval, point_estimate
from affect_store.models.training.calibration import apply_temperature
from affect_store.store.emotion_classes import EIGHT, Classes
from affect_store.store.vocabulary import AGE_BANDS, PARTS

SLICES = ("camera_angle_deg", "gaze", *FACTORS)
ALL, EMOTION = "all", "emotion"
METRICS = (
    "accuracy", "accuracy_all", "balanced_accuracy", "macro_f1", "cohen_kappa", "matthews_correlation", "roc_auc",
    "log_loss", "brier_score", "calibration_error", "calibration_error_if_perfect", "log_loss_scaled",
    "brier_score_scaled", "calibration_error_scaled", "calibration_error_if_perfect_scaled", "chance",
)  # fmt: skip
"""Metrics of each slice; those that end in `_scaled` use the probabilities at the run's temperature."""

OVERALL_METRICS = ("confusion_entropy",)
WITHOUT_REFERENCES = "accuracy_without_references"
"""Metrics of the slice `ALL` only; the second if it is known which photographs are references."""

WITHOUT_INTERVAL = {
    "chance": "share of the most frequent class",
    "calibration_error_if_perfect": "expected of a perfectly calibrated model with these confidences",
    "calibration_error_if_perfect_scaled": "expected of a perfectly calibrated model with these confidences",
}
"""Metrics without an interval, and what stands in their column `method`."""

REFERENCE = "is_reference"
SCHEMA = frame_schema("registry.metrics", without=("run_id",))


def evaluate(
    predictions: pl.DataFrame, rows: pl.DataFrame, classes: Classes = EIGHT, *, by_emotion: bool = False
) -> pl.DataFrame:
    """Return one row per part, slice and metric, with the columns of `SCHEMA`.

    `predictions`: image_id, part, predicted (label), a probability per class, and the temperature that calibrates
    them. `rows`: every image of the split: image_id, subject_id, part, label and the factors of the slices, with `age`
    in years. Labels are those of the home, `classes` those of the split. `low` and `high` are the 95 % interval over
    people of `intervals.interval`, null below five people; `value` is null where no photograph can be scored. Classes
    that a slice lacks are left out of averages and named in `method`. Slices named by a factor alone hold its gaps: see
    `fairness`. If `rows` has
    ratings by people, their metrics are added, and slices by rated intensity: see `ratings`. If it has `is_reference`,
    so is the accuracy without the photographs that serve as references: they are known to be neutral, their own deltas
    have another reference, and a photograph without a label cannot be one. With `by_emotion`, the accuracy on the
    photographs of each emotion is added, as slices such as emotion=happy.
    """
    thirds = ratings.thirds_of(rows)
    rows = _with_positions(ratings.with_thirds(rows, thirds), "label", classes)
    scores = predictions.select("image_id", "part", "predicted", "temperature", *classes.probabilities)
    scores = _with_positions(scores, "predicted", classes)
    joined = _with_age_bands(rows).join(scores, on=["image_id", "part"], how="left", maintain_order="left")
    measured: list[dict[str, Any]] = []
    for part, name, members in _slices(joined):
        names = METRICS + OVERALL_METRICS if name == ALL else METRICS
        measured += [{"part": part, "slice": name, **row} for row in _measure(members, names)]
        if name == ALL and REFERENCE in members.columns:
            (others,) = _measure(members.filter(~pl.col(REFERENCE)), ("accuracy",))
            measured.append({"part": part, "slice": name, **others, "metric": WITHOUT_REFERENCES})
        if name == ALL:
            measured += [{"part": part, **row} for row in gaps(members.drop_nulls("predicted"))]
        rated = ratings.measure(members.drop_nulls("predicted"))
        measured += [{"part": part, "slice": name, **row} for row in rated]
    if by_emotion:
        measured += _by_emotion(joined, classes)
    return ratings.with_bounds(pl.DataFrame(measured, schema=SCHEMA), thirds)


def _with_positions(frame: pl.DataFrame, column: str, classes: Classes) -> pl.DataFrame:
    """Replace the labels in a column by their positions among the classes."""
    return frame.with_columns(pl.Series(column, classes.positions(frame[column].to_numpy())))


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


def _by_emotion(joined: pl.DataFrame, classes: Classes) -> Iterator[dict[str, Any]]:
    """Yield the accuracy on the photographs of each emotion, in every part."""
    for part in PARTS:
        members = joined.filter(pl.col("part") == part)
        for position in members["label"].unique().sort().to_list():
            (row,) = _measure(members.filter(pl.col("label") == position), ("accuracy",))
            yield {"part": part, "slice": f"{EMOTION}={classes.emotions[position]}", **row}


def _measure(members: pl.DataFrame, names: Sequence[str]) -> list[dict[str, Any]]:
    """Return one row per metric of the photographs of a slice."""
    predicted = members.drop_nulls("predicted")
    measures = {**_metrics_of(predicted), "accuracy_all": _accuracy_all(members)}
    of_predicted, of_all = _size(predicted), _size(members)
    rows = []
    for name in names:
        if name in measures:
            rows.append(_row(name, measures[name], of_all if name == "accuracy_all" else of_predicted))
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
    scaled = metrics.of_probabilities(calibrated) | {"calibration_error_if_perfect": _if_perfect(calibrated)}
    return {
        **metrics.all_metrics(uncalibrated),
        "calibration_error_if_perfect": _if_perfect(uncalibrated),
        **{f"{name}_scaled": metric for name, metric in scaled.items()},
    }


def _if_perfect(predictions: metrics.Predictions) -> Metric:
    """Return a metric without an interval: the value does not depend on the weights."""
    value = metrics.calibration_error_if_perfect(predictions)
    return lambda weights: np.full(len(weights), value)


@dataclass(frozen=True)
class _SliceSize:
    """Numbers of photographs, people and classes of a slice, and the names of the classes that it lacks, as text."""

    images: int
    people: int
    classes: int
    absent: str


def _size(frame: pl.DataFrame) -> _SliceSize:
    present = set(frame["label"].unique().to_list())
    emotions = [name.removesuffix("_prob") for name in metrics.probabilities_in(frame)]
    absent = [emotion for position, emotion in enumerate(emotions) if position not in present]
    text = f"; absent classes: {', '.join(absent)}" if absent else ""
    return _SliceSize(len(frame), frame["subject_id"].n_unique(), len(emotions), text)


def _row(name: str, metric: Metric, size: _SliceSize) -> dict[str, Any]:
    value, scale = point_estimate(metric, size.people), metrics.scale_of(name, size.classes)
    if name in WITHOUT_INTERVAL:
        limits = Interval(None, None, WITHOUT_INTERVAL[name])
    elif name == "confusion_entropy" and not (value and scale.contains(value)):
        limits = Interval(None, None, "no error" if value is None else "no interval: at an end of the range")
    else:
        limits = interval(metric, size.people, scale)
    return {
        "metric": name, "value": value, "low": limits.low, "high": limits.high,
        "n_images": size.images, "n_people": size.people, "method": limits.method + size.absent,
    }  # fmt: skip


def _accuracy_all(members: pl.DataFrame) -> Metric:
    """Return the accuracy in which a photograph without a prediction counts as wrong."""
    right = members.select((pl.col("predicted") == pl.col("label")).fill_null(False).cast(pl.Float64))
    names = ("predicted", *metrics.probabilities_in(members))
    filled = metrics.predictions_from(members.with_columns(pl.col(names).fill_null(0)))
    return metrics.mean(filled, right.to_series().to_numpy())
