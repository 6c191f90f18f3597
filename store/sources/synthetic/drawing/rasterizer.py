"""The rasterizer: which texel of which mesh part each pixel sees. It knows no colours and no camera model.

The triangles of one part are drawn far to near (painter's algorithm, correct for a surface that hardly overlaps
itself); between parts a depth buffer decides, so intersecting surfaces stay clean.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from affect_store.store.sources.synthetic.drawing.shape_functions import Field

Indices = NDArray[np.int32]
NO_TEXEL = -10.0
"""Texture coordinate of pixels that no part covers."""

_MIN_AREA = 1e-3
"""Doubled area, in square pixels, below which a triangle is seen edge-on and skipped."""


@dataclass(frozen=True)
class MeshPart:
    """A mesh: vertices (n, 3), their texture coordinates (n,) as complex64 (column + i row), triangles (t, 3).

    Back faces are culled unless `is_double_sided`; `depth_bias` is by how many centimetres the part counts as nearer
    than it is.
    """

    vertices: Field
    texels: NDArray[np.complex64]
    triangles: Indices
    is_double_sided: bool
    depth_bias: float = 0.0


class _Triangles(NamedTuple):
    """Visible triangles, far to near: corners (t, 2) in pixels, doubled signed areas, vertex indices."""

    a: Field
    b: Field
    c: Field
    area: Field
    indices: Indices


class _Spans(NamedTuple):
    """Scanline spans: triangle, row, first column and length of each."""

    triangle: NDArray[np.int64]
    row: NDArray[np.int64]
    first: Indices
    length: Indices


@lru_cache(maxsize=16)
def grid_triangles(rows: int, columns: int) -> Indices:
    """Return the triangles over the vertices of a row-major grid, (2 (rows - 1) (columns - 1), 3)."""
    index = np.arange(rows * columns, dtype=np.int32).reshape(rows, columns)
    a, b, c, d = (corner.ravel() for corner in (index[:-1, :-1], index[:-1, 1:], index[1:, :-1], index[1:, 1:]))
    return np.concatenate([np.stack([a, c, b], axis=1), np.stack([b, c, d], axis=1)])


def rasterize(parts: list[tuple[MeshPart, Field, Field]], shape: tuple[int, int]) -> tuple[Field, Field]:
    """Return the texture column and row that each pixel of `shape` sees, `NO_TEXEL` in the background.

    Each part comes with its vertices' pixel positions (n, 2) and distances from the camera (n,).
    """
    texel_buffer = np.full(shape[0] * shape[1], NO_TEXEL * (1 + 1j), np.complex64)
    depth_buffer = np.full(shape[0] * shape[1], np.inf, np.float32)
    for part, positions, distances in parts:
        triangles = _visible(part, positions, distances, shape[0])
        if not len(triangles.indices):
            continue
        pixels, texels, depths = _fill(part, triangles, distances, shape)
        _write_nearest(texel_buffer, depth_buffer, pixels, texels, depths - part.depth_bias)
    planes = texel_buffer.view(np.float32).reshape(*shape, 2)
    return np.ascontiguousarray(planes[..., 0]), np.ascontiguousarray(planes[..., 1])


def _visible(part: MeshPart, positions: Field, distances: Field, height: int) -> _Triangles:
    """Cull triangles that face away, unless the part is double-sided, or miss the picture; sort far to near."""
    a, b, c = (positions[part.triangles[:, corner]] for corner in range(3))
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    keep = np.abs(area) > _MIN_AREA if part.is_double_sided else area < -_MIN_AREA
    top = np.minimum(np.minimum(a[:, 1], b[:, 1]), c[:, 1])
    bottom = np.maximum(np.maximum(a[:, 1], b[:, 1]), c[:, 1])
    kept = np.flatnonzero(keep & (bottom > 0) & (top < height))
    depth = distances[part.triangles[kept]].sum(axis=1)
    kept = kept[np.argsort(-depth, kind="stable")]
    return _Triangles(a[kept], b[kept], c[kept], area[kept], part.triangles[kept])


def _spans(triangles: _Triangles, shape: tuple[int, int]) -> _Spans:
    """Scan-convert triangles: for each pixel row, the first and last column inside the three edges."""
    a, b, c, area, _ = triangles
    top = np.minimum(np.minimum(a[:, 1], b[:, 1]), c[:, 1])
    bottom = np.maximum(np.maximum(a[:, 1], b[:, 1]), c[:, 1])
    first_row = np.maximum(np.ceil(top - 0.5), 0).astype(np.int32)
    last_row = np.minimum(np.floor(bottom - 0.5), shape[0] - 1).astype(np.int32)
    count = np.maximum(last_row - first_row + 1, 0)
    triangle = np.repeat(np.arange(len(area)), count)
    row = np.repeat(first_row - (np.cumsum(count) - count), count) + np.arange(len(triangle))
    centre = row.astype(np.float32) + 0.5
    low, high = np.full(len(row), -1e9, np.float32), np.full(len(row), 1e9, np.float32)
    sign = np.where(area > 0, 1, -1).astype(np.float32)
    for start, end in ((a, b), (b, c), (c, a)):
        across = -(end[:, 1] - start[:, 1]) * sign
        down = (end[:, 0] - start[:, 0]) * sign
        offset = -(across * start[:, 0] + down * start[:, 1])
        across = np.where(np.abs(across) < 1e-6, 1e-6, across)
        border = (-down / across)[triangle] * centre + (-offset / across)[triangle]
        is_left = (across > 0)[triangle]
        low = np.where(is_left, np.maximum(low, border), low)
        high = np.where(is_left, high, np.minimum(high, border))
    first = np.maximum(np.ceil(low - 0.52), 0).astype(np.int32)
    last = np.minimum(np.floor(high - 0.48), shape[1] - 1).astype(np.int32)
    return _Spans(triangle, row, first, np.maximum(last - first + 1, 0))


def _fill(
    part: MeshPart, triangles: _Triangles, distances: Field, shape: tuple[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.complex64], Field]:
    """Return each covered pixel, far to near, with its texel and distance, interpolated linearly over the triangle."""
    spans = _spans(triangles, shape)
    texel_x, texel_start = _plane(part.texels, triangles, spans)
    depth_x, depth_start = _plane(distances, triangles, spans)
    before = np.cumsum(spans.length) - spans.length
    span = np.repeat(np.arange(len(spans.row), dtype=np.int32), spans.length)
    total = np.arange(len(span), dtype=np.int32)
    pixels = (spans.row * shape[1] + spans.first - before)[span] + total
    step = (total - before.astype(np.int32)[span]).astype(np.float32)
    texels = texel_start[span] + texel_x[span] * step
    return pixels, texels, depth_start[span] + depth_x[span] * step


def _plane(values: NDArray[Any], triangles: _Triangles, spans: _Spans) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return, for each span, the slope along x and the value at the first pixel of a screen-linear vertex attribute."""
    a, b, c, area, indices = triangles
    at_a, at_b, at_c = values[indices[:, 0]], values[indices[:, 1]], values[indices[:, 2]]
    to_b, to_c = b - a, c - a
    scale = 1 / area
    slope_x = ((at_b - at_a) * to_c[:, 1] - (at_c - at_a) * to_b[:, 1]) * scale
    slope_y = ((at_c - at_a) * to_b[:, 0] - (at_b - at_a) * to_c[:, 0]) * scale
    origin = at_a - slope_x * a[:, 0] - slope_y * a[:, 1]
    along = slope_x[spans.triangle]
    centre_x, centre_y = spans.first + np.float32(0.5), spans.row.astype(np.float32) + np.float32(0.5)
    return along, origin[spans.triangle] + slope_y[spans.triangle] * centre_y + along * centre_x


def _write_nearest(
    texel_buffer: NDArray[np.complex64],
    depth_buffer: Field,
    pixels: NDArray[np.int64],
    texels: NDArray[np.complex64],
    depths: Field,
) -> None:
    """Depth test: write a part's pixels where nothing nearer is; among its own, the last one drawn counts."""
    if not len(pixels):
        return
    first = int(pixels.min())
    last = np.full(int(pixels.max()) - first + 1, -1, np.int32)
    last[pixels - first] = np.arange(len(pixels), dtype=np.int32)
    covered = np.flatnonzero(last >= 0)
    winners = last[covered]
    covered += first
    nearer = depths[winners] < depth_buffer[covered]
    covered, winners = covered[nearer], winners[nearer]
    texel_buffer[covered] = texels[winners]
    depth_buffer[covered] = depths[winners]
