"""Rigid alignment of landmark sets: similarity transforms after Umeyama, for whole batches at once.

Source of the formula: S. Umeyama, "Least-squares estimation of transformation parameters between two point patterns",
IEEE TPAMI 13(4), 1991, equations 34 to 42.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from store.errors import ShapeError
from store.vocabulary import LEFT_EYE_CORNERS, RIGHT_EYE_CORNERS, RIGID_LANDMARKS

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Similarity:
    """`target ~ scale * rotation @ source + shift` for n pairs: (n,), (n, 3, 3) and (n, 3)."""

    scale: Doubles
    rotation: Doubles
    shift: Doubles


def to_pixels(xyz: NDArray[np.floating], size_px: NDArray[np.integer]) -> Doubles:
    """Image-normalised landmarks (n, 468, 3) to pixels, given (width, height) of each photograph, (n, 2).

    x is in widths, y in heights and z in widths (MediaPipe), so directions are bent until they are scaled.
    """
    width, height = size_px[:, 0], size_px[:, 1]
    scaled = xyz.astype(np.float64)
    for axis, side in enumerate((width, height, width)):  # much faster than one broadcast over so short an axis
        scaled[..., axis] *= side[:, None]
    return scaled


def similarity(source: Doubles, target: Doubles) -> Similarity:
    """The similarity that brings `source` (n, k, 3) onto `target` (n, k, 3) with least squared error.

    Reflections are excluded. Raises `ShapeError` where the points of a source coincide, which leaves no scale.
    """
    source_mean, target_mean = source.mean(axis=1), target.mean(axis=1)
    centred_source, centred_target = source - source_mean[:, None], target - target_mean[:, None]
    variance = (centred_source**2).sum(axis=(1, 2)) / source.shape[1]
    if not (variance > 0).all():
        raise ShapeError(f"{int((variance <= 0).sum())} of {len(source)} point sets have coinciding points: no scale")
    covariance = np.einsum("nki,nkj->nij", centred_target, centred_source) / source.shape[1]
    left, singular, right = np.linalg.svd(covariance)
    signs = np.ones_like(singular)
    signs[:, -1] = np.sign(np.linalg.det(left) * np.linalg.det(right))
    rotation = np.einsum("nij,nj,njk->nik", left, signs, right)
    scale = (singular * signs).sum(axis=1) / variance
    shift = target_mean - scale[:, None] * np.einsum("nij,nj->ni", rotation, source_mean)
    return Similarity(scale, rotation, shift)


def apply(transform: Similarity, points: Doubles) -> Doubles:
    """Transformed points (n, k, 3)."""
    moved = turn(transform.scale[:, None, None] * transform.rotation, points)
    for axis in range(moved.shape[-1]):  # as in to_pixels
        moved[..., axis] += transform.shift[:, axis, None]
    return moved


def turn(matrices: Doubles, points: Doubles) -> Doubles:
    """Each set of points (n, k, 3) under its own matrix (n, 3, 3). The matrix product does in one pass what an `einsum`
    over such short axes does many times slower (benchmarks/deltas.py)."""
    return np.asarray(points @ matrices.transpose(0, 2, 1))


def onto_reference(faces_px: Doubles, references_px: Doubles) -> Doubles:
    """Faces (n, 468, 3) brought onto their references by the landmarks that expressions hardly move."""
    rigid = list(RIGID_LANDMARKS)
    return apply(similarity(faces_px[:, rigid], references_px[:, rigid]), faces_px)


def inter_ocular(faces: Doubles) -> Doubles:
    """Distance (n,) between the midpoints of the two eyes' corners, in the unit of the faces (n, 468, 3)."""
    right = faces[:, list(RIGHT_EYE_CORNERS)].mean(axis=1)
    left = faces[:, list(LEFT_EYE_CORNERS)].mean(axis=1)
    return np.asarray(np.linalg.norm(left - right, axis=1))
