"""Scores of confusion matrices: balanced accuracy, macro F1, Cohen's kappa and the Matthews correlation.

Each function takes counts (draws, classes, classes), of photographs by true (rows) and predicted emotion (columns),
and returns (draws,); NaN where the counts leave nothing to measure.
"""

from __future__ import annotations

import numpy as np

from affect_store.models.intervals import FloatArray


def balanced_accuracy(counts: FloatArray) -> FloatArray:
    """Return the unweighted average recall: the mean over the classes among the true labels, 0 to 1."""
    return finite_mean(ratio(_right(counts), counts.sum(axis=2)))


def macro_f1(counts: FloatArray) -> FloatArray:
    """Return the mean F1 over the classes among the true labels, 0 to 1; a class that is never predicted counts 0."""
    true, predicted = counts.sum(axis=2), counts.sum(axis=1)
    by_class = ratio(2 * _right(counts), true + predicted)
    return finite_mean(np.where(true > 0, by_class, np.nan))


def cohen_kappa(counts: FloatArray) -> FloatArray:
    """Return Cohen's kappa, -1 to 1: the agreement of predictions and labels beyond that of independent predictions
    with the same frequencies, which is 0 (Cohen 1960, doi 10.1177/001316446002000104). NaN if both have a single
    class, the same one."""
    agreement, independent, total = _agreement(counts)
    return ratio(agreement - independent, total**2 - independent)


def matthews_correlation(counts: FloatArray) -> FloatArray:
    """Return the Matthews correlation for several classes, -1 to 1 (Gorodkin 2004, doi
    10.1016/j.compbiolchem.2004.09.006); 0 if all predictions are of one class, NaN if all true labels are."""
    agreement, independent, total = _agreement(counts)
    true, predicted = (total**2 - np.square(counts.sum(axis=axis)).sum(axis=1) for axis in (2, 1))
    correlation = ratio(agreement - independent, np.sqrt(true * predicted))
    return np.where((true > 0) & (predicted == 0), 0.0, correlation)


def ratio(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """Return numerator / denominator; NaN where the denominator is not positive."""
    numerator, denominator = np.broadcast_arrays(numerator, denominator)
    return np.divide(numerator, denominator, out=np.full(numerator.shape, np.nan), where=denominator > 0)


def finite_mean(values: FloatArray) -> FloatArray:
    """Return the mean of the finite numbers of each row of (draws, n), NaN in a row without any."""
    is_finite = np.isfinite(values)
    return ratio(np.where(is_finite, values, 0.0).sum(axis=1), is_finite.sum(axis=1).astype(float))


def _right(counts: FloatArray) -> FloatArray:
    return np.diagonal(counts, axis1=1, axis2=2)


def _agreement(counts: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the number of right predictions and that of independent ones with the same frequencies, both times the
    number of photographs, and the number of photographs, each (draws,)."""
    total = counts.sum(axis=(1, 2))
    independent = (counts.sum(axis=2) * counts.sum(axis=1)).sum(axis=1)
    return _right(counts).sum(axis=1) * total, independent, total
