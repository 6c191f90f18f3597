"""Linear systems: solved at once, no epochs. They are strong on deltas, and any network must beat them.

Logistic regression and linear discriminants become the same small value: a softmax of one linear map.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.special import softmax
from sklearn.covariance import ledoit_wolf
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from models import vectors
from models.resample import SMALLEST_PROBABILITY
from models.rows import Rows
from models.systems import DELTA, PUBLISHED
from store.vocabulary import EMOTIONS

STRENGTHS = (1e-3, 1e-2, 1e-1)
"""Inverse strengths of the penalty among which the validation people choose."""

MOST_ITERATIONS = 1000
SMALLEST = 1e-6
"""A feature's least deviation: one that never changes is not divided by zero."""

NEVER = -1e9
"""The score of an emotion that the training rows do not show: its probability is 0."""


@dataclass(frozen=True)
class LinearModel:
    """`softmax((x - mean) / deviation @ weights + bias)`: mean and deviation (features,), weights (features, 8), bias
    (8,), float64; `system` says what x is."""

    system: str
    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]
    weights: NDArray[np.float64]
    bias: NDArray[np.float64]

    def probabilities(self, inputs: Mapping[str, NDArray[np.generic]]) -> NDArray[np.float32]:
        """(n, 8) of a chunk of inputs."""
        return self.of_vectors(to_vectors(self.system)(inputs))

    def of_vectors(self, features: NDArray[np.float64]) -> NDArray[np.float32]:
        """(n, 8) of vectors (n, features)."""
        scores = (features - self.mean) / self.deviation @ self.weights + self.bias
        return np.asarray(softmax(scores, axis=1), np.float32)


def to_vectors(system: str) -> vectors.ToVectors:
    """What a linear system reads of its inputs."""
    return vectors.appearance if system == "appearance_lda" else vectors.flat(DELTA)


def fit(system: str, recipe: str, train: Rows, validate: Rows) -> tuple[LinearModel, dict[str, Any]]:
    """The fitted system, and a JSON-able record of what was chosen.

    In the published recipe the features are as they are and everything else scikit-learn's default; in the corrected
    one they are standardised by the training rows, and the validation people choose the strength of the penalty.
    """
    read = to_vectors(system)
    seen, labels = vectors.matrix(train, read), train.labels
    if recipe == PUBLISHED:
        plain = np.zeros(seen.shape[1]), np.ones(seen.shape[1])
        solved, told = _logistic(seen, labels, 1.0)
        return _model(system, *plain, solved), told
    mean, deviation = seen.mean(axis=0, dtype=np.float64), np.maximum(seen.std(axis=0, dtype=np.float64), SMALLEST)
    seen = (seen - mean.astype(np.float32)) / deviation.astype(np.float32)
    if system != "logistic":
        discriminants = _discriminants(seen.astype(np.float64), labels)
        return _model(system, mean, deviation, discriminants), {"shrinkage": "Ledoit-Wolf"}
    held_out = vectors.matrix(validate, read).astype(np.float64)
    tried = []
    for strength in STRENGTHS:
        solved, told = _logistic(seen, labels, strength)
        model = _model(system, mean, deviation, solved)
        tried.append((_surprise(model.of_vectors(held_out), validate.labels), model, told))
    _, model, told = min(tried, key=lambda one: one[0])
    return model, {**told, "validation_losses": [loss for loss, _, _ in tried]}


def _logistic(seen: NDArray[np.float32], labels: NDArray[np.int64], strength: float) -> tuple[Any, dict[str, Any]]:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", ConvergenceWarning)
        solved = LogisticRegression(C=strength, max_iter=MOST_ITERATIONS).fit(seen, labels)
    is_solved = not any(issubclass(one.category, ConvergenceWarning) for one in told)
    return solved, {"C": strength, "iterations": int(solved.n_iter_.max()), "has_converged": is_solved}


@dataclass(frozen=True)
class _Solved:
    """Coefficients in the form of scikit-learn's classifiers."""

    classes_: NDArray[np.int64]
    coef_: NDArray[np.float64]
    intercept_: NDArray[np.float64]


def _discriminants(seen: NDArray[np.float64], labels: NDArray[np.int64]) -> _Solved:
    """Linear discriminants whose covariance is the mean of the emotions' own, each shrunk after Ledoit and Wolf (2004).

    They are those of scikit-learn's `LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto")`, whose least squares
    take minutes for the 2,770 features of the appearance; a shrunk covariance is positive definite, so that Cholesky's
    factors do, in seconds.
    """
    shown, counts = np.unique(labels, return_counts=True)
    priors, covariance = counts / counts.sum(), np.zeros((seen.shape[1],) * 2)
    for label, prior in zip(shown, priors, strict=True):
        scaler = StandardScaler()
        shrunk, _ = ledoit_wolf(scaler.fit_transform(seen[labels == label]))
        covariance += prior * shrunk * np.outer(scaler.scale_, scaler.scale_)
    means = np.stack([seen[labels == label].mean(axis=0) for label in shown])
    coefficients = cho_solve(cho_factor(covariance, lower=True), means.T).T
    intercepts = np.log(priors) - (means * coefficients).sum(axis=1) / 2
    if len(shown) == 2:
        coefficients, intercepts = coefficients[1:] - coefficients[:1], intercepts[1:] - intercepts[:1]
    return _Solved(shown, coefficients, intercepts)


def _model(system: str, mean: NDArray[np.float64], deviation: NDArray[np.float64], solved: Any) -> LinearModel:
    """scikit-learn's coefficients for the emotions that were seen; of two classes it keeps the difference alone."""
    weights = np.zeros((len(mean), len(EMOTIONS)))
    bias = np.full(len(EMOTIONS), NEVER)
    shown, coefficients, intercepts = solved.classes_, solved.coef_, solved.intercept_
    if len(shown) == 2:
        coefficients, intercepts = np.concatenate([0 * coefficients, coefficients]), np.r_[0.0, intercepts]
    weights[:, shown], bias[shown] = coefficients.T, intercepts
    return LinearModel(system, mean, deviation, weights, bias)


def _surprise(probabilities: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """Mean log loss; emotions that were never shown cost what the smallest probability does."""
    told = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.maximum(told, SMALLEST_PROBABILITY)).mean())
