"""The renderer's door to OpenCV: typed, single-purpose wrappers. Nothing here knows what a face is."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from store.errors import CorpusError
from store.sources.synthetic.fields import Field

Bytes = NDArray[np.uint8]
_SQUARE = np.ones((3, 3), np.uint8)
UV_JUMP_TEXELS = 14.0
"""Neighbouring pixels whose texture coordinates differ by more than this lie on two sides of an outline."""


def use_one_thread() -> None:
    """Stop OpenCV from starting threads of its own: the processes of a corpus already use every core."""
    cv2.setNumThreads(1)


def enlarge(field: Field, shape: tuple[int, int]) -> Field:
    """Bilinear resize to (rows, columns), float32."""
    return cast(Field, cv2.resize(field.astype(np.float32), shape[::-1], interpolation=cv2.INTER_LINEAR))


def shrink(field: Field, shape: tuple[int, int]) -> Field:
    """Area-averaging resize to (rows, columns), float32."""
    return cast(Field, cv2.resize(field.astype(np.float32), shape[::-1], interpolation=cv2.INTER_AREA))


def blur(field: Field, sigma: float) -> Field:
    """Gaussian blur, float32."""
    return cast(Field, cv2.GaussianBlur(field.astype(np.float32), (0, 0), sigma))


def dilate(mask: Bytes) -> Bytes:
    """Grow a mask by one texel."""
    return cast(Bytes, cv2.dilate(mask, _SQUARE))


def cell_noise(rng: Generator, shape: tuple[int, int], cell: tuple[float, float]) -> Field:
    """Smooth noise, standard normal at nodes `cell` = (rows, columns) apart, float32 of `shape`."""
    nodes = [max(2, int(size / step) + 2) for size, step in zip(shape, cell, strict=True)]
    grid = rng.standard_normal(nodes).astype(np.float32)
    return cast(Field, cv2.resize(grid, shape[::-1], interpolation=cv2.INTER_CUBIC))


def shear(field: Field, lean: Field) -> Field:
    """Move each row sideways by its number times `lean` (one for each column), mirrored at the borders."""
    rows, columns = field.shape
    row = np.arange(rows, dtype=np.float32)[:, None] + np.zeros((1, columns), np.float32)
    column = np.arange(columns, dtype=np.float32)[None, :] - row * lean.astype(np.float32)[None, :]
    return bend(field, column, row)


def bend(field: Field, columns: Field, rows: Field) -> Field:
    """The field at fractional (column, row) positions, bilinear, mirrored at the borders."""
    places = (columns.astype(np.float32), rows.astype(np.float32))
    return cast(Field, cv2.remap(field, *places, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT))


def slopes(surface: Field) -> tuple[Field, Field]:
    """Sobel derivatives of a (rows, columns, 3) surface along columns and along rows."""
    across = cv2.Sobel(surface, cv2.CV_32F, 1, 0, ksize=3)
    down = cv2.Sobel(surface, cv2.CV_32F, 0, 1, ksize=3)
    return cast(Field, across), cast(Field, down)


def to_bytes(planes: Field) -> Bytes:
    """Three float planes (3, rows, columns) to a uint8 image (rows, columns, 3), rounded and saturated."""
    return cast(Bytes, cv2.convertScaleAbs(cv2.merge([planes[0], planes[1], planes[2]])))


def sample(texture: Bytes, columns: Field, rows: Field) -> Bytes:
    """Texture at fractional (column, row) positions, bilinear, 0 outside."""
    return cast(Bytes, cv2.remap(texture, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT))


def put_behind(picture: Bytes, background: Bytes, columns: Field, nowhere: float) -> Bytes:
    """The background where the texture column lies below `nowhere`, else the picture."""
    empty = cv2.compare(columns, nowhere, cv2.CMP_LT)
    return cast(Bytes, cv2.copyTo(background, empty, picture))


def soften_outlines(image: Bytes, columns: Field, rows: Field) -> Bytes:
    """Blur only the pixels where the texture coordinates jump: outlines and occlusion edges."""
    jumps: list[Bytes] = [
        cv2.compare(cv2.morphologyEx(plane, cv2.MORPH_GRADIENT, _SQUARE), UV_JUMP_TEXELS, cv2.CMP_GT)
        for plane in (columns, rows)
    ]
    edges = cv2.dilate(jumps[0] | jumps[1], _SQUARE)
    softened = cv2.GaussianBlur(image, (5, 5), 1.1)
    return cast(Bytes, cv2.copyTo(softened, edges, image))


def curve_levels(image: Bytes, gains: Field) -> Bytes:
    """Multiply each channel by its gain, (3,), through a lookup table."""
    table = np.clip(np.arange(256)[None, :, None] * gains, 0, 255).astype(np.uint8)
    return cast(Bytes, cv2.LUT(image, table))


def fit(image: Bytes, shape: tuple[int, int]) -> Bytes:
    """Bicubic resize to (rows, columns); the image itself where it fits already."""
    if image.shape[:2] == shape:
        return image
    return cast(Bytes, cv2.resize(image, shape[::-1], interpolation=cv2.INTER_CUBIC))


def add_grain(image: Bytes, grain: Bytes, strength: float) -> Bytes:
    """Add `strength` x (grain - 127.5), saturated."""
    return cast(Bytes, cv2.addWeighted(image, 1.0, grain, strength, -127.5 * strength))


def jpeg(image: Bytes, quality: int) -> bytes:
    """Encode a BGR image. Raises `CorpusError` if OpenCV cannot."""
    encoded, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not encoded:
        raise CorpusError(f"OpenCV could not encode an image of shape {image.shape} as JPEG")
    return data.tobytes()
