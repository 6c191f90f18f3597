"""Keras layers that sample facial texture: the brightness of a photograph at points of the face's surface.

A point keeps its position on the face, independent of head pose and of where the face is in the photograph: the
"shape-free" texture of active appearance models (Cootes, Edwards and Taylor 2001, IEEE TPAMI 23(6)).
"""

from __future__ import annotations

import numpy as np

from affect_store.models.backend import keras, tf
from affect_store.models.networks import surface_points
from affect_store.models.networks.layers import register_layer
from affect_store.models.networks.surface_points import SurfacePoints
from affect_store.models.networks.texture_values import MIN_DEVIATION
from affect_store.store.vocabulary import AXES, LANDMARK_COUNT, LUMA_WEIGHTS, PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX

_PIXELS = PIXEL_WIDTH_PX * PIXEL_HEIGHT_PX
_FULL_PRECISION = {"dtype": "float32"}
"""Positions in a photograph need more digits than half precision has."""


@register_layer
class MeshTexture(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """Photographs uint8 (n, 128, 85, 3) and landmarks (n, 1404), image-normalised -> brightness (n, points) at
    `surface_points.mesh_points`, with mean 0 and deviation 1 in each photograph."""

    def __init__(self, **options: object) -> None:
        super().__init__(**{**_FULL_PRECISION, **options})

    def call(self, photographs: tf.Tensor, landmarks: tf.Tensor) -> tf.Tensor:
        """Return the brightness at every point, (n, points)."""
        return mesh_texture(photographs, landmarks)


@register_layer
class FacePicture(keras.layers.Layer):  # type: ignore[misc]
    """Photographs and landmarks, as for `MeshTexture` -> the shape-normalised face (n, 40, 36, 1): standardised
    brightness, 0 outside the face."""

    def __init__(self, **options: object) -> None:
        super().__init__(**{**_FULL_PRECISION, **options})

    def call(self, photographs: tf.Tensor, landmarks: tf.Tensor) -> tf.Tensor:
        """Return the brightness at every cell of the grid, (n, 40, 36, 1)."""
        grid = surface_points.grid()
        brightness = _standardised(brightness_at(photographs, landmarks, grid.points))
        # each cell takes its point's value; cells without a point take the zero that is padded after the last one
        sources = np.full(surface_points.GRID_HEIGHT * surface_points.GRID_WIDTH, len(grid.cells), np.int32)
        sources[grid.cells] = np.arange(len(grid.cells))
        cells = tf.gather(tf.pad(brightness, [[0, 0], [0, 1]]), sources, axis=1)
        return tf.reshape(cells, (-1, surface_points.GRID_HEIGHT, surface_points.GRID_WIDTH, 1))


def mesh_texture(photographs: tf.Tensor, landmarks: tf.Tensor) -> tf.Tensor:
    """Return the values of `MeshTexture`."""
    return _standardised(brightness_at(photographs, landmarks, surface_points.mesh_points()))


def brightness_at(photographs: tf.Tensor, landmarks: tf.Tensor, points: SurfacePoints) -> tf.Tensor:
    """Return the brightness 0 to 1 at each point, (n, points), bilinearly interpolated.

    Photographs are uint8 (n, 128, 85, 3), landmarks (n, 1404) image-normalised. A point outside the photograph has the
    value of the nearest pixel at its edge.
    """
    corners = tf.gather(tf.reshape(landmarks, (-1, LANDMARK_COUNT, AXES))[..., :2], points.corners, axis=1)
    positions = tf.reduce_sum(corners * points.weights[..., None], axis=2)
    sides = np.array([PIXEL_WIDTH_PX, PIXEL_HEIGHT_PX], np.float32)
    positions = tf.clip_by_value(positions * sides - 0.5, 0.0, sides - 1.001)  # the centre of pixel 0 is at 0.5
    low = tf.floor(positions)
    right, below = tf.unstack(positions - low, axis=-1)
    column, row = tf.unstack(tf.cast(low, tf.int32), axis=-1)
    grey = tf.reshape(
        tf.tensordot(tf.cast(photographs, tf.float32) / 255.0, tf.constant(LUMA_WEIGHTS), 1), (-1, _PIXELS)
    )
    first = row * PIXEL_WIDTH_PX + column
    corner = [tf.gather(grey, first + step, batch_dims=1) for step in (0, 1, PIXEL_WIDTH_PX, PIXEL_WIDTH_PX + 1)]
    above = corner[0] + (corner[1] - corner[0]) * right
    under = corner[2] + (corner[3] - corner[2]) * right
    return above + (under - above) * below


def _standardised(values: tf.Tensor) -> tf.Tensor:
    """Scale to mean 0 and deviation 1 in each photograph, to remove exposure and contrast."""
    mean, variance = tf.nn.moments(values, axes=[1], keepdims=True)
    return (values - mean) / tf.maximum(tf.sqrt(variance), MIN_DEVIATION)
