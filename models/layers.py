"""Layers that Keras does not have: a standardisation fixed to the training part, a mirror that costs little, and
inputs that drop out whole.

Keras knows every layer of the project under one package name, so that a stored model is read in its safe mode.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.backend import keras, tf

PACKAGE = "affect_store"
registered = keras.saving.register_keras_serializable(PACKAGE)


@registered
class Standardise(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """(x - mean) / deviation over the last axis; both are weights that no optimiser moves.

    A new layer has mean 0 and deviation 1 until `fix` is called or weights are loaded.
    """

    def __init__(self, **options: object) -> None:
        # in float32 whatever the precision of the rest: small deviations are no numbers in half precision
        super().__init__(**{"trainable": False, "dtype": "float32", **options})

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


@registered
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


@registered
class ModalityDropout(keras.layers.Layer):  # type: ignore[misc]
    """Several inputs (n, features of its own) side by side, (n, all features). While training, each input of a row is 0
    with probability `rate` and the others are raised to keep the expectation; one is always left.

    Source of the idea: Neverova, Wolf, Taylor and Nebout 2016, "ModDrop", IEEE TPAMI 38(8).
    """

    def __init__(self, rate: float, **options: object) -> None:
        super().__init__(**options)
        self.rate = rate
        self.coins = keras.random.SeedGenerator()

    def call(self, inputs: Sequence[tf.Tensor], training: bool = False) -> tf.Tensor:
        """The inputs side by side."""
        if not training:
            return tf.concat(inputs, axis=1)
        drawn = keras.random.uniform((tf.shape(inputs[0])[0], len(inputs)), seed=self.coins)
        is_kept = (drawn >= self.rate) | (drawn >= tf.reduce_max(drawn, axis=1, keepdims=True))
        gain = tf.cast(is_kept, inputs[0].dtype) / (1.0 - self.rate)
        return tf.concat([one * gain[:, place, None] for place, one in enumerate(inputs)], axis=1)

    def compute_output_shape(self, shapes: Sequence[tuple[int | None, ...]]) -> tuple[int | None, ...]:
        """(n, all features)."""
        return shapes[0][0], sum(int(shape[-1] or 0) for shape in shapes)

    def get_config(self) -> dict[str, object]:
        """What the layer is made again from."""
        return {**super().get_config(), "rate": self.rate}
