"""Surface normals of geometry images: grids of points (rows, columns, 3)."""

from __future__ import annotations

import numpy as np

from affect_store.store.sources.synthetic.drawing.imaging import gradients
from affect_store.store.sources.synthetic.drawing.shape_functions import Field, dot


def surface_normals(surface: Field) -> Field:
    """Return the outward unit normals (rows, columns, 3) of a geometry image (rows, columns, 3)."""
    across, down = gradients(surface)
    normal = np.empty_like(surface)
    for axis in range(3):
        second, third = (axis + 1) % 3, (axis + 2) % 3
        normal[..., axis] = across[..., third] * down[..., second] - across[..., second] * down[..., third]
    normal /= np.sqrt(dot(normal * normal, np.ones(3, np.float32)))[..., None] + 1e-6
    return normal


def closed_surface_normals(surface: Field) -> Field:
    """Return the normals of a surface whose last column repeats its first, without a seam where they meet."""
    closed = np.concatenate([surface[:, -2:-1], surface, surface[:, 1:2]], axis=1)
    return surface_normals(closed)[:, 1:-1]
