"""Triangles to pixels: which texel of which part is seen where. No colour, no person, no camera model.

A part's own triangles are drawn far to near (painter's order, right for a surface that hardly overlaps itself);
between parts the nearer surface wins in each pixel, so intersections such as collar and neck stay clean.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from store.sources.synthetic.fields import Field

Indices = NDArray[np.int32]
NOWHERE = -10.0
"""Texture coordinate of pixels in which no part is seen."""
_FLAT = 1e-3


@dataclass(frozen=True)
class Part:
    """A piece of surface: vertices (n, 3), their texture column and row as one complex64 (n,), triangles (t, 3),
    whether it is seen from behind as well, and by how many centimetres it counts as nearer than it is."""

    vertices: Field
    texels: NDArray[np.complex64]
    triangles: Indices
    is_sheet: bool
    precedence: float = 0.0


class _Triangles(NamedTuple):
    """Visible triangles, far to near: corners (t, 2) each, doubled signed areas, vertex indices."""

    a: Field
    b: Field
    c: Field
    area: Field
    indices: Indices


class _Spans(NamedTuple):
    """Runs of pixels: triangle, row, first column and length of each."""

    triangle: NDArray[np.int64]
    row: NDArray[np.int64]
    first: Indices
    length: Indices


@lru_cache(maxsize=16)
def grid_triangles(rows: int, columns: int) -> Indices:
    """Triangles over the vertices of a grid in row-major order, (2 (rows - 1) (columns - 1), 3)."""
    index = np.arange(rows * columns, dtype=np.int32).reshape(rows, columns)
    a, b, c, d = (corner.ravel() for corner in (index[:-1, :-1], index[:-1, 1:], index[1:, :-1], index[1:, 1:]))
    return np.concatenate([np.stack([a, c, b], axis=1), np.stack([b, c, d], axis=1)])


def rasterise(parts: list[tuple[Part, Field, Field]], shape: tuple[int, int]) -> tuple[Field, Field]:
    """Texture column and row that each pixel of `shape` sees, `NOWHERE` in the background.

    Each part comes with its vertices' pixel positions (n, 2) and distances from the camera (n,).
    """
    seen = np.full(shape[0] * shape[1], NOWHERE * (1 + 1j), np.complex64)
    nearest = np.full(shape[0] * shape[1], np.inf, np.float32)
    for part, places, distances in parts:
        triangles = _visible(part, places, distances, shape[0])
        if not len(triangles.indices):
            continue
        pixels, texels, depths = _fill(part, triangles, distances, shape)
        _keep_nearest(seen, nearest, pixels, texels, depths - part.precedence)
    planes = seen.view(np.float32).reshape(*shape, 2)
    return np.ascontiguousarray(planes[..., 0]), np.ascontiguousarray(planes[..., 1])


def _visible(part: Part, places: Field, distances: Field, height: int) -> _Triangles:
    """Triangles that face the camera (or either way, for a sheet) and touch the picture, far to near."""
    a, b, c = (places[part.triangles[:, corner]] for corner in range(3))
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    keep = np.abs(area) > _FLAT if part.is_sheet else area < -_FLAT
    top = np.minimum(np.minimum(a[:, 1], b[:, 1]), c[:, 1])
    bottom = np.maximum(np.maximum(a[:, 1], b[:, 1]), c[:, 1])
    kept = np.flatnonzero(keep & (bottom > 0) & (top < height))
    depth = distances[part.triangles[kept]].sum(axis=1)
    kept = kept[np.argsort(-depth, kind="stable")]
    return _Triangles(a[kept], b[kept], c[kept], area[kept], part.triangles[kept])


def _spans(triangles: _Triangles, shape: tuple[int, int]) -> _Spans:
    """The pixel rows of each triangle with the first and last column inside its three edges."""
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
    part: Part, triangles: _Triangles, distances: Field, shape: tuple[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.complex64], Field]:
    """Every covered pixel, far to near, with its texel and distance, interpolated linearly over the triangle."""
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


def _plane(values: NDArray, triangles: _Triangles, spans: _Spans) -> tuple[NDArray, NDArray]:
    """Slope along x and value at the first pixel, for each span, of a vertex attribute that is linear on screen."""
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


def _keep_nearest(
    seen: NDArray[np.complex64],
    nearest: Field,
    pixels: NDArray[np.int64],
    texels: NDArray[np.complex64],
    depths: Field,
) -> None:
    """Put the part's pixels where nothing nearer is; of the part's own, the last drawn counts."""
    if not len(pixels):
        return
    first = int(pixels.min())
    last = np.full(int(pixels.max()) - first + 1, -1, np.int32)
    last[pixels - first] = np.arange(len(pixels), dtype=np.int32)
    covered = np.flatnonzero(last >= 0)
    winners = last[covered]
    covered += first
    nearer = depths[winners] < nearest[covered]
    covered, winners = covered[nearer], winners[nearer]
    seen[covered] = texels[winners]
    nearest[covered] = depths[winners]
