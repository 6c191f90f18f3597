"""Photographs that need no pictures: the labels of a RaFD-like corpus and landmarks that move as faces do.

The mean face, with a shape of its own for each person and emotion and a little noise for each photograph, turned before
the camera and put somewhere in the picture. Times depend on the numbers' form, not on what they say of people.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import product

import numpy as np

from store.features.references import Shot
from store.mesh import mean_face
from store.types import FloatArray
from store.vocabulary import (
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
"""People of RaFD: 4,824 photographs with the three cameras that the notebook used."""

PERSON_SD, EMOTION_SD, PHOTOGRAPH_SD = 0.03, 0.02, 0.004
"""How far landmarks lie from the mean face's, in inter-ocular distances."""

INTER_OCULAR_PX, PLACE_SD_PX = 160.0, 12.0


@dataclass(frozen=True)
class Photographs:
    """Labels of n photographs and their landmarks (n, 468, 3) float32, image-normalised, in the same order."""

    shots: list[Shot]
    faces: FloatArray

    @property
    def sizes_px(self) -> np.ndarray:
        """Width and height of each photograph, (n, 2)."""
        return np.tile((RAFD_WIDTH_PX, RAFD_HEIGHT_PX), (len(self.shots), 1))


def photographs(first_person: int = 0, people: int = PEOPLE) -> Photographs:
    """Every photograph of so many people, the same for the same numbers: emotions x gazes x cameras of each."""
    shots = [shot for number in range(first_person, first_person + people) for shot in _shots(f"person{number:05d}")]
    rng = np.random.default_rng(first_person)
    person = np.repeat(rng.normal(0, PERSON_SD, (people, LANDMARK_COUNT, AXES)), len(shots) // people, axis=0)
    of_emotion = np.random.default_rng(0).normal(0, EMOTION_SD, (len(EMOTIONS), LANDMARK_COUNT, AXES))
    expression = of_emotion[[EMOTIONS.index(shot.emotion) for shot in shots]]
    shape = mean_face() + person + expression + rng.normal(0, PHOTOGRAPH_SD, person.shape)
    turned = shape @ np.stack([_turn(shot.camera_angle_deg) for shot in shots]).transpose(0, 2, 1)
    centre = rng.normal((RAFD_WIDTH_PX / 2, RAFD_HEIGHT_PX / 2, 0), PLACE_SD_PX, (len(shots), 1, AXES))
    faces_px = turned * INTER_OCULAR_PX + centre
    return Photographs(shots, (faces_px / (RAFD_WIDTH_PX, RAFD_HEIGHT_PX, RAFD_WIDTH_PX)).astype(np.float32))


def _shots(subject_id: str) -> list[Shot]:
    found = []
    for emotion, gaze, angle in product(EMOTIONS, GAZES, USED_ANGLES_DEG):
        path = f"{subject_id}_{emotion}_{gaze}_{angle:03d}.jpg"
        found.append(Shot(hashlib.sha256(path.encode()).hexdigest(), subject_id, emotion, angle, gaze, path))
    return found


def _turn(angle_deg: int) -> np.ndarray:
    """Rotation of a face about the vertical axis, as the camera at this angle sees it."""
    angle = np.radians(angle_deg - FRONTAL_DEG)
    return np.array([[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]])
