"""Points of the face's surface, each within a triangle of FaceMesh: the mesh's own, or a grid over the unrolled face.

A point is a weighted mean of three landmarks, so wherever a photograph has its landmarks, it has the point. Nothing of
TensorFlow is here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from store.mesh import mean_face, triangles, unrolled
from store.vocabulary import LANDMARK_COUNT

GRID_HEIGHT, GRID_WIDTH = 40, 36
"""Points of the grid over the unrolled face, about one a pixel of the thumbnails of frontal faces."""


@dataclass(frozen=True)
class SurfacePoints:
    """`corners` (m, 3): landmark indices of each point's triangle; `weights` (m, 3) sum to 1."""

    corners: NDArray[np.int32]
    weights: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.corners)


@dataclass(frozen=True)
class Grid:
    """The points of the grid that are on the face, and `cells` (m,), their places in the flattened grid."""

    points: SurfacePoints
    cells: NDArray[np.int32]


@cache
def mesh_points() -> SurfacePoints:
    """Every landmark, in order, and then the centre of every triangle: dense where the face moves."""
    landmarks = np.repeat(np.arange(LANDMARK_COUNT, dtype=np.int32)[:, None], 3, axis=1)
    corners = np.concatenate([landmarks, triangles()])
    return SurfacePoints(corners, np.full(corners.shape, 1 / 3, np.float32))


@cache
def grid() -> Grid:
    """A regular grid over the unrolled mean face, symmetric to its middle; cells outside of every triangle have no
    point."""
    face = unrolled(mean_face())
    reach = np.abs(face[:, 0]).max()
    columns = np.linspace(-reach, reach, GRID_WIDTH + 2)[1:-1]
    rows = np.linspace(face[:, 1].min(), face[:, 1].max(), GRID_HEIGHT + 2)[1:-1]
    places = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)
    weights = _barycentric(places, face[triangles()])
    inside = (weights >= -1e-9).all(axis=2)
    cells = np.flatnonzero(inside.any(axis=1)).astype(np.int32)
    chosen = inside[cells].argmax(axis=1)
    points = SurfacePoints(triangles()[chosen], weights[cells, chosen].astype(np.float32))
    return Grid(points, cells)


def _barycentric(places: NDArray[np.float64], corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights (p, t, 3) of each place (p, 2) with respect to each triangle (t, 3, 2)."""
    first, sides = corners[:, 0], corners[:, 1:] - corners[:, :1]
    inverse = np.linalg.inv(sides)
    two = np.einsum("ptj,tjk->ptk", places[:, None] - first[None], inverse)
    return np.concatenate([1 - two.sum(axis=2, keepdims=True), two], axis=2)
