"""The five cameras: where a point of the head lands in a picture, and the ray that a pixel looks along.

Angle convention: the cameras stand on a circle around the subject, 90 in front; 000 stands at the subject's left (the
face looks to the left of the picture), 180 at the subject's right. 045 and 135 lie between.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from store.sources.synthetic.fields import Field, turn
from store.vocabulary import FRONTAL_DEG, RAFD_HEIGHT_PX, RAFD_WIDTH_PX

DISTANCE_CM = 170.0
PIXELS_PER_CM = 25.0
"""At full size, for an adult's face."""
CENTRE = (0.5, 0.425)
"""Where the head frame's origin lands, in widths and heights of the picture."""
PIVOT = np.array([0.0, -9.0, -2.0], np.float32)
"""The point of the neck about which heads turn."""


@dataclass(frozen=True)
class Pose:
    """How a head is held in one shot: rotations in radians, shifts in centimetres."""

    yaw: float
    pitch: float
    roll: float
    shift_x: float
    shift_y: float


def hold_head(rng: Generator) -> Pose:
    """A head that is nearly straight, as RaFD's models hold theirs."""
    yaw, pitch = rng.normal(0, 0.022, 2)
    roll = rng.normal(0, 0.015)
    shift_x, shift_y = rng.normal(0, 0.2, 2)
    return Pose(float(yaw), float(pitch), float(roll), float(shift_x), float(shift_y))


@dataclass(frozen=True)
class Camera:
    """A camera of one shot.

    `head` turns the head frame into the camera's axes, (3, 3); `origin` is where the pivot lands, (3,); `scale` is
    pixels per centimetre at the pivot's distance; width and height in pixels.
    """

    head: Field
    origin: Field
    scale: float
    width: int
    height: int

    def project(self, points: Field) -> tuple[Field, Field]:
        """Pixel positions (n, 2) and distances (n,) in cm of points (n, 3) of the head frame."""
        turned = turn(points - PIVOT, self.head) + self.origin
        distance = DISTANCE_CM - turned[:, 2]
        factor = self.scale * DISTANCE_CM / distance
        columns = CENTRE[0] * self.width + turned[:, 0] * factor
        rows = CENTRE[1] * self.height - turned[:, 1] * factor
        return np.stack([columns, rows], axis=1).astype(np.float32), distance

    def place(self) -> Field:
        """The camera's own place in the head frame, (3,)."""
        eye: Field = turn(np.array([0, 0, DISTANCE_CM], np.float32) - self.origin, self.head.T) + PIVOT
        return eye.astype(np.float32)

    def rays(self, columns: Field, rows: Field) -> Field:
        """Unit directions (n, 3) in the head frame along which these pixels look."""
        x = (columns + 0.5 - CENTRE[0] * self.width) / self.scale
        y = -(rows + 0.5 - CENTRE[1] * self.height) / self.scale
        rays = turn(np.stack([x, y, np.full_like(x, -DISTANCE_CM)], axis=1).astype(np.float32), self.head.T)
        unit: Field = rays / np.sqrt((rays * rays).sum(axis=1, keepdims=True))
        return unit


def set_up_camera(angle_deg: int, pose: Pose, *, person_scale: float, picture_scale: float) -> Camera:
    """The camera at this angle; `picture_scale` 1 is RaFD's size."""
    around = _rotation(np.radians(angle_deg - FRONTAL_DEG), 0.0, 0.0)
    held = _rotation(pose.yaw, pose.pitch, pose.roll)
    shift = np.array([pose.shift_x, pose.shift_y, 0.0], np.float32)
    return Camera(
        head=turn(held.T, around).T,
        origin=turn(PIVOT + shift, around),
        scale=PIXELS_PER_CM * picture_scale * person_scale,
        width=round(RAFD_WIDTH_PX * picture_scale),
        height=round(RAFD_HEIGHT_PX * picture_scale),
    )


def _rotation(yaw: float, pitch: float, roll: float) -> Field:
    """Roll, then pitch, then yaw, as one (3, 3) matrix."""
    (cy, cp, cr), (sy, sp, sr) = np.cos([yaw, pitch, roll]), np.sin([yaw, pitch, roll])
    turned_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    turned_x = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    turned_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return np.asarray(turned_y @ turned_x @ turned_z, np.float32)
