"""Layers that read a face's texture: the brightness of a photograph at points of the face's surface.

Wherever the face is in the picture and however it is turned, a point stays at its place of the face: the "shape-free"
texture of active appearance models (Cootes, Edwards and Taylor 2001, IEEE TPAMI 23(6)).
"""

from __future__ import annotations

import numpy as np

from models import surface
from models.backend import keras, tf
from models.layers import registered
from store.vocabulary import AXES, LANDMARK_COUNT, PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX

_LUMA = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in the brightness that people see (ITU-R BT.601)."""

_SMALLEST_DEVIATION = 1e-3
_EXACT = {"dtype": "float32"}
"""Places in a photograph need more digits than half precision has."""


@registered
class MeshTexture(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """Photographs uint8 (n, 128, 85, 3) and landmarks (n, 1404), image-normalised -> brightness (n, points) at
    `surface.mesh_points`, of mean 0 and deviation 1 in each photograph."""

    def __init__(self, **options: object) -> None:
        super().__init__(**{**_EXACT, **options})

    def call(self, photographs: tf.Tensor, landmarks: tf.Tensor) -> tf.Tensor:
        """The brightness at every point."""
        return mesh_texture(photographs, landmarks)


@registered
class FacePicture(keras.layers.Layer):  # type: ignore[misc]
    """The same inputs -> the face in one shape, (n, 40, 36, 1): standardised brightness, 0 outside of the face."""

    def __init__(self, **options: object) -> None:
        super().__init__(**{**_EXACT, **options})

    def call(self, photographs: tf.Tensor, landmarks: tf.Tensor) -> tf.Tensor:
        """The brightness at every point of the grid."""
        grid = surface.grid()
        found = _standardised(brightness_at(photographs, landmarks, grid.points))
        # every cell takes its point, and those without one take the zero that is put after the last
        places = np.full(surface.GRID_HEIGHT * surface.GRID_WIDTH, len(grid.cells), np.int32)
        places[grid.cells] = np.arange(len(grid.cells))
        cells = tf.gather(tf.pad(found, [[0, 0], [0, 1]]), places, axis=1)
        return tf.reshape(cells, (-1, surface.GRID_HEIGHT, surface.GRID_WIDTH, 1))


def mesh_texture(photographs: tf.Tensor, landmarks: tf.Tensor) -> tf.Tensor:
    """What `MeshTexture` gives."""
    return _standardised(brightness_at(photographs, landmarks, surface.mesh_points()))


def brightness_at(photographs: tf.Tensor, landmarks: tf.Tensor, points: surface.SurfacePoints) -> tf.Tensor:
    """Brightness 0 to 1, (n, points), interpolated between pixels; a point outside of the picture takes the edge's."""
    corners = tf.gather(tf.reshape(landmarks, (-1, LANDMARK_COUNT, AXES))[..., :2], points.corners, axis=1)
    places = tf.reduce_sum(corners * points.weights[..., None], axis=2)
    sides = np.array([PIXEL_WIDTH_PX, PIXEL_HEIGHT_PX], np.float32)
    places = tf.clip_by_value(places * sides - 0.5, 0.0, sides - 1.001)  # pixel 0 has its centre half a pixel inside
    low = tf.floor(places)
    right, below = tf.unstack(places - low, axis=-1)
    column, row = tf.unstack(tf.cast(low, tf.int32), axis=-1)
    grey = tf.reshape(tf.tensordot(tf.cast(photographs, tf.float32) / 255.0, tf.constant(_LUMA), 1), (-1, _PIXELS))
    first = row * PIXEL_WIDTH_PX + column
    corner = [tf.gather(grey, first + step, batch_dims=1) for step in (0, 1, PIXEL_WIDTH_PX, PIXEL_WIDTH_PX + 1)]
    above = corner[0] + (corner[1] - corner[0]) * right
    under = corner[2] + (corner[3] - corner[2]) * right
    return above + (under - above) * below


_PIXELS = PIXEL_WIDTH_PX * PIXEL_HEIGHT_PX


def _standardised(values: tf.Tensor) -> tf.Tensor:
    """Mean 0 and deviation 1 in each photograph: exposure and contrast do not count."""
    mean, variance = tf.nn.moments(values, axes=[1], keepdims=True)
    return (values - mean) / tf.maximum(tf.sqrt(variance), _SMALLEST_DEVIATION)
