"""Measure how often the 95 % intervals over people contain the true value, by simulation.

The true value is the mean over the population of people, also those who were not sampled. For the accuracy it is the
mean of expit(x) over a normal distribution of logits, by Gauss-Hermite quadrature; for the other metrics it is the
metric of 10,000 further people. The goals hold for the accuracy. Reported beside it:

- the difference between two systems on the same people, and between two groups of people,
- the other metrics that have an interval, of simulated probabilities of eight classes,
- the entropy of errors, of predictions in which some pairs of classes are confused more often by all people,
- the accuracy of pooled folds, with an LDA trained on each fold: how often its interval contains the mean accuracy of
  these five models on new people, and the expected accuracy of models trained on as many people.

    .venv/bin/python benchmarks/coverage.py [--repetitions 10000]

Prints one line per goal at the end and exits with 1 if a goal is missed. Takes about four minutes on one core.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, roots_hermitenorm, softmax
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

if __name__ == "__main__" and __package__ is None:  # run as a file: import from the repository's root
    sys.path[0] = str(Path(__file__).parents[1])

from affect_store.models.evaluation.compare import mean_interval
from affect_store.models.evaluation.metrics import Predictions, all_metrics, of_confusions, scale_of
from affect_store.models.intervals import FloatArray, Interval, Metric, interval, of_difference
from affect_store.store.vocabulary import EMOTIONS
from benchmarks._goals import Goal, Goals

PEOPLE = (5, 6, 12, 24, 67)
ACCURACIES = (0.30, 0.70, 0.95)
"""Accuracy of the median person."""

DEVIATIONS = (0.5, 1.0)
"""Standard deviations over people of the logit of their accuracy."""

PHOTOGRAPHS = 72
LOWEST, HIGHEST, MEAN_LOWEST, MEAN_HIGHEST = 0.92, 0.98, 0.94, 0.96

METRICS = (
    "balanced_accuracy", "macro_f1", "cohen_kappa", "matthews_correlation", "roc_auc", "log_loss", "brier_score",
    "calibration_error",
)  # fmt: skip
METRIC_PEOPLE = (6, 12, 24)
FURTHER_PEOPLE = 10_000

ADVANTAGES = (2.5, 4.5)
"""Advantages of the true class, for many and few errors."""

PAIR_SD = 1.2
"""Standard deviation of the advantage of a wrong class, given the true one, that all people have in common."""

FOLDS, FEATURES, FOLD_PEOPLE = 5, 12, (12, 24)
PERSON_SD, PERSON_CLASS_SD = 0.8, 0.6
"""Standard deviations over people of the features, and of the features of one class."""

_NODES, _WEIGHTS = roots_hermitenorm(80)


def population_accuracy(mean_logit: float, deviation: float) -> float:
    """Return the mean of expit over a normal distribution of logits."""
    return float(_WEIGHTS @ expit(mean_logit + deviation * _NODES) / _WEIGHTS.sum())


def accuracy_interval(accuracies: FloatArray) -> Interval:
    """Return the interval of the mean of one accuracy per person."""
    return interval(lambda weights: weights @ accuracies / weights.sum(axis=1), len(accuracies))


def share_covered(limits: Iterable[tuple[float, float] | None], truth: float) -> float:
    """Return the share of intervals that contain the truth."""
    return float(np.mean([pair is not None and pair[0] <= truth <= pair[1] for pair in limits]))


def observed(random: np.random.Generator, logits: FloatArray) -> FloatArray:
    """Return the accuracy on `PHOTOGRAPHS` photographs of people with these logits."""
    return np.asarray(random.binomial(PHOTOGRAPHS, expit(logits)) / PHOTOGRAPHS)


def of_accuracy(people: int, accuracy: float, deviation: float, repetitions: int) -> float:
    """Return the coverage of the accuracy's interval."""
    random = np.random.default_rng([people, int(100 * accuracy), int(10 * deviation)])
    logits = random.normal(logit(accuracy), deviation, (repetitions, people))
    limits = (accuracy_interval(row).limits for row in observed(random, logits))
    return share_covered(limits, population_accuracy(float(logit(accuracy)), deviation))


def of_paired_difference(people: int, repetitions: int) -> float:
    """Return the coverage of the interval of a difference between two systems that are tested on the same people."""
    random = np.random.default_rng(people)
    difficulty = random.normal(0, 0.8, (repetitions, people))
    means, own_sd = (1.4, 1.0), 0.6
    first, second = (observed(random, random.normal(mean, own_sd, difficulty.shape) + difficulty) for mean in means)
    higher, lower = (population_accuracy(mean, float(np.hypot(0.8, own_sd))) for mean in means)
    return share_covered((mean_interval(row) for row in first - second), higher - lower)


def of_group_difference(people: int, repetitions: int) -> float:
    """Return the coverage of the interval of a difference between two groups, chosen beforehand, of `people` each."""
    random = np.random.default_rng(people + 1)
    means = (1.4, 1.0)
    groups = [observed(random, random.normal(mean, 0.8, (repetitions, people))) for mean in means]
    higher, lower = (population_accuracy(mean, 0.8) for mean in means)
    limits = (
        of_difference(float(own.mean()), float(other.mean()), (accuracy_interval(own), accuracy_interval(other)))
        for own, other in zip(*groups, strict=True)
    )
    return share_covered(limits, higher - lower)


def predictions(
    random: np.random.Generator, people: int, *, advantage: float = 2, common: Any = 0, is_pooled: bool = False
) -> Predictions:
    """Return the predictions of `PHOTOGRAPHS` photographs of each person, who differ in difficulty and confusions.

    `advantage` is that of the true class, `common` (8, 8) that of each class, given the true one, for all people. With
    `is_pooled`, all of them belong to one person: metrics then do not depend on who is compared with whom.
    """
    truth = np.tile(np.arange(PHOTOGRAPHS) % len(EMOTIONS), people)
    person = np.repeat(np.arange(people), PHOTOGRAPHS)
    difficulty, confusions = random.normal(advantage, 0.8, people), random.normal(0, 0.7, (people, len(EMOTIONS)))
    scores = (
        difficulty[person, None] * np.eye(len(EMOTIONS))[truth]
        + confusions[person]
        + np.broadcast_to(common, (len(EMOTIONS), len(EMOTIONS)))[truth]
        + random.normal(size=(len(truth), len(EMOTIONS)))
    )
    probabilities = softmax(2 * scores, axis=1)
    owner = np.zeros_like(person) if is_pooled else person
    return Predictions(owner, 1 if is_pooled else people, truth, probabilities.argmax(axis=1), probabilities)


def of_metrics(
    people: int, truths: dict[str, float], repetitions: int, simulate: Callable[..., dict[str, Metric]]
) -> dict[str, float]:
    """Return the coverage of the intervals of the metrics in `truths`, which `simulate` draws and measures."""
    random = np.random.default_rng(people + 2)
    covered = dict.fromkeys(truths, 0)
    for _ in range(repetitions):
        measured = simulate(random, people)
        for name, truth in truths.items():
            limits = interval(measured[name], people, scale_of(name)).limits
            covered[name] += limits is not None and limits[0] <= truth <= limits[1]
    return {name: count / repetitions for name, count in covered.items()}


def print_entropies(repetitions: int) -> None:
    """Print the coverage of the interval of the entropy of errors, for systems with many and with few errors."""
    name, common = "confusion_entropy", np.random.default_rng(7).normal(0, PAIR_SD, (len(EMOTIONS), len(EMOTIONS)))
    np.fill_diagonal(common, 0)
    print(f"\n{'people':>7} {'share of errors':>16} {'true entropy':>13} {'coverage':>9}")
    for advantage in ADVANTAGES:
        draw = partial(predictions, advantage=advantage, common=common)
        population = draw(np.random.default_rng(0), FURTHER_PEOPLE, is_pooled=True)
        errors = 1 - float((population.predicted == population.truth).mean())
        truth = value_of(of_confusions(population)[name])
        for people in METRIC_PEOPLE:
            shares = of_metrics(people, {name: truth}, repetitions, lambda *of, draw=draw: of_confusions(draw(*of)))
            print(f"{people:>7} {errors:>16.2f} {truth:>13.2f} {shares[name]:>9.3f}", flush=True)


def value_of(metric: Metric) -> float:
    """Return the metric of one person."""
    return float(metric(np.ones((1, 1)))[0])


def faces(
    random: np.random.Generator, centres: FloatArray, people: int, each: int
) -> tuple[FloatArray, NDArray[np.int64]]:
    """Return features (people, photographs, `FEATURES`) and labels (people, photographs), `each` of every class."""
    labels = np.tile(np.repeat(np.arange(len(EMOTIONS)), each), (people, 1))
    person = random.normal(0, PERSON_SD, (people, 1, FEATURES))
    expressions = random.normal(0, PERSON_CLASS_SD, (people, len(EMOTIONS), FEATURES)) + centres
    shown = np.take_along_axis(expressions, labels[..., None], axis=1)
    return shown + person + random.normal(size=(*labels.shape, FEATURES)), labels


def of_folds(people: int, repetitions: int) -> tuple[float, float]:
    """Return how often the interval of pooled folds contains the mean accuracy of the models of these folds on new
    people, and the expected accuracy of such models."""
    random = np.random.default_rng(people + 3)
    centres = random.normal(0, 0.75, (len(EMOTIONS), FEATURES))
    new, new_labels = faces(random, centres, 3000, 1)
    fold = np.arange(people) % FOLDS
    limits, on_new = [], []
    for _ in range(repetitions):
        features, labels = faces(random, centres, people, PHOTOGRAPHS // len(EMOTIONS))
        accuracies, of_models = np.empty(people), np.empty(FOLDS)
        for number in range(FOLDS):
            is_tested = fold == number
            is_trained = ~is_tested & (fold != (number + 1) % FOLDS)  # the next fold is for validation
            model = LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto")
            model.fit(features[is_trained].reshape(-1, FEATURES), labels[is_trained].ravel())
            predicted = model.predict(features[is_tested].reshape(-1, FEATURES)).reshape(is_tested.sum(), -1)
            accuracies[is_tested] = (predicted == labels[is_tested]).mean(axis=1)
            of_models[number] = (model.predict(new.reshape(-1, FEATURES)) == new_labels.ravel()).mean()
        limits.append(accuracy_interval(accuracies).limits)
        on_new.append(float(of_models @ np.bincount(fold) / people))
    these = np.mean([pair is not None and pair[0] <= own <= pair[1] for pair, own in zip(limits, on_new, strict=True)])
    return float(these), share_covered(limits, float(np.mean(on_new)))


def main() -> int:
    """Simulate, print the tables and the goals, and return 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repetitions", type=int, default=10_000)
    repetitions = parser.parse_args().repetitions
    print(f"{'people':>7} {'median accuracy':>16} {'sd of the logit':>16} {'coverage':>9}")
    coverages = []
    for people in PEOPLE:
        for accuracy in ACCURACIES:
            for deviation in DEVIATIONS:
                coverages.append(of_accuracy(people, accuracy, deviation, repetitions))
                print(f"{people:>7} {accuracy:>16.2f} {deviation:>16.1f} {coverages[-1]:>9.3f}", flush=True)
    print(f"\n{'people':>7} {'paired difference':>18} {'difference of two groups':>25}")
    for people in PEOPLE:
        paired, groups = of_paired_difference(people, repetitions), of_group_difference(people, repetitions)
        print(f"{people:>7} {paired:>18.3f} {groups:>25.3f}", flush=True)
    print(f"\n{'people':>7} " + " ".join(f"{name:>20}" for name in METRICS))
    population = all_metrics(predictions(np.random.default_rng(0), FURTHER_PEOPLE, is_pooled=True))
    truths = {name: value_of(population[name]) for name in METRICS}
    for people in METRIC_PEOPLE:
        shares = of_metrics(people, truths, repetitions // 5, lambda *of: all_metrics(predictions(*of)))
        print(f"{people:>7} " + " ".join(f"{shares[name]:>20.3f}" for name in METRICS), flush=True)
    print(f"{'true':>7} " + " ".join(f"{truths[name]:>20.3f}" for name in METRICS))
    print_entropies(repetitions // 5)
    print(f"\n{'people':>7} {'pooled folds: these models':>27} {'models trained on as many people':>33}")
    for people in FOLD_PEOPLE:
        these, expected = of_folds(people, repetitions // 10)
        print(f"{people:>7} {these:>27.3f} {expected:>33.3f}", flush=True)
    goals = Goals()
    goals.by_name = {
        "coverage_lowest": Goal(min(coverages), LOWEST, is_lower_bound=True),
        "coverage_highest": Goal(max(coverages), HIGHEST),
        "coverage_mean_at_least": Goal(float(np.mean(coverages)), MEAN_LOWEST, is_lower_bound=True),
        "coverage_mean_at_most": Goal(float(np.mean(coverages)), MEAN_HIGHEST),
    }
    print()
    return 0 if goals.show() else 1


if __name__ == "__main__":
    sys.exit(main())
