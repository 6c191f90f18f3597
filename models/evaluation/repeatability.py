"""Repeatability: agreement of several measurements of the same photographs, which ought to be equal.

Photographs are the rows and measurements the columns of a two-way layout with random effects. ICC(A,1) is the share of
the variance of a single measurement that is between photographs, and counts the bias between measurements as error
(McGraw and Wong 1996, doi 10.1037/1082-989X.1.1.30, case 2A; ICC(2,1) of Shrout and Fleiss 1979, doi
10.1037/0033-2909.86.2.420). The standard error of measurement (SEM) is the root of the mean square within photographs.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from affect_store.models.intervals import DIFFERENCE, Interval, interval

Doubles = NDArray[np.float64]

_NO_SPREAD = 1e-12
METHOD = "ICC(A,1)"


@dataclass(frozen=True)
class Agreement:
    """Agreement of k measurements: the ICC with its 95 % interval over people, and the SEM.

    Values that cannot be computed are None: the ICC of measurements that do not vary, and an interval over few people.
    """

    icc: float | None
    low: float | None
    high: float | None
    sem: float | None
    method: str


@dataclass(frozen=True)
class _Sums:
    """Sums of each person's centred values: photographs (p,), by measurement (p, k, d), of squares and of the squares
    of the photographs' totals (p,)."""

    counts: Doubles
    columns: Doubles
    squares: Doubles
    totals: Doubles

    @property
    def people(self) -> int:
        return len(self.counts)


@dataclass(frozen=True)
class _MeanSquares:
    """Mean squares between photographs, between measurements, of the residual, and within photographs; (draws,) each,
    summed over the coordinates; `photographs` (draws,) and `measurements` are the numbers of rows and columns."""

    rows: Doubles
    columns: Doubles
    error: Doubles
    within: Doubles
    photographs: Doubles
    measurements: int

    @property
    def icc(self) -> Doubles:
        """ICC(A,1), (draws,); NaN where nothing varies."""
        with np.errstate(all="ignore"):  # weights may leave a single photograph
            bias = self.measurements / self.photographs * (self.columns - self.error)
            total = self.rows + (self.measurements - 1) * self.error + bias
            return np.asarray(np.where(total > 0, np.minimum(1.0, (self.rows - self.error) / total), np.nan))


def agreement(values: Doubles, people: NDArray[np.str_], *, points: int = 1) -> Agreement:
    """Return the agreement of k measurements of n photographs, values (n, k, d), of these people, (n,).

    A measurement of d coordinates is `points` points: mean squares are summed over the coordinates before the ratio is
    taken, and the SEM is that of a point. For single numbers, d and `points` are 1. The interval is a t interval with
    the jackknife's error over people, on the scale of Fisher's z: see `models.intervals`.

    Raises `ValueError` for fewer than two measurements.
    """
    if values.shape[1] < 2:
        raise ValueError(f"expected at least two measurements, received values of shape {values.shape}")
    if len(values) < 2:
        return Agreement(None, None, None, None, f"{METHOD}; no value from {len(values)} photographs")
    sums = _sums_of_people(values, people)
    squares = _mean_squares(sums, np.ones((1, sums.people)))
    icc, sem = float(squares.icc[0]), float(np.sqrt(squares.within[0] / points))
    limits = _interval(sums, icc)
    return Agreement(icc if isfinite(icc) else None, limits.low, limits.high, sem, f"{METHOD}; {limits.method}")


def relative_change(values: Doubles) -> float | None:
    """Return the median over photographs and copies of the length of (copy - photograph) relative to the photograph.

    `values` (n, k, d) holds the photograph first. Photographs of length 0 are left out; None if there are no others.
    """
    lengths = np.linalg.norm(values[:, 0], axis=1)
    changes = np.linalg.norm(values[:, 1:] - values[:, :1], axis=2)
    known = lengths > 0
    return float(np.median(changes[known] / lengths[known, None])) if known.any() else None


def _sums_of_people(values: Doubles, people: NDArray[np.str_]) -> _Sums:
    names, person = np.unique(people, return_inverse=True)
    centred = values - values.mean(axis=(0, 1))  # keeps the differences of sums below exact
    columns = np.zeros((len(names), *values.shape[1:]))
    np.add.at(columns, person, centred)
    squares, totals = (centred**2).sum(axis=(1, 2)), (centred.sum(axis=1) ** 2).sum(axis=1)
    counts, of_squares, of_totals = (
        np.asarray(np.bincount(person, weights), np.float64) for weights in (np.ones(len(person)), squares, totals)
    )
    return _Sums(counts, columns, of_squares, of_totals)


def _mean_squares(sums: _Sums, weights: Doubles) -> _MeanSquares:
    """Return the mean squares for weights (draws, people): see `models.intervals`."""
    k = sums.columns.shape[1]
    n = weights @ sums.counts
    of_columns = np.tensordot(weights, sums.columns, axes=1)
    grand = (of_columns.sum(axis=1) ** 2).sum(axis=1) / (n * k)
    between = weights @ sums.totals / k - grand
    columns = (of_columns**2).sum(axis=(1, 2)) / n - grand
    error = np.maximum(weights @ sums.squares - grand - between - columns, 0.0)
    with np.errstate(all="ignore"):
        return _MeanSquares(
            between / (n - 1), columns / (k - 1), error / ((n - 1) * (k - 1)), (columns + error) / (n * (k - 1)), n, k
        )


def _interval(sums: _Sums, icc: float) -> Interval:
    def metric(weights: Doubles) -> Doubles:
        return _mean_squares(sums, weights).icc

    if icc <= -1:
        return Interval(None, None, "no interval: photographs differ less than chance, as with very few of them")
    if not DIFFERENCE.contains(icc):
        return Interval(None, None, "no interval: all measurements agree, or nothing varies")
    if sums.people > 1 and np.ptp(metric(1 - np.eye(sums.people))) < _NO_SPREAD:
        return Interval(None, None, "no interval: all people have the same values")
    return interval(metric, sums.people, DIFFERENCE)
