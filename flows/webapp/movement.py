"""Movement of a face against a neutral face of the same person: the feature `aligned`, and where it starts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from affect_store.flows.steps.neutral_photographs import Neutral
from affect_store.store.features import deltas
from affect_store.store.features.alignment import Doubles, head_rotation, inter_ocular, rotate, to_pixels
from affect_store.store.features.head_pose import head_pose
from affect_store.store.types import FloatArray
from affect_store.store.vocabulary import LANDMARK_GROUPS, RIGID_LANDMARKS

UNIT = "inter-ocular distances"
ALL = "all landmarks"


@dataclass(frozen=True)
class GroupMovement:
    """Mean and largest length of the movement of some landmarks, in inter-ocular distances."""

    name: str
    mean: float
    largest: float


@dataclass(frozen=True)
class Movement:
    """The movement of 468 landmarks in the head frame (x right, y down, z away), in inter-ocular distances.

    `neutral` (468, 3) is the neutral face, turned to the front; `delta` (468, 3) is the feature `aligned` from there.
    `turn_deg` is the difference in yaw of the two heads, in degrees from 0 to 180.
    """

    neutral: Doubles
    delta: FloatArray
    turn_deg: float

    @property
    def lengths(self) -> FloatArray:
        """Lengths of the movement of each landmark, (468,)."""
        return np.asarray(np.linalg.norm(self.delta, axis=1), np.float32)

    @property
    def groups(self) -> list[GroupMovement]:
        """The movement of each group of landmarks, and of all landmarks."""
        lengths = self.lengths
        named = {name: lengths[list(members)] for name, members in LANDMARK_GROUPS.items()} | {ALL: lengths}
        return [GroupMovement(name, float(own.mean()), float(own.max())) for name, own in named.items()]


def movement_between(face: Neutral, neutral: Neutral) -> Movement:
    """Return the movement from a neutral face to another face of the same person.

    Raises `ShapeError` for a face whose rigid landmarks coincide.
    """
    sizes = np.array([face.size_px, neutral.size_px])
    batch = deltas.aligned(face.xyz[None], neutral.xyz[None], faces_size_px=sizes[:1], references_size_px=sizes[1:])
    yaw_deg = head_pose(np.stack([face.xyz, neutral.xyz]), sizes)[:, 0]
    turn_deg = abs((yaw_deg[0] - yaw_deg[1] + 180) % 360 - 180)
    return Movement(_to_the_front(neutral), batch.xyz[0], float(turn_deg))


def _to_the_front(neutral: Neutral) -> Doubles:
    """Return a face (468, 3) in the head frame, in its own inter-ocular distances, around its rigid landmarks."""
    face_px = to_pixels(neutral.xyz[None], np.array([neutral.size_px]))
    centred = face_px - face_px[:, list(RIGID_LANDMARKS)].mean(axis=1, keepdims=True)
    turned = rotate(head_rotation(face_px) / inter_ocular(face_px)[:, None, None], centred)
    return np.asarray(turned[0])
