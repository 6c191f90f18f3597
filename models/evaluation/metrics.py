"""Classification metrics as functions of sums per person, for intervals over people: accuracy, F1, AUC, calibration.

Every metric is a function of a weight for each person: see `intervals.Metric`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from affect_store.models.evaluation import confusions, error_entropy, perfect_calibration
from affect_store.models.evaluation.confusions import finite_mean, ratio
from affect_store.models.intervals import LOSS, SHARE, FloatArray, Metric, Scale
from affect_store.models.training.calibration import MIN_PROBABILITY
from affect_store.store.vocabulary import EMOTIONS

CALIBRATION_BINS = 15
"""Number of bins of the calibration error, of equal width in the highest probability (Guo et al. 2017, arXiv
1706.04599)."""

_OF_CONFUSIONS: dict[str, Callable[[FloatArray], FloatArray]] = {
    "balanced_accuracy": confusions.balanced_accuracy,
    "macro_f1": confusions.macro_f1,
    "cohen_kappa": confusions.cohen_kappa,
    "matthews_correlation": confusions.matthews_correlation,
}
"""Metrics that depend on the confusion matrix alone."""

_SCALES = {
    "log_loss": LOSS,
    "brier_score": Scale(0, 2),
    "cohen_kappa": Scale(-1, 1),
    "matthews_correlation": Scale(-1, 1),
}
"""Scales of the intervals of metrics that are no shares."""


@dataclass(frozen=True)
class Predictions:
    """Photographs with their predictions: index of the person from 0, true and predicted class, each (n,), and
    probabilities (n, classes); `people` is the number of people."""

    person: NDArray[np.int64]
    people: int
    truth: NDArray[np.int64]
    predicted: NDArray[np.int64]
    probabilities: FloatArray

    @property
    def classes(self) -> int:
        """The number of classes."""
        return self.probabilities.shape[1]


def predictions_from(frame: pl.DataFrame) -> Predictions:
    """Read a frame with subject_id, label, predicted and a probability per class, none of which is null.

    Labels are positions among the classes, whose columns end with `_prob`.
    """
    names, person = np.unique(frame["subject_id"].to_numpy(), return_inverse=True)
    return Predictions(
        person=person.astype(np.int64),
        people=len(names),
        truth=frame["label"].to_numpy().astype(np.int64),
        predicted=frame["predicted"].to_numpy().astype(np.int64),
        probabilities=frame.select(probabilities_in(frame)).to_numpy().astype(np.float64),
    )


def probabilities_in(frame: pl.DataFrame) -> list[str]:
    """Return the columns of a frame that hold the probabilities of the classes, in their order."""
    return [name for name in frame.columns if name.endswith("_prob")]


def all_metrics(predictions: Predictions) -> dict[str, Metric]:
    """Return the metrics of the photographs by name: accuracy, those of `of_confusions` and `of_probabilities`, roc_auc
    and chance."""
    return {
        "accuracy": accuracy(predictions),
        **of_confusions(predictions),
        "roc_auc": roc_auc(predictions),
        **of_probabilities(predictions),
        "chance": chance(predictions),
    }


def of_probabilities(predictions: Predictions) -> dict[str, Metric]:
    """Return log_loss, brier_score and calibration_error, which a temperature changes."""
    return {
        "log_loss": log_loss(predictions),
        "brier_score": brier_score(predictions),
        "calibration_error": calibration_error(predictions),
    }


def scale_of(name: str, classes: int = len(EMOTIONS)) -> Scale:
    """Return the scale of a metric's interval, by the metric's name and the number of classes."""
    if name == "confusion_entropy":
        return Scale(0, error_entropy.max_bits(classes * (classes - 1)))
    return _SCALES.get(name.removesuffix("_scaled"), SHARE)


def accuracy(predictions: Predictions) -> Metric:
    """Return the share of photographs whose predicted emotion is the true one."""
    return mean(predictions, (predictions.predicted == predictions.truth).astype(float))


def log_loss(predictions: Predictions) -> Metric:
    """Return the mean negative logarithm of the true emotion's probability, in nats."""
    true_probability = predictions.probabilities[np.arange(len(predictions.person)), predictions.truth]
    return mean(predictions, -np.log(np.maximum(true_probability, MIN_PROBABILITY)))


def brier_score(predictions: Predictions) -> Metric:
    """Return the mean squared distance of the probabilities from the true class, summed over the classes, 0 to 2 (Brier
    1950, doi 10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2)."""
    distances = np.square(predictions.probabilities - np.eye(predictions.classes)[predictions.truth])
    return mean(predictions, distances.sum(axis=1))


def mean(predictions: Predictions, values: FloatArray) -> Metric:
    """Return the mean of one value per photograph, (n,)."""
    sums = _sum_by_person(predictions, values)
    counts = _sum_by_person(predictions, np.ones(len(values)))
    return lambda weights: ratio(weights @ sums, weights @ counts)


def of_confusions(predictions: Predictions) -> dict[str, Metric]:
    """Return balanced_accuracy, macro_f1, cohen_kappa, matthews_correlation (see `confusions`) and confusion_entropy
    (see `error_entropy`)."""
    classes = predictions.classes
    cell = (predictions.person * classes + predictions.truth) * classes + predictions.predicted
    counts = np.bincount(cell, minlength=predictions.people * classes**2).reshape(predictions.people, -1).astype(float)

    def metric(score: Callable[[FloatArray], FloatArray]) -> Metric:
        return lambda weights: score((weights @ counts).reshape(-1, classes, classes))

    entropy = error_entropy.entropy_over_people(counts[:, ~np.eye(classes, dtype=bool).ravel()])
    return {name: metric(score) for name, score in _OF_CONFUSIONS.items()} | {"confusion_entropy": entropy}


def roc_auc(predictions: Predictions) -> Metric:
    """Return the one-vs-rest area under the ROC curve, averaged over the classes with positives and negatives."""
    eye = np.eye(predictions.classes)[predictions.truth]
    positives, negatives = _sum_by_person(predictions, eye), _sum_by_person(predictions, 1 - eye)
    wins = np.stack([_wins(predictions, label) for label in range(predictions.classes)])

    def auc(weights: FloatArray) -> FloatArray:
        won = np.einsum("dp,cpq,dq->dc", weights, wins, weights, optimize=True)
        return finite_mean(ratio(won, (weights @ positives) * (weights @ negatives)))

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
    mean highest probability|, weighted by the photographs in the bin.

    It is above 0 even for a perfectly calibrated model: see `calibration_error_if_perfect`.
    """
    confidence, bins = _confidence_bins(predictions)
    is_right = predictions.predicted == predictions.truth
    gaps = _sum_by_person(predictions, np.eye(CALIBRATION_BINS)[bins] * (is_right - confidence)[:, None])
    counts = _sum_by_person(predictions, np.ones(len(confidence)))
    return lambda weights: ratio(np.abs(weights @ gaps).sum(axis=1), weights @ counts)


def calibration_error_if_perfect(predictions: Predictions) -> float:
    """Return the calibration error that is expected of a perfectly calibrated model with these confidences: see
    `perfect_calibration.expected_error`."""
    return perfect_calibration.expected_error(*_confidence_bins(predictions))


def _confidence_bins(predictions: Predictions) -> tuple[FloatArray, NDArray[np.int64]]:
    """Return the highest probability of each photograph and its bin, each (n,)."""
    confidence = predictions.probabilities.max(axis=1)
    return confidence, np.minimum((confidence * CALIBRATION_BINS).astype(np.int64), CALIBRATION_BINS - 1)


def chance(predictions: Predictions) -> Metric:
    """Return the share of the most frequent class: the accuracy of always predicting it."""
    truths = _sum_by_person(predictions, np.eye(predictions.classes)[predictions.truth])
    return lambda weights: ratio((weights @ truths).max(axis=1), (weights @ truths).sum(axis=1))


def _sum_by_person(predictions: Predictions, values: FloatArray) -> FloatArray:
    """Return sums by person of (n,) or (n, k) values: (people,) or (people, k)."""
    width = int(np.prod(values.shape[1:]))
    cell = predictions.person[:, None] * width + np.arange(width)
    sums: FloatArray = np.bincount(cell.ravel(), values.ravel(), predictions.people * width).astype(np.float64)
    return sums.reshape(predictions.people, *values.shape[1:])
