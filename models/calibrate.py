"""Temperature scaling: one number, fitted on the validation people, that makes probabilities mean what they say.

Source: Guo, Pleiss, Sun and Weinberger 2017, "On calibration of modern neural networks", arXiv 1706.04599, section 4.2.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

from models.resample import SMALLEST_PROBABILITY

LOWEST, HIGHEST = 0.05, 20.0
"""The temperatures among which is searched."""


def temperature(probabilities: NDArray[np.floating], truth: NDArray[np.integer]) -> float:
    """The temperature at which the mean log loss of probabilities (n, 8) for labels (n,) is least; 1 for no rows.

    Logits are taken as the logarithms of the probabilities, which differ from a network's by a constant in each row.
    """
    if not len(truth):
        return 1.0
    logits = _logits(probabilities)
    rows = np.arange(len(truth))

    def loss(log_temperature: float) -> float:
        return float(-log_softmax(logits / np.exp(log_temperature), axis=1)[rows, truth].mean())

    found = minimize_scalar(loss, bounds=(np.log(LOWEST), np.log(HIGHEST)), method="bounded")
    return float(np.exp(found.x))


def scaled(probabilities: NDArray[np.floating], temperatures: NDArray[np.floating] | float) -> NDArray[np.float64]:
    """Probabilities (n, 8) at one temperature, or at one for each row; the most probable emotion stays the same."""
    divisor = np.broadcast_to(np.asarray(temperatures, np.float64).reshape(-1, 1), (len(probabilities), 1))
    return np.asarray(softmax(_logits(probabilities) / divisor, axis=1))


def _logits(probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.asarray(np.log(np.maximum(probabilities.astype(np.float64), SMALLEST_PROBABILITY)))
