"""How good a run's predictions are: each metric in each part and each slice, with intervals over people.

A photograph without a prediction is left out of every metric except `accuracy_all`, where it counts as wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from models import resample
from models.predict import PROBABILITIES
from models.resample import Metric, Scored
from store.vocabulary import EMOTIONS, PARTS

SLICES = ("camera_angle_deg", "gaze", "sex", "population")
ALL = "all"
METRICS = ("accuracy", "accuracy_all", "macro_f1", "roc_auc", "log_loss", "calibration_error", "chance")
SCHEMA = {
    "part": pl.String, "slice": pl.String, "metric": pl.String, "value": pl.Float64, "low": pl.Float64,
    "high": pl.Float64, "n_images": pl.Int64, "n_people": pl.Int64, "method": pl.String,
}  # fmt: skip


def evaluate(predictions: pl.DataFrame, rows: pl.DataFrame, *, seed: int = 0) -> pl.DataFrame:
    """One row a part, slice and metric: part, slice, metric, value, low, high, n_images, n_people, method.

    `predictions`: image_id, part, truth, predicted (labels) and a probability a class. `rows`: every image of the split
    in use: image_id, subject_id, part, label and the factors of `SLICES`. `low` and `high` are the 95 % percentile
    bootstrap interval over people, null from fewer than five; `value` is null where nothing can be scored. A class that
    a slice lacks is left out of the averages and named in `method`.
    """
    scores = predictions.select("image_id", "part", "predicted", *PROBABILITIES)
    joined = rows.join(scores, on=["image_id", "part"], how="left", maintain_order="left")
    found: list[dict[str, Any]] = []
    for part, name, members in _groups(joined):
        found += [{"part": part, "slice": name, **row} for row in _measure(members, seed)]
    return pl.DataFrame(found, schema=SCHEMA)


def _groups(joined: pl.DataFrame) -> Iterator[tuple[str, str, pl.DataFrame]]:
    for part in PARTS:
        members = joined.filter(pl.col("part") == part)
        if members.is_empty():
            continue
        yield part, ALL, members
        for factor in SLICES:
            for level in members[factor].unique().sort().to_list():
                yield part, f"{factor}={level}", members.filter(pl.col(factor).eq_missing(level))


def _measure(members: pl.DataFrame, seed: int) -> list[dict[str, Any]]:
    scored = members.filter(pl.col("predicted").is_not_null())
    known = _scored(scored)
    every = _right_or_missing(members)
    measures = resample.metrics(known) if known.people else {}
    rows = []
    for name in METRICS:
        if name == "accuracy_all":
            rows.append(_row(name, every[0], every[1], members, seed))
        elif name in measures:
            rows.append(_row(name, measures[name], known.people, scored, seed))
        else:
            rows.append({"metric": name, "n_images": 0, "n_people": 0, "method": "no photograph can be scored"})
    return rows


def _row(name: str, metric: Metric, people: int, frame: pl.DataFrame, seed: int) -> dict[str, Any]:
    bounds = None if name == "chance" else resample.interval(metric, people, seed=seed)
    if name == "chance":
        method = "share of the most frequent class"
    elif bounds is None:
        method = f"no interval from {people} people, {resample.FEWEST_PEOPLE} are needed"
    else:
        method = f"percentile bootstrap over {people} people, {resample.DRAWS} draws, {resample.LEVEL:.0%}"
    low, high = bounds or (None, None)
    return {
        "metric": name, "value": resample.value(metric, people), "low": low, "high": high, "n_images": len(frame),
        "n_people": people, "method": method + _absent(frame),
    }  # fmt: skip


def _absent(frame: pl.DataFrame) -> str:
    present = set(frame["label"].unique().to_list())
    absent = [emotion for label, emotion in enumerate(EMOTIONS) if label not in present]
    return f"; absent classes: {', '.join(absent)}" if absent else ""


def _scored(frame: pl.DataFrame) -> Scored:
    names, person = np.unique(frame["subject_id"].to_numpy(), return_inverse=True)
    return Scored(
        person=person.astype(np.int64),
        people=len(names),
        truth=frame["label"].to_numpy().astype(np.int64),
        predicted=frame["predicted"].to_numpy().astype(np.int64),
        probabilities=frame.select(PROBABILITIES).to_numpy().astype(np.float64),
    )


def _right_or_missing(members: pl.DataFrame) -> tuple[Metric, int]:
    """Accuracy in which a photograph without a prediction is wrong, and the number of people."""
    right = members.select((pl.col("predicted") == pl.col("label")).fill_null(False).cast(pl.Float64))
    filled = _scored(members.with_columns(pl.col("predicted", *PROBABILITIES).fill_null(0)))
    return resample.share(filled, right.to_series().to_numpy()), filled.people
