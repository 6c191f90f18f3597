"""Movement is what the face did: the head's position, turn and distance from the camera do not change it."""

from __future__ import annotations

import numpy as np
import pytest

from affect_store.flows.steps.neutral_photographs import Neutral
from affect_store.flows.webapp.movement import ALL, movement_between
from affect_store.store.face_mesh import mean_face
from affect_store.store.vocabulary import AXES, LANDMARK_COUNT, LANDMARK_GROUPS, RIGID_LANDMARKS
from tests.faces import SIZE_PX, normalised, rotation

MOUTH = list(LANDMARK_GROUPS["mouth"])
UP = np.array([0.0, 1.0, 0.0])


def taken(face: np.ndarray, *, yaw_deg: float = 0.0, scale_px: float = 150.0, left_px: float = 300.0) -> Neutral:
    """A photograph of a face in the head frame, (468, 3)."""
    turned = face @ rotation(UP, np.radians(yaw_deg)).T * scale_px
    return Neutral(normalised(turned + np.array([left_px, 500.0, 0.0])), SIZE_PX)


def smile() -> np.ndarray:
    """A known movement, in inter-ocular distances."""
    moved = np.zeros((LANDMARK_COUNT, AXES))
    moved[MOUTH] = [0.03, -0.1, 0.02]
    return moved


@pytest.mark.parametrize(
    ("yaw_deg", "scale_px", "left_px"), [(0, 150, 300), (0, 90, 400), (25, 120, 310), (-40, 170, 280)]
)
def test_a_known_movement_is_recovered_from_any_pose(yaw_deg: float, scale_px: float, left_px: float) -> None:
    face = taken(mean_face() + smile(), yaw_deg=yaw_deg, scale_px=scale_px, left_px=left_px)
    movement = movement_between(face, taken(mean_face()))
    assert movement.delta == pytest.approx(smile(), abs=1e-4)
    assert movement.turn_deg == pytest.approx(abs(yaw_deg), abs=1e-3)


def test_a_head_that_only_turns_does_not_move() -> None:
    movement = movement_between(taken(mean_face(), yaw_deg=30), taken(mean_face(), yaw_deg=-30))
    assert movement.lengths.max() < 1e-4 and movement.turn_deg == pytest.approx(60, abs=1e-3)


@pytest.mark.parametrize("yaw_deg", [0, 45, -45])
def test_the_neutral_face_is_shown_from_the_front(yaw_deg: float) -> None:
    movement = movement_between(taken(mean_face() + smile()), taken(mean_face(), yaw_deg=yaw_deg, scale_px=110))
    expected = mean_face() - mean_face()[list(RIGID_LANDMARKS)].mean(axis=0)
    assert movement.neutral == pytest.approx(expected, abs=1e-4)


def test_groups_have_the_mean_and_the_largest_length_of_their_landmarks() -> None:
    moved = smile()
    moved[MOUTH[0]] *= 3
    groups = {group.name: group for group in movement_between(taken(mean_face() + moved), taken(mean_face())).groups}
    lengths = np.linalg.norm(moved, axis=1)
    assert set(groups) == {*LANDMARK_GROUPS, ALL}
    assert groups["mouth"].mean == pytest.approx(lengths[MOUTH].mean(), abs=1e-4)
    assert groups["mouth"].largest == groups[ALL].largest == pytest.approx(lengths.max(), abs=1e-4)
    assert groups["left eye"].largest < 1e-4 and groups[ALL].mean == pytest.approx(lengths.mean(), abs=1e-4)
