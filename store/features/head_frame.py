"""How the canonical head frame was made: the mean shape of faces, which `store/mesh.py` holds as a constant."""

from __future__ import annotations

import numpy as np

from store.features.align import Doubles, apply, inter_ocular, similarity
from store.mesh import mirror_order
from store.vocabulary import AXES, RIGID_LANDMARKS


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


def _symmetric(face: Doubles) -> Doubles:
    order = mirror_order(face)
    return (face + face[order] * np.array([-1.0, 1.0, 1.0])) / 2
