"""Keras layers over the face mesh as a graph: random mirroring, graph convolution and pooling over landmarks."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from affect_store.models.backend import keras, tf
from affect_store.models.networks.layers import RandomMirror, register_layer
from affect_store.store.face_mesh import edges, mirror_partners
from affect_store.store.vocabulary import LANDMARK_COUNT


@cache
def adjacency() -> NDArray[np.float32]:
    """Return the adjacency matrix of the mesh with self-loops, symmetrically normalised by the degrees, (468, 468)."""
    linked = np.eye(LANDMARK_COUNT)
    start, end = edges().T
    linked[start, end] = linked[end, start] = 1
    root = np.sqrt(linked.sum(axis=1))
    return (linked / np.outer(root, root)).astype(np.float32)


@register_layer
class MirrorFaceAtRandom(RandomMirror):
    """Landmarks (n, 468, channels), each face mirrored left to right with probability one half during training.

    The first three channels are vectors in the head frame. Mirroring a face does not change its emotion.
    """

    def mirror(self, inputs: tf.Tensor) -> tf.Tensor:
        """Swap each landmark with its mirror partner and negate x."""
        signs = np.ones(inputs.shape[-1], np.float32)
        signs[0] = -1.0
        return tf.gather(inputs, mirror_partners(), axis=1) * signs


@register_layer
class GraphConvolution(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """Landmarks (n, 468, channels) -> (n, 468, `width`): a linear map of each landmark plus a linear map of the
    normalised sum over itself and its neighbours.

    Source: Kipf and Welling 2017, "Semi-supervised classification with graph convolutional networks", arXiv 1609.02907,
    with separate weights for the landmark itself (Morris et al. 2019, arXiv 1810.02244).
    """

    def __init__(self, width: int, **options: object) -> None:
        super().__init__(**options)
        self.width = width

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the weights of the landmark itself and of its neighbours, and a bias."""
        shape = (input_shape[-1], self.width)
        self.own = self.add_weight(name="own", shape=shape)
        self.neighbours = self.add_weight(name="neighbours", shape=shape)
        self.bias = self.add_weight(name="bias", shape=(self.width,), initializer="zeros")

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Return (n, 468, width)."""
        around = tf.einsum("uv,nvc->nuc", tf.cast(adjacency(), inputs.dtype), inputs)
        return tf.matmul(inputs, self.own) + tf.matmul(around, self.neighbours) + self.bias

    def get_config(self) -> dict[str, object]:
        """Return the constructor's arguments."""
        return {**super().get_config(), "width": self.width}


@register_layer
class LandmarkPooling(keras.layers.Layer):  # type: ignore[misc]
    """Landmarks (n, 468, channels) -> (n, `places`, channels): learnt weighted sums over the landmarks, which reduce
    their number and keep where on the face a movement is."""

    def __init__(self, places: int, **options: object) -> None:
        super().__init__(**options)
        self.places = places

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create one weight per landmark and place."""
        start = keras.initializers.RandomNormal(stddev=LANDMARK_COUNT**-0.5)
        self.shares = self.add_weight(name="shares", shape=(LANDMARK_COUNT, self.places), initializer=start)

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Return (n, places, channels)."""
        return tf.einsum("nvc,vk->nkc", inputs, self.shares)

    def get_config(self) -> dict[str, object]:
        """Return the constructor's arguments."""
        return {**super().get_config(), "places": self.places}
