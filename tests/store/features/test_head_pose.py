"""Head pose recovers known rotations and ignores everything that is no rotation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from affect_store.store.errors import ShapeError
from affect_store.store.face_mesh import mean_face
from affect_store.store.features.head_pose import VIEW, head_pose
from affect_store.store.vocabulary import AXES, LANDMARK_COUNT
from tests.faces import normalised, rotation

SIZE_PX = (681, 1024)
RIGHT, DOWN, AWAY = np.eye(3)
DEGREES = st.floats(-60, 60)


def photographed(
    matrix: np.ndarray, *, scale_px: float = 160.0, centre_px: tuple[float, float] = (340, 512)
) -> np.ndarray:
    """Landmarks (1, 468, 3), image-normalised, of the mean face under a rotation."""
    face = mean_face() @ matrix.T * scale_px + [*centre_px, 0]
    return normalised(face, SIZE_PX)[None].astype(np.float32)


def pose(faces: np.ndarray) -> np.ndarray:
    return head_pose(faces, np.array([SIZE_PX] * len(faces)))


def turned(yaw: float, pitch: float, roll: float) -> np.ndarray:
    about = [rotation(axis, np.radians(angle)) for axis, angle in ((DOWN, -yaw), (RIGHT, -pitch), (AWAY, roll))]
    return about[0] @ about[1] @ about[2]


@given(DEGREES, DEGREES, DEGREES)
def test_a_known_rotation_is_recovered(yaw: float, pitch: float, roll: float) -> None:
    assert pose(photographed(turned(yaw, pitch, roll)))[0] == pytest.approx([yaw, pitch, roll], abs=0.01)


def test_signs_are_as_documented() -> None:
    """The nose tip leaves the middle of the image in the direction that the docstring names."""
    for angles, axis, sign in (((30, 0, 0), 0, 1), ((0, 30, 0), 1, -1)):
        nose = (photographed(turned(*angles)) - photographed(np.eye(AXES)))[0, 1]
        assert np.sign(nose[axis]) == sign
    eyes = photographed(turned(0, 0, 30))[0]
    assert eyes[263, 1] > eyes[33, 1]  # clockwise: the eye on the right of the image comes down


def test_shift_and_scale_do_not_change_it() -> None:
    rotated = turned(20, -10, 5)
    assert pose(photographed(rotated, scale_px=60, centre_px=(100, 900))) == pytest.approx(
        pose(photographed(rotated)), abs=0.01
    )


def test_every_face_has_its_own_pose() -> None:
    faces = np.concatenate([photographed(turned(yaw, 0, 0)) for yaw in (-45, 0, 45)])
    assert pose(faces)[:, 0] == pytest.approx([-45, 0, 45], abs=0.01)


def test_coinciding_landmarks_have_no_pose() -> None:
    with pytest.raises(ShapeError, match="coinciding points"):
        pose(np.zeros((1, LANDMARK_COUNT, AXES), np.float32))


def test_values_lie_in_the_declared_ranges() -> None:
    values = pose(np.concatenate([photographed(turned(yaw, 80, 170)) for yaw in (-179, 179)]))
    for column, numbers in zip(VIEW.columns, values.T, strict=True):
        assert column.low is not None and column.high is not None
        assert column.low <= numbers.min() and numbers.max() <= column.high
