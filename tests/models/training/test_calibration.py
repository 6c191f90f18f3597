import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import softmax

from affect_store.models.training.calibration import apply_temperature, fit_temperature


def miscalibrated(true_temperature, n=6000, seed=0):
    """Return probabilities sharpened or flattened by a temperature, and labels drawn from the original ones."""
    random = np.random.default_rng(seed)
    logits = random.normal(scale=2.0, size=(n, 8))
    calibrated = softmax(logits, axis=1)
    labels = (calibrated.cumsum(axis=1) > random.random((n, 1))).argmax(axis=1)
    return softmax(logits * true_temperature, axis=1), labels


@pytest.mark.parametrize("true", [0.4, 1.0, 3.0])
def test_a_known_temperature_is_recovered(true):
    probabilities, labels = miscalibrated(true)
    assert fit_temperature(probabilities, labels) == pytest.approx(true, rel=0.06)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.06, 19), st.integers(0, 999))
def test_scaling_keeps_the_order_and_sums_to_1(divisor, seed):
    probabilities, _ = miscalibrated(1.0, n=20, seed=seed)
    rescaled = apply_temperature(probabilities, divisor)
    assert (rescaled.argsort(axis=1) == probabilities.argsort(axis=1)).all()
    np.testing.assert_allclose(rescaled.sum(axis=1), 1, atol=1e-9)


def test_each_row_may_have_its_own_temperature():
    probabilities, _ = miscalibrated(1.0, n=2)
    rescaled = apply_temperature(probabilities, np.array([1.0, 2.0]))
    np.testing.assert_allclose(rescaled[0], probabilities[0], atol=1e-6)
    np.testing.assert_allclose(rescaled[1], apply_temperature(probabilities[1:], 2.0)[0])


def test_probabilities_of_0_give_finite_values_and_no_rows_give_temperature_1():
    certain = np.eye(8)[[0, 1]]
    assert (
        np.isfinite(fit_temperature(certain, np.array([0, 2]))) and np.isfinite(apply_temperature(certain, 2.0)).all()
    )
    assert fit_temperature(np.zeros((0, 8)), np.zeros(0, int)) == 1.0
