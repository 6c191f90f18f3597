"""FaceMesh as a surface: the mean face, its triangles and edges, and the mirror partner of each landmark.

`mean_face.csv` is the generalised Procrustes mean (Gower 1975) of the landmarks of the 51 neutral faces that
`docs/adr/004-head-frame.md` names, made mirror-symmetric (`docs/scripts/mean_face.py`). It defines the head frame: unit
inter-ocular distance; x right and y down in the image, z away from the camera; origin at the mean of the rigid
landmarks.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affect_store.store.vocabulary import AXES, LANDMARK_COUNT

Doubles = NDArray[np.float64]
Indices = NDArray[np.int32]

_BEHIND = 0.3
"""Distance of the cylinder's axis behind the rearmost landmark, in inter-ocular distances."""


@cache
def mean_face() -> Doubles:
    """Return the mean frontal neutral face (468, 3) in the head frame, read-only."""
    text = files("affect_store.store").joinpath("mean_face.csv").read_text(encoding="ascii")
    face = np.loadtxt(text.splitlines(), delimiter=",", comments="#")
    if face.shape != (LANDMARK_COUNT, AXES):
        raise ValueError(f"mean_face.csv: expected an array of shape {(LANDMARK_COUNT, AXES)}, received {face.shape}")
    face.flags.writeable = False
    return face


def cylindrical_coordinates(face: Doubles) -> Doubles:
    """Return a frontal face (468, 3) in cylindrical coordinates around the vertical axis, (468, 2): radians, height."""
    depth = face[:, 2].max() + _BEHIND - face[:, 2]
    return np.stack([np.arctan2(face[:, 0], depth), face[:, 1]], axis=1)


@cache
def triangles() -> Indices:
    """Return the triangles (t, 3) of landmark indices that cover the mean face, eyes and mouth included, read-only."""
    from scipy.spatial import Delaunay  # slow to import, and most commands need no triangles

    return _read_only(Delaunay(cylindrical_coordinates(mean_face())).simplices)


@cache
def edges() -> Indices:
    """Return the edges (e, 2) of the triangles, each once with ascending indices, read-only."""
    sides = triangles()[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    return _read_only(np.unique(np.sort(sides, axis=1), axis=0))


def mirror_order(face: Doubles) -> Indices:
    """Return the index of each landmark's mirror partner, (468,), in a frontal face (468, 3).

    It is the assignment of landmarks to mirror images with the smallest sum of squared distances.
    """
    from scipy.optimize import linear_sum_assignment  # slow to import, too

    mirrored = face * np.array([-1.0, 1.0, 1.0])
    distances = ((mirrored[:, None] - face[None]) ** 2).sum(axis=2)
    return np.asarray(linear_sum_assignment(distances)[1], dtype=np.int32)


@cache
def mirror_partners() -> Indices:
    """Return the mirror partner of each landmark of the mean face, (468,), read-only; a midline landmark is its own."""
    return _read_only(mirror_order(mean_face()))


def _read_only(indices: NDArray[np.integer[Any]]) -> Indices:
    fixed = np.array(indices, dtype=np.int32)
    fixed.flags.writeable = False
    return fixed
