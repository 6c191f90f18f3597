"""Delta features: each face against a reference face of the same person, for whole batches in NumPy.

`frontal_unit` is the 2022 notebook's; `aligned` is the corrected one: rigid alignment, head frame, lengths kept.
Nothing here chooses the reference: see `references`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from store.errors import ShapeError
from store.features.align import Doubles, inter_ocular, onto_reference, similarity, to_pixels, turn
from store.mesh import mean_face
from store.types import FloatArray
from store.vocabulary import AXES, LANDMARK_COUNT, RIGID_LANDMARKS, SHORTEST_DIRECTION

FACES_AT_ONCE = 48
"""Faces whose values in between, float64, stay in the processor's cache and in memory that the process holds already:
asking for new memory for larger batches takes as long as the arithmetic."""


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
    return _in_blocks(_frontal_unit, _checked(faces), _checked(references))


def _frontal_unit(faces: FloatArray, references: FloatArray) -> tuple[Doubles, Doubles]:
    vectors = np.subtract(faces, references, dtype=np.float64)
    magnitude = _lengths(vectors)
    has_direction = magnitude >= SHORTEST_DIRECTION
    if not has_direction.any(axis=1).all():
        raise ShapeError("a face equals its reference at every landmark: a photograph is no reference of itself")
    per_length = 1 / np.where(has_direction, magnitude, 1.0)
    for axis in range(AXES):  # three products are much faster than one broadcast over so short an axis
        vectors[..., axis] *= per_length
    vectors[~has_direction] = 0.0
    return vectors, magnitude


def aligned(
    faces: FloatArray, references: FloatArray, *, faces_size_px: np.ndarray, references_size_px: np.ndarray
) -> DeltaBatch:
    """Differences (n, 468, 3) after a rigid alignment, in inter-ocular distances of the reference, head frame.

    Input landmarks are image-normalised, sizes are (width, height) in pixels, (n, 2). The face is brought onto its
    reference by a similarity over the landmarks that expressions hardly move (Umeyama 1991); the difference is
    rotated by the rotation that brings the reference onto the mean frontal face, so all cameras share axes:
    x right, y down, z away from a frontal camera. Lengths are kept: nothing is normalised to 1.
    """
    return _in_blocks(_aligned, _checked(faces), _checked(references), faces_size_px, references_size_px)


def _aligned(
    faces: FloatArray, references: FloatArray, faces_size_px: np.ndarray, references_size_px: np.ndarray
) -> tuple[Doubles, Doubles]:
    references_px = to_pixels(references, references_size_px)
    difference = onto_reference(to_pixels(faces, faces_size_px), references_px)
    difference -= references_px
    turned = turn(_to_head_frame(references_px) / inter_ocular(references_px)[:, None, None], difference)
    return turned, _lengths(turned)


def _to_head_frame(faces_px: Doubles) -> Doubles:
    """Rotations (n, 3, 3) from each photograph's axes to the head's."""
    rigid = list(RIGID_LANDMARKS)
    target = np.broadcast_to(mean_face()[rigid], (len(faces_px), len(rigid), AXES))
    return similarity(faces_px[:, rigid], target).rotation


def _lengths(vectors: Doubles) -> Doubles:
    """Lengths (n, 468) of vectors (n, 468, 3); the product with ones sums three axes faster than `norm` does."""
    return np.asarray(np.sqrt((vectors * vectors) @ np.ones(AXES)))


def _checked(faces: FloatArray) -> FloatArray:
    if faces.ndim != 3 or faces.shape[1:] != (LANDMARK_COUNT, AXES):
        raise ShapeError(f"expected landmarks of shape (n, {LANDMARK_COUNT}, {AXES}), received {faces.shape}")
    return faces


def _in_blocks(transform: Callable[..., tuple[Doubles, Doubles]], *inputs: np.ndarray) -> DeltaBatch:
    """Vectors and lengths of a transform of n rows of each input, a few rows at once."""
    n = len(inputs[0])
    xyz, magnitude = np.empty((n, LANDMARK_COUNT, AXES), np.float32), np.empty((n, LANDMARK_COUNT), np.float32)
    zeros = np.empty(n, np.uint16)
    for start in range(0, n, FACES_AT_ONCE):
        block = slice(start, start + FACES_AT_ONCE)
        xyz[block], lengths = transform(*(one[block] for one in inputs))
        magnitude[block], zeros[block] = lengths, (lengths < SHORTEST_DIRECTION).sum(axis=1)
    return DeltaBatch(xyz, magnitude, zeros)
