"""The layers of a network with the numbers of their weights, as the notebook's model summaries list them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from affect_store.models.backend import keras


def layer_table(model: keras.Model) -> list[dict[str, Any]]:
    """Return one row per layer in the order of the network: its kind (class), the shape of its output for one
    photograph, and the numbers of its weights and of those that training changes. Layers inside a nested network come
    in its place. Names are left out: Keras numbers them on from network to network of a process.
    """
    return [
        {
            "kind": type(layer).__name__,
            "output_shape": _output_shape(layer),
            "weights": _count(layer.weights),
            "trainable_weights": _count(layer.trainable_weights),
        }
        for layer in _layers(model)
    ]


def _layers(model: keras.Model) -> Iterator[keras.layers.Layer]:
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from _layers(layer)
        else:
            yield layer


def _output_shape(layer: keras.layers.Layer) -> str:
    shape = getattr(layer.output, "shape", None)
    return "several" if shape is None else " × ".join(str(length) for length in shape[1:]) or "1"


def _count(weights: list[Any]) -> int:
    return int(sum(np.prod(weight.shape) for weight in weights))
