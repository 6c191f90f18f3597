"""The notebook's six networks as published in 2022, with its index errors fixed. They are known to learn poorly.

ReLU, valid padding, and Keras's defaults where the notebook specifies nothing. MM1 and MM2 are trained end to end from
untrained branches. The notebook trains the point MLP only inside MM2; alone it is an addition of this project.
"""

from __future__ import annotations

from collections.abc import Sequence

from affect_store.models.backend import keras
from affect_store.models.networks import notebook_slips
from affect_store.models.networks.input_layers import input_tensors, scaled_pixels
from affect_store.models.systems import DELTA, PIXELS, POSITION
from affect_store.store.vocabulary import EMOTIONS

layers = keras.layers
GENERAL_WIDTHS = (2053, 991, 381, 109, 31)
VECTOR_WIDTHS = (991, 381, 109, 31)
CONVOLUTION_WIDTHS = (16, 32, 64)
CNN_WIDTH = 16
CNN_DROPOUT = 0.2
FUSION_WIDTHS = {"mm1": 16, "mm2": 24}


def build(system: str, *, with_slips: bool = False, classes: int = len(EMOTIONS)) -> keras.Model:
    """Return an untrained network: a dict of the system's inputs -> (n, classes) probabilities.

    `with_slips` reproduces the notebook's indexing errors, which the general MLP and the point MLP do not have.
    """
    inputs = input_tensors(system)
    pixels = scaled_pixels(inputs[PIXELS]) if PIXELS in inputs else None
    vectors = {name: inputs[name] for name in (DELTA, POSITION) if name in inputs}
    if with_slips:
        pixels = None if pixels is None else notebook_slips.scrambled(pixels)
        vectors = notebook_slips.shifted(vectors) if DELTA in vectors else vectors
    if system == "general_mlp":
        outputs = _general_mlp(_concatenated([layers.Flatten()(pixels), inputs[DELTA]]), classes)
    else:
        branches = [_cnn(pixels, classes)] if pixels is not None else []
        branches += [_vector_mlp(values, classes) for values in vectors.values()]
        outputs = branches[0] if len(branches) == 1 else _fused(branches, FUSION_WIDTHS[system], classes)
    name = f"{system}_published_with_slips" if with_slips else f"{system}_published"
    return keras.Model(inputs, outputs, name=name)


def _general_mlp(features: keras.KerasTensor, classes: int) -> keras.KerasTensor:
    """Return (n, classes): only the first layer has penalties."""
    penalties = _penalties()
    for width in GENERAL_WIDTHS:
        features = layers.Dense(width, activation="relu", **penalties)(features)
        penalties = {}
    return layers.Softmax()(layers.Dense(classes, activation="sigmoid")(features))


def _cnn(pixels: keras.KerasTensor, classes: int) -> keras.KerasTensor:
    features = pixels
    for width in CONVOLUTION_WIDTHS:
        features = layers.Conv2D(width, 3, activation="relu")(features)
        features = layers.MaxPooling2D(2)(layers.BatchNormalization()(features))
    features = layers.Dense(CNN_WIDTH, activation="relu")(layers.Flatten()(features))
    features = layers.Dropout(CNN_DROPOUT)(layers.BatchNormalization()(features))
    return _softmax(features, classes)


def _vector_mlp(vectors: keras.KerasTensor, classes: int) -> keras.KerasTensor:
    """Return (n, classes): sigmoid before softmax, as published; it bounds the probabilities of eight classes by 1 / (1
    + 7 e) and e / (e + 7)."""
    features = vectors
    for width in VECTOR_WIDTHS:
        features = layers.Dense(width, activation="relu", **_penalties())(features)
    squashed = layers.Dense(classes, activation="sigmoid", **_penalties())(features)
    return layers.Softmax()(squashed)


def _penalties() -> dict[str, object]:
    """Return the penalties of a layer. Keras divides that of the activity by the batch size, as it did in 2022."""
    return {
        "kernel_regularizer": keras.regularizers.L1L2(l1=1e-5, l2=1e-4),
        "bias_regularizer": keras.regularizers.L2(1e-4),
        "activity_regularizer": keras.regularizers.L2(1e-5),
    }


def _fused(branches: Sequence[keras.KerasTensor], width: int, classes: int) -> keras.KerasTensor:
    return _softmax(layers.Dense(width, activation="relu")(_concatenated(branches)), classes)


def _concatenated(tensors: Sequence[keras.KerasTensor]) -> keras.KerasTensor:
    return layers.Concatenate()(list(tensors))


def _softmax(features: keras.KerasTensor, classes: int) -> keras.KerasTensor:
    return layers.Dense(classes, activation="softmax")(features)
