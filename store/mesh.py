"""FaceMesh as a surface: the mean face, its triangles and their edges, and the mirror partner of each landmark.

`mean_face.csv` is the generalised Procrustes mean (Gower 1975) of the landmarks of the 51 neutral faces that
`docs/adr/004-head-frame.md` names, made mirror-symmetric. Unit: inter-ocular distances; x right and y down in the
picture, z away from the camera; origin at the mean of the rigid landmarks.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.spatial import Delaunay

from store.vocabulary import AXES, LANDMARK_COUNT

Doubles = NDArray[np.float64]
Indices = NDArray[np.int32]

_BEHIND = 0.3
"""The axis around which a face is unrolled stands this far behind its last landmark, in inter-ocular distances."""


@cache
def mean_face() -> Doubles:
    """The mean frontal neutral face (468, 3), inter-ocular units, read-only."""
    text = files("store").joinpath("mean_face.csv").read_text(encoding="ascii")
    face = np.loadtxt(text.splitlines(), delimiter=",", comments="#")
    if face.shape != (LANDMARK_COUNT, AXES):
        raise ValueError(f"mean_face.csv: expected {LANDMARK_COUNT} x {AXES} numbers, received {face.shape}")
    face.flags.writeable = False
    return face


def unrolled(face: Doubles) -> Doubles:
    """A frontal face on a cylinder around the head's vertical axis, cut open, (468, 2): angle (radians) and height."""
    depth = face[:, 2].max() + _BEHIND - face[:, 2]
    return np.stack([np.arctan2(face[:, 0], depth), face[:, 1]], axis=1)


@cache
def triangles() -> Indices:
    """Landmark indices of the triangles that cover the mean face, eyes and mouth included, (t, 3), read-only."""
    found = np.asarray(Delaunay(unrolled(mean_face())).simplices, dtype=np.int32)
    found.flags.writeable = False
    return found


@cache
def edges() -> Indices:
    """Each side of the triangles once, (e, 2), read-only."""
    sides = triangles()[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    found = np.unique(np.sort(sides, axis=1), axis=0)
    found.flags.writeable = False
    return found


def mirror_order(face: Doubles) -> Indices:
    """For each landmark of a frontal face (468, 3) the index of its mirror partner: the pairing of all landmarks with
    all mirror images whose squared distances have the least sum."""
    mirrored = face * np.array([-1.0, 1.0, 1.0])
    distances = ((mirrored[:, None] - face[None]) ** 2).sum(axis=2)
    return np.asarray(linear_sum_assignment(distances)[1], dtype=np.int32)


@cache
def mirror_partners() -> Indices:
    """The mirror partner of each landmark of the mean face, (468,), read-only; a midline landmark is its own."""
    found = mirror_order(mean_face())
    found.flags.writeable = False
    return found
