"""A network over the mesh of the face: how each landmark moves and how the skin changes there, with its neighbours.

Its inputs are differences to the reference photograph, so the resting face and the camera have little say.
"""

from __future__ import annotations

from dataclasses import dataclass

from models.backend import keras
from models.corrected import probabilities
from models.inputs import inputs_of, texture_change
from models.layers import Standardise
from models.mesh_layers import GraphConvolution, LandmarkPooling, MirrorFaceAtRandom
from models.systems import DELTA
from store.vocabulary import AXES, LANDMARK_COUNT

layers = keras.layers
NODES = "nodes"
"""Name of the standardisation that is fixed to the training part: of three axes, and of the texture."""


@dataclass(frozen=True)
class Shape:
    """The sizes of the network."""

    width: int = 24
    places: int = 24
    hidden: int = 64
    noise: float = 0.3
    dropout: float = 0.4
    penalty: float = 1e-4


def build(shape: Shape) -> keras.Model:
    """An untrained network: a dict of the system's inputs -> (n, 8) probabilities."""
    inputs = inputs_of("mesh_network")
    noisy = layers.GaussianNoise(shape.noise)(
        MirrorFaceAtRandom()(Standardise(name=f"{NODES}_standard")(_nodes(inputs)))
    )
    first = layers.Activation("relu")(GraphConvolution(shape.width)(noisy))
    second = layers.Activation("relu")(layers.Add()([first, GraphConvolution(shape.width)(first)]))
    pooled = layers.Flatten()(LandmarkPooling(shape.places)(second))
    penalty = keras.regularizers.L2(shape.penalty)
    hidden = layers.Dense(shape.hidden, activation="relu", kernel_regularizer=penalty)(
        layers.Dropout(shape.dropout)(pooled)
    )
    outputs = probabilities(layers.Dropout(shape.dropout)(hidden), penalty)
    return keras.Model(inputs, outputs, name="mesh_network_corrected")


def _nodes(inputs: dict[str, keras.KerasTensor]) -> keras.KerasTensor:
    moved = layers.Reshape((LANDMARK_COUNT, AXES))(inputs[DELTA])
    skin = layers.Reshape((-1, 1))(texture_change(inputs))
    at_landmarks = layers.Cropping1D((0, skin.shape[1] - LANDMARK_COUNT))(skin)  # they come before the triangles
    return layers.Concatenate()([moved, at_landmarks])
