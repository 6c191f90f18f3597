"""Landmarks in the head frame: turned upright and frontal, in inter-ocular distances, so that faces are comparable."""

from __future__ import annotations

import numpy as np

from affect_store.store.errors import ShapeError
from affect_store.store.features.alignment import Doubles, head_rotation, inter_ocular, rotate, to_pixels
from affect_store.store.types import FloatArray, SizeArray
from affect_store.store.vocabulary import LEFT_EYE_CORNERS, RIGHT_EYE_CORNERS

Points = Doubles
"""Landmarks (n, 468, 3) in the head frame: x to the right in the image, y down, z away from a frontal camera; unit
inter-ocular distance; origin at the mean of the four eye corners."""

Values = Doubles
"""One number per face, (n,)."""


def in_head_frame(faces: FloatArray, size_px: SizeArray) -> Points:
    """Return landmarks (n, 468, 3), image-normalised, in the head frame of `alignment.head_rotation`.

    `size_px` (n, 2) is the width and height of each photograph. Shift, size, roll and camera angle of the head are
    removed; what remains of them is FaceMesh's error. Raises `ShapeError` for a face whose rigid landmarks or eyes
    coincide.
    """
    points = to_pixels(faces, size_px)
    unit = inter_ocular(points)
    if not (unit > 0).all():
        raise ShapeError(f"{int((~(unit > 0)).sum())} of {len(faces)} faces have coinciding eyes, so no unit of length")
    points = rotate(head_rotation(points) / unit[:, None, None], points)
    eyes = mean_of(points, (*RIGHT_EYE_CORNERS, *LEFT_EYE_CORNERS))
    return np.asarray(points - eyes[:, None])


def mean_of(points: Points, landmarks: tuple[int, ...]) -> Doubles:
    """Return the mean of these landmarks, (n, 3)."""
    return np.asarray(points[:, list(landmarks)].mean(axis=1))


def height(points: Points, landmarks: tuple[int, ...]) -> Values:
    """Return how far the mean of these landmarks is above the line between the eyes."""
    return -mean_of(points, landmarks)[:, 1]


def depth(points: Points, landmarks: tuple[int, ...]) -> Values:
    """Return how far the mean of these landmarks is behind the eyes, away from the camera."""
    return mean_of(points, landmarks)[:, 2]


def distance(points: Points, first: tuple[int, ...], second: tuple[int, ...]) -> Values:
    """Return the distance between the means of two groups of landmarks."""
    return np.asarray(np.linalg.norm(mean_of(points, first) - mean_of(points, second), axis=1))


def mean_distance(points: Points, pairs: tuple[tuple[int, int], ...]) -> Values:
    """Return the mean of the distances between pairs of landmarks."""
    return np.asarray(np.mean([distance(points, (first,), (second,)) for first, second in pairs], axis=0))


def mean_drop(points: Points, pairs: tuple[tuple[int, int], ...]) -> Values:
    """Return how far the second landmark of each pair is below the first, as the mean over the pairs."""
    return np.asarray(np.mean([points[:, second, 1] - points[:, first, 1] for first, second in pairs], axis=0))


def slope_deg(points: Points, start: tuple[int, ...], end: tuple[int, ...]) -> Values:
    """Return the angle at which the line from `start` to `end` falls away from the horizontal, in degrees."""
    run = mean_of(points, end) - mean_of(points, start)
    return np.asarray(np.degrees(np.arctan2(run[:, 1], np.abs(run[:, 0]))))
