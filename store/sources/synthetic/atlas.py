"""All textures of a shot in one picture, and the parts to rasterise with their places in it."""

from __future__ import annotations

import numpy as np

from store.sources.synthetic.fields import Field
from store.sources.synthetic.head import TEXELS, TEXTURE_SHAPE
from store.sources.synthetic.imaging import Bytes
from store.sources.synthetic.pieces import Piece
from store.sources.synthetic.raster import Part, grid_triangles

MESH_STEP = 3
"""Every third point of the head's grid is a vertex; the paint keeps the fine grid's detail."""


def head_part(surface: Field) -> Part:
    """The head's mesh; its texture lies at the atlas's upper left corner."""
    vertices = surface[::MESH_STEP, ::MESH_STEP]
    rows, columns = vertices.shape[:2]
    row, column = np.mgrid[0:rows, 0:columns].astype(np.float32) * MESH_STEP * TEXELS + 0.5
    return _part(vertices, column, row, None)


def lay_out(head: Bytes, pieces: list[Piece]) -> tuple[Bytes, list[Part]]:
    """The head's texture with the pieces' textures in a strip below, and the pieces as parts."""
    strip = max(piece.texture.shape[0] for piece in pieces)
    width = max(TEXTURE_SHAPE[1], sum(piece.texture.shape[1] for piece in pieces))
    atlas = np.zeros((TEXTURE_SHAPE[0] + strip, width, 3), np.uint8)
    atlas[: TEXTURE_SHAPE[0], : TEXTURE_SHAPE[1]] = head
    parts, left = [], 0
    for piece in pieces:
        height, across = piece.texture.shape[:2]
        atlas[TEXTURE_SHAPE[0] : TEXTURE_SHAPE[0] + height, left : left + across] = np.clip(piece.texture, 0, 255)
        rows, columns = piece.surface.shape[:2]
        row, column = np.mgrid[0:rows, 0:columns].astype(np.float32)
        column = left + 1 + column * (across - 3) / (columns - 1)
        row = TEXTURE_SHAPE[0] + 1 + row * (height - 3) / (rows - 1)
        parts.append(_part(piece.surface, column, row, piece))
        left += across
    return atlas, parts


def _part(vertices: Field, column: Field, row: Field, piece: Piece | None) -> Part:
    return Part(
        vertices=vertices.reshape(-1, 3).astype(np.float32),
        texels=(column + 1j * row).ravel().astype(np.complex64),
        triangles=grid_triangles(*vertices.shape[:2]),
        is_sheet=piece is not None and piece.is_sheet,
        precedence=piece.precedence if piece else 0.0,
    )
