"""The texture atlas of a shot: textures packed into one image, and the mesh parts with their texture coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from affect_store.store.sources.synthetic.drawing.imaging import Bytes
from affect_store.store.sources.synthetic.drawing.rasterizer import MeshPart, grid_triangles
from affect_store.store.sources.synthetic.drawing.shape_functions import Field


@dataclass(frozen=True)
class TexturedGrid:
    """A geometry image (rows, columns, 3), centimetres, and its texture (rows, columns, 3), BGR 0..255 float.

    See `rasterizer.MeshPart` for `is_double_sided` and `depth_bias`.
    """

    surface: Field
    texture: Field
    is_double_sided: bool
    depth_bias: float = 0.0


def head_part(vertices: Field, *, texels_per_vertex: int) -> MeshPart:
    """Return the mesh of a grid (rows, columns, 3) whose texture lies at the atlas's upper left corner."""
    rows, columns = vertices.shape[:2]
    row, column = np.mgrid[0:rows, 0:columns].astype(np.float32) * texels_per_vertex + 0.5
    return _part(vertices, column, row, is_double_sided=False, depth_bias=0.0)


def pack_atlas(head_texture: Bytes, grids: Sequence[TexturedGrid]) -> tuple[Bytes, list[MeshPart]]:
    """Return the atlas, with the grids' textures in a strip below the head's, and the grids as mesh parts."""
    head_height, head_width = head_texture.shape[:2]
    strip = max(grid.texture.shape[0] for grid in grids)
    width = max(head_width, sum(grid.texture.shape[1] for grid in grids))
    atlas = np.zeros((head_height + strip, width, 3), np.uint8)
    atlas[:head_height, :head_width] = head_texture
    parts, left = [], 0
    for grid in grids:
        height, across = grid.texture.shape[:2]
        atlas[head_height : head_height + height, left : left + across] = np.clip(grid.texture, 0, 255)
        rows, columns = grid.surface.shape[:2]
        row, column = np.mgrid[0:rows, 0:columns].astype(np.float32)
        column = left + 1 + column * (across - 3) / (columns - 1)
        row = head_height + 1 + row * (height - 3) / (rows - 1)
        parts.append(_part(grid.surface, column, row, is_double_sided=grid.is_double_sided, depth_bias=grid.depth_bias))
        left += across
    return atlas, parts


def _part(vertices: Field, column: Field, row: Field, *, is_double_sided: bool, depth_bias: float) -> MeshPart:
    return MeshPart(
        vertices=vertices.reshape(-1, 3).astype(np.float32),
        texels=(column + 1j * row).ravel().astype(np.complex64),
        triangles=grid_triangles(*vertices.shape[:2]),
        is_double_sided=is_double_sided,
        depth_bias=depth_bias,
    )
