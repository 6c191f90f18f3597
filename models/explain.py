"""What a fitted system decides by: landmarks by integrated gradients, and groups of inputs by permutation.

Both are of photographs that the system was not trained on, and say nothing of whether the decision is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.backend import tf
from models.fit import Fitted
from models.linear import NEVER, LinearModel
from models.resample import FEWEST_PEOPLE, interval
from models.rows import Rows
from models.systems import DELTA, PIXELS, POSITION, REFERENCE_PIXELS
from store.vocabulary import AXES, EMOTIONS, LANDMARK_COUNT, LANDMARK_GROUPS, VECTOR_LENGTH

Inputs = Mapping[str, NDArray[np.generic]]
STEPS = 16
"""Points between the reference face and the face at which gradients are taken."""

FACES_AN_EMOTION = 8
SMALLEST = 1e-30
REPEATS = 2
LARGEST_SAMPLE = 160
WHOLE = "all"

ATTRIBUTIONS = {"emotion": pl.String, "landmark": pl.Int64, "value": pl.Float64, "n_images": pl.Int64}
IMPORTANCES = {
    "input": pl.String, "landmark_group": pl.String, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64,
    "n_images": pl.Int64, "n_people": pl.Int64, "method": pl.String,
}  # fmt: skip


def attributions(fitted: Fitted, rows: Rows) -> pl.DataFrame:
    """One row an emotion and landmark: emotion, landmark, value, n_images; none for a system without deltas.

    `value` is the mean, over photographs of the emotion, of what the landmark's movement adds to the emotion's score,
    from a face at rest (all deltas 0) to the face as it is: integrated gradients (Sundararajan, Taly and Yan 2017,
    arXiv 1703.01365), summed over the three axes. Over the landmarks they sum to the rise of the score, which is the
    logarithm of the probability above the mean logarithm of all emotions': it does not saturate as probabilities do.
    """
    if DELTA not in rows.inputs:
        return pl.DataFrame(schema=ATTRIBUTIONS)
    found = []
    for label, emotion in enumerate(EMOTIONS):
        chosen = _spread(np.flatnonzero(rows.labels == label), FACES_AN_EMOTION)
        if len(chosen):
            added = integrated_gradients(fitted, rows.take(chosen), label)
            value = added.reshape(-1, LANDMARK_COUNT, AXES).sum(axis=2).mean(axis=0)
            columns = {"emotion": [emotion] * LANDMARK_COUNT, "landmark": range(LANDMARK_COUNT), "value": value}
            found.append(pl.DataFrame({**columns, "n_images": [len(chosen)] * LANDMARK_COUNT}, schema=ATTRIBUTIONS))
    return pl.concat(found) if found else pl.DataFrame(schema=ATTRIBUTIONS)


def integrated_gradients(fitted: Fitted, inputs: Inputs, label: int) -> NDArray[np.float64]:
    """What each delta coordinate adds to the score of `label`, (n, 1404); other inputs stay as they are."""
    delta = inputs[DELTA].astype(np.float32)
    total = np.zeros(delta.shape)
    for step in range(STEPS):
        share = (step + 0.5) / STEPS
        total += _gradient(fitted, {**inputs, DELTA: delta * share}, label)
    return total / STEPS * delta


def scores(probabilities: tf.Tensor) -> tf.Tensor:
    """Logarithms of probabilities (n, 8) less their mean in each row."""
    logarithms = tf.math.log(tf.maximum(probabilities, SMALLEST))
    return logarithms - tf.reduce_mean(logarithms, axis=1, keepdims=True)


def _gradient(fitted: Fitted, inputs: Inputs, label: int) -> NDArray[np.float64]:
    """Slope of the score of `label` along each delta coordinate, (n, 1404)."""
    if isinstance(fitted.model, LinearModel):
        weights = (fitted.model.weights / fitted.model.deviation[:, None])[:VECTOR_LENGTH]
        shown = fitted.model.bias > NEVER
        slope = weights[:, label] - weights[:, shown].mean(axis=1)
        return np.broadcast_to(slope, inputs[DELTA].shape)
    tensors = {name: tf.constant(values) for name, values in inputs.items()}
    with tf.GradientTape() as tape:
        tape.watch(tensors[DELTA])
        score = scores(fitted.model(tensors, training=False))[:, label]
    return np.asarray(tape.gradient(score, tensors[DELTA]), np.float64)


def importances(fitted: Fitted, rows: Rows, people: NDArray[np.str_], *, seed: int = 0) -> pl.DataFrame:
    """One row an input and landmark group: input, landmark_group, value, low, high, n_images, n_people, method.

    `value` is how much accuracy is lost when the group's values come from other photographs (permutation importance,
    Breiman 2001); `low` and `high` its 95 % bootstrap interval over people, (rows,) of `people`, null below five.
    """
    chosen = _spread(np.arange(len(rows)), LARGEST_SAMPLE)
    inputs, labels = rows.take(chosen), rows.labels[chosen]
    right = fitted.probabilities(inputs).argmax(axis=1) == labels
    random = np.random.default_rng(seed)
    found = []
    for name, group, columns in _groups(inputs):
        lost = np.zeros(len(chosen))
        for _ in range(REPEATS):
            mixed = _mixed(inputs, columns, random.permutation(len(chosen)))
            lost += right.astype(float) - (fitted.probabilities(mixed).argmax(axis=1) == labels)
        found.append({"input": name, "landmark_group": group, **_measured(lost / REPEATS, people[chosen])})
    return pl.DataFrame(found, schema=IMPORTANCES)


Columns = Mapping[str, NDArray[np.int64] | None]
"""Inputs that are mixed up together, and which of their columns; None is all of them."""


def _groups(inputs: Inputs) -> Iterator[tuple[str, str, Columns]]:
    """Deltas and positions by group of landmarks; photographs as a whole, with the places at which they are read."""
    has_texture = REFERENCE_PIXELS in inputs
    for name in (DELTA, POSITION):
        if name in inputs and not (name == POSITION and has_texture):
            yield name, WHOLE, {name: None}
            for group, landmarks in LANDMARK_GROUPS.items():
                columns = (np.array(landmarks)[:, None] * AXES + np.arange(AXES)).ravel()
                yield name, group, {name: columns}
    if PIXELS in inputs:
        yield PIXELS, WHOLE, {PIXELS: None, **({POSITION: None} if has_texture else {})}


def _mixed(inputs: Inputs, columns: Columns, order: NDArray[np.int64]) -> dict[str, NDArray[np.generic]]:
    mixed = dict(inputs)
    for name, chosen in columns.items():
        if chosen is None:
            mixed[name] = inputs[name][order]
        else:
            mixed[name] = inputs[name].copy()
            mixed[name][:, chosen] = inputs[name][order][:, chosen]
    return mixed


def _measured(lost: NDArray[np.float64], people: NDArray[np.str_]) -> dict[str, Any]:
    names, person = np.unique(people, return_inverse=True)
    sums, counts = np.bincount(person, lost), np.bincount(person).astype(float)
    bounds = interval(lambda weights: (weights @ sums) / np.maximum(weights @ counts, 1), len(names), seed=0)
    told = f"percentile bootstrap over {len(names)} people" if bounds else f"{FEWEST_PEOPLE} people are needed"
    return {
        "value": float(lost.mean()), "low": bounds[0] if bounds else None, "high": bounds[1] if bounds else None,
        "n_images": len(lost), "n_people": len(names), "method": f"accuracy lost, {REPEATS} permutations; {told}",
    }  # fmt: skip


def _spread(rows: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """At most so many of the rows, evenly spread."""
    if len(rows) <= most:
        return rows.astype(np.int64)
    return rows[np.linspace(0, len(rows) - 1, most).round().astype(int)].astype(np.int64)
