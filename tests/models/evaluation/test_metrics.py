from dataclasses import replace

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sklearn_metrics

from affect_store.models.evaluation import perfect_calibration
from affect_store.models.evaluation.metrics import (
    Predictions,
    all_metrics,
    calibration_error_if_perfect,
    mean,
    scale_of,
)
from affect_store.models.evaluation.perfect_calibration import expected_error
from affect_store.models.intervals import interval, point_estimate
from affect_store.store.vocabulary import EMOTIONS

CLASSES = len(EMOTIONS)


def random_predictions(seed, people=7, each=20, classes=CLASSES, ties=False):
    random = np.random.default_rng(seed)
    count = people * each
    truth = random.integers(0, classes, count)
    probabilities = random.dirichlet(np.ones(CLASSES), count) + 0.3 * np.eye(CLASSES)[truth]
    if ties:
        probabilities = np.round(probabilities, 1) + 0.01
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    return Predictions(np.repeat(np.arange(people), each), people, truth, probabilities.argmax(axis=1), probabilities)


def value_of(name, predictions):
    return point_estimate(all_metrics(predictions)[name], predictions.people)


def repeated(predictions, times):
    """Return truth, prediction and probabilities, with each photograph repeated as often as its person was drawn."""
    rows = np.repeat(np.arange(len(predictions.truth)), times[predictions.person])
    return predictions.truth[rows], predictions.predicted[rows], predictions.probabilities[rows]


def expected(name, truth, predicted, probabilities):
    present = np.unique(truth)
    if name == "accuracy":
        return sklearn_metrics.accuracy_score(truth, predicted)
    if name == "macro_f1":
        return sklearn_metrics.f1_score(truth, predicted, labels=present, average="macro", zero_division=0)
    if name == "balanced_accuracy":
        return sklearn_metrics.recall_score(truth, predicted, labels=present, average="macro", zero_division=0)
    if name == "cohen_kappa":
        return sklearn_metrics.cohen_kappa_score(truth, predicted)
    if name == "matthews_correlation":
        return sklearn_metrics.matthews_corrcoef(truth, predicted)
    if name == "brier_score":
        return sklearn_metrics.brier_score_loss(truth, probabilities, labels=np.arange(CLASSES), scale_by_half=False)
    if name == "log_loss":
        return sklearn_metrics.log_loss(truth, probabilities, labels=np.arange(CLASSES))
    return np.mean([sklearn_metrics.roc_auc_score(truth == label, probabilities[:, label]) for label in present])


CHECKED = (
    "accuracy", "balanced_accuracy", "macro_f1", "cohen_kappa", "matthews_correlation", "roc_auc", "log_loss",
    "brier_score",
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.booleans(), st.sampled_from(CHECKED))
def test_a_weighted_value_equals_scikit_learns_on_repeated_photographs(seed, ties, name):
    predictions = random_predictions(seed, ties=ties, classes=5)
    times = np.random.default_rng(seed).integers(0, 4, predictions.people)
    times[0] += 1
    weighted = all_metrics(predictions)[name](times[None].astype(float))[0]
    assert weighted == pytest.approx(expected(name, *repeated(predictions, times)), abs=1e-9)


@pytest.mark.parametrize("name", CHECKED)
@pytest.mark.parametrize("weights", [np.ones(7), np.array([1, 1, 0, 1, 1, 1, 1])])
def test_a_person_of_weight_0_is_left_out(name, weights):
    predictions = random_predictions(5)
    value = all_metrics(predictions)[name](weights[None].astype(float))[0]
    assert value == pytest.approx(expected(name, *repeated(predictions, weights.astype(int))), abs=1e-9)


def of_labels(truth, predicted):
    """Return predictions of one person with certain probabilities."""
    truth, predicted = np.array(truth), np.array(predicted)
    return Predictions(np.zeros(len(truth), int), 1, truth, predicted, np.eye(CLASSES)[predicted])


def test_correlation_and_kappa_of_constant_predictions_or_labels():
    constant = of_labels([0, 1, 1], [1, 1, 1])
    assert value_of("matthews_correlation", constant) == 0 == value_of("cohen_kappa", constant)
    assert value_of("balanced_accuracy", constant) == 0.5
    single = of_labels([1, 1, 1], [1, 1, 1])
    assert value_of("matthews_correlation", single) is None and value_of("cohen_kappa", single) is None
    assert (
        value_of("cohen_kappa", of_labels([0, 1], [1, 0]))
        == -1
        == value_of("matthews_correlation", of_labels([0, 1], [1, 0]))
    )
    assert value_of("brier_score", of_labels([0, 1], [1, 0])) == 2


def test_absent_classes_are_left_out_of_averages():
    two = random_predictions(3, classes=2)
    assert value_of("roc_auc", two) == pytest.approx(
        sklearn_metrics.roc_auc_score(two.truth, two.probabilities[:, 1], average="macro") / 2
        + sklearn_metrics.roc_auc_score(1 - two.truth, two.probabilities[:, 0]) / 2
    )
    single = random_predictions(3, classes=1)
    assert value_of("roc_auc", single) is None
    assert value_of("chance", single) == 1.0


def test_calibration_error_of_a_known_case():
    # one of two photographs predicted with confidence 0.9 is right, and one of two with confidence 0.5
    probabilities = np.full((4, CLASSES), 0.1 / (CLASSES - 1))
    probabilities[:2, 0] = 0.9
    probabilities[2:] = 0.5 / (CLASSES - 1)
    probabilities[2:, 0] = 0.5
    predictions = Predictions(np.array([0, 0, 1, 1]), 2, np.array([0, 1, 0, 1]), np.zeros(4, int), probabilities)
    assert value_of("calibration_error", predictions) == pytest.approx((2 * 0.4 + 2 * 0.0) / 4)


def test_perfect_calibration_shows_the_mean_error_of_simulated_sets():
    predictions = random_predictions(0, people=6, each=10)
    confidence, random, errors = predictions.probabilities.max(axis=1), np.random.default_rng(0), []
    for _ in range(600):
        predicted = np.where(random.random(60) < confidence, predictions.truth, (predictions.truth + 1) % CLASSES)
        errors.append(value_of("calibration_error", replace(predictions, predicted=predicted)))
    assert abs(calibration_error_if_perfect(predictions) - np.mean(errors)) < 4 * np.std(errors) / np.sqrt(600)


@pytest.mark.parametrize(("count", "low"), [(1, 0.3), (5, 0.999), (30, 0.95), (300, 0.5)])
def test_perfect_calibration_of_one_bin_follows_the_poisson_binomial_distribution(count, low):
    confidence = np.random.default_rng(count).uniform(low, 1, count)
    numbers = np.arange(count + 1)
    distances = np.abs(numbers - confidence.sum()) * scipy.stats.poisson_binom(confidence).pmf(numbers)
    assert expected_error(confidence, np.zeros(count, int)) == pytest.approx(distances.sum() / count, abs=1e-11)


def test_perfect_calibration_does_not_depend_on_the_order_of_the_photographs_or_on_blocks(monkeypatch):
    random = np.random.default_rng(0)
    confidence, bins = random.uniform(0.2, 1, 500), random.integers(0, 15, 500)
    order = random.permutation(500)
    error = expected_error(confidence, bins)
    assert expected_error(confidence[order], bins[order]) == pytest.approx(error, abs=1e-12)
    monkeypatch.setattr(perfect_calibration, "_BLOCK", 64)
    assert expected_error(confidence, bins) == pytest.approx(error, abs=1e-12)
    assert expected_error(np.ones(3), np.full(3, 14)) == pytest.approx(0, abs=1e-12)


def test_perfect_calibration_is_smaller_with_more_photographs():
    assert calibration_error_if_perfect(random_predictions(1, each=200)) < 0.5 * calibration_error_if_perfect(
        random_predictions(1, each=20)
    )


def test_chance_is_the_share_of_the_most_frequent_class():
    truth, predicted = np.array([2, 2, 2, 1]), np.zeros(4, int)
    assert value_of("chance", Predictions(np.arange(4), 4, truth, predicted, np.eye(CLASSES)[[0] * 4])) == 0.75


def test_every_metric_has_an_interval_that_contains_it():
    predictions = random_predictions(0, classes=3)
    for name, metric in all_metrics(predictions).items():
        limits = interval(metric, predictions.people, scale_of(name))
        assert limits.low < value_of(name, predictions) < limits.high
        assert ("log scale" in limits.method) == (name == "log_loss")
        assert scale_of(name).low <= limits.low and limits.high <= scale_of(name).high


def test_the_interval_has_its_nominal_coverage():
    # people differ (standard deviation 0.1 about 0.7), and photographs of one person share their person's rate
    covered = 0
    for seed in range(200):
        random = np.random.default_rng(seed)
        people, each = 6, 24
        rate = np.clip(random.normal(0.7, 0.1, people), 0, 1)
        right = (random.random((people, each)) < rate[:, None]).ravel().astype(int)
        labels = np.zeros(people * each, int)
        predictions = Predictions(
            np.repeat(np.arange(people), each), people, 1 - right, labels, np.eye(CLASSES)[labels]
        )
        limits = interval(mean(predictions, right.astype(float)), people)
        covered += limits.low <= 0.7 <= limits.high
    assert 0.91 <= covered / 200 <= 0.99


@pytest.mark.parametrize("count", [2, 24, 432])
def test_rounding_errors_of_certain_predictions_do_not_make_the_expected_error_negative(count):
    assert 0 <= expected_error(np.ones(count), np.full(count, 14)) < 1e-12
