"""The entropy of errors: values, corrections of its bias, and the interval over people."""

import numpy as np
import pytest
import scipy.stats

from affect_store.models.evaluation.error_entropy import entropy_over_people, max_bits, of_counts
from affect_store.models.evaluation.metrics import Predictions, all_metrics, scale_of
from affect_store.models.intervals import interval
from affect_store.store.vocabulary import EMOTIONS

PAIRS = len(EMOTIONS) * (len(EMOTIONS) - 1)


def value_of(errors):
    """Return the entropy of counts by person and pair."""
    return entropy_over_people(np.asarray(errors, float))(np.ones((1, len(errors))))[0]


def expected(errors):
    """Return Miller's entropy of the counts of all people, corrected by the jackknife, with scipy."""

    def corrected(counts):
        return scipy.stats.entropy(counts, base=2) + ((counts > 0).sum() - 1) / (2 * counts.sum()) / np.log(2)

    without_one = [corrected(np.delete(errors, row, axis=0).sum(axis=0)) for row in range(len(errors))]
    value = len(errors) * corrected(errors.sum(axis=0)) - (len(errors) - 1) * np.mean(without_one)
    return np.clip(value, 0, np.log2(56))


def random_errors(seed, people=8):
    random = np.random.default_rng(seed)
    shares = random.dirichlet(np.full(PAIRS, 0.2), people)
    return np.array([random.multinomial(10, own) for own in shares]).astype(float)


@pytest.mark.parametrize("seed", range(5))
def test_the_entropy_equals_that_of_an_independent_implementation(seed):
    errors = random_errors(seed)
    assert value_of(errors) == pytest.approx(expected(errors), abs=1e-9)
    weights = np.array([[1, 1, 0, 1, 1, 1, 0, 1]])
    assert entropy_over_people(errors)(weights) == pytest.approx(expected(errors[weights[0] > 0]), abs=1e-9)


def test_errors_of_one_pair_have_entropy_0_and_of_all_pairs_the_highest():
    single_pair, all_pairs = np.zeros((6, PAIRS)), np.ones((6, PAIRS))
    single_pair[:, 3] = 5
    assert value_of(single_pair) == 0 and value_of(all_pairs) == max_bits(PAIRS) == np.log2(56)
    four = np.zeros((6, PAIRS))
    four[:, :4] = 1000
    assert value_of(four) == pytest.approx(2, abs=1e-6)
    assert np.isnan(value_of(np.zeros((6, PAIRS))))


def test_errors_of_a_single_person_are_measured_without_the_jackknife():
    errors = np.zeros((6, PAIRS))
    errors[2, :2] = 10
    assert value_of(errors) == pytest.approx(1 + 1 / 40 / np.log(2))
    assert interval(entropy_over_people(errors), 6, scale_of("confusion_entropy")).limits is None


def test_errors_are_counted_by_true_and_predicted_emotion():
    random = np.random.default_rng(0)
    truth, predicted = random.integers(0, len(EMOTIONS), (2, 300))
    person = np.repeat(np.arange(6), 50)
    predictions = Predictions(person, 6, truth, predicted, np.eye(len(EMOTIONS))[predicted])
    pairs = [(true, other) for true in range(len(EMOTIONS)) for other in range(len(EMOTIONS)) if true != other]
    errors = np.array(
        [[((person == own) & (truth == a) & (predicted == b)).sum() for a, b in pairs] for own in range(6)]
    )
    assert all_metrics(predictions)["confusion_entropy"](np.ones((1, 6)))[0] == pytest.approx(expected(errors))


def test_the_corrections_remove_most_of_the_bias_of_alike_errors():
    # the errors of a person are of few pairs, those of all people of all pairs
    drawn = [random_errors(seed) for seed in range(300)]
    observed = np.mean([scipy.stats.entropy(errors.sum(axis=0), base=2) for errors in drawn])
    miller = np.mean([of_counts(errors.sum(axis=0, keepdims=True))[0] for errors in drawn])
    corrected = np.mean([value_of(errors) for errors in drawn])
    assert observed < miller < corrected < max_bits(PAIRS)
    assert max_bits(PAIRS) - corrected < 0.3 * (max_bits(PAIRS) - observed)
