"""How good a run's predictions are: each metric in each part and each slice, with intervals over people.

A photograph without a prediction is left out of every metric except `accuracy_all`, where it counts as wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from models import resample
from models.calibrate import scaled
from models.fairness import FACTORS, gaps
from models.resample import Metric, Scored
from store.vocabulary import AGE_BANDS, EMOTIONS, PARTS, PROBABILITIES

SLICES = ("camera_angle_deg", "gaze", *FACTORS)
ALL = "all"
METRICS = (
    "accuracy", "accuracy_all", "macro_f1", "roc_auc", "log_loss", "calibration_error", "log_loss_scaled",
    "calibration_error_scaled", "chance",
)  # fmt: skip
"""Of each slice; the two that end in `_scaled` are of probabilities at the run's temperature."""

SCHEMA = {
    "part": pl.String, "slice": pl.String, "metric": pl.String, "value": pl.Float64, "low": pl.Float64,
    "high": pl.Float64, "n_images": pl.Int64, "n_people": pl.Int64, "method": pl.String,
}  # fmt: skip


def evaluate(predictions: pl.DataFrame, rows: pl.DataFrame, *, seed: int = 0) -> pl.DataFrame:
    """One row a part, slice and metric: part, slice, metric, value, low, high, n_images, n_people, method.

    `predictions`: image_id, part, predicted (label), a probability a class, and the temperature that calibrates them.
    `rows`: every image of the split in use: image_id, subject_id, part, label and the factors of the slices, `age` in
    years among them. `low` and `high` are the 95 % percentile bootstrap interval over people, null from fewer than
    five; `value` is null where nothing can be scored. A class that a slice lacks is left out of the averages and named
    in `method`. Slices named by a factor alone hold its gaps: see `fairness`.
    """
    scores = predictions.select("image_id", "part", "predicted", "temperature", *PROBABILITIES)
    joined = _banded(rows).join(scores, on=["image_id", "part"], how="left", maintain_order="left")
    found: list[dict[str, Any]] = []
    for part, name, members in _groups(joined):
        found += [{"part": part, "slice": name, **row} for row in _measure(members, seed)]
        if name == ALL:
            found += [{"part": part, **row} for row in gaps(members.drop_nulls("predicted"), seed)]
    return pl.DataFrame(found, schema=SCHEMA)


def _banded(rows: pl.DataFrame) -> pl.DataFrame:
    """`age` in bands instead of years."""
    age = pl.col("age")
    band: Any = pl.lit(None, pl.String)
    for name, (low, high) in AGE_BANDS.items():
        band = pl.when((age >= low) & (age < high)).then(pl.lit(name)).otherwise(band)
    return rows.with_columns(band.alias("age"))


def _groups(joined: pl.DataFrame) -> Iterator[tuple[str, str, pl.DataFrame]]:
    for part in PARTS:
        members = joined.filter(pl.col("part") == part)
        if members.is_empty():
            continue
        yield part, ALL, members
        for factor in SLICES:
            for level in members[factor].drop_nulls().unique().sort().to_list():
                yield part, f"{factor}={level}", members.filter(pl.col(factor) == level)


def _measure(members: pl.DataFrame, seed: int) -> list[dict[str, Any]]:
    known = members.drop_nulls("predicted")
    measures = _measures(known)
    everybody = members["subject_id"].n_unique()
    rows = []
    for name in METRICS:
        if name == "accuracy_all":
            rows.append(_row(name, _right_or_missing(members), everybody, members, seed))
        elif name in measures:
            rows.append(_row(name, measures[name], known["subject_id"].n_unique(), known, seed))
        else:
            rows.append({"metric": name, "n_images": 0, "n_people": 0, "method": "no photograph can be scored"})
    return rows


def _measures(known: pl.DataFrame) -> dict[str, Metric]:
    """The metrics of photographs that can be scored, none where there is none."""
    if known.is_empty():
        return {}
    plain = resample.scored_from(known)
    temperatures = known["temperature"].to_numpy().astype(np.float64)
    calibrated = replace(plain, probabilities=scaled(plain.probabilities, temperatures))
    return {
        **resample.metrics(plain),
        "log_loss_scaled": resample.log_loss(calibrated),
        "calibration_error_scaled": resample.calibration_error(calibrated),
    }


def _row(name: str, metric: Metric, people: int, frame: pl.DataFrame, seed: int) -> dict[str, Any]:
    bounds = None if name == "chance" else resample.interval(metric, people, seed=seed)
    if name == "chance":
        method = "share of the most frequent class"
    elif bounds is None:
        method = f"no interval from {people} people, {resample.FEWEST_PEOPLE} are needed"
    else:
        method = resample.told(people)
    low, high = bounds or (None, None)
    return {
        "metric": name, "value": resample.value(metric, people), "low": low, "high": high, "n_images": len(frame),
        "n_people": people, "method": method + _absent(frame),
    }  # fmt: skip


def _absent(frame: pl.DataFrame) -> str:
    present = set(frame["label"].unique().to_list())
    absent = [emotion for label, emotion in enumerate(EMOTIONS) if label not in present]
    return f"; absent classes: {', '.join(absent)}" if absent else ""


def _right_or_missing(members: pl.DataFrame) -> Metric:
    """Accuracy in which a photograph without a prediction is wrong."""
    right = members.select((pl.col("predicted") == pl.col("label")).fill_null(False).cast(pl.Float64))
    filled: Scored = resample.scored_from(members.with_columns(pl.col("predicted", *PROBABILITIES).fill_null(0)))
    return resample.share(filled, right.to_series().to_numpy())
