import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import softmax

from models.calibrate import scaled, temperature


def drawn(true_temperature, n=6000, seed=0):
    """Labels drawn from probabilities, and those probabilities sharpened or flattened by a temperature."""
    random = np.random.default_rng(seed)
    logits = random.normal(scale=2.0, size=(n, 8))
    honest = softmax(logits, axis=1)
    labels = (honest.cumsum(axis=1) > random.random((n, 1))).argmax(axis=1)
    return softmax(logits * true_temperature, axis=1), labels


@pytest.mark.parametrize("true", [0.4, 1.0, 3.0])
def test_a_known_temperature_is_recovered(true):
    probabilities, labels = drawn(true)
    assert temperature(probabilities, labels) == pytest.approx(true, rel=0.06)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.06, 19), st.integers(0, 999))
def test_scaling_keeps_the_order_and_sums_to_1(divisor, seed):
    probabilities, _ = drawn(1.0, n=20, seed=seed)
    found = scaled(probabilities, divisor)
    assert (found.argsort(axis=1) == probabilities.argsort(axis=1)).all()
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-9)


def test_each_row_may_have_its_own_temperature():
    probabilities, _ = drawn(1.0, n=2)
    found = scaled(probabilities, np.array([1.0, 2.0]))
    np.testing.assert_allclose(found[0], probabilities[0], atol=1e-6)
    np.testing.assert_allclose(found[1], scaled(probabilities[1:], 2.0)[0])


def test_a_certain_zero_does_not_become_infinite_and_no_rows_have_temperature_1():
    sure = np.eye(8)[[0, 1]]
    assert np.isfinite(temperature(sure, np.array([0, 2]))) and np.isfinite(scaled(sure, 2.0)).all()
    assert temperature(np.zeros((0, 8)), np.zeros(0, int)) == 1.0
