"""Find the face of a photograph in moved copies of it, too. See `passes` for the moves and the average."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np

from affect_store.store.features.landmarks import DetectedFace
from affect_store.store.features.passes import Move, averaged, is_same_face, mapped_back, standard_errors
from affect_store.store.types import ByteArray

FindFace = Callable[[ByteArray], DetectedFace | None]
"""Finds the face in a picture, uint8 (height, width, 3)."""


def moved(rgb: ByteArray, move: Move) -> ByteArray:
    """Return a moved copy of a picture, of the same size; pixels from outside repeat the border."""
    height, width = rgb.shape[:2]
    matrix = move.matrix((width, height))
    # OpenCV counts pixels at their centres, FaceMesh from the corner of the picture
    matrix[:, 2] += matrix[:, :2] @ np.array([0.5, 0.5]) - 0.5
    copy = cv2.warpAffine(rgb, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(copy, np.uint8)


def find_over_passes(find_face: FindFace, rgb: ByteArray, moves: list[Move], average: str) -> DetectedFace | None:
    """Return the face in a photograph, its landmarks averaged over the photograph and its moved copies.

    The face is that of the photograph itself, and None if it has none. A copy that shows no face, or another one, is
    left out: `pass_count` counts the others. `errors` are the standard errors of the landmarks, (468,), in inter-ocular
    distances; None with fewer than two passes.
    """
    first = find_face(rgb)
    if first is None:
        return None
    size_px = (rgb.shape[1], rgb.shape[0])
    faces = [first.xyz]
    for move in moves:
        other = find_face(moved(rgb, move))
        if other is not None and is_same_face(xyz := mapped_back(other.xyz, move, size_px), first.xyz, size_px):
            faces.append(xyz)
    if len(faces) == 1:
        return first
    stacked = np.stack(faces)
    return replace(
        first, xyz=averaged(stacked, average), pass_count=len(faces), errors=standard_errors(stacked, size_px)
    )
