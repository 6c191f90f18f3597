"""The calibration error that a perfectly calibrated model with the same confidences shows on as many photographs."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from affect_store.models.intervals import FloatArray

_BLOCK = 4096
"""Photographs that are multiplied at once, to bound the memory."""


def expected_error(confidence: FloatArray, bins: NDArray[np.int64]) -> float:
    """Return the expectation of the calibration error if each photograph is right with its confidence as probability.

    `confidence` (n,) is the highest probability of each photograph, `bins` (n,) the bin of it, from 0. The expected
    calibration error is an absolute value, thus above 0 even then, and the more so the fewer photographs there are
    (Bröcker and Smith 2007, doi 10.1175/WAF993.1; Roelofs et al. 2022, arXiv 2012.08668). The number of right
    predictions in a bin has a Poisson binomial distribution, which is computed from its characteristic function (Hong
    2013, doi 10.1016/j.csda.2012.10.006), not simulated. Photographs are taken as independent; right predictions that
    are alike within a person make the error of a calibrated model larger than this.
    """
    order = np.argsort(bins, kind="stable")
    confidence, bins = confidence[order], bins[order]
    means, variances = np.bincount(bins, confidence), np.bincount(bins, confidence * (1 - confidence))
    # By Bernstein's inequality, a count is further than size / 2 from its mean with a probability below 1e-12: counts
    # modulo `size` are enough.
    size = 40 + int(16 * sqrt(variances.max()))
    powers = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    products = np.ones((len(means), len(powers)), dtype=complex)
    for start in range(0, len(bins), _BLOCK):
        block = slice(start, start + _BLOCK)
        first = np.flatnonzero(np.diff(bins[block], prepend=-1))
        factors = 1 + confidence[block, None] * (powers - 1)
        products[bins[block][first]] *= np.multiply.reduceat(factors, first, axis=0)
    distribution = np.maximum(np.fft.irfft(products, size, axis=1), 0)  # rounding errors may be negative
    deviations = (np.arange(size) - means[:, None] + size / 2) % size - size / 2
    return float((np.abs(deviations) * distribution).sum() / len(bins))
