"""Faces for tests: the mean face, moved and disturbed, as MediaPipe would give it."""

import numpy as np

from affect_store.store.face_mesh import mean_face
from affect_store.store.vocabulary import AXES, LANDMARK_COUNT

SIZE_PX = (681, 1024)


def face_px(*, seed: int = 0, noise: float = 0.0, scale_px: float = 160.0) -> np.ndarray:
    """The mean face in pixels, (468, 3), in the middle of a portrait picture, each coordinate disturbed by `noise`."""
    rng = np.random.default_rng(seed)
    face = mean_face() + rng.normal(0, noise, (LANDMARK_COUNT, AXES))
    return face * scale_px + np.array([SIZE_PX[0] / 2, SIZE_PX[1] / 2, 0.0])


def normalised(face: np.ndarray, size_px: tuple[int, int] = SIZE_PX) -> np.ndarray:
    """Pixels to image-normalised float32."""
    width, height = size_px
    return (face / np.array([width, height, width])).astype(np.float32)


def rotation(axis: np.ndarray, angle_rad: float) -> np.ndarray:
    """Rotation matrix about an axis (Rodrigues)."""
    x, y, z = axis / np.linalg.norm(axis)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle_rad) * cross + (1 - np.cos(angle_rad)) * cross @ cross
