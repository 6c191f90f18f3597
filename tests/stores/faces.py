"""Landmarks of a design: every person's own face, moved by the emotion, turned by the camera, perturbed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from affect_store.store.face_mesh import mean_face
from affect_store.store.vocabulary import (
    AXES,
    EMOTIONS,
    FRONTAL_DEG,
    LANDMARK_COUNT,
    LANDMARK_GROUPS,
    RAFD_HEIGHT_PX,
    RAFD_WIDTH_PX,
)
from tests.faces import normalised, rotation
from tests.stores.design import Cell

ANGRY, CONTEMPTUOUS, DISGUSTED, FEARFUL, HAPPY, _, SAD, SURPRISED = EMOTIONS
LEFT_MOUTH_CORNER = 291
STILL = LANDMARK_COUNT - 1
"""A landmark that never moves: its direction in frontal photographs is 0."""

_UP = np.array([0.0, 1.0, 0.0])
_SCALE_PX, _MIDDLE_PX = 160, np.array([340, 512, 0])


def movement(emotion: str) -> np.ndarray:
    """Return what an expression adds to the face (468, 3), in inter-ocular distances: x to the right, y down."""
    moved = np.zeros((LANDMARK_COUNT, AXES))
    mouth, brows = list(LANDMARK_GROUPS["mouth"]), [*LANDMARK_GROUPS["left eyebrow"], *LANDMARK_GROUPS["right eyebrow"]]
    if emotion == HAPPY:
        moved[mouth, 0] = 0.3 * mean_face()[mouth, 0]
    if emotion == SURPRISED:
        moved[brows, 1] = -0.2
    if emotion == ANGRY:
        moved[brows, 1] = 0.1
    if emotion == CONTEMPTUOUS:
        moved[LEFT_MOUTH_CORNER, 1] = -0.15
    if emotion in (DISGUSTED, FEARFUL, SAD):
        moved[mouth, 1] = 0.02
    return moved


def faces(cells: Sequence[Cell]) -> np.ndarray:
    """Return the landmarks (n, 468, 3) of photographs, image-normalised; equal cells have equal faces."""
    xyz = np.empty((len(cells), LANDMARK_COUNT, AXES), np.float32)
    generators: dict[str, np.random.Generator] = {}
    scales: dict[str, np.ndarray] = {}
    for index, (person, emotion, angle, _) in enumerate(cells):
        if person not in generators:
            generators[person] = np.random.default_rng([7, *person.encode()])
            scales[person] = generators[person].uniform(0.9, 1.1, AXES)
        noise = generators[person].normal(0, 0.003, (LANDMARK_COUNT, AXES))
        noise[STILL] = 0
        face = mean_face() * scales[person] + movement(emotion) + noise
        face = face @ rotation(_UP, np.radians(FRONTAL_DEG - angle)).T
        xyz[index] = normalised(face * _SCALE_PX + _MIDDLE_PX, (RAFD_WIDTH_PX, RAFD_HEIGHT_PX))
    return xyz
