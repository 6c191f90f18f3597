"""Image operations of the renderer: typed, single-purpose wrappers around OpenCV."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from affect_store.store.errors import CorpusError
from affect_store.store.sources.synthetic.drawing.shape_functions import Field

Bytes = NDArray[np.uint8]
_SQUARE = np.ones((3, 3), np.uint8)
UV_JUMP_TEXELS = 14.0
"""Neighbouring pixels whose texture coordinates differ by more than this lie on opposite sides of an outline."""


def use_one_thread() -> None:
    """Keep OpenCV from starting threads of its own: the worker processes already use every core."""
    cv2.setNumThreads(1)


def upsample(field: Field, shape: tuple[int, int]) -> Field:
    """Resize bilinearly to (rows, columns), float32."""
    return cast(Field, cv2.resize(field.astype(np.float32), shape[::-1], interpolation=cv2.INTER_LINEAR))


def downsample(field: Field, shape: tuple[int, int]) -> Field:
    """Resize to (rows, columns) by averaging areas, float32."""
    return cast(Field, cv2.resize(field.astype(np.float32), shape[::-1], interpolation=cv2.INTER_AREA))


def blur(field: Field, sigma: float) -> Field:
    """Apply a Gaussian blur of standard deviation `sigma`, float32."""
    return cast(Field, cv2.GaussianBlur(field.astype(np.float32), (0, 0), sigma))


def dilate(mask: Bytes) -> Bytes:
    """Dilate a mask by one pixel."""
    return cast(Bytes, cv2.dilate(mask, _SQUARE))


def value_noise(rng: Generator, shape: tuple[int, int], cell: tuple[float, float]) -> Field:
    """Return value noise: standard normal at lattice nodes `cell` = (rows, columns) apart, bicubic between; float32."""
    nodes = [max(2, int(size / step) + 2) for size, step in zip(shape, cell, strict=True)]
    grid = rng.standard_normal(nodes).astype(np.float32)
    return cast(Field, cv2.resize(grid, shape[::-1], interpolation=cv2.INTER_CUBIC))


def shear(field: Field, lean: Field) -> Field:
    """Shift each row sideways by its index times `lean` (one value a column), mirrored at the borders."""
    rows, columns = field.shape
    row = np.arange(rows, dtype=np.float32)[:, None] + np.zeros((1, columns), np.float32)
    column = np.arange(columns, dtype=np.float32)[None, :] - row * lean.astype(np.float32)[None, :]
    return warp(field, column, row)


def warp(field: Field, columns: Field, rows: Field) -> Field:
    """Sample the field at fractional (column, row) positions: bilinear, mirrored at the borders."""
    positions = (columns.astype(np.float32), rows.astype(np.float32))
    return cast(Field, cv2.remap(field, *positions, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT))


def gradients(surface: Field) -> tuple[Field, Field]:
    """Return the Sobel derivatives of a surface (rows, columns, 3) across columns and down rows."""
    across = cv2.Sobel(surface, cv2.CV_32F, 1, 0, ksize=3)
    down = cv2.Sobel(surface, cv2.CV_32F, 0, 1, ksize=3)
    return cast(Field, across), cast(Field, down)


def to_image(planes: Field) -> Bytes:
    """Convert three float planes (3, rows, columns) to a uint8 image (rows, columns, 3), rounded and saturated."""
    return cast(Bytes, cv2.convertScaleAbs(cv2.merge([planes[0], planes[1], planes[2]])))


def sample_texture(texture: Bytes, columns: Field, rows: Field) -> Bytes:
    """Sample a texture at fractional (column, row) positions: bilinear, 0 outside."""
    return cast(Bytes, cv2.remap(texture, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT))


def composite_over(picture: Bytes, background: Bytes, columns: Field, threshold: float) -> Bytes:
    """Return the background where the texture column lies below `threshold`, else the picture."""
    empty = cv2.compare(columns, threshold, cv2.CMP_LT)  # type: ignore[call-overload]  # a scalar is allowed
    return cast(Bytes, cv2.copyTo(background, empty, picture))


def soften_edges(image: Bytes, columns: Field, rows: Field) -> Bytes:
    """Blur only the pixels where texture coordinates jump: silhouettes and occlusion edges."""
    jumps: list[Bytes] = [
        cv2.compare(cv2.morphologyEx(plane, cv2.MORPH_GRADIENT, _SQUARE), UV_JUMP_TEXELS, cv2.CMP_GT)  # type: ignore[call-overload]
        for plane in (columns, rows)
    ]
    edges = cv2.dilate(jumps[0] | jumps[1], _SQUARE)
    softened = cv2.GaussianBlur(image, (5, 5), 1.1)
    return cast(Bytes, cv2.copyTo(softened, edges, image))


def apply_gains(image: Bytes, gains: Field) -> Bytes:
    """Multiply each channel by its gain, (3,), through a lookup table."""
    table = np.clip(np.arange(256)[None, :, None] * gains, 0, 255).astype(np.uint8)
    return cast(Bytes, cv2.LUT(image, table))


def resize_to(image: Bytes, shape: tuple[int, int]) -> Bytes:
    """Resize bicubically to (rows, columns); an image of that size is returned as it is."""
    if image.shape[:2] == shape:
        return image
    return cast(Bytes, cv2.resize(image, shape[::-1], interpolation=cv2.INTER_CUBIC))


def add_grain(image: Bytes, grain: Bytes, strength: float) -> Bytes:
    """Add `strength` times (grain - 127.5), saturated."""
    return cast(Bytes, cv2.addWeighted(image, 1.0, grain, strength, -127.5 * strength))


def encode_jpeg(image: Bytes, quality: int) -> bytes:
    """Encode a BGR image as JPEG. Raises `CorpusError` if OpenCV cannot."""
    encoded, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not encoded:
        raise CorpusError(f"OpenCV could not encode an image of shape {image.shape} as JPEG")
    return data.tobytes()
