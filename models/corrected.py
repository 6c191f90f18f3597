"""The six networks mended: whitened inputs, softmax only, fusion of what lies before each branch's softmax.

The families and inputs are the published ones; the numbers that a network starts from come from `preparation`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.backend import keras
from models.inputs import Tensors, inputs_of, scaled_pixels, whitened
from models.layers import MirrorAtRandom, Standardise
from models.systems import DELTA, PIXELS, POSITION
from store.vocabulary import EMOTIONS

layers = keras.layers
MOMENTUM = 0.9
"""Of batch normalisation's running averages: 0.99 is stale after the few hundred steps that a small corpus gives."""


@dataclass(frozen=True)
class Shape:
    """The sizes of a corrected network. `hidden`, `noise`, `dropout` and `penalty` are those of a vector branch."""

    components: int = 200
    shrinkage: float = 0.1
    hidden: int = 64
    noise: float = 0.5
    dropout: float = 0.3
    penalty: float = 1e-4
    pool: int = 2
    convolutions: tuple[int, ...] = (8, 16, 32)
    pixel_features: int = 64
    pixel_dropout: float = 0.5
    general_pool: int = 8


def build(system: str, shape: Shape, components: Mapping[str, int]) -> keras.Model:
    """An untrained network: a dict of the system's inputs -> (n, 8) probabilities.

    `components` holds the width of each whitening. The whitening layers hold nothing until `preparation.start` or
    loaded weights.
    """
    inputs = inputs_of(system)
    if system == "general_mlp":
        outputs = _general(inputs, shape, components)
    else:
        branches = [_cnn(inputs[PIXELS], shape)] if PIXELS in inputs else []
        branches += [_vectors(inputs[name], name, shape, components) for name in (DELTA, POSITION) if name in inputs]
        outputs = _outputs(branches, shape)
    return keras.Model(inputs, outputs, name=f"{system}_corrected")


def pooled_pixels(photographs: keras.KerasTensor, pool: int) -> keras.KerasTensor:
    """Bytes to (n, features): means over squares of `pool` x `pool` pixels, each channel, 0 to 1."""
    return layers.Flatten()(layers.AveragePooling2D(pool)(scaled_pixels(photographs)))


def _general(inputs: Tensors, shape: Shape, components: Mapping[str, int]) -> keras.KerasTensor:
    pooled = pooled_pixels(inputs[PIXELS], shape.general_pool)
    both = layers.Concatenate()([whitened(pooled, PIXELS, components), whitened(inputs[DELTA], DELTA, components)])
    return _outputs([hidden(both, shape)], shape)


def _vectors(vectors: keras.KerasTensor, name: str, shape: Shape, components: Mapping[str, int]) -> keras.KerasTensor:
    return hidden(whitened(vectors, name, components), shape)


def hidden(features: keras.KerasTensor, shape: Shape) -> keras.KerasTensor:
    """The penultimate features of a vector branch. Noise is in units of the spread within an emotion."""
    noisy = layers.GaussianNoise(shape.noise)(features)
    units = layers.Dense(shape.hidden, activation="relu", kernel_regularizer=_penalty(shape))(noisy)
    return layers.Dropout(shape.dropout)(units)


def _cnn(photographs: keras.KerasTensor, shape: Shape) -> keras.KerasTensor:
    """The penultimate features of the pixel branch. Mirrored photographs are valid ones: of the opposite camera."""
    features = scaled_pixels(MirrorAtRandom()(photographs))
    features = Standardise(name=f"{PIXELS}_standard")(layers.AveragePooling2D(shape.pool)(features))
    for width in shape.convolutions:
        features = layers.Conv2D(width, 3, activation="relu")(features)
        features = layers.MaxPooling2D(2)(layers.BatchNormalization(momentum=MOMENTUM)(features))
    features = layers.Dropout(shape.pixel_dropout)(layers.Flatten()(features))
    features = layers.Dense(shape.pixel_features, activation="relu")(features)
    return layers.Dropout(shape.dropout)(layers.BatchNormalization(momentum=MOMENTUM)(features))


def _outputs(branches: Sequence[keras.KerasTensor], shape: Shape) -> keras.KerasTensor:
    features = branches[0] if len(branches) == 1 else layers.Concatenate()(list(branches))
    return probabilities(features, _penalty(shape))


def probabilities(features: keras.KerasTensor, penalty: keras.regularizers.Regularizer) -> keras.KerasTensor:
    """The last layer of every corrected network: (n, 8). In float32 whatever the precision of the rest."""
    last = layers.Dense(
        len(EMOTIONS), activation="softmax", kernel_regularizer=penalty, name="emotions", dtype="float32"
    )
    return last(features)


def _penalty(shape: Shape) -> keras.regularizers.Regularizer:
    return keras.regularizers.L2(shape.penalty)
