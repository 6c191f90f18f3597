"""Temperature scaling: calibrate probabilities with one parameter that is fitted on the validation part.

Source: Guo, Pleiss, Sun and Weinberger 2017, "On calibration of modern neural networks", arXiv 1706.04599, section 4.2.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax, softmax

MIN_PROBABILITY = 1e-7
"""Lower bound of probabilities whose logarithm is taken."""

MIN_TEMPERATURE, MAX_TEMPERATURE = 0.05, 20.0
"""Bounds of the search."""


def fit_temperature(probabilities: NDArray[np.floating[Any]], truth: NDArray[np.integer[Any]]) -> float:
    """Return the temperature that minimises the mean log loss of probabilities (n, classes) for classes (n,).

    It is 1 for no rows.

    The logarithms of the probabilities serve as logits: they differ from a network's by a constant in each row.
    """
    if not len(truth):
        return 1.0
    from scipy.optimize import minimize_scalar  # not needed to predict

    logits = _logits(probabilities)
    rows = np.arange(len(truth))

    def loss(log_temperature: float) -> float:
        return float(-log_softmax(logits / np.exp(log_temperature), axis=1)[rows, truth].mean())

    optimum = minimize_scalar(loss, bounds=(np.log(MIN_TEMPERATURE), np.log(MAX_TEMPERATURE)), method="bounded")
    return float(np.exp(optimum.x))


def apply_temperature(
    probabilities: NDArray[np.floating[Any]], temperatures: NDArray[np.floating[Any]] | float
) -> NDArray[np.float64]:
    """Rescale probabilities (n, classes) by one temperature, or by one per row; the most probable emotion stays."""
    divisor = np.broadcast_to(np.asarray(temperatures, np.float64).reshape(-1, 1), (len(probabilities), 1))
    return np.asarray(softmax(_logits(probabilities) / divisor, axis=1))


def _logits(probabilities: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    return np.asarray(np.log(np.maximum(probabilities.astype(np.float64), MIN_PROBABILITY)))
