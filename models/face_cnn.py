"""Convolutions over the face brought into one shape, beside its change from the reference photograph."""

from __future__ import annotations

from dataclasses import dataclass

from models.backend import keras
from models.corrected import MOMENTUM, probabilities
from models.inputs import Tensors, face_pictures, inputs_of
from models.layers import MirrorAtRandom

layers = keras.layers


@dataclass(frozen=True)
class Shape:
    """The sizes of the network; `drop_maps` is the share of whole feature maps that drop out."""

    convolutions: tuple[int, ...] = (16, 32, 32)
    features: int = 64
    noise: float = 0.2
    drop_maps: float = 0.1
    dropout: float = 0.4
    penalty: float = 1e-4


def build(shape: Shape) -> keras.Model:
    """An untrained network: a dict of the system's inputs -> (n, 8) probabilities."""
    inputs = inputs_of("face_cnn")
    outputs = probabilities(features(inputs, shape), keras.regularizers.L2(shape.penalty))
    return keras.Model(inputs, outputs, name="face_cnn_corrected")


def features(inputs: Tensors, shape: Shape) -> keras.KerasTensor:
    """(n, features) before the last layer. Augmented by mirrors and noise: the pictures are standardised in place,
    size, pose and brightness before."""
    maps = layers.GaussianNoise(shape.noise)(MirrorAtRandom()(face_pictures(inputs)))
    for width in shape.convolutions:
        maps = layers.Conv2D(width, 3, padding="same", use_bias=False)(maps)
        maps = layers.Activation("relu")(layers.BatchNormalization(momentum=MOMENTUM)(maps))
        maps = layers.SpatialDropout2D(shape.drop_maps)(layers.MaxPooling2D(2)(maps))
    flat = layers.Dropout(shape.dropout)(layers.Flatten()(maps))
    return layers.Dropout(shape.dropout)(layers.Dense(shape.features, activation="relu")(flat))
