"""From the rendered picture to the photograph: background, exposure, white balance, size, sensor noise."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.random import Generator

from affect_store.store.sources.synthetic.drawing.imaging import Bytes, add_grain, apply_gains, resize_to
from affect_store.store.vocabulary import RAFD_HEIGHT_PX, RAFD_WIDTH_PX

BACKGROUND = (236, 236, 234)
VIGNETTE = 40.8
GRAIN_MARGIN = 256
"""Grain is one fixed noise image, larger than a picture by this many pixels; each picture uses another window of it."""

GRAIN_CONTRAST, GRAIN_STRENGTH = 16.0, 0.125


@lru_cache(maxsize=4)
def studio_background(height: int, width: int) -> Bytes:
    """Return a light wall with a slight vignette, (height, width, 3)."""
    row, column = np.mgrid[0:height, 0:width].astype(np.float32)
    from_centre = (column / width - 0.5) ** 2 + (row / height - 0.42) ** 2
    return np.asarray(np.array(BACKGROUND, np.float32) - VIGNETTE * from_centre[..., None]).astype(np.uint8)


@lru_cache(maxsize=1)
def _grain() -> Bytes:
    shape = (RAFD_HEIGHT_PX + GRAIN_MARGIN, RAFD_WIDTH_PX + GRAIN_MARGIN, 3)
    noise = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    noise = 0.75 * noise + 0.5 * noise.mean(axis=-1, keepdims=True)
    return np.asarray(np.clip(GRAIN_CONTRAST * noise + 127.5, 0, 255)).astype(np.uint8)


def apply_camera_response(picture: Bytes, rng: Generator) -> Bytes:
    """Apply the camera's exposure and white balance, resize to RaFD's size, add sensor noise (SD about 1.9 levels)."""
    blue, red = 1 + rng.normal(0, 0.012, 2)
    gains = np.array([blue, 1.0, red]) * (1 + rng.normal(0, 0.03))
    exposed = resize_to(apply_gains(picture, gains), (RAFD_HEIGHT_PX, RAFD_WIDTH_PX))
    top, left = rng.integers(0, GRAIN_MARGIN, 2)
    window = _grain()[top : top + RAFD_HEIGHT_PX, left : left + RAFD_WIDTH_PX]
    return add_grain(exposed, window, GRAIN_STRENGTH)
