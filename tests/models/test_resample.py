import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as known

from models import resample
from models.resample import CLASSES, Scored


def scored(seed, people=7, each=20, classes=CLASSES, ties=False):
    random = np.random.default_rng(seed)
    count = people * each
    truth = random.integers(0, classes, count)
    probabilities = random.dirichlet(np.ones(CLASSES), count) + 0.3 * np.eye(CLASSES)[truth]
    if ties:
        probabilities = np.round(probabilities, 1) + 0.01
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    return Scored(np.repeat(np.arange(people), each), people, truth, probabilities.argmax(axis=1), probabilities)


def all_of(name, one):
    return resample.value(resample.metrics(one)[name], one.people)


def repeated(one, times):
    """The photographs written out as often as their person was drawn."""
    rows = np.repeat(np.arange(len(one.truth)), times[one.person])
    return one.truth[rows], one.predicted[rows], one.probabilities[rows]


def expected(name, truth, predicted, probabilities):
    present = np.unique(truth)
    if name == "accuracy":
        return known.accuracy_score(truth, predicted)
    if name == "macro_f1":
        return known.f1_score(truth, predicted, labels=present, average="macro", zero_division=0)
    if name == "log_loss":
        return known.log_loss(truth, probabilities, labels=np.arange(CLASSES))
    return np.mean([known.roc_auc_score(truth == label, probabilities[:, label]) for label in present])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.booleans(), st.sampled_from(["accuracy", "macro_f1", "log_loss", "roc_auc"]))
def test_a_weighted_value_is_scikit_learns_on_repeated_photographs(seed, ties, name):
    one = scored(seed, ties=ties, classes=5)
    times = np.random.default_rng(seed).integers(0, 4, one.people)
    times[0] += 1
    got = resample.metrics(one)[name](times[None].astype(float))[0]
    assert got == pytest.approx(expected(name, *repeated(one, times)), abs=1e-9)


def test_absent_classes_are_left_out_of_the_averages():
    two = scored(3, classes=2)
    assert all_of("roc_auc", two) == pytest.approx(
        known.roc_auc_score(two.truth, two.probabilities[:, 1], average="macro") / 2
        + known.roc_auc_score(1 - two.truth, two.probabilities[:, 0]) / 2
    )
    single = scored(3, classes=1)
    assert all_of("roc_auc", single) is None
    assert all_of("chance", single) == 1.0


def test_calibration_error_of_a_known_case():
    # two photographs said with 0.9 of which one is right, two said with 0.5 of which one is right
    probabilities = np.full((4, CLASSES), 0.1 / (CLASSES - 1))
    probabilities[:2, 0] = 0.9
    probabilities[2:] = 0.5 / (CLASSES - 1)
    probabilities[2:, 0] = 0.5
    one = Scored(np.array([0, 0, 1, 1]), 2, np.array([0, 1, 0, 1]), np.zeros(4, int), probabilities)
    assert all_of("calibration_error", one) == pytest.approx((2 * 0.4 + 2 * 0.0) / 4)


def test_chance_is_the_most_frequent_class():
    one = Scored(np.arange(4), 4, np.array([2, 2, 2, 1]), np.zeros(4, int), np.eye(CLASSES)[[0] * 4])
    assert all_of("chance", one) == 0.75


def test_no_interval_from_four_people():
    accuracy = resample.metrics(scored(1, people=4))["accuracy"]
    assert resample.interval(accuracy, 4, seed=0) is None
    accuracy = resample.metrics(scored(1, people=5))["accuracy"]
    low, high = resample.interval(accuracy, 5, seed=0)
    assert low < high


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    # people differ (standard deviation 0.1 about 0.7), photographs of one person share that
    covered = 0
    for seed in range(200):
        random = np.random.default_rng(seed)
        people, each = 30, 24
        skill = np.clip(random.normal(0.7, 0.1, people), 0, 1)
        right = (random.random((people, each)) < skill[:, None]).ravel().astype(int)
        blank = np.eye(CLASSES)[np.zeros(people * each, int)]
        one = Scored(np.repeat(np.arange(people), each), people, 1 - right, np.zeros(people * each, int), blank)
        low, high = resample.interval(resample.share(one, right.astype(float)), people, seed=seed)
        covered += low <= 0.7 <= high
    assert 0.88 <= covered / 200 <= 0.99
