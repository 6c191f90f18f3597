"""Metrics as ratios of per-person sums, so that a thousand resamples of the people cost one matrix product.

A metric is a function of a weight for each person: all weights 1 give the value itself, and a bootstrap draw of people
(with replacement) is a row of whole weights. Photographs of one person stay together, since they are not independent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from store.vocabulary import EMOTIONS

FloatArray = NDArray[np.float64]
Metric = Callable[[FloatArray], FloatArray]
"""Weights (draws, people) -> values (draws,); NaN where a draw leaves nothing to measure."""

FEWEST_PEOPLE = 5
DRAWS = 1000
LEVEL = 0.95
BINS = 15
"""Of the calibration error: equal widths of the highest probability (Guo et al. 2017, arXiv 1706.04599)."""

SMALLEST_PROBABILITY = 1e-7
CLASSES = len(EMOTIONS)


@dataclass(frozen=True)
class Scored:
    """Photographs with their prediction: person number from 0, true and predicted label, (n,) each; (n, 8) float."""

    person: NDArray[np.int64]
    people: int
    truth: NDArray[np.int64]
    predicted: NDArray[np.int64]
    probabilities: FloatArray


def metrics(scored: Scored) -> dict[str, Metric]:
    """accuracy, macro_f1, roc_auc, log_loss, calibration_error and chance of the photographs."""
    ones = np.ones(len(scored.person))
    true_probability = scored.probabilities[np.arange(len(ones)), scored.truth]
    surprise = -np.log(np.maximum(true_probability, SMALLEST_PROBABILITY))
    return {
        "accuracy": share(scored, (scored.predicted == scored.truth).astype(float)),
        "macro_f1": _macro_f1(scored),
        "roc_auc": _roc_auc(scored),
        "log_loss": share(scored, surprise),
        "calibration_error": _calibration_error(scored),
        "chance": _chance(scored),
    }


def share(scored: Scored, values: FloatArray) -> Metric:
    """The mean of one value a photograph."""
    sums = _by_person(scored, values)
    counts = _by_person(scored, np.ones(len(values)))
    return lambda weights: _ratio(weights @ sums, weights @ counts)


def interval(metric: Metric, people: int, *, seed: int) -> tuple[float, float] | None:
    """The percentile interval of `DRAWS` bootstrap draws of the people; None from fewer than `FEWEST_PEOPLE`."""
    if people < FEWEST_PEOPLE:
        return None
    # Multinomial counts are what drawing with replacement gives; one seed gives every metric the same draws.
    weights = np.random.default_rng(seed).multinomial(people, np.full(people, 1 / people), size=DRAWS).astype(float)
    values = metric(weights)
    values = values[np.isfinite(values)]
    if not len(values):
        return None
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def value(metric: Metric, people: int) -> float | None:
    """The metric of all photographs, None where there is nothing to measure."""
    found = float(metric(np.ones((1, people)))[0])
    return found if np.isfinite(found) else None


def _by_person(scored: Scored, values: FloatArray) -> FloatArray:
    """Sums by person of (n,) or (n, k) values: (people,) or (people, k)."""
    sums = np.zeros((scored.people, *values.shape[1:]))
    np.add.at(sums, scored.person, values)
    return sums


def _macro_f1(scored: Scored) -> Metric:
    """Mean F1 over the classes that occur among the photographs' truths; 0 where none of a class is ever predicted."""
    eye = np.eye(CLASSES)
    true, said = eye[scored.truth], eye[scored.predicted]
    hits, truths, guesses = (_by_person(scored, one) for one in (true * said, true, said))
    present = truths.sum(axis=0) > 0

    def f1(weights: FloatArray) -> FloatArray:
        of_each = _ratio(2 * (weights @ hits), weights @ truths + weights @ guesses)[:, present]
        drawn = (weights @ truths)[:, present] > 0
        return _mean(np.where(drawn, of_each, np.nan))

    return f1


def _roc_auc(scored: Scored) -> Metric:
    """One class against the rest from its probability, averaged over the classes that have both sides."""
    eye = np.eye(CLASSES)[scored.truth]
    truths, others = _by_person(scored, eye), _by_person(scored, 1 - eye)
    wins = np.stack([_wins(scored, label) for label in range(CLASSES)])

    def auc(weights: FloatArray) -> FloatArray:
        won = np.einsum("dp,cpq,dq->dc", weights, wins, weights, optimize=True)
        return _mean(_ratio(won, (weights @ truths) * (weights @ others)))

    return auc


def _wins(scored: Scored, label: int) -> FloatArray:
    """(people, people): pairs of a photograph of `label` of one person and another label's of the other person in
    which the first has the higher probability, ties counting half."""
    scores, positive = scored.probabilities[:, label], scored.truth == label
    wins = np.zeros((scored.people, scored.people))
    for other in range(scored.people):
        rivals = np.sort(scores[~positive & (scored.person == other)])
        below = np.searchsorted(rivals, scores[positive], side="left")
        up_to = np.searchsorted(rivals, scores[positive], side="right")
        np.add.at(wins[:, other], scored.person[positive], (below + up_to) / 2)
    return wins


def _calibration_error(scored: Scored) -> Metric:
    """Expected calibration error: over equal-width bins of the highest probability, the mean of |accuracy - mean
    highest probability|, weighted by the photographs in the bin."""
    confidence = scored.probabilities.max(axis=1)
    bins = np.eye(BINS)[np.minimum((confidence * BINS).astype(int), BINS - 1)]
    gaps = _by_person(scored, bins * ((scored.predicted == scored.truth) - confidence)[:, None])
    counts = _by_person(scored, np.ones(len(confidence)))
    return lambda weights: _ratio(np.abs(weights @ gaps).sum(axis=1), weights @ counts)


def _chance(scored: Scored) -> Metric:
    """The share of the most frequent class: what always naming it would score."""
    truths = _by_person(scored, np.eye(CLASSES)[scored.truth])
    return lambda weights: _ratio((weights @ truths).max(axis=1), (weights @ truths).sum(axis=1))


def _ratio(over: FloatArray, under: FloatArray) -> FloatArray:
    return np.divide(over, under, out=np.full_like(over, np.nan), where=under > 0)


def _mean(values: FloatArray) -> FloatArray:
    """Mean of each row's numbers, NaN in a row without any."""
    known = np.isfinite(values)
    return _ratio(np.where(known, values, 0.0).sum(axis=1), known.sum(axis=1).astype(float))
