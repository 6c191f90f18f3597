"""The canonical head frame: the mean frontal neutral face, held as a constant.

`head_frame.csv` is the generalised Procrustes mean (Gower 1975) of the FaceMesh landmarks of the 51 neutral faces that
`docs/adr/004-head-frame.md` names, made mirror-symmetric. Unit: inter-ocular distances; x right and y down in the
picture, z away from the camera; origin at the mean of the rigid landmarks.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
from scipy.optimize import linear_sum_assignment

from store.features.align import Doubles, apply, inter_ocular, similarity
from store.vocabulary import AXES, LANDMARK_COUNT, RIGID_LANDMARKS


@cache
def mean_face() -> Doubles:
    """The mean frontal neutral face (468, 3), inter-ocular units, read-only."""
    text = files("store.features").joinpath("head_frame.csv").read_text(encoding="ascii")
    face = np.loadtxt(text.splitlines(), delimiter=",", comments="#")
    if face.shape != (LANDMARK_COUNT, AXES):
        raise ValueError(f"head_frame.csv: expected {LANDMARK_COUNT} x {AXES} numbers, received {face.shape}")
    face.flags.writeable = False
    return face


def procrustes_mean(faces_px: Doubles, *, rounds: int = 10) -> Doubles:
    """Mean shape (468, 3) of faces (n, 468, 3): frame and unit as `mean_face`, mirror-symmetric.

    Source: J. C. Gower, "Generalized Procrustes analysis", Psychometrika 40, 1975, with the rigid landmarks alone
    deciding the alignment; the mean is kept frontal by averaging it with its own mirror image.
    """
    mean = _standard(faces_px.mean(axis=0))
    for _ in range(rounds):
        mean = _standard(_symmetric(_aligned_to(faces_px, mean).mean(axis=0)))
    return mean


def _aligned_to(faces: Doubles, target: Doubles) -> Doubles:
    rigid = list(RIGID_LANDMARKS)
    repeated = np.broadcast_to(target[rigid], (len(faces), len(rigid), AXES))
    return apply(similarity(faces[:, rigid], repeated), faces)


def _standard(face: Doubles) -> Doubles:
    centred = face - face[list(RIGID_LANDMARKS)].mean(axis=0)
    return centred / inter_ocular(centred[None])[0]


def mirror_order(face: Doubles) -> np.ndarray:
    """For each landmark of a frontal face (468, 3) the index of its mirror partner: the pairing of all landmarks with
    all mirror images whose squared distances have the least sum."""
    mirrored = face * np.array([-1.0, 1.0, 1.0])
    distances = ((mirrored[:, None] - face[None]) ** 2).sum(axis=2)
    return np.asarray(linear_sum_assignment(distances)[1])


def _symmetric(face: Doubles) -> Doubles:
    order = mirror_order(face)
    return (face + face[order] * np.array([-1.0, 1.0, 1.0])) / 2
