"""Explain a fitted system: integrated gradients by landmark, and permutation importance by group of inputs.

Both are computed on photographs that the system was not trained on, and do not consider whether it predicts correctly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from affect_store.models.backend import keras, tf
from affect_store.models.evaluation.frame_schemas import frame_schema
from affect_store.models.intervals import DIFFERENCE, UNBOUNDED, Scale, interval
from affect_store.models.rows import Rows
from affect_store.models.systems import DELTA, MEASURE_CHANGES, PIXELS, POSITION, REFERENCE_PIXELS, RELATIVE
from affect_store.models.training.fitted import FittedSystem
from affect_store.models.training.linear import ABSENT_CLASS_SCORE
from affect_store.models.training.linear_model import LinearModel
from affect_store.store.vocabulary import AXES, LANDMARK_COUNT, LANDMARK_GROUPS, VECTOR_LENGTH

Inputs = Mapping[str, NDArray[np.generic]]
STEPS = 16
"""Points on the path from the reference face to the face at which gradients are taken."""

FACES_PER_EMOTION = 16
PERMUTATIONS = 2
MAX_SAMPLE = 160
"""Maximum number of photographs whose inputs are permuted."""

_MOVES = frozenset({DELTA, RELATIVE})
"""Inputs with the displacement of each landmark; a system reads at most one of them."""

WHOLE = "all"
"""Landmark group of an input as a whole."""

ATTRIBUTIONS = frame_schema("registry.attributions", without=("run_id",))
GROUP_ATTRIBUTIONS = frame_schema("registry.group_attributions", without=("run_id",))
IMPORTANCES = frame_schema("registry.importances", without=("run_id",))


def attributions(fitted: FittedSystem, rows: Rows, subject_ids: NDArray[np.str_]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return one row per emotion and landmark, with the columns of `ATTRIBUTIONS`, and one per emotion and landmark
    group, with those of `GROUP_ATTRIBUTIONS`; none for a system without deltas, also relative to the person.
    `subject_ids` (rows,) is the person of each row.

    `value` is the mean contribution of the landmark's displacement to the emotion's score, over photographs of that
    emotion, of as many people as possible: integrated gradients from the reference face (all deltas 0; relative to the
    person, the centre of the person's faces) to the face (Sundararajan, Taly and Yan 2017, arXiv 1703.01365), summed
    over the three axes. Contributions sum over landmarks to
    the rise of the score, which is the log probability minus its mean over emotions: unlike a probability, it does not
    saturate. That of a group is the sum over its landmarks, with the 95 % interval over people of
    `intervals.interval`.
    """
    landmarks, groups = [], []
    for label, emotion in enumerate(fitted.classes.emotions) if _MOVES & rows.inputs.keys() else ():
        shown = np.flatnonzero(rows.labels == label)
        shown = shown[np.argsort(subject_ids[shown], kind="stable")]
        chosen = _evenly_spaced(shown, FACES_PER_EMOTION)
        if len(chosen):
            contributions = integrated_gradients(fitted, rows.take(chosen), label)
            by_landmark = contributions.reshape(-1, LANDMARK_COUNT, AXES).sum(axis=2)
            columns = {"emotion": [emotion] * LANDMARK_COUNT, "landmark": range(LANDMARK_COUNT)}
            mean = {"value": by_landmark.mean(axis=0), "n_images": [len(chosen)] * LANDMARK_COUNT}
            landmarks.append(pl.DataFrame({**columns, **mean}, schema=ATTRIBUTIONS))
            groups += [
                {"emotion": emotion, "landmark_group": group}
                | _mean_over_people(values, subject_ids[chosen], UNBOUNDED)
                for group, values in _by_group(by_landmark).items()
            ]
    empty = pl.DataFrame(schema=ATTRIBUTIONS)
    return pl.concat([empty, *landmarks]), pl.DataFrame(groups, schema=GROUP_ATTRIBUTIONS)


def _by_group(by_landmark: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Return the sums (n,) over all landmarks, and over those of each group, of values (n, 468)."""
    groups = {WHOLE: tuple(range(LANDMARK_COUNT)), **LANDMARK_GROUPS}
    return {group: by_landmark[:, list(members)].sum(axis=1) for group, members in groups.items()}


def integrated_gradients(fitted: FittedSystem, inputs: Inputs, label: int) -> NDArray[np.float64]:
    """Return the contribution of each delta coordinate to the score of `label`, (n, 1404); other inputs are fixed."""
    name = _moves_of(inputs)
    delta = inputs[name].astype(np.float32)
    if isinstance(fitted.model, LinearModel):
        return _linear_gradient(fitted.model, label) * delta
    model = _score_model(fitted.model)
    total = np.zeros(delta.shape)
    for step in range(STEPS):
        share = (step + 0.5) / STEPS
        total += _gradient(model, {**inputs, name: delta * share}, label)
    return total / STEPS * delta


def _moves_of(inputs: Inputs) -> str:
    """Return the input with the displacement of each landmark."""
    (name,) = _MOVES & inputs.keys()
    return name


def _score_model(network: Any) -> Callable[[Mapping[str, tf.Tensor]], tf.Tensor]:
    """Return the function from inputs to scores (n, classes) of a corrected network: log probabilities minus their mean
    in each row.

    These are the centred inputs of the final softmax, computed without it: below 1e-38 a float32 probability is 0 and
    has no gradient.
    """
    output = network.layers[-1]
    features = keras.Model(network.input, output.input)

    def score(inputs: Mapping[str, tf.Tensor]) -> tf.Tensor:
        logits = tf.matmul(tf.cast(features(inputs, training=False), tf.float32), output.kernel) + output.bias
        return logits - tf.reduce_mean(logits, axis=1, keepdims=True)

    return score


def _linear_gradient(model: LinearModel, label: int) -> NDArray[np.float64]:
    """Return the gradient of the score of `label` with respect to each delta coordinate, (1404,)."""
    weights = (model.weights / model.deviation[:, None])[:VECTOR_LENGTH]
    is_trained = model.bias > ABSENT_CLASS_SCORE
    return np.asarray(weights[:, label] - weights[:, is_trained].mean(axis=1), np.float64)


def _gradient(model: Callable[[Mapping[str, tf.Tensor]], tf.Tensor], inputs: Inputs, label: int) -> NDArray[np.float64]:
    """Return the gradient of the score of `label` with respect to each delta coordinate, (n, 1404)."""
    tensors = {name: tf.constant(values) for name, values in inputs.items()}
    with tf.GradientTape() as tape:
        tape.watch(tensors[_moves_of(inputs)])
        score = model(tensors)[:, label]
    return np.asarray(tape.gradient(score, tensors[_moves_of(inputs)]), np.float64)


def importances(fitted: FittedSystem, rows: Rows, subject_ids: NDArray[np.str_], *, seed: int = 0) -> pl.DataFrame:
    """Return one row per input and landmark group, with the columns of `IMPORTANCES`.

    `value` is the loss of accuracy when the group's values are permuted between photographs (permutation importance,
    Breiman 2001, doi 10.1023/A:1010933404324); `low` and `high` are its 95 %
    interval over people, null below five people. `subject_ids` (rows,) is the person of each row.
    """
    chosen = _evenly_spaced(np.arange(len(rows)), MAX_SAMPLE)
    inputs, labels = rows.take(chosen), rows.labels[chosen]
    is_right = fitted.probabilities(inputs).argmax(axis=1) == labels
    random = np.random.default_rng(seed)
    importance = []
    for name, group, columns in _groups(inputs):
        lost = np.zeros(len(chosen))
        for _ in range(PERMUTATIONS):
            permuted = _permuted(inputs, columns, random.permutation(len(chosen)))
            lost += is_right.astype(float) - (fitted.probabilities(permuted).argmax(axis=1) == labels)
        loss = _mean_over_people(lost / PERMUTATIONS, subject_ids[chosen], DIFFERENCE)
        loss["method"] = f"accuracy lost, {PERMUTATIONS} permutations; {loss['method']}"
        importance.append({"input": name, "landmark_group": group, **loss})
    return pl.DataFrame(importance, schema=IMPORTANCES)


Columns = Mapping[str, NDArray[np.int64] | None]
"""Inputs that are permuted together, and which of their columns; None for all."""


def _groups(inputs: Inputs) -> Iterator[tuple[str, str, Columns]]:
    """Yield input, landmark group and columns: deltas and positions by group; photographs as a whole, together with the
    positions at which they are sampled."""
    has_texture = REFERENCE_PIXELS in inputs
    for name in (DELTA, RELATIVE, POSITION):
        if name in inputs and not (name == POSITION and has_texture):
            yield name, WHOLE, {name: None}
            for group, landmarks in LANDMARK_GROUPS.items():
                columns = (np.array(landmarks)[:, None] * AXES + np.arange(AXES)).ravel()
                yield name, group, {name: columns}
    if MEASURE_CHANGES in inputs:
        yield MEASURE_CHANGES, WHOLE, {MEASURE_CHANGES: None}
    if PIXELS in inputs:
        yield PIXELS, WHOLE, {PIXELS: None, **({POSITION: None} if has_texture else {})}


def _permuted(inputs: Inputs, columns: Columns, order: NDArray[np.int64]) -> dict[str, NDArray[np.generic]]:
    permuted = dict(inputs)
    for name, chosen in columns.items():
        if chosen is None:
            permuted[name] = inputs[name][order]
        else:
            permuted[name] = inputs[name].copy()
            permuted[name][:, chosen] = inputs[name][order][:, chosen]
    return permuted


def _mean_over_people(values: NDArray[np.float64], subject_ids: NDArray[np.str_], scale: Scale) -> dict[str, Any]:
    """Return the mean of values (n,), its interval over people, and the numbers of both."""
    names, person = np.unique(subject_ids, return_inverse=True)
    sums, counts = np.bincount(person, values), np.bincount(person).astype(float)
    limits = interval(lambda weights: (weights @ sums) / np.maximum(weights @ counts, 1), len(names), scale)
    return {
        "value": float(values.mean()), "low": limits.low, "high": limits.high,
        "n_images": len(values), "n_people": len(names), "method": limits.method,
    }  # fmt: skip


def _evenly_spaced(rows: NDArray[np.int64], limit: int) -> NDArray[np.int64]:
    """Return at most `limit` of the rows, evenly spaced."""
    if len(rows) <= limit:
        return rows.astype(np.int64)
    return np.asarray(rows[np.linspace(0, len(rows) - 1, limit).round().astype(int)], np.int64)
