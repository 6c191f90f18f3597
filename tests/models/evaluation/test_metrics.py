import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sklearn_metrics

from affect_store.models.evaluation.metrics import CLASSES, Predictions, all_metrics, mean, scale_of
from affect_store.models.intervals import interval, point_estimate


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
    if name == "log_loss":
        return sklearn_metrics.log_loss(truth, probabilities, labels=np.arange(CLASSES))
    return np.mean([sklearn_metrics.roc_auc_score(truth == label, probabilities[:, label]) for label in present])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.booleans(), st.sampled_from(["accuracy", "macro_f1", "log_loss", "roc_auc"]))
def test_a_weighted_value_equals_scikit_learns_on_repeated_photographs(seed, ties, name):
    predictions = random_predictions(seed, ties=ties, classes=5)
    times = np.random.default_rng(seed).integers(0, 4, predictions.people)
    times[0] += 1
    weighted = all_metrics(predictions)[name](times[None].astype(float))[0]
    assert weighted == pytest.approx(expected(name, *repeated(predictions, times)), abs=1e-9)


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


def test_chance_is_the_share_of_the_most_frequent_class():
    truth, predicted = np.array([2, 2, 2, 1]), np.zeros(4, int)
    assert value_of("chance", Predictions(np.arange(4), 4, truth, predicted, np.eye(CLASSES)[[0] * 4])) == 0.75


def test_every_metric_has_an_interval_that_contains_it():
    predictions = random_predictions(0)
    for name, metric in all_metrics(predictions).items():
        limits = interval(metric, predictions.people, scale_of(name))
        assert limits.low < value_of(name, predictions) < limits.high
        assert ("log scale" in limits.method) == (name == "log_loss")


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
