"""From a picture's samples to 8-bit RGB: the real range of deep samples, transparency, palettes and colour models.

Pictures are converted in strips, so that the memory for intermediate values stays small.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from affect_store.store.errors import UnreadablePhotoError
from affect_store.store.types import ByteArray

Samples = NDArray[np.number[Any]]

WHITES = (1.0, *(float(2**bits - 1) for bits in (8, 10, 12, 14, 16)))
"""Sample values that can be white: 1 for floats, else those of 8 to 16 bits."""

DEEP_OPAQUE = WHITES[-1]
"""Opacity is scaled by 16 bits, whatever the range of the colours is."""

BACKGROUND = 255
"""Transparent pixels are shown on white."""

_TOLERANCE = 0.05
"""Share by which resampled floats may exceed their range."""

_STRIP_PIXELS = 2**18
_DEEP_MODES = ("I", "F")


def white_of(lowest: float, highest: float, *, is_float: bool) -> float:
    """Return the value that is shown as white: the smallest of `WHITES` that is not below `highest`.

    A camera's 12 bits are often stored in 16, without a note of it: 4095 is white then, not 65535. Raises
    `UnreadablePhotoError` if the values fit no range.
    """
    whites = WHITES if is_float else WHITES[1:]
    slack = _TOLERANCE if is_float else 0
    white = next((white for white in whites if highest <= white * (1 + slack)), None)
    if white is None or not lowest >= -white * slack:
        raise UnreadablePhotoError(f"its values reach from {lowest:g} to {highest:g}, expected 0 to 1, 255 or 65,535")
    return white


def to_bytes(samples: Samples, white: float) -> ByteArray:
    """Scale samples from 0 ... `white` to 0 ... 255, rounded and clipped."""
    scaled = np.asarray(samples, np.float32) * np.float32(255 / white)
    if not np.isfinite(scaled).all():
        raise UnreadablePhotoError("some of its values are NaN or infinite")
    return np.asarray(np.clip(np.rint(scaled), 0, 255), np.uint8)


def on_background(rgba: ByteArray) -> ByteArray:
    """Blend RGBA (rows, columns, 4) with the background; opaque pixels keep their values."""
    opacity = rgba[..., 3:].astype(np.uint16)
    blended = rgba[..., :3].astype(np.uint16) * opacity + BACKGROUND * (255 - opacity)
    return ((blended + 127) // 255).astype(np.uint8)


def rgb_of_image(image: Image.Image, *, is_negative: bool = False) -> ByteArray:
    """Convert a loaded Pillow image to RGB, uint8 (height, width, 3).

    `is_negative` inverts deep grey samples, whose order Pillow does not correct. Raises `UnreadablePhotoError` for
    values without a known range, and `ValueError` for colour models that Pillow cannot convert.
    """
    rgb = np.empty((image.height, image.width, 3), np.uint8)
    convert = _converter(image, is_negative)
    for top, bottom in _strips(image.height, image.width):
        rgb[top:bottom] = convert(image.crop((0, top, image.width, bottom)))
    return rgb


def _converter(image: Image.Image, is_negative: bool) -> Callable[[Image.Image], ByteArray]:
    if image.mode in _DEEP_MODES or image.mode.startswith("I;16"):
        lowest, highest = image.getextrema()
        white = white_of(float(lowest), float(highest), is_float=image.mode == "F")  # type: ignore[arg-type]
        return lambda strip: _grey_to_rgb(to_bytes(np.asarray(strip), white), is_negative)
    if image.has_transparency_data:
        return lambda strip: on_background(np.asarray(strip.convert("RGBA")))
    return lambda strip: np.asarray(strip.convert("RGB"))


def _grey_to_rgb(grey: ByteArray, is_negative: bool) -> ByteArray:
    return np.repeat((255 - grey if is_negative else grey)[..., None], 3, axis=2)


def rgb_of_samples(bgr: Samples) -> ByteArray:
    """Convert OpenCV's 16-bit BGR or BGRA samples (height, width, 3 or 4) to RGB, uint8 (height, width, 3).

    Raises `UnreadablePhotoError` for samples of another kind.
    """
    if bgr.ndim != 3 or bgr.shape[2] not in (3, 4) or bgr.dtype != np.uint16:
        raise UnreadablePhotoError(f"{bgr.dtype} samples of shape {bgr.shape}, expected 3 or 4 channels of 16 bits")
    colours = bgr[..., :3]
    white = white_of(float(colours.min()), float(colours.max()), is_float=False)
    rgb = np.empty((*bgr.shape[:2], 3), np.uint8)
    for top, bottom in _strips(*bgr.shape[:2]):
        strip = bgr[top:bottom]
        part = to_bytes(strip[..., 2::-1], white)
        if bgr.shape[2] == 4:
            part = on_background(np.dstack([part, to_bytes(strip[..., 3], DEEP_OPAQUE)]))
        rgb[top:bottom] = part
    return rgb


def _strips(height: int, width: int) -> Iterator[tuple[int, int]]:
    rows = max(1, _STRIP_PIXELS // max(1, width))
    for top in range(0, height, rows):
        yield top, min(height, top + rows)
