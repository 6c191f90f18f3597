import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from scipy.stats import t

from affect_store.models.intervals import DIFFERENCE, LOSS, SHARE, interval, of_difference, point_estimate

RATES = np.array([0.2, 0.4, 0.6, 0.7, 0.9])


def mean_of(rates, counts=None):
    counts = np.ones(len(rates)) if counts is None else counts
    return lambda weights: (weights @ (rates * counts)) / (weights @ counts)


def test_the_interval_of_a_mean_is_t_on_its_logit_by_the_delta_method():
    mean, error = RATES.mean(), RATES.std(ddof=1) / np.sqrt(5)
    half = t.ppf(0.975, 4) * error / (mean * (1 - mean))
    limits = interval(mean_of(RATES), 5)
    assert limits.limits == pytest.approx((expit(logit(mean) - half), expit(logit(mean) + half)))
    assert limits.method == "t interval over 5 people on the logit scale, jackknife error, 95%"
    assert point_estimate(mean_of(RATES), 5) == pytest.approx(mean)


def test_an_interval_needs_five_people():
    four = interval(mean_of(RATES[:4]), 4)
    assert four.limits is None and four.method == "no interval from 4 people, 5 are needed"
    assert interval(mean_of(RATES[:1]), 1).limits is None


def test_people_with_more_photographs_count_more():
    rates, counts = np.array([0.5, 0.5, 0.5, 0.5, 0.9]), np.array([10.0, 10, 10, 10, 60])
    value = point_estimate(mean_of(rates, counts), 5)
    limits = interval(mean_of(rates, counts), 5)
    assert value == pytest.approx(0.74) and limits.low < value < limits.high
    assert limits.high - limits.low > np.diff(interval(mean_of(rates), 5).limits)[0]


@pytest.mark.parametrize(
    ("value", "scale", "expected"),
    [
        (1.0, SHARE, (0.025 ** (1 / 6), 1.0)),
        (0.0, SHARE, (0.0, 1 - 0.025 ** (1 / 6))),
        (0.0, DIFFERENCE, (0.025 ** (1 / 6) - 1, 1 - 0.025 ** (1 / 6))),
    ],
)
def test_people_who_are_all_equal_bound_the_others(value, scale, expected):
    limits = interval(mean_of(np.full(6, value)), 6, scale)
    assert limits.limits == pytest.approx(expected) and "bound on the share of people" in limits.method


def test_the_bound_of_equal_people_is_rarely_wrong():
    # a share of the people is always right, the others never: how often are all ten right and the bound too high?
    for share in (0.5, 0.65, 0.68, 0.7, 0.9):
        right = np.random.default_rng(0).random((4000, 10)) < share
        low = interval(mean_of(np.ones(10)), 10).low
        assert (right.all(axis=1) & (low > share)).mean() <= 0.03


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 72), min_size=5, max_size=30))
def test_limits_are_in_the_range_and_contain_the_value(right):
    rates = np.array(right) / 72
    for metric, scale in ((mean_of(rates), SHARE), (mean_of(2 * rates - 1), DIFFERENCE)):
        limits = interval(metric, len(rates), scale)
        value = point_estimate(metric, len(rates))
        assert scale.low <= limits.low <= value + 1e-12 and value - 1e-12 <= limits.high <= scale.high


def test_a_loss_has_no_upper_limit():
    losses = np.array([0.1, 0.2, 0.4, 0.8, 5.0])
    limits = interval(mean_of(losses), 5, LOSS)
    half = t.ppf(0.975, 4) * losses.std(ddof=1) / np.sqrt(5) / losses.mean()
    assert limits.limits == pytest.approx((losses.mean() * np.exp(-half), losses.mean() * np.exp(half)))
    same = interval(mean_of(np.full(6, 0.3)), 6, LOSS)
    assert same.limits is None and same.method == "no interval: all 6 people have the same value"


def test_a_value_that_one_person_decides_has_no_interval():
    def metric(weights):
        return np.where(weights[:, 0] > 0, 0.5, np.nan)

    alone = interval(metric, 6)
    assert alone.limits is None and "one person decides" in alone.method
    assert point_estimate(lambda weights: np.full(len(weights), np.nan), 5) is None


def test_the_difference_of_two_groups_adds_their_distances_in_quadrature():
    first, second = interval(mean_of(RATES), 5), interval(mean_of(RATES - 0.1), 5)
    low, high = of_difference(0.56, 0.46, (first, second))
    assert low == pytest.approx(0.1 - np.hypot(0.56 - first.low, second.high - 0.46))
    assert high == pytest.approx(0.1 + np.hypot(first.high - 0.56, 0.46 - second.low))
    assert of_difference(0.5, 0.4, (first, interval(mean_of(RATES[:3]), 3))) is None
