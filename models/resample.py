"""Metrics as ratios of per-person sums, so that a thousand resamples of the people cost one matrix product.

A metric is a function of a weight for each person: all weights 1 give the value itself, and a bootstrap draw of people
(with replacement) is a row of whole weights. Photographs of one person stay together, since they are not independent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from store.vocabulary import EMOTIONS, PROBABILITIES

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


def scored_from(frame: pl.DataFrame) -> Scored:
    """Photographs of a frame with subject_id, label, predicted and a probability a class; nothing is missing in it."""
    names, person = np.unique(frame["subject_id"].to_numpy(), return_inverse=True)
    return Scored(
        person=person.astype(np.int64),
        people=len(names),
        truth=frame["label"].to_numpy().astype(np.int64),
        predicted=frame["predicted"].to_numpy().astype(np.int64),
        probabilities=frame.select(PROBABILITIES).to_numpy().astype(np.float64),
    )


def told(people: int) -> str:
    """How an interval was made, in words."""
    return f"percentile bootstrap over {people} people, {DRAWS} draws, {LEVEL:.0%}"


def metrics(scored: Scored) -> dict[str, Metric]:
    """accuracy, macro_f1, roc_auc, log_loss, calibration_error and chance of the photographs."""
    return {
        "accuracy": accuracy(scored),
        "macro_f1": _macro_f1(scored),
        "roc_auc": _roc_auc(scored),
        "log_loss": log_loss(scored),
        "calibration_error": calibration_error(scored),
        "chance": _chance(scored),
    }


def accuracy(scored: Scored) -> Metric:
    """The share of photographs whose predicted emotion is the true one."""
    return share(scored, (scored.predicted == scored.truth).astype(float))


def log_loss(scored: Scored) -> Metric:
    """Mean negative logarithm of the true emotion's probability, in nats."""
    true_probability = scored.probabilities[np.arange(len(scored.person)), scored.truth]
    return share(scored, -np.log(np.maximum(true_probability, SMALLEST_PROBABILITY)))


def share(scored: Scored, values: FloatArray) -> Metric:
    """The mean of one value a photograph."""
    sums = _by_person(scored, values)
    counts = _by_person(scored, np.ones(len(values)))
    return lambda weights: _ratio(weights @ sums, weights @ counts)


def interval(metric: Metric, people: int, *, seed: int) -> tuple[float, float] | None:
    """The percentile interval of `DRAWS` bootstrap draws of the people; None from fewer than `FEWEST_PEOPLE`."""
    return None if people < FEWEST_PEOPLE else percentiles(draws(metric, people, seed=seed))


def draws(metric: Metric, people: int, *, seed: int) -> FloatArray:
    """The metric of `DRAWS` samples of the people, drawn with replacement; one seed gives every metric the same."""
    # multinomial counts are what drawing with replacement gives
    weights = np.random.default_rng(seed).multinomial(people, np.full(people, 1 / people), size=DRAWS).astype(float)
    return metric(weights)


def percentiles(values: FloatArray) -> tuple[float, float] | None:
    """The ends of the central 95 % of the finite values; None where there is none."""
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


def calibration_error(scored: Scored) -> Metric:
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
