"""The six networks as published in 2022, without the slips of indices. Known not to learn well.

ReLU, valid padding, Keras's defaults where the notebook says nothing. MM1 and MM2 are trained jointly,
from fresh branches.
"""

from __future__ import annotations

from collections.abc import Sequence

from models.backend import keras
from models.inputs import inputs_of, scaled_pixels
from models.systems import DELTA, PIXELS, POSITION
from store.vocabulary import EMOTIONS

layers = keras.layers
GENERAL_WIDTHS = (2053, 991, 381, 109, 31)
VECTOR_WIDTHS = (991, 381, 109, 31)
CONVOLUTION_WIDTHS = (16, 32, 64)
CNN_WIDTH = 16
CNN_DROPOUT = 0.2
FUSION_WIDTHS = {"mm1": 16, "mm2": 24}


def build(system: str) -> keras.Model:
    """An untrained network: a dict of the system's inputs -> (n, 8) probabilities."""
    inputs = inputs_of(system)
    pixels = scaled_pixels(inputs[PIXELS]) if PIXELS in inputs else None
    if system == "general_mlp":
        outputs = _softmax(_dense(_joined([layers.Flatten()(pixels), inputs[DELTA]]), GENERAL_WIDTHS))
    else:
        branches = [_cnn(pixels)] if pixels is not None else []
        branches += [_vector_mlp(inputs[name]) for name in (DELTA, POSITION) if name in inputs]
        outputs = branches[0] if len(branches) == 1 else _fused(branches, FUSION_WIDTHS[system])
    return keras.Model(inputs, outputs, name=f"{system}_published")


def _cnn(pixels: keras.KerasTensor) -> keras.KerasTensor:
    features = pixels
    for width in CONVOLUTION_WIDTHS:
        features = layers.Conv2D(width, 3, activation="relu")(features)
        features = layers.MaxPooling2D(2)(layers.BatchNormalization()(features))
    features = layers.Dense(CNN_WIDTH, activation="relu")(layers.Flatten()(features))
    features = layers.Dropout(CNN_DROPOUT)(layers.BatchNormalization()(features))
    return _softmax(features)


def _vector_mlp(vectors: keras.KerasTensor) -> keras.KerasTensor:
    """Sigmoid before softmax, as published: it holds every probability between 1 / (1 + 7 e) and e / (e + 7)."""
    features = vectors
    for width in VECTOR_WIDTHS:
        features = layers.Dense(width, activation="relu", **_penalties())(features)
    squashed = layers.Dense(len(EMOTIONS), activation="sigmoid", **_penalties())(features)
    return layers.Softmax()(squashed)


def _penalties() -> dict[str, object]:
    return {
        "kernel_regularizer": keras.regularizers.L1L2(l1=1e-5, l2=1e-4),
        "bias_regularizer": keras.regularizers.L2(1e-4),
        "activity_regularizer": keras.regularizers.L2(1e-5),
    }


def _fused(branches: Sequence[keras.KerasTensor], width: int) -> keras.KerasTensor:
    return _softmax(layers.Dense(width, activation="relu")(_joined(branches)))


def _dense(features: keras.KerasTensor, widths: Sequence[int]) -> keras.KerasTensor:
    for width in widths:
        features = layers.Dense(width, activation="relu")(features)
    return features


def _joined(tensors: Sequence[keras.KerasTensor]) -> keras.KerasTensor:
    return layers.Concatenate()(list(tensors))


def _softmax(features: keras.KerasTensor) -> keras.KerasTensor:
    return layers.Dense(len(EMOTIONS), activation="softmax")(features)
