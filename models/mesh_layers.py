"""Layers over the landmarks of a face as a graph: a mirror, a convolution with the neighbours, and a pooling."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from models.backend import keras, tf
from models.layers import registered
from store.mesh import edges, mirror_partners
from store.vocabulary import LANDMARK_COUNT


@cache
def adjacency() -> NDArray[np.float32]:
    """The mesh's neighbours, (468, 468): with loops, and divided by the square roots of both degrees."""
    linked = np.eye(LANDMARK_COUNT)
    one, other = edges().T
    linked[one, other] = linked[other, one] = 1
    root = np.sqrt(linked.sum(axis=1))
    return (linked / np.outer(root, root)).astype(np.float32)


@registered
class MirrorFaceAtRandom(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """Landmarks (n, 468, channels) whose first three channels are vectors of the head frame: each face turned left to
    right with probability one half while training. The mirror image of a face shows the same emotion."""

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        self.coins = keras.random.SeedGenerator()

    def call(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Same shape as `inputs`; unchanged outside training."""
        if not training:
            return inputs
        signs = np.ones(inputs.shape[-1], np.float32)
        signs[0] = -1.0
        turned = tf.gather(inputs, mirror_partners(), axis=1) * signs
        is_turned = keras.random.uniform((tf.shape(inputs)[0], 1, 1), seed=self.coins) < 0.5
        return tf.where(is_turned, turned, inputs)


@registered
class GraphConvolution(keras.layers.Layer):  # type: ignore[misc]
    """Landmarks (n, 468, channels) -> (n, 468, `width`): a linear map of each landmark plus one of the mean of its
    neighbours.

    Source: Kipf and Welling 2017, "Semi-supervised classification with graph convolutional networks", arXiv 1609.02907,
    with weights of its own for the landmark itself (Morris et al. 2019, arXiv 1810.02244).
    """

    def __init__(self, width: int, **options: object) -> None:
        super().__init__(**options)
        self.width = width

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Weights for the landmark itself, for its neighbours, and a bias."""
        shape = (input_shape[-1], self.width)
        self.own = self.add_weight(name="own", shape=shape)
        self.neighbours = self.add_weight(name="neighbours", shape=shape)
        self.bias = self.add_weight(name="bias", shape=(self.width,), initializer="zeros")

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """(n, 468, width)."""
        around = tf.einsum("uv,nvc->nuc", tf.cast(adjacency(), inputs.dtype), inputs)
        return tf.matmul(inputs, self.own) + tf.matmul(around, self.neighbours) + self.bias

    def get_config(self) -> dict[str, object]:
        """What the layer is made again from."""
        return {**super().get_config(), "width": self.width}


@registered
class LandmarkPooling(keras.layers.Layer):  # type: ignore[misc]
    """Landmarks (n, 468, channels) -> (n, `places`, channels): learnt weighted sums over the landmarks, so that what
    happens where is kept, in fewer numbers."""

    def __init__(self, places: int, **options: object) -> None:
        super().__init__(**options)
        self.places = places

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """A weight for each landmark and place."""
        start = keras.initializers.RandomNormal(stddev=LANDMARK_COUNT**-0.5)
        self.shares = self.add_weight(name="shares", shape=(LANDMARK_COUNT, self.places), initializer=start)

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """(n, places, channels)."""
        return tf.einsum("nvc,vk->nkc", inputs, self.shares)

    def get_config(self) -> dict[str, object]:
        """What the layer is made again from."""
        return {**super().get_config(), "places": self.places}
