"""Keras layers that several networks share: fixed standardisation, random mirroring and modality dropout.

All layers of the project are registered under one package name, so that a saved model loads in Keras's safe mode. Saved
weights are addressed by the class name of their layer: renaming a layer class makes old artifacts unreadable.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from affect_store.models.backend import keras, tf

register_layer = keras.saving.register_keras_serializable("affect_store")


@register_layer
class Standardise(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """(x - mean) / deviation over the last axis; both are non-trainable weights.

    A new layer has mean 0 and deviation 1 until `fix` is called or weights are loaded.
    """

    def __init__(self, **options: object) -> None:
        # float32 under any mixed-precision policy: small deviations underflow in half precision
        super().__init__(**{"trainable": False, "dtype": "float32", **options})

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create both weights, each of the length of the last axis."""
        shape = (input_shape[-1],)
        self.mean = self.add_weight(name="mean", shape=shape, initializer="zeros", trainable=False)
        self.deviation = self.add_weight(name="deviation", shape=shape, initializer="ones", trainable=False)

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Return float32 of the same shape as `inputs`."""
        return (inputs - self.mean) / self.deviation

    def fix(self, mean: NDArray[np.float64], deviation: NDArray[np.float64]) -> None:
        """Set both weights, each of shape (features,)."""
        self.mean.assign(mean)
        self.deviation.assign(deviation)


class RandomMirror(keras.layers.Layer):  # type: ignore[misc]
    """Mirror each row of a batch with probability one half during training; subclasses implement `mirror`."""

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Return the shape and dtype of `inputs`; unchanged outside training."""
        if not training:
            return inputs
        shape = (tf.shape(inputs)[0], *[1] * (len(inputs.shape) - 1))
        is_mirrored = keras.random.uniform(shape, seed=self.seed_generator) < 0.5
        return tf.where(is_mirrored, self.mirror(inputs), inputs)

    def mirror(self, inputs: tf.Tensor) -> tf.Tensor:
        """Return the mirror image of every row."""
        raise NotImplementedError


@register_layer
class MirrorAtRandom(RandomMirror):
    """Photographs (n, height, width, channels), each flipped left to right with probability one half during training.

    Keras's own RandomFlip takes a quarter of the small network's training time on a CPU.
    """

    def mirror(self, inputs: tf.Tensor) -> tf.Tensor:
        """Reverse the width axis."""
        return tf.reverse(inputs, axis=[2])


@register_layer
class ModalityDropout(keras.layers.Layer):  # type: ignore[misc]
    """Concatenate several inputs, each (n, its own features), to (n, all features), with dropout of whole inputs.

    During training each input of a row is set to 0 with probability `rate` and the others are scaled up by
    1 / (1 - `rate`); at least one input of a row is always kept.

    Source of the idea: Neverova, Wolf, Taylor and Nebout 2016, "ModDrop", IEEE TPAMI 38(8).
    """

    def __init__(self, rate: float, **options: object) -> None:
        super().__init__(**options)
        self.rate = rate
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, inputs: Sequence[tf.Tensor], training: bool = False) -> tf.Tensor:
        """Return the concatenated inputs."""
        if not training:
            return tf.concat(inputs, axis=1)
        drawn = keras.random.uniform((tf.shape(inputs[0])[0], len(inputs)), seed=self.seed_generator)
        is_kept = (drawn >= self.rate) | (drawn >= tf.reduce_max(drawn, axis=1, keepdims=True))
        gain = tf.cast(is_kept, inputs[0].dtype) / (1.0 - self.rate)
        return tf.concat([modality * gain[:, index, None] for index, modality in enumerate(inputs)], axis=1)

    def compute_output_shape(self, shapes: Sequence[tuple[int | None, ...]]) -> tuple[int | None, ...]:
        """Return (n, all features)."""
        return shapes[0][0], sum(int(shape[-1] or 0) for shape in shapes)

    def get_config(self) -> dict[str, object]:
        """Return the constructor's arguments."""
        return {**super().get_config(), "rate": self.rate}
