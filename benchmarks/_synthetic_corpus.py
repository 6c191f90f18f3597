"""Synthetic labels and landmarks of a corpus with RaFD's design, without image files.

A face is the mean face plus a random shape of the person, one of the emotion, and noise of the photograph, rotated to
the camera angle and placed in the picture. Measured times depend on shapes and dtypes, not on realistic values.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from affect_store.store.face_mesh import mean_face
from affect_store.store.features.references import PhotoLabels
from affect_store.store.types import FloatArray, SizeArray
from affect_store.store.vocabulary import (
    AXES,
    EMOTIONS,
    FRONTAL_DEG,
    GAZES,
    LANDMARK_COUNT,
    RAFD_HEIGHT_PX,
    RAFD_WIDTH_PX,
    USED_ANGLES_DEG,
)

PEOPLE = 67
"""People in RaFD: 4,824 photographs with the three camera angles of the notebook."""

PERSON_SD, EMOTION_SD, PHOTOGRAPH_SD = 0.03, 0.02, 0.004
"""Standard deviations of landmark displacements, in inter-ocular distances."""

INTER_OCULAR_PX, POSITION_SD_PX = 160.0, 12.0


@dataclass(frozen=True)
class Photographs:
    """Labels of n photographs and their landmarks (n, 468, 3) float32, image-normalised, in the same order."""

    shots: list[PhotoLabels]
    faces: FloatArray

    @property
    def sizes_px(self) -> SizeArray:
        """Return width and height of each photograph, (n, 2)."""
        return np.tile((RAFD_WIDTH_PX, RAFD_HEIGHT_PX), (len(self.shots), 1))


def photographs(first_person: int = 0, people: int = PEOPLE) -> Photographs:
    """Return every photograph (emotions x gazes x cameras) of `people` people, deterministic in both arguments."""
    shots = [shot for number in range(first_person, first_person + people) for shot in _shots(f"person{number:05d}")]
    rng = np.random.default_rng(first_person)
    person = np.repeat(rng.normal(0, PERSON_SD, (people, LANDMARK_COUNT, AXES)), len(shots) // people, axis=0)
    emotion_shapes = np.random.default_rng(0).normal(0, EMOTION_SD, (len(EMOTIONS), LANDMARK_COUNT, AXES))
    expression = emotion_shapes[[EMOTIONS.index(shot.emotion) for shot in shots]]
    shape = mean_face() + person + expression + rng.normal(0, PHOTOGRAPH_SD, person.shape)
    rotated = shape @ np.stack([_rotation(shot.camera_angle_deg) for shot in shots]).transpose(0, 2, 1)
    centre = rng.normal((RAFD_WIDTH_PX / 2, RAFD_HEIGHT_PX / 2, 0), POSITION_SD_PX, (len(shots), 1, AXES))
    faces_px = rotated * INTER_OCULAR_PX + centre
    return Photographs(shots, (faces_px / (RAFD_WIDTH_PX, RAFD_HEIGHT_PX, RAFD_WIDTH_PX)).astype(np.float32))


def _shots(subject_id: str) -> list[PhotoLabels]:
    shots = []
    for emotion, gaze, angle in product(EMOTIONS, GAZES, USED_ANGLES_DEG):
        path = f"{subject_id}_{emotion}_{gaze}_{angle:03d}.jpg"
        shots.append(PhotoLabels(hashlib.sha256(path.encode()).hexdigest(), subject_id, emotion, angle, gaze, path))
    return shots


def _rotation(angle_deg: int) -> NDArray[np.float64]:
    """Rotation matrix about the vertical axis for a camera at this angle."""
    angle = np.radians(angle_deg - FRONTAL_DEG)
    return np.array([[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]])
