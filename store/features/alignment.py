"""Alignment of batches of landmark sets by similarity transforms.

Source: S. Umeyama, "Least-squares estimation of transformation parameters between two point patterns", IEEE TPAMI
13(4), 1991, equations 34 to 42.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affect_store.store.errors import ShapeError
from affect_store.store.face_mesh import mean_face
from affect_store.store.types import SizeArray
from affect_store.store.vocabulary import AXES, LEFT_EYE_CORNERS, RIGHT_EYE_CORNERS, RIGID_LANDMARKS

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Similarity:
    """Similarity transforms of n pairs, `target ~ scale * rotation @ source + shift`: (n,), (n, 3, 3) and (n, 3)."""

    scale: Doubles
    rotation: Doubles
    shift: Doubles


def to_pixels(xyz: NDArray[np.floating[Any]], size_px: SizeArray) -> Doubles:
    """Scale image-normalised landmarks (n, 468, 3) to pixels, float64, by each photograph's width and height, (n, 2).

    MediaPipe gives x in widths, y in heights and z in widths, so angles are distorted until they are scaled.
    """
    width, height = size_px[:, 0], size_px[:, 1]
    scaled = xyz.astype(np.float64)
    for axis, side in enumerate((width, height, width)):  # much faster than broadcasting over an axis of length 3
        scaled[..., axis] *= side[:, None]
    return scaled


def estimate_similarity(source: Doubles, target: Doubles) -> Similarity:
    """Estimate the least-squares similarity that maps `source` (n, k, 3) onto `target` (n, k, 3), without reflection.

    Raises `ShapeError` if all points of a source coincide, which leaves its scale undefined.
    """
    source_mean, target_mean = source.mean(axis=1), target.mean(axis=1)
    centred_source, centred_target = source - source_mean[:, None], target - target_mean[:, None]
    variance = (centred_source**2).sum(axis=(1, 2)) / source.shape[1]
    if not (variance > 0).all():
        raise ShapeError(
            f"{int((~(variance > 0)).sum())} of {len(source)} point sets have coinciding points, so no scale is defined"
        )
    covariance = np.einsum("nki,nkj->nij", centred_target, centred_source) / source.shape[1]
    left, singular, right = np.linalg.svd(covariance)
    signs = np.ones_like(singular)
    signs[:, -1] = np.sign(np.linalg.det(left) * np.linalg.det(right))
    rotation = np.einsum("nij,nj,njk->nik", left, signs, right)
    scale = (singular * signs).sum(axis=1) / variance
    shift = target_mean - scale[:, None] * np.einsum("nij,nj->ni", rotation, source_mean)
    return Similarity(scale, rotation, shift)


def apply_similarity(transform: Similarity, points: Doubles) -> Doubles:
    """Apply n similarity transforms to n sets of points (n, k, 3), one to each; same shape."""
    transformed = rotate(transform.scale[:, None, None] * transform.rotation, points)
    for axis in range(transformed.shape[-1]):  # as in to_pixels
        transformed[..., axis] += transform.shift[:, axis, None]
    return transformed


def rotate(matrices: Doubles, points: Doubles) -> Doubles:
    """Multiply each set of points (n, k, 3) by its own matrix (n, 3, 3).

    The matrix product is many times faster than an `einsum` over such short axes (benchmarks/deltas.py).
    """
    return np.asarray(points @ matrices.transpose(0, 2, 1))


def align_to_references(faces_px: Doubles, references_px: Doubles) -> Doubles:
    """Align faces (n, 468, 3) with their references, both in pixels, by the rigid landmarks; same shape.

    Expressions hardly move the rigid landmarks. Raises `ShapeError` for a face whose rigid landmarks coincide.
    """
    rigid = list(RIGID_LANDMARKS)
    return apply_similarity(estimate_similarity(faces_px[:, rigid], references_px[:, rigid]), faces_px)


def head_rotation(faces_px: Doubles) -> Doubles:
    """Return rotations (n, 3, 3) from each photograph's axes to the head frame, for faces (n, 468, 3) in pixels.

    The head frame is that of the mean frontal face: x right, y down, z away from a frontal camera. Raises
    `ShapeError` for a face whose rigid landmarks coincide.
    """
    rigid = list(RIGID_LANDMARKS)
    target = np.broadcast_to(mean_face()[rigid], (len(faces_px), len(rigid), AXES))
    return estimate_similarity(faces_px[:, rigid], target).rotation


def inter_ocular(faces: Doubles) -> Doubles:
    """Return the inter-ocular distance (n,): between the midpoints of each eye's corners, in the unit of the faces."""
    right = faces[:, list(RIGHT_EYE_CORNERS)].mean(axis=1)
    left = faces[:, list(LEFT_EYE_CORNERS)].mean(axis=1)
    return np.asarray(np.linalg.norm(left - right, axis=1))
