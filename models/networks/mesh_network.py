"""Graph convolutional network over the face mesh: displacement and texture change of each landmark and its neighbours.

Its inputs are differences from the reference photograph, so identity and camera angle have little influence.
"""

from __future__ import annotations

from dataclasses import dataclass

from affect_store.models.backend import keras
from affect_store.models.networks.corrected_recipe import probabilities
from affect_store.models.networks.graph_layers import GraphConvolution, LandmarkPooling, MirrorFaceAtRandom
from affect_store.models.networks.input_layers import input_tensors, texture_change
from affect_store.models.networks.layers import Standardise
from affect_store.models.systems import DELTA
from affect_store.store.vocabulary import AXES, LANDMARK_COUNT

layers = keras.layers
NODES = "nodes"
"""Name of the standardisation of the node features (three axes and the texture change) by the training part."""


@dataclass(frozen=True)
class MeshNetworkConfig:
    """Layer sizes and regularisation of the network."""

    width: int = 24
    places: int = 24
    hidden: int = 64
    noise: float = 0.3
    dropout: float = 0.4
    penalty: float = 1e-4


def build(config: MeshNetworkConfig, classes: int) -> keras.Model:
    """Return an untrained network: a dict of the system's inputs -> (n, classes) probabilities."""
    inputs = input_tensors("mesh_network")
    noisy = layers.GaussianNoise(config.noise)(
        MirrorFaceAtRandom()(Standardise(name=f"{NODES}_standard")(_node_features(inputs)))
    )
    first = layers.Activation("relu")(GraphConvolution(config.width)(noisy))
    second = layers.Activation("relu")(layers.Add()([first, GraphConvolution(config.width)(first)]))
    pooled = layers.Flatten()(LandmarkPooling(config.places)(second))
    penalty = keras.regularizers.L2(config.penalty)
    hidden = layers.Dense(config.hidden, activation="relu", kernel_regularizer=penalty)(
        layers.Dropout(config.dropout)(pooled)
    )
    outputs = probabilities(layers.Dropout(config.dropout)(hidden), penalty, classes)
    return keras.Model(inputs, outputs, name="mesh_network_corrected")


def _node_features(inputs: dict[str, keras.KerasTensor]) -> keras.KerasTensor:
    """Return displacement and texture change of each landmark, (n, 468, 4)."""
    displacement = layers.Reshape((LANDMARK_COUNT, AXES))(inputs[DELTA])
    texture = layers.Reshape((-1, 1))(texture_change(inputs))
    # the points at the landmarks come before those at the triangles
    at_landmarks = layers.Cropping1D((0, texture.shape[1] - LANDMARK_COUNT))(texture)
    return layers.Concatenate()([displacement, at_landmarks])
