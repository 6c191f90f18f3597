"""Classification metrics as ratios of sums per person, for intervals over people: accuracy, F1, AUC, calibration.

Every metric is a function of a weight for each person: see `intervals.Metric`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from affect_store.models.intervals import LOSS, SHARE, FloatArray, Metric, Scale
from affect_store.models.training.calibration import MIN_PROBABILITY
from affect_store.store.vocabulary import EMOTIONS, PROBABILITIES

CALIBRATION_BINS = 15
"""Number of bins of the calibration error, of equal width in the highest probability (Guo et al. 2017, arXiv
1706.04599)."""

CLASSES = len(EMOTIONS)


@dataclass(frozen=True)
class Predictions:
    """Photographs with their predictions: index of the person from 0, true and predicted label, each (n,), and
    probabilities (n, 8); `people` is the number of people."""

    person: NDArray[np.int64]
    people: int
    truth: NDArray[np.int64]
    predicted: NDArray[np.int64]
    probabilities: FloatArray


def predictions_from(frame: pl.DataFrame) -> Predictions:
    """Read a frame with subject_id, label, predicted and a probability per class, none of which is null."""
    names, person = np.unique(frame["subject_id"].to_numpy(), return_inverse=True)
    return Predictions(
        person=person.astype(np.int64),
        people=len(names),
        truth=frame["label"].to_numpy().astype(np.int64),
        predicted=frame["predicted"].to_numpy().astype(np.int64),
        probabilities=frame.select(PROBABILITIES).to_numpy().astype(np.float64),
    )


def all_metrics(predictions: Predictions) -> dict[str, Metric]:
    """Return accuracy, macro_f1, roc_auc, log_loss, calibration_error and chance of the photographs."""
    return {
        "accuracy": accuracy(predictions),
        "macro_f1": macro_f1(predictions),
        "roc_auc": roc_auc(predictions),
        "log_loss": log_loss(predictions),
        "calibration_error": calibration_error(predictions),
        "chance": chance(predictions),
    }


def scale_of(name: str) -> Scale:
    """Return the scale of a metric's interval, by the metric's name."""
    return LOSS if name.startswith("log_loss") else SHARE


def accuracy(predictions: Predictions) -> Metric:
    """Return the share of photographs whose predicted emotion is the true one."""
    return mean(predictions, (predictions.predicted == predictions.truth).astype(float))


def log_loss(predictions: Predictions) -> Metric:
    """Return the mean negative logarithm of the true emotion's probability, in nats."""
    true_probability = predictions.probabilities[np.arange(len(predictions.person)), predictions.truth]
    return mean(predictions, -np.log(np.maximum(true_probability, MIN_PROBABILITY)))


def mean(predictions: Predictions, values: FloatArray) -> Metric:
    """Return the mean of one value per photograph, (n,)."""
    sums = _sum_by_person(predictions, values)
    counts = _sum_by_person(predictions, np.ones(len(values)))
    return lambda weights: _ratio(weights @ sums, weights @ counts)


def macro_f1(predictions: Predictions) -> Metric:
    """Return the mean F1 over the classes among the true labels; a class that is never predicted counts 0."""
    eye = np.eye(CLASSES)
    true, predicted = eye[predictions.truth], eye[predictions.predicted]
    hits, truths, guesses = (_sum_by_person(predictions, counts) for counts in (true * predicted, true, predicted))
    present = truths.sum(axis=0) > 0

    def f1(weights: FloatArray) -> FloatArray:
        by_class = _ratio(2 * (weights @ hits), weights @ truths + weights @ guesses)[:, present]
        is_drawn = (weights @ truths)[:, present] > 0
        return _finite_mean(np.where(is_drawn, by_class, np.nan))

    return f1


def roc_auc(predictions: Predictions) -> Metric:
    """Return the one-vs-rest area under the ROC curve, averaged over the classes with positives and negatives."""
    eye = np.eye(CLASSES)[predictions.truth]
    positives, negatives = _sum_by_person(predictions, eye), _sum_by_person(predictions, 1 - eye)
    wins = np.stack([_wins(predictions, label) for label in range(CLASSES)])

    def auc(weights: FloatArray) -> FloatArray:
        won = np.einsum("dp,cpq,dq->dc", weights, wins, weights, optimize=True)
        return _finite_mean(_ratio(won, (weights @ positives) * (weights @ negatives)))

    return auc


def _wins(predictions: Predictions, label: int) -> FloatArray:
    """Return the number of pairs of a positive of the first person and a negative of the second, (people, people), in
    which the positive has the higher probability of `label`; ties count half."""
    scores, positive = predictions.probabilities[:, label], predictions.truth == label
    wins = np.zeros((predictions.people, predictions.people))
    for other in range(predictions.people):
        negatives = np.sort(scores[~positive & (predictions.person == other)])
        below = np.searchsorted(negatives, scores[positive], side="left")
        up_to = np.searchsorted(negatives, scores[positive], side="right")
        np.add.at(wins[:, other], predictions.person[positive], (below + up_to) / 2)
    return wins


def calibration_error(predictions: Predictions) -> Metric:
    """Return the expected calibration error: over equal-width bins of the highest probability, the mean of |accuracy -
    mean highest probability|, weighted by the photographs in the bin."""
    confidence = predictions.probabilities.max(axis=1)
    bins = np.eye(CALIBRATION_BINS)[np.minimum((confidence * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)]
    is_right = predictions.predicted == predictions.truth
    gaps = _sum_by_person(predictions, bins * (is_right - confidence)[:, None])
    counts = _sum_by_person(predictions, np.ones(len(confidence)))
    return lambda weights: _ratio(np.abs(weights @ gaps).sum(axis=1), weights @ counts)


def chance(predictions: Predictions) -> Metric:
    """Return the share of the most frequent class: the accuracy of always predicting it."""
    truths = _sum_by_person(predictions, np.eye(CLASSES)[predictions.truth])
    return lambda weights: _ratio((weights @ truths).max(axis=1), (weights @ truths).sum(axis=1))


def _sum_by_person(predictions: Predictions, values: FloatArray) -> FloatArray:
    """Return sums by person of (n,) or (n, k) values: (people,) or (people, k)."""
    sums = np.zeros((predictions.people, *values.shape[1:]))
    np.add.at(sums, predictions.person, values)
    return sums


def _ratio(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    return np.divide(numerator, denominator, out=np.full_like(numerator, np.nan), where=denominator > 0)


def _finite_mean(values: FloatArray) -> FloatArray:
    """Return the mean of the finite numbers of each row, NaN in a row without any."""
    is_finite = np.isfinite(values)
    return _ratio(np.where(is_finite, values, 0.0).sum(axis=1), is_finite.sum(axis=1).astype(float))
