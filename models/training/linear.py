"""Fit the linear systems, which have no epochs: strong baselines on deltas that every network has to beat.

Logistic regression and linear discriminant analysis share one form: a softmax of one linear map.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from sklearn.covariance import ledoit_wolf
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from affect_store.models.networks import feature_vectors
from affect_store.models.networks.preprocessing import MIN_DEVIATION
from affect_store.models.rows import Rows
from affect_store.models.settings import TOWARDS_IDENTITY
from affect_store.models.systems import PUBLISHED
from affect_store.models.training.calibration import MIN_PROBABILITY
from affect_store.models.training.linear_model import OF_MEASURES, LinearModel, to_vectors
from affect_store.store.emotion_classes import EIGHT, Classes
from affect_store.store.errors import UntrainableError
from affect_store.store.features.measure_definitions import MEASURES

INVERSE_PENALTIES = (1e-3, 1e-2, 1e-1)
"""Inverse regularisation strengths (scikit-learn's C) to select from on the validation part."""

MAX_ITERATIONS = 1000

ABSENT_CLASS_SCORE = -1e9
"""Score of an emotion that is absent from the training rows: its probability is 0."""


def fit(
    system: str, recipe: str, train: Rows, validate: Rows, inverse_penalty: float | None = None
) -> tuple[LinearModel, dict[str, Any]]:
    """Return the fitted system, and a JSON-serialisable record of the selected parameters.

    The published recipe uses unscaled features and scikit-learn's defaults; the corrected one standardises features by
    the training rows and selects the penalty on the validation part, unless it is given.
    """
    read, classes = to_vectors(system), len(train.classes)
    features, labels = feature_vectors.matrix(train, read), train.labels
    if recipe == PUBLISHED:
        unscaled = np.zeros(features.shape[1]), np.ones(features.shape[1])
        classifier, record = _logistic(features, labels, 1.0)
        return _model(system, *unscaled, classifier, classes), record
    mean = features.mean(axis=0, dtype=np.float64)
    deviation = np.maximum(features.std(axis=0, dtype=np.float64), MIN_DEVIATION)
    features = (features - mean.astype(np.float32)) / deviation.astype(np.float32)
    if system != "logistic":
        towards_identity = TOWARDS_IDENTITY.get(system, 0.0)
        classifier = discriminants(features.astype(np.float64), labels, towards_identity)
        model = _model(system, mean, deviation, classifier, classes)
        of_measures = _coefficients(model, train.classes) if system == OF_MEASURES else {}
        return model, {"shrinkage": "Ledoit-Wolf", "towards_identity": towards_identity, **of_measures}
    if inverse_penalty is not None:
        classifier, record = _logistic(features, labels, inverse_penalty)
        return _model(system, mean, deviation, classifier, classes), record
    held_out = feature_vectors.matrix(validate, read).astype(np.float64)
    candidates = []
    for inverse_penalty in INVERSE_PENALTIES:
        classifier, record = _logistic(features, labels, inverse_penalty)
        model = _model(system, mean, deviation, classifier, classes)
        candidates.append((_log_loss(model.of_vectors(held_out), validate.labels), model, record))
    _, model, record = min(candidates, key=lambda candidate: candidate[0])
    return model, {**record, "validation_losses": [loss for loss, _, _ in candidates]}


def _coefficients(model: LinearModel, classes: Classes) -> dict[str, Any]:
    """Return the record of what a standard deviation of each measure adds to the score of each emotion."""
    return {
        "coefficients": {
            emotion: {
                measure.change_column: round(float(value), 3)
                for measure, value in zip(MEASURES, model.coefficients[:, index], strict=True)
            }
            for index, emotion in enumerate(classes.emotions)
        }
    }


def _logistic(
    features: NDArray[np.float32], labels: NDArray[np.int64], inverse_penalty: float
) -> tuple[LogisticRegression, dict[str, Any]]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ConvergenceWarning)
        classifier = LogisticRegression(C=inverse_penalty, max_iter=MAX_ITERATIONS).fit(features, labels)
    has_converged = not any(issubclass(warning.category, ConvergenceWarning) for warning in caught)
    iterations = int(classifier.n_iter_.max())
    return classifier, {"C": inverse_penalty, "iterations": iterations, "has_converged": has_converged}


@dataclass(frozen=True)
class _Discriminants:
    """Coefficients in the form of scikit-learn's classifiers."""

    classes_: NDArray[np.int64]
    coef_: NDArray[np.float64]
    intercept_: NDArray[np.float64]


def discriminants(
    features: NDArray[np.float64], labels: NDArray[np.int64], towards_identity: float = 0.0
) -> _Discriminants:
    """Return linear discriminants with the pooled covariance of the emotions, each shrunk after Ledoit and Wolf (2004).

    The pooled covariance S of p features is then (1 - t) S + t trace(S) / p I, with t = `towards_identity` (Friedman
    1989, "Regularized discriminant analysis", equation 18). With t = 0 it is equivalent to scikit-learn's
    `LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto")`, whose least squares take minutes for the 2,770
    appearance features. A shrunk covariance is positive definite, so a Cholesky factorisation does the same in seconds.
    An emotion of a single row has a mean but adds nothing to the covariance. `features` is (n, p), `labels` (n,).
    Raises `UntrainableError` if no emotion has two different rows.
    """
    present, counts = np.unique(labels, return_counts=True)
    priors, covariance = counts / counts.sum(), np.zeros((features.shape[1],) * 2)
    for label, prior in zip(present[counts > 1], priors[counts > 1], strict=True):
        scaler = StandardScaler()
        shrunk, _ = ledoit_wolf(scaler.fit_transform(features[labels == label]))
        covariance += prior * shrunk * np.outer(scaler.scale_, scaler.scale_)
    variance = np.trace(covariance) / len(covariance)
    covariance = (1 - towards_identity) * covariance + towards_identity * variance * np.eye(len(covariance))
    means = np.stack([features[labels == label].mean(axis=0) for label in present])
    try:
        coefficients = cho_solve(cho_factor(covariance, lower=True), means.T).T
    except LinAlgError:
        raise UntrainableError(
            f"linear discriminant analysis needs several different photographs of an emotion: the {len(labels)} "
            f"training photographs show {len(present)} emotions, of which none varies"
        ) from None
    intercepts = np.log(priors) - (means * coefficients).sum(axis=1) / 2
    if len(present) == 2:
        coefficients, intercepts = coefficients[1:] - coefficients[:1], intercepts[1:] - intercepts[:1]
    return _Discriminants(present, coefficients, intercepts)


def _model(
    system: str,
    mean: NDArray[np.float64],
    deviation: NDArray[np.float64],
    classifier: LogisticRegression | _Discriminants,
    classes: int = len(EIGHT),
) -> LinearModel:
    """Expand scikit-learn's coefficients to all classes; for two classes it stores only their difference."""
    weights = np.zeros((len(mean), classes))
    bias = np.full(classes, ABSENT_CLASS_SCORE)
    present, coefficients, intercepts = classifier.classes_, classifier.coef_, classifier.intercept_
    if len(present) == 2:
        coefficients, intercepts = np.concatenate([0 * coefficients, coefficients]), np.r_[0.0, intercepts]
    weights[:, present], bias[present] = coefficients.T, intercepts
    return LinearModel(system, mean, deviation, weights, bias)


def _log_loss(probabilities: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """Return the mean log loss, with probabilities bounded below."""
    true_probability = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.maximum(true_probability, MIN_PROBABILITY)).mean())
