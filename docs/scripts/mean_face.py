"""Compute `store/mean_face.csv`, the mean of the neutral faces in a folder, which defines the head frame.

    python docs/scripts/mean_face.py FOLDER > store/mean_face.csv

FOLDER holds the neutral photographs (`*_03.jpg`) of the Face Research Lab London Set, see `docs/adr/004-head-frame.md`.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import numpy as np

from affect_store.store.face_mesh import mirror_order
from affect_store.store.features.alignment import (
    Doubles,
    apply_similarity,
    estimate_similarity,
    inter_ocular,
    to_pixels,
)
from affect_store.store.features.extract import extract
from affect_store.store.types import Face
from affect_store.store.vocabulary import AXES, RIGID_LANDMARKS

SIZE_PX = 1350
"""Width and height of the London photographs."""


def london_faces(folder: Path) -> Doubles:
    """Return the landmarks (n, 468, 3), pixels, of the neutral London photographs in a folder."""
    paths = sorted(folder.glob("*_03.jpg"))
    photos = [(hashlib.sha256(path.read_bytes()).hexdigest(), str(path)) for path in paths]
    faces = np.stack([result.face.xyz for result in extract(photos) if isinstance(result.face, Face)])
    return to_pixels(faces, np.full((len(faces), 2), SIZE_PX))


def procrustes_mean(faces_px: Doubles, *, rounds: int = 10) -> Doubles:
    """Return the mean shape (468, 3) of faces (n, 468, 3) in the head frame, made mirror-symmetric.

    Source: J. C. Gower, "Generalized Procrustes analysis", Psychometrika 40, 1975; only the rigid landmarks decide the
    alignment. Averaging with its own mirror image keeps the mean frontal.
    """
    mean = _normalised(faces_px.mean(axis=0))
    for _ in range(rounds):
        mean = _normalised(_symmetric(_aligned_to(faces_px, mean).mean(axis=0)))
    return mean


def _aligned_to(faces: Doubles, target: Doubles) -> Doubles:
    rigid = list(RIGID_LANDMARKS)
    repeated = np.broadcast_to(target[rigid], (len(faces), len(rigid), AXES))
    return apply_similarity(estimate_similarity(faces[:, rigid], repeated), faces)


def _normalised(face: Doubles) -> Doubles:
    """Move the origin to the mean of the rigid landmarks, and scale the inter-ocular distance to 1."""
    centred = face - face[list(RIGID_LANDMARKS)].mean(axis=0)
    return centred / inter_ocular(centred[None])[0]


def _symmetric(face: Doubles) -> Doubles:
    order = mirror_order(face)
    return (face + face[order] * np.array([-1.0, 1.0, 1.0])) / 2


if __name__ == "__main__":
    header = "Mean frontal neutral face: x, y, z of the 468 FaceMesh landmarks in order; see face_mesh.py."
    np.savetxt(sys.stdout, procrustes_mean(london_faces(Path(sys.argv[1]))), fmt="%.5f", delimiter=",", header=header)
