"""The fitted form of the linear systems: probabilities from a softmax of one linear map. Nothing is fitted here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from affect_store.models.networks import feature_vectors
from affect_store.models.systems import DELTA, MEASURE_CHANGES, RELATIVE

APPEARANCE = "appearance_lda"
"""The linear system that reads photographs."""

OF_MEASURES = "measures_lda"
"""The linear system that reads the changes of the measures."""

_INPUTS = {OF_MEASURES: MEASURE_CHANGES, "relative_lda": RELATIVE}
"""The inputs of linear systems that read one input other than deltas."""


@dataclass(frozen=True)
class LinearModel:
    """`softmax((x - mean) / deviation @ weights + bias)`: mean and deviation (features,), weights (features,
    classes), bias
    (classes,), float64; `to_vectors` of `system` reads x."""

    system: str
    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]
    weights: NDArray[np.float64]
    bias: NDArray[np.float64]

    @property
    def coefficients(self) -> NDArray[np.float64]:
        """What a standard deviation of each feature in the training rows adds to the score of each class, relative to
        the mean class: (features, classes). Classes that were not trained are 0."""
        is_trained = self.weights.any(axis=0)
        return np.where(is_trained, self.weights - self.weights[:, is_trained].mean(axis=1, keepdims=True), 0.0)

    def probabilities(self, inputs: Mapping[str, NDArray[np.generic]]) -> NDArray[np.float32]:
        """Return probabilities (n, classes) for a chunk of inputs."""
        read = feature_vectors.appearance_to_predict if self.system == APPEARANCE else to_vectors(self.system)
        return self.of_vectors(read(inputs))

    def of_vectors(self, features: NDArray[np.float64]) -> NDArray[np.float32]:
        """Return probabilities (n, classes) for vectors (n, features)."""
        scores = (features - self.mean) / self.deviation @ self.weights + self.bias
        return np.asarray(softmax(scores, axis=1), np.float32)


def to_vectors(system: str) -> feature_vectors.ToVectors:
    """Return the reader of a linear system's feature vectors for training."""
    if system == APPEARANCE:
        return feature_vectors.appearance
    return feature_vectors.flat(_INPUTS.get(system, DELTA))
