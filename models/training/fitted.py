"""The class `FittedSystem`, a trained system. TensorFlow is not imported here: linear systems predict without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from affect_store.models.systems import input_columns
from affect_store.models.training.linear_model import LinearModel
from affect_store.models.training.own_estimator import OwnEstimator
from affect_store.store.emotion_classes import EIGHT, Classes

if TYPE_CHECKING:
    from affect_store.models.backend import keras


@dataclass(frozen=True)
class FittedSystem:
    """A trained system. `epochs` has one row per epoch with the `EPOCH_COLUMNS` (losses and accuracies are None where
    not finite) and none for a linear system; `parameters` is everything that determined the fit, JSON-serialisable."""

    system: str
    recipe: str
    epochs: list[dict[str, Any]]
    parameters: dict[str, Any]
    model: keras.Model | LinearModel | OwnEstimator
    classes: Classes = EIGHT

    @property
    def columns(self) -> dict[str, str]:
        """Input name -> column of the training frame; systems of earlier versions may have been trained on others."""
        return self.parameters["columns"] if "columns" in self.parameters else input_columns(self.system, self.recipe)

    def probabilities(self, inputs: Mapping[str, NDArray[np.generic]]) -> NDArray[np.float32]:
        """Return probabilities (n, classes) for the inputs of n rows, columns in the order of the classes."""
        if isinstance(self.model, LinearModel | OwnEstimator):
            return self.model.probabilities(inputs)
        return np.asarray(self.model(dict(inputs), training=False), np.float32)
