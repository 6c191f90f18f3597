"""Points on the surface of the face in barycentric coordinates: at the mesh, or on a grid over the unrolled face.

A point is a weighted mean of three landmarks, so it can be located in every photograph with landmarks. This module does
not need TensorFlow.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from affect_store.store.face_mesh import cylindrical_coordinates, mean_face, triangles
from affect_store.store.vocabulary import LANDMARK_COUNT

GRID_HEIGHT, GRID_WIDTH = 40, 36
"""Rows and columns of the grid over the unrolled face: about one point per pixel of a frontal thumbnail."""


@dataclass(frozen=True)
class SurfacePoints:
    """`corners` (m, 3): landmark indices of each point's triangle; `weights` (m, 3) sum to 1."""

    corners: NDArray[np.int32]
    weights: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.corners)


@dataclass(frozen=True)
class Grid:
    """The grid points that lie on the face, and `cells` (m,), their indices in the flattened grid."""

    points: SurfacePoints
    cells: NDArray[np.int32]


@cache
def mesh_points() -> SurfacePoints:
    """Return every landmark, in order, followed by the centroid of every triangle: dense where the face moves."""
    landmarks = np.repeat(np.arange(LANDMARK_COUNT, dtype=np.int32)[:, None], 3, axis=1)
    corners = np.concatenate([landmarks, triangles()])
    return SurfacePoints(corners, np.full(corners.shape, 1 / 3, np.float32))


@cache
def grid() -> Grid:
    """Return a regular grid over the unrolled mean face, symmetric about its midline; cells outside all triangles have
    no point."""
    face = cylindrical_coordinates(mean_face())
    reach = np.abs(face[:, 0]).max()
    columns = np.linspace(-reach, reach, GRID_WIDTH + 2)[1:-1]
    rows = np.linspace(face[:, 1].min(), face[:, 1].max(), GRID_HEIGHT + 2)[1:-1]
    positions = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)
    weights = _barycentric(positions, face[triangles()])
    inside = (weights >= -1e-9).all(axis=2)
    cells = np.flatnonzero(inside.any(axis=1)).astype(np.int32)
    chosen = inside[cells].argmax(axis=1)
    points = SurfacePoints(triangles()[chosen], weights[cells, chosen].astype(np.float32))
    return Grid(points, cells)


def _barycentric(positions: NDArray[np.float64], corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weights (p, t, 3) of each position (p, 2) with respect to each triangle (t, 3, 2)."""
    first, sides = corners[:, 0], corners[:, 1:] - corners[:, :1]
    inverse = np.linalg.inv(sides)
    second_and_third = np.einsum("ptj,tjk->ptk", positions[:, None] - first[None], inverse)
    return np.concatenate([1 - second_and_third.sum(axis=2, keepdims=True), second_and_third], axis=2)
