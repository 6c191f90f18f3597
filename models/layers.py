"""Layers that Keras does not have: a standardisation fixed to the training part, and a mirror that costs little."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.backend import keras, tf


class Standardise(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """(x - mean) / deviation over the last axis; both are weights that no optimiser moves.

    A new layer has mean 0 and deviation 1 until `fix` is called or weights are loaded.
    """

    def __init__(self, **options: object) -> None:
        super().__init__(trainable=False, **options)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the two weights, each of the length of the last axis."""
        shape = (input_shape[-1],)
        self.mean = self.add_weight(name="mean", shape=shape, initializer="zeros", trainable=False)
        self.deviation = self.add_weight(name="deviation", shape=shape, initializer="ones", trainable=False)

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Same shape as `inputs`, float32."""
        return (inputs - self.mean) / self.deviation

    def fix(self, mean: NDArray[np.float64], deviation: NDArray[np.float64]) -> None:
        """Set both weights for good; each of shape (features,)."""
        self.mean.assign(mean)
        self.deviation.assign(deviation)


class MirrorAtRandom(keras.layers.Layer):  # type: ignore[misc]
    """Photographs (n, height, width, channels), each turned left to right with probability one half while training.

    Keras's own RandomFlip costs a quarter of the small network's time on a CPU.
    """

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        self.coins = keras.random.SeedGenerator()

    def call(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Same shape and type as `inputs`; unchanged outside training."""
        if not training:
            return inputs
        is_turned = keras.random.uniform((tf.shape(inputs)[0], 1, 1, 1), seed=self.coins) < 0.5
        return tf.where(is_turned, tf.reverse(inputs, axis=[2]), inputs)
