"""Delta features: landmark differences between a face and a reference face of the same person, in batches.

`frontal_unit` is the 2022 notebook's transform; `aligned` is the corrected one: rigid alignment, head frame, lengths
kept. References are chosen in `references`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affect_store.store.errors import ShapeError
from affect_store.store.features.alignment import (
    Doubles,
    align_to_references,
    head_rotation,
    inter_ocular,
    rotate,
    to_pixels,
)
from affect_store.store.types import FloatArray, SizeArray
from affect_store.store.vocabulary import AXES, LANDMARK_COUNT, MIN_DIRECTION_LENGTH

BLOCK_SIZE = 48
"""Faces per block: intermediate float64 values then stay in the processor's cache and in memory that is already
allocated; allocation for larger blocks takes as long as the arithmetic."""


@dataclass(frozen=True)
class DeltaBatch:
    """Deltas of n faces.

    `xyz`: vectors (n, 468, 3), float32; `magnitude`: their lengths before normalisation (n, 468), float32;
    `zero_norm_count`: the number of vectors per face without a direction, (n,).
    """

    xyz: FloatArray
    magnitude: FloatArray
    zero_norm_count: NDArray[np.uint16]


def joined(batches: Sequence[DeltaBatch]) -> DeltaBatch:
    """Return the deltas of all batches, in their order."""
    names = ("xyz", "magnitude", "zero_norm_count")
    return DeltaBatch(*(np.concatenate([getattr(batch, name) for batch in batches]) for name in names))


def frontal_unit(faces: FloatArray, references: FloatArray) -> DeltaBatch:
    """Return unit directions of `faces - references`, both (n, 468, 3) image-normalised.

    A vector shorter than 1e-8 has no direction: it becomes exactly 0 and is counted. Raises `ShapeError` for another
    shape, and for a face whose 468 vectors are all zero: it is its own reference, which the caller must exclude.
    """
    return _in_blocks(_frontal_unit, _checked(faces), _checked(references))


def _frontal_unit(faces: FloatArray, references: FloatArray) -> tuple[Doubles, Doubles]:
    vectors = np.subtract(faces, references, dtype=np.float64)
    magnitude = _lengths(vectors)
    has_direction = magnitude >= MIN_DIRECTION_LENGTH
    if not has_direction.any(axis=1).all():
        raise ShapeError("a face equals its reference at every landmark: a photograph cannot be its own reference")
    per_length = 1 / np.where(has_direction, magnitude, 1.0)
    for axis in range(AXES):  # much faster than broadcasting over an axis of length 3
        vectors[..., axis] *= per_length
    vectors[~has_direction] = 0.0
    return vectors, magnitude


def aligned(
    faces: FloatArray, references: FloatArray, *, faces_size_px: SizeArray, references_size_px: SizeArray
) -> DeltaBatch:
    """Return differences (n, 468, 3) after rigid alignment, in the reference's inter-ocular distances, head frame.

    Landmarks are image-normalised, sizes are (width, height) in pixels, (n, 2). Each face is aligned with its reference
    by a similarity over the rigid landmarks, which expressions hardly move (Umeyama 1991). The difference is rotated as
    the reference is onto the mean frontal face, so that all cameras share axes: x right, y down, z away from a frontal
    camera. Lengths are not normalised. Raises `ShapeError` for another shape or coinciding rigid landmarks.
    """
    return _in_blocks(_aligned, _checked(faces), _checked(references), faces_size_px, references_size_px)


def _aligned(
    faces: FloatArray, references: FloatArray, faces_size_px: SizeArray, references_size_px: SizeArray
) -> tuple[Doubles, Doubles]:
    references_px = to_pixels(references, references_size_px)
    difference = align_to_references(to_pixels(faces, faces_size_px), references_px)
    difference -= references_px
    vectors = rotate(head_rotation(references_px) / inter_ocular(references_px)[:, None, None], difference)
    return vectors, _lengths(vectors)


def mean_over(batch: DeltaBatch, counts: NDArray[np.integer[Any]]) -> DeltaBatch:
    """Return the mean of `counts` (m,) consecutive deltas each, with the lengths of the means.

    Deltas are returned as they are where every count is 1.
    """
    if (counts == 1).all():
        return batch
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.intp)
    sums = np.add.reduceat(batch.xyz.astype(np.float64), starts, axis=0)
    means = sums / counts[:, None, None]
    lengths = _lengths(means)
    zeros = (lengths < MIN_DIRECTION_LENGTH).sum(axis=1).astype(np.uint16)
    return DeltaBatch(means.astype(np.float32), lengths.astype(np.float32), zeros)


def _lengths(vectors: Doubles) -> Doubles:
    """Return lengths (n, 468) of vectors (n, 468, 3); the product with ones sums three axes faster than `norm`."""
    return np.asarray(np.sqrt((vectors * vectors) @ np.ones(AXES)))


def _checked(faces: FloatArray) -> FloatArray:
    if faces.ndim != 3 or faces.shape[1:] != (LANDMARK_COUNT, AXES):
        raise ShapeError(f"expected landmarks of shape (n, {LANDMARK_COUNT}, {AXES}), received {faces.shape}")
    return faces


def _in_blocks(transform: Callable[..., tuple[Doubles, Doubles]], *inputs: NDArray[Any]) -> DeltaBatch:
    """Apply a transform to n rows of each input, block by block."""
    n = len(inputs[0])
    xyz, magnitude = np.empty((n, LANDMARK_COUNT, AXES), np.float32), np.empty((n, LANDMARK_COUNT), np.float32)
    zeros = np.empty(n, np.uint16)
    for start in range(0, n, BLOCK_SIZE):
        block = slice(start, start + BLOCK_SIZE)
        xyz[block], lengths = transform(*(rows[block] for rows in inputs))
        magnitude[block], zeros[block] = lengths, (lengths < MIN_DIRECTION_LENGTH).sum(axis=1)
    return DeltaBatch(xyz, magnitude, zeros)
