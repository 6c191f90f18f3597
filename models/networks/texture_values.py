"""Facial texture in NumPy, for prediction with a linear system: the values of `texture_layers.mesh_texture`.

A command that predicts one photograph would otherwise spend most of its time importing TensorFlow. The operations are
those of TensorFlow in its order, but sums are added in another order, so values differ in their last digits; systems
are trained with the layers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from affect_store.models.networks import surface_points
from affect_store.store.vocabulary import AXES, LANDMARK_COUNT, LUMA_WEIGHTS, PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX

MIN_DEVIATION = 1e-3
"""Lower bound of the deviation of brightness by which a texture is divided; brightness is 0 to 1."""

_LAST_PX = 1.001
"""A position is at least this far from the far edge in pixels, so that it has a neighbour to interpolate with."""

Array = NDArray[np.float32]


def mesh_texture(photographs: NDArray[np.uint8], landmarks: Array) -> Array:
    """Return the brightness (n, points) at `surface_points.mesh_points`: mean 0, deviation 1 in each photograph.

    Photographs are (n, 128, 85, 3), landmarks (n, 1404) image-normalised.
    """
    values = _brightness(photographs, landmarks)
    mean = values.mean(axis=1, keepdims=True, dtype=np.float64)  # in single precision, a uniform face has a texture
    deviation = np.maximum(values.std(axis=1, keepdims=True, dtype=np.float64), MIN_DEVIATION)
    return np.asarray((values - mean) / deviation, np.float32)


def _brightness(photographs: NDArray[np.uint8], landmarks: Array) -> Array:
    """Return the brightness 0 to 1 at each point, (n, points), bilinearly interpolated."""
    points = surface_points.mesh_points()
    corners = landmarks.reshape(-1, LANDMARK_COUNT, AXES)[:, points.corners, :2]
    positions = (corners * points.weights[..., None]).sum(axis=2)
    sides = np.array([PIXEL_WIDTH_PX, PIXEL_HEIGHT_PX], np.float32)
    positions = np.clip(positions * sides - np.float32(0.5), np.float32(0), sides - np.float32(_LAST_PX))
    low = np.floor(positions)
    right, below = (positions - low)[..., 0], (positions - low)[..., 1]
    column, row = low[..., 0].astype(np.int64), low[..., 1].astype(np.int64)
    grey = (photographs.astype(np.float32) / np.float32(255)) @ np.array(LUMA_WEIGHTS, np.float32)
    first = row * PIXEL_WIDTH_PX + column
    flat = grey.reshape(len(grey), -1)
    corner = [np.take_along_axis(flat, first + step, axis=1) for step in (0, 1, PIXEL_WIDTH_PX, PIXEL_WIDTH_PX + 1)]
    above = corner[0] + (corner[1] - corner[0]) * right
    under = corner[2] + (corner[3] - corner[2]) * right
    return np.asarray(above + (under - above) * below, np.float32)
