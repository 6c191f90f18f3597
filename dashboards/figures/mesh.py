"""Geometry of a drawn face: triangles over the landmarks, scene axes and arrows. NumPy and SciPy only.

Coordinates of the store: x to the right of the image, y downwards, z away from the camera, inter-ocular distances.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Delaunay

from affect_store.store.face_mesh import cylindrical_coordinates
from affect_store.store.vocabulary import AXES, LANDMARK_COUNT

FloatArray = NDArray[np.float64]
_MAX_EDGE = 0.75
"""Triangles with a longer side (inter-ocular distances) bridge a concavity of the outline and are dropped."""

FACTORS = (0.1, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 8.0, 10.0)
"""Possible scale factors of the arrows."""

MAX_ARROW_LENGTH = 0.45
"""Maximum drawn length of most arrows, in inter-ocular distances."""


def triangles(face: FloatArray) -> NDArray[np.int32]:
    """Triangulate a face (468, 3): indices (t, 3) of a Delaunay triangulation of the unrolled face.

    Unrolling keeps cheeks whole that are seen from the side. Triangles with a side longer than `_MAX_EDGE` are dropped.
    """
    simplices = Delaunay(cylindrical_coordinates(face)).simplices
    sides = face[simplices] - face[np.roll(simplices, 1, axis=1)]
    longest = np.linalg.norm(sides, axis=2).max(axis=1)
    return np.asarray(simplices[longest < _MAX_EDGE], np.int32)


def edges(faces: NDArray[np.int32]) -> NDArray[np.int32]:
    """List each side of the triangles once, (e, 2)."""
    sides = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    return np.asarray(np.unique(np.sort(sides, axis=1), axis=0))


def upright(points: FloatArray) -> FloatArray:
    """Convert store axes (right, down, away) to scene axes (right, away, up): a rotation, not a reflection."""
    return np.stack([points[..., 0], points[..., 2], -points[..., 1]], axis=-1)


def segments(starts: FloatArray, ends: FloatArray) -> FloatArray:
    """Join line segments into one path, (3 n, d), each followed by a row of NaN that interrupts the line."""
    gap = np.full_like(starts, np.nan)
    return np.asarray(np.stack([starts, ends, gap], axis=1)).reshape(-1, starts.shape[1])


def vectors(flat: object) -> FloatArray:
    """Reshape a list of 1404 floats to (468, 3)."""
    return np.asarray(flat, dtype=np.float64).reshape(LANDMARK_COUNT, AXES)


def arrow_scale(delta: FloatArray) -> float:
    """Choose the scale factor of the arrows of one mean delta: the largest of `FACTORS` within `MAX_ARROW_LENGTH`.

    The caption of the figure must state it.
    """
    high = float(np.percentile(np.linalg.norm(delta, axis=1), 99.5))
    fitting = [factor for factor in FACTORS if factor * high <= MAX_ARROW_LENGTH]
    return fitting[-1] if fitting and high > 0 else FACTORS[0]
