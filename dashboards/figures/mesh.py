"""The geometry of a drawn face: triangles over the landmarks, upright axes and arrows. NumPy and SciPy only.

Data frame of the store: x to the right of the picture, y downwards, z away from the camera, inter-ocular distances.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Delaunay

from store.vocabulary import AXES, LANDMARK_COUNT

FloatArray = NDArray[np.float64]
_LONGEST_EDGE = 0.75
"""Triangles with a longer side (inter-ocular distances) bridge a hollow of the outline."""

_BEHIND = 0.3
"""The axis around which a face is unrolled stands this far behind its last landmark."""

FACTORS = (0.1, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 8.0, 10.0)
"""Arrows are drawn so many times their length."""

LONGEST_ARROW = 0.45
"""How long most arrows may be drawn, in inter-ocular distances."""


def triangles(face: FloatArray) -> NDArray[np.int32]:
    """Triangles, (t, 3), that cover the face: Delaunay's after unrolling it, so that cheeks seen from the side stay
    whole; without those that have a side longer than `_LONGEST_EDGE`."""
    found = Delaunay(unrolled(face)).simplices
    sides = face[found] - face[np.roll(found, 1, axis=1)]
    longest = np.linalg.norm(sides, axis=2).max(axis=1)
    return found[longest < _LONGEST_EDGE].astype(np.int32)


def unrolled(face: FloatArray) -> FloatArray:
    """The face on a cylinder around the head's vertical axis, cut open, (468, 2): angle (radians) and height."""
    depth = face[:, 2].max() + _BEHIND - face[:, 2]
    return np.stack([np.arctan2(face[:, 0], depth), face[:, 1]], axis=1)


def edges(faces: NDArray[np.int32]) -> NDArray[np.int32]:
    """Each side of the triangles once, (e, 2)."""
    sides = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    return np.unique(np.sort(sides, axis=1), axis=0)


def upright(points: FloatArray) -> FloatArray:
    """Data axes (right, down, away) as scene axes (right, away, up): a turn of the head frame, never a mirror."""
    return np.stack([points[..., 0], points[..., 2], -points[..., 1]], axis=-1)


def segments(starts: FloatArray, ends: FloatArray) -> FloatArray:
    """Line pieces one after another, each followed by a row of NaN that lifts the pen: (3 n, d)."""
    gap = np.full_like(starts, np.nan)
    return np.stack([starts, ends, gap], axis=1).reshape(-1, starts.shape[1])


def vectors(flat: object) -> FloatArray:
    """A frame's list of 1404 floats as (468, 3)."""
    return np.asarray(flat, dtype=np.float64).reshape(LANDMARK_COUNT, AXES)


def arrow_scale(delta: FloatArray) -> float:
    """How many times their length the arrows of one mean delta are drawn: a round number, so that they can be seen and
    do not run into each other. It belongs beside the picture, in words."""
    high = float(np.percentile(np.linalg.norm(delta, axis=1), 99.5))
    fitting = [factor for factor in FACTORS if factor * high <= LONGEST_ARROW]
    return fitting[-1] if fitting and high > 0 else FACTORS[0]
