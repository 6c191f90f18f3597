"""Delta features: each face against a reference face of the same person, for whole batches in NumPy.

`frontal_unit` is the 2022 notebook's; `aligned` is the corrected one: rigid alignment, head frame, lengths kept.
Nothing here chooses the reference: see `references`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from store.errors import ShapeError
from store.features.align import Doubles, inter_ocular, onto_reference, similarity, to_pixels
from store.features.head_frame import mean_face
from store.types import FloatArray
from store.vocabulary import AXES, LANDMARK_COUNT, RIGID_LANDMARKS, SHORTEST_DIRECTION


@dataclass(frozen=True)
class DeltaBatch:
    """Vectors (n, 468, 3) float32, their lengths before normalisation (n, 468) float32, and how many of each face's
    vectors had no direction, (n,)."""

    xyz: FloatArray
    magnitude: FloatArray
    zero_norm_count: np.ndarray


def frontal_unit(faces: FloatArray, references: FloatArray) -> DeltaBatch:
    """Unit directions of `faces - references`, both (n, 468, 3) image-normalised.

    A vector shorter than 1e-8 has no direction: it is stored as exactly 0 and counted. A face whose 468 vectors are
    all zero is its own reference, which the caller must have set aside: that raises `ShapeError`.
    """
    difference = _checked(faces).astype(np.float64) - _checked(references)
    magnitude = np.linalg.norm(difference, axis=2)
    has_direction = magnitude >= SHORTEST_DIRECTION
    if len(faces) and not has_direction.any(axis=1).all():
        raise ShapeError("a face equals its reference at every landmark: a photograph is no reference of itself")
    divisor = np.where(has_direction, magnitude, 1.0)
    unit = np.where(has_direction[..., None], difference / divisor[..., None], 0.0)
    return _batch(unit, magnitude, (~has_direction).sum(axis=1))


def aligned(
    faces: FloatArray, references: FloatArray, *, faces_size_px: np.ndarray, references_size_px: np.ndarray
) -> DeltaBatch:
    """Differences (n, 468, 3) after a rigid alignment, in inter-ocular distances of the reference, head frame.

    Input landmarks are image-normalised, sizes are (width, height) in pixels, (n, 2). The face is brought onto its
    reference by a similarity over the landmarks that expressions hardly move (Umeyama 1991); the difference is
    rotated by the rotation that brings the reference onto the mean frontal face, so all cameras share axes:
    x right, y down, z away from a frontal camera. Lengths are kept: nothing is normalised to 1.
    """
    references_px = to_pixels(_checked(references), references_size_px)
    moved = onto_reference(to_pixels(_checked(faces), faces_size_px), references_px)
    difference = (moved - references_px) / inter_ocular(references_px)[:, None, None]
    turned = np.einsum("nij,nkj->nki", _to_head_frame(references_px), difference)
    magnitude = np.linalg.norm(turned, axis=2)
    return _batch(turned, magnitude, (magnitude < SHORTEST_DIRECTION).sum(axis=1))


def _to_head_frame(faces_px: Doubles) -> Doubles:
    """Rotations (n, 3, 3) from each photograph's axes to the head's."""
    rigid = list(RIGID_LANDMARKS)
    target = np.broadcast_to(mean_face()[rigid], (len(faces_px), len(rigid), AXES))
    return similarity(faces_px[:, rigid], target).rotation


def _checked(faces: FloatArray) -> FloatArray:
    if faces.ndim != 3 or faces.shape[1:] != (LANDMARK_COUNT, AXES):
        raise ShapeError(f"expected landmarks of shape (n, {LANDMARK_COUNT}, {AXES}), received {faces.shape}")
    return faces


def _batch(xyz: Doubles, magnitude: Doubles, zeros: np.ndarray) -> DeltaBatch:
    return DeltaBatch(xyz.astype(np.float32), magnitude.astype(np.float32), zeros.astype(np.uint16))
