"""Landmarks over several passes: the moves of the copies, landmarks mapped back from them, and their average.

FaceMesh is noisy: it answers a small move of the picture with another face. The moves of a photograph are derived from
the hash of its bytes, so that they are the same in every process, in training and in prediction. Pictures are moved in
`moved_copies`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from affect_store.store.features.alignment import Doubles, inter_ocular, to_pixels
from affect_store.store.types import FloatArray
from affect_store.store.vocabulary import AXES

TURN_DEG, SCALE, SHIFT = 6.0, 0.07, 0.02
"""Largest moves of a copy: turn in degrees, change of scale, and shift in picture widths along either axis."""

MOVES = {"turn_deg": TURN_DEG, "scale": SCALE, "shift": SHIFT}
"""The moves, as parameters of the version of a view."""

MAX_JUMP = 0.5
"""Largest distance, in inter-ocular distances, of a moved copy's face from that of the photograph; farther away it is
another face."""

TRIMMED_SHARE = 0.2
"""Share of the passes that the trimmed mean leaves out at either end."""


@dataclass(frozen=True)
class Move:
    """A move of a picture about its centre: turn in degrees, factor of the scale, shift in picture widths (x, y)."""

    turn_deg: float
    scale: float
    shift: tuple[float, float]

    def matrix(self, size_px: tuple[int, int]) -> Doubles:
        """Return the matrix (2, 3) from the picture to the copy, in pixels, for a picture of (width, height)."""
        turn, centre = np.radians(self.turn_deg), np.array(size_px) / 2
        linear = self.scale * np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        return np.column_stack([linear, centre + np.array(self.shift) * size_px[0] - linear @ centre])


def moves_of(image_id: str, passes: int) -> list[Move]:
    """Return the moves of the passes of a photograph after the first, which is the photograph itself.

    They are uniform within the largest moves, and depend on the photograph's id and on the number of the pass only: the
    moves of three passes are the first two of seven.
    """
    return [_move(image_id, number) for number in range(1, passes)]


def _move(image_id: str, number: int) -> Move:
    digest = hashlib.sha256(f"{image_id}:{number}".encode()).digest()
    turn, scale, right, down = (int.from_bytes(digest[k : k + 8], "big") / 2**63 - 1 for k in (0, 8, 16, 24))
    return Move(turn * TURN_DEG, 1 + scale * SCALE, (right * SHIFT, down * SHIFT))


def mapped_back(xyz: FloatArray, move: Move, size_px: tuple[int, int]) -> FloatArray:
    """Return the landmarks (468, 3) of a moved copy in the frame of the photograph, both image-normalised.

    z is a length, so that only the scale changes it.
    """
    size = np.array(size_px, np.float64)
    matrix = move.matrix(size_px)
    planar = (xyz[:, :2] * size - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T
    return np.column_stack([planar / size, xyz[:, 2] / move.scale]).astype(np.float32)


def is_same_face(xyz: FloatArray, other: FloatArray, size_px: tuple[int, int]) -> bool:
    """Return whether two faces (468, 3) of a picture, image-normalised, are where one person's face can be."""
    faces_px = _in_pixels(np.stack([xyz, other]), size_px)
    apart = float(np.linalg.norm(faces_px[0].mean(axis=0)[:2] - faces_px[1].mean(axis=0)[:2]))
    return apart <= MAX_JUMP * float(inter_ocular(faces_px[1:])[0])


def averaged(faces: FloatArray, average: str) -> FloatArray:
    """Average the landmarks (k, 468, 3) of k passes coordinate by coordinate: mean, median or trimmed mean."""
    values = np.sort(faces.astype(np.float64), axis=0)
    if average == "median":
        return np.asarray(np.median(values, axis=0), np.float32)
    out = int(len(values) * TRIMMED_SHARE) if average == "trimmed" else 0
    return np.asarray(values[out : len(values) - out].mean(axis=0), np.float32)


def standard_errors(faces: FloatArray, size_px: tuple[int, int]) -> FloatArray:
    """Return the standard error (468,) of the mean of each landmark over k > 1 passes (k, 468, 3), image-normalised.

    It is the root of the summed squares of the errors along x, y and z, in inter-ocular distances of the mean face.
    """
    faces_px = _in_pixels(faces, size_px)
    variance = faces_px.var(axis=0, ddof=1) @ np.ones(AXES)
    unit = inter_ocular(faces_px.mean(axis=0, keepdims=True))[0]
    return np.asarray(np.sqrt(variance / len(faces)) / unit, np.float32)


def _in_pixels(faces: FloatArray, size_px: tuple[int, int]) -> Doubles:
    return to_pixels(faces, np.array([size_px] * len(faces)))


def pass_parameters(passes: int, average: str) -> dict[str, Any]:
    """Return the parameters of a version of the landmarks over several passes; none for a single one."""
    if passes == 1:
        return {}
    trimmed = {"trimmed_share": TRIMMED_SHARE} if average == "trimmed" else {}
    return {"passes": passes, "average": average, "moves": dict(MOVES), "max_jump": MAX_JUMP, **trimmed}
