"""95 % intervals over people: a t interval on an unbounded scale, with the jackknife's error over people.

A metric is a function of a weight per person. All weights 1 give the value itself; weight 0 leaves a person out with
all photographs, since photographs of one person are not independent. `benchmarks/coverage.py` measures the coverage.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import exp, inf, isfinite, log, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from affect_store.store.vocabulary import MIN_PEOPLE

FloatArray = NDArray[np.float64]
Metric = Callable[[FloatArray], FloatArray]
"""Weights (draws, people) -> values (draws,); NaN where the weights leave nothing to measure."""

LEVEL = 0.95


@dataclass(frozen=True)
class Scale:
    """The range of a metric, and the function that maps its inside to all real numbers: the logit of the position
    within the range, the logarithm of the distance from `low` if there is no upper limit, the value itself if there is
    no limit at all."""

    low: float
    high: float

    @property
    def name(self) -> str:
        """Name of the function."""
        if self.low == -inf:
            return "identity"
        return "log" if self.high == inf else "logit"

    def contains(self, value: float) -> bool:
        """Return whether the value is inside the range, not at its ends."""
        return self.low < value < self.high

    def forward(self, value: float) -> tuple[float, float]:
        """Return the value on the unbounded scale and the derivative there."""
        if self.low == -inf:
            return value, 1.0
        below, above = value - self.low, self.high - value
        if self.high == inf:
            return log(below), 1 / below
        return log(below / above), 1 / below + 1 / above

    def backward(self, value: float) -> float:
        """Return the inverse of `forward`."""
        if self.low == -inf:
            return value
        if self.high == inf:
            return self.low + exp(value)
        share = 1 / (1 + exp(-value)) if value >= 0 else exp(value) / (1 + exp(value))
        return self.low + (self.high - self.low) * share


SHARE, DIFFERENCE, LOSS, UNBOUNDED = Scale(0, 1), Scale(-1, 1), Scale(0, inf), Scale(-inf, inf)
"""Scales of shares, of differences of two shares, of losses without an upper limit, and of values without limits."""


@dataclass(frozen=True)
class Interval:
    """Limits of an interval, and how they were computed; without limits, why there are none."""

    low: float | None
    high: float | None
    method: str

    @property
    def limits(self) -> tuple[float, float] | None:
        """Both limits; None if there are none."""
        return None if self.low is None or self.high is None else (self.low, self.high)


def interval(metric: Metric, people: int, scale: Scale = SHARE) -> Interval:
    """Return the interval of a metric over people; without limits below `MIN_PEOPLE`.

    The standard error is the jackknife's, leaving out one person at a time (Efron and Stein 1981, doi
    10.1214/aos/1176345462). It is carried to the unbounded scale by the delta method; the limits are those of Student's
    t with people - 1 degrees of freedom, mapped back. For a mean over people with equal numbers of photographs, this
    is the t interval on the logit of the mean. A person with more photographs has more weight, as in the metric itself.

    If everybody has the same value, no error can be estimated, and the limits follow from the number of people alone:
    with 97.5 % confidence, a share of at least 0.025^(1 / people) of all people have this value (Clopper and Pearson
    1934, doi 10.1093/biomet/26.4.404). The limits put all others at the ends of the range.
    """
    if people < MIN_PEOPLE:
        return Interval(None, None, f"no interval from {people} people, {MIN_PEOPLE} are needed")
    value = float(metric(np.ones((1, people)))[0])
    without_one = metric(1 - np.eye(people))
    if not isfinite(value) or not np.isfinite(without_one).all():
        return Interval(None, None, "no interval: one person decides whether there is a value")
    error = sqrt((people - 1) / people * float(np.square(without_one - without_one.mean()).sum()))
    if error < 1e-12 or not scale.contains(value):
        return _without_error(value, people, scale)
    centre, slope = scale.forward(value)
    half = _quantile(people - 1) * error * slope
    method = f"t interval over {people} people on the {scale.name} scale, jackknife error, {LEVEL:.0%}"
    return Interval(scale.backward(centre - half), scale.backward(centre + half), method)


def of_difference(first: float, second: float, limits: tuple[Interval, Interval]) -> tuple[float, float] | None:
    """Return the limits of first - second, of two groups without a person in common; None if one has no interval.

    The distances from the values to their limits are added in quadrature (MOVER: Zou and Donner 2008, doi
    10.1002/sim.3095).
    """
    own, other = (limit.limits for limit in limits)
    if own is None or other is None:
        return None
    low = sqrt((first - own[0]) ** 2 + (other[1] - second) ** 2)
    high = sqrt((own[1] - first) ** 2 + (second - other[0]) ** 2)
    return first - second - low, first - second + high


def point_estimate(metric: Metric, people: int) -> float | None:
    """Return the metric of all photographs; None where there is nothing to measure."""
    value = float(metric(np.ones((1, people)))[0])
    return value if isfinite(value) else None


def _without_error(value: float, people: int, scale: Scale) -> Interval:
    if scale.high == inf:
        return Interval(None, None, f"no interval: all {people} people have the same value")
    share = ((1 - LEVEL) / 2) ** (1 / people)
    low, high = (share * value + (1 - share) * end for end in (scale.low, scale.high))
    return Interval(low, high, f"{LEVEL:.0%} bound on the share of people who have the value that all {people} have")


@cache
def _quantile(degrees: int) -> float:
    return float(student.ppf((1 + LEVEL) / 2, degrees))
