"""The notebook's six networks in the corrected recipe: whitened inputs, softmax only, fusion of penultimate features.

Architectures and inputs follow the published networks; the preprocessing weights come from `preprocessing`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from affect_store.models.backend import keras
from affect_store.models.networks.input_layers import Tensors, input_tensors, scaled_pixels, whitened
from affect_store.models.networks.layers import MirrorAtRandom, Standardise
from affect_store.models.systems import DELTA, PIXELS, POSITION

layers = keras.layers
MOMENTUM = 0.9
"""Momentum of batch normalisation. Keras's 0.99 lags behind in the few hundred steps that a small corpus allows."""


@dataclass(frozen=True)
class CorrectedConfig:
    """Layer sizes and regularisation of a corrected network.

    `hidden`, `noise`, `dropout` and `penalty` are those of a vector branch.
    """

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


def build(system: str, config: CorrectedConfig, components: Mapping[str, int], classes: int) -> keras.Model:
    """Return an untrained network: a dict of the system's inputs -> (n, classes) probabilities.

    `components` holds the number of components of each whitening by name. The preprocessing layers are uninitialised
    until `preprocessing.apply` is called or weights are loaded.
    """
    inputs = input_tensors(system)
    if system == "general_mlp":
        outputs = _general_mlp(inputs, config, components, classes)
    else:
        branches = [_cnn(inputs[PIXELS], config)] if PIXELS in inputs else []
        branches += [
            hidden(whitened(inputs[name], name, components), config) for name in (DELTA, POSITION) if name in inputs
        ]
        outputs = _outputs(branches, config, classes)
    return keras.Model(inputs, outputs, name=f"{system}_corrected")


def pooled_pixels(photographs: keras.KerasTensor, pool: int) -> keras.KerasTensor:
    """Average bytes over squares of `pool` x `pool` pixels in each channel, scaled to 0 to 1: (n, features)."""
    return layers.Flatten()(layers.AveragePooling2D(pool)(scaled_pixels(photographs)))


def _general_mlp(
    inputs: Tensors, config: CorrectedConfig, components: Mapping[str, int], classes: int
) -> keras.KerasTensor:
    pooled = pooled_pixels(inputs[PIXELS], config.general_pool)
    both = layers.Concatenate()([whitened(pooled, PIXELS, components), whitened(inputs[DELTA], DELTA, components)])
    return _outputs([hidden(both, config)], config, classes)


def hidden(features: keras.KerasTensor, config: CorrectedConfig) -> keras.KerasTensor:
    """Return the penultimate features of a vector branch; noise is in units of the within-emotion deviation."""
    noisy = layers.GaussianNoise(config.noise)(features)
    units = layers.Dense(config.hidden, activation="relu", kernel_regularizer=_penalty(config))(noisy)
    return layers.Dropout(config.dropout)(units)


def _cnn(photographs: keras.KerasTensor, config: CorrectedConfig) -> keras.KerasTensor:
    """Return penultimate features of the pixel branch. A mirrored photograph is a valid one: of the opposite camera."""
    features = scaled_pixels(MirrorAtRandom()(photographs))
    features = Standardise(name=f"{PIXELS}_standard")(layers.AveragePooling2D(config.pool)(features))
    for width in config.convolutions:
        features = layers.Conv2D(width, 3, activation="relu")(features)
        features = layers.MaxPooling2D(2)(layers.BatchNormalization(momentum=MOMENTUM)(features))
    features = layers.Dropout(config.pixel_dropout)(layers.Flatten()(features))
    features = layers.Dense(config.pixel_features, activation="relu")(features)
    return layers.Dropout(config.dropout)(layers.BatchNormalization(momentum=MOMENTUM)(features))


def _outputs(branches: Sequence[keras.KerasTensor], config: CorrectedConfig, classes: int) -> keras.KerasTensor:
    features = branches[0] if len(branches) == 1 else layers.Concatenate()(list(branches))
    return probabilities(features, _penalty(config), classes)


def probabilities(
    features: keras.KerasTensor, penalty: keras.regularizers.Regularizer, classes: int
) -> keras.KerasTensor:
    """Return the output layer of every corrected network, (n, classes); float32 under any mixed-precision policy."""
    output = layers.Dense(classes, activation="softmax", kernel_regularizer=penalty, name="emotions", dtype="float32")
    return output(features)


def _penalty(config: CorrectedConfig) -> keras.regularizers.Regularizer:
    return keras.regularizers.L2(config.penalty)
