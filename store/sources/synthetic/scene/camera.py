"""The five pinhole cameras: projection of points of the head, and the view ray of each pixel.

Angle convention: the cameras stand on a circle around the subject, 90 in front; 000 is at the subject's left (the face
looks to the left of the picture), 180 at the subject's right, 045 and 135 in between.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from affect_store.store.sources.synthetic.drawing.shape_functions import Field, rotate
from affect_store.store.vocabulary import FRONTAL_DEG, RAFD_HEIGHT_PX, RAFD_WIDTH_PX

DISTANCE_CM = 170.0
PIXELS_PER_CM = 25.0
"""Scale at full picture size, for an adult's face."""

CENTRE = (0.5, 0.425)
"""Where the head frame's origin is projected to, in widths and heights of the picture."""

PIVOT = np.array([0.0, -9.0, -2.0], np.float32)
"""Centre of head rotation, in the neck, centimetres in the head frame."""


@dataclass(frozen=True)
class Pose:
    """Head pose of one shot: rotations in radians, translations in centimetres."""

    yaw: float
    pitch: float
    roll: float
    shift_x: float
    shift_y: float


def sample_pose(rng: Generator) -> Pose:
    """Sample a nearly upright head pose, as RaFD's models hold it."""
    yaw, pitch = rng.normal(0, 0.022, 2)
    roll = rng.normal(0, 0.015)
    shift_x, shift_y = rng.normal(0, 0.2, 2)
    return Pose(float(yaw), float(pitch), float(roll), float(shift_x), float(shift_y))


def sample_varied_pose(rng: Generator) -> Pose:
    """Sample a head pose with the freedom of people who sit without a head rest: about 3 degrees each way."""
    yaw, pitch = rng.normal(0, 0.055, 2)
    roll = rng.normal(0, 0.035)
    shift_x, shift_y = rng.normal(0, 0.35, 2)
    return Pose(float(yaw), float(pitch), float(roll), float(shift_x), float(shift_y))


@dataclass(frozen=True)
class Camera:
    """A camera of one shot.

    `rotation` (3, 3) takes the head frame to the camera's axes; `translation` (3,) is the pivot's position in the
    camera's axes, centimetres; `scale` is pixels per centimetre at the pivot's distance; width and height in pixels.
    """

    rotation: Field
    translation: Field
    scale: float
    width: int
    height: int

    def project(self, points: Field) -> tuple[Field, Field]:
        """Project points (n, 3) of the head frame to pixel positions (n, 2) and distances (n,) in centimetres."""
        in_camera = rotate(points - PIVOT, self.rotation) + self.translation
        distance = DISTANCE_CM - in_camera[:, 2]
        factor = self.scale * DISTANCE_CM / distance
        columns = CENTRE[0] * self.width + in_camera[:, 0] * factor
        rows = CENTRE[1] * self.height - in_camera[:, 1] * factor
        return np.stack([columns, rows], axis=1).astype(np.float32), distance

    def position(self) -> Field:
        """Return the camera's position (3,) in the head frame, centimetres."""
        eye = np.array([0, 0, DISTANCE_CM], np.float32) - self.translation
        position: Field = rotate(eye, self.rotation.T) + PIVOT
        return position.astype(np.float32)

    def rays(self, columns: Field, rows: Field) -> Field:
        """Return the view rays of these pixels: unit directions (n, 3) in the head frame."""
        x = (columns + 0.5 - CENTRE[0] * self.width) / self.scale
        y = -(rows + 0.5 - CENTRE[1] * self.height) / self.scale
        rays = rotate(np.stack([x, y, np.full_like(x, -DISTANCE_CM)], axis=1).astype(np.float32), self.rotation.T)
        directions: Field = rays / np.sqrt((rays * rays).sum(axis=1, keepdims=True))
        return directions


def set_up_camera(angle_deg: int, pose: Pose, *, person_scale: float, picture_scale: float) -> Camera:
    """Return the camera at this angle; `picture_scale` 1 is RaFD's picture size."""
    camera_yaw = _rotation(np.radians(angle_deg - FRONTAL_DEG), 0.0, 0.0)
    head_pose = _rotation(pose.yaw, pose.pitch, pose.roll)
    shift = np.array([pose.shift_x, pose.shift_y, 0.0], np.float32)
    return Camera(
        rotation=rotate(head_pose.T, camera_yaw).T,
        translation=rotate(PIVOT + shift, camera_yaw),
        scale=PIXELS_PER_CM * picture_scale * person_scale,
        width=round(RAFD_WIDTH_PX * picture_scale),
        height=round(RAFD_HEIGHT_PX * picture_scale),
    )


def _rotation(yaw: float, pitch: float, roll: float) -> Field:
    """Return the rotation matrix (3, 3) of roll, then pitch, then yaw, radians."""
    (cy, cp, cr), (sy, sp, sr) = np.cos([yaw, pitch, roll]), np.sin([yaw, pitch, roll])
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    about_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return np.asarray(about_y @ about_x @ about_z, np.float32)
