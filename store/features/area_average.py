"""Thumbnails by averaging areas, with OpenCV's values in half of its time.

OpenCV adds weighted pixels along each row, and then the rows, all in single precision, and rounds. Here the rows are
added first, in integers, which is eight times less work for the columns; where rounding could then differ, the sum is
computed in OpenCV's order. Pictures whose height is not the thumbnail's times a power of two are left to OpenCV.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np

from affect_store.store.types import ByteArray, FloatArray
from affect_store.store.vocabulary import PIXEL_CHANNELS, PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX

_HALF_STEP = 2.0**-17
"""Largest error of one operation in single precision whose result is below 256."""

_SLIVER = 1e-3
"""OpenCV leaves out parts of a pixel up to this share."""

_MOST_DOUBTS = 2000
"""OpenCV takes less time for a picture with more values that could be rounded differently."""

_CHECKED_ROWS = 3
_MOST_ROWS = 64


@dataclass(frozen=True)
class _Columns:
    """The pixels of a row that each pixel of the thumbnail averages, (k, 85), and their weights; 0 for fewer than k."""

    positions: Any
    weights: FloatArray


def average_areas(rgb: ByteArray) -> ByteArray:
    """Return what `cv2.resize` with `INTER_AREA` returns: the thumbnail, uint8 (128, 85, 3), of uint8 (h, w, 3)."""
    height, width, channels = rgb.shape
    rows = height // PIXEL_HEIGHT_PX
    is_suitable = (
        height % PIXEL_HEIGHT_PX == 0
        and 2 <= rows <= _MOST_ROWS
        and rows & (rows - 1) == 0
        and channels == PIXEL_CHANNELS
        and rgb.flags.c_contiguous
        and _agrees_with_opencv(width, rows)
    )
    if not is_suitable:
        return np.asarray(_resized(rgb, PIXEL_HEIGHT_PX), np.uint8)
    parts = rgb.reshape(PIXEL_HEIGHT_PX, rows, width * channels)
    means = _resized(_sums(parts).reshape(PIXEL_HEIGHT_PX, width, channels), PIXEL_HEIGHT_PX) * np.float32(1 / rows)
    thumbnail = np.rint(means)
    columns = _columns(width)
    doubt = (2 * len(columns.positions) + rows + 4) * _HALF_STEP
    row, column, channel = np.nonzero(np.abs(means - thumbnail) > 0.5 - doubt)
    if len(row) > _MOST_DOUBTS:
        return np.asarray(_resized(rgb, PIXEL_HEIGHT_PX), np.uint8)
    strips = rgb.reshape(PIXEL_HEIGHT_PX, rows, width, channels)
    thumbnail[row, column, channel] = np.rint(_in_order(strips, row, column, channel))
    return np.asarray(thumbnail, np.uint8)


def _resized(picture: Any, height: int) -> Any:
    return cv2.resize(picture, (PIXEL_WIDTH_PX, height), interpolation=cv2.INTER_AREA)


def _sums(parts: ByteArray) -> FloatArray:
    """Add the rows of each part, uint8 (n, rows, values), exactly; returns (n, values)."""
    sums = np.add(parts[:, 0], parts[:, 1], dtype=np.uint16)
    for number in range(2, parts.shape[1]):
        sums += parts[:, number]
    return sums.astype(np.float32)


def _in_order(strips: Any, row: Any, column: Any, channel: Any) -> FloatArray:
    """Average as OpenCV does, operation by operation: n values of the thumbnail, float32, not rounded.

    `strips` (128, rows, width, 3) are the rows of the picture that each row of the thumbnail averages.
    """
    columns, rows = _columns(strips.shape[2]), strips.shape[1]
    positions, weights = columns.positions[:, column].T, columns.weights[:, column].T
    pixels = strips[row[:, None, None], np.arange(rows)[:, None], positions[:, None], channel[:, None, None]]
    weighted = pixels.astype(np.float32) * weights[:, None]
    sums = weighted[..., 0]
    for number in range(1, weighted.shape[2]):
        sums = sums + weighted[..., number]
    sums = sums * np.float32(1 / rows)
    total = sums[:, 0]
    for number in range(1, rows):
        total = total + sums[:, number]
    return np.asarray(total, np.float32)


@lru_cache(maxsize=256)
def _columns(width: int) -> _Columns:
    """Return positions and weights of OpenCV's `computeResizeAreaTab`."""
    scale = 1 / (PIXEL_WIDTH_PX / width)
    pixels: list[list[tuple[int, float]]] = []
    for number in range(PIXEL_WIDTH_PX):
        start, end = number * scale, number * scale + scale
        size = min(scale, width - start)
        last = min(math.floor(end), width - 1)
        first = min(math.ceil(start), last)
        before = [(first - 1, (first - start) / size)] if first - start > _SLIVER else []
        after = [(last, min(end - last, 1.0, size) / size)] if end - last > _SLIVER else []
        pixels.append([*before, *((position, 1 / size) for position in range(first, last)), *after])
    most = max(map(len, pixels))
    padded = [[*row, *[(0, 0.0)] * (most - len(row))] for row in pixels]
    table = np.array(padded).transpose(2, 1, 0)
    return _Columns(table[0].astype(np.intp), table[1].astype(np.float32))


@lru_cache(maxsize=256)
def _agrees_with_opencv(width: int, rows: int) -> bool:
    """Whether OpenCV's sums of noise, which it does not round, are those in its order here, to the last bit.

    On some processors it may join multiplication and addition.
    """
    if width < PIXEL_WIDTH_PX:
        return False
    shape = (_CHECKED_ROWS, rows, width, PIXEL_CHANNELS)
    noise = (np.random.default_rng(0).random(shape) * 255).astype(np.float32)
    values = np.indices((_CHECKED_ROWS, PIXEL_WIDTH_PX, PIXEL_CHANNELS)).reshape(3, -1)
    expected = _resized(noise.reshape(-1, width, PIXEL_CHANNELS), _CHECKED_ROWS)
    return np.array_equal(np.asarray(expected).ravel(), _in_order(noise, *values))
