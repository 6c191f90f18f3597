"""Convolutional network over the shape-normalised face and its change from the reference photograph."""

from __future__ import annotations

from dataclasses import dataclass

from affect_store.models.backend import keras
from affect_store.models.networks.corrected_recipe import MOMENTUM, probabilities
from affect_store.models.networks.input_layers import Tensors, input_tensors, shape_normalised_faces
from affect_store.models.networks.layers import MirrorAtRandom

layers = keras.layers


@dataclass(frozen=True)
class FaceCnnConfig:
    """Layer sizes and regularisation of the network; `drop_maps` is the dropout rate of whole feature maps."""

    convolutions: tuple[int, ...] = (16, 32, 32)
    features: int = 64
    noise: float = 0.2
    drop_maps: float = 0.1
    dropout: float = 0.4
    penalty: float = 1e-4


def build(config: FaceCnnConfig, classes: int) -> keras.Model:
    """Return an untrained network: a dict of the system's inputs -> (n, classes) probabilities."""
    inputs = input_tensors("face_cnn")
    outputs = probabilities(features(inputs, config), keras.regularizers.L2(config.penalty), classes)
    return keras.Model(inputs, outputs, name="face_cnn_corrected")


def features(inputs: Tensors, config: FaceCnnConfig) -> keras.KerasTensor:
    """Return the penultimate features, (n, features).

    Augmentation is mirroring and noise only: position, size, pose and brightness are normalised beforehand.
    """
    maps = layers.GaussianNoise(config.noise)(MirrorAtRandom()(shape_normalised_faces(inputs)))
    for width in config.convolutions:
        maps = layers.Conv2D(width, 3, padding="same", use_bias=False)(maps)
        maps = layers.Activation("relu")(layers.BatchNormalization(momentum=MOMENTUM)(maps))
        maps = layers.SpatialDropout2D(config.drop_maps)(layers.MaxPooling2D(2)(maps))
    flat = layers.Dropout(config.dropout)(layers.Flatten()(maps))
    return layers.Dropout(config.dropout)(layers.Dense(config.features, activation="relu")(flat))
