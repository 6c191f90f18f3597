"""A sketch of a thumbnail: 1,024 bits that hardly change when the picture is saved again, brightened or moved a little.

It is made of how strong each spatial frequency is, which does not depend on where the picture lies, beside the
frequencies around it; the bits are signs of random projections (M. Charikar, "Similarity estimation techniques from
rounding algorithms", 2002). It finds the pairs that may be one picture; `perceptual.likeness` looks at them. How far
apart two sketches of one picture may be is said in `validation/bounds.py`, with what was measured.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.ndimage import gaussian_filter

from store.features.perceptual import detail
from store.types import ByteArray
from store.vocabulary import PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX

SKETCH_BITS = 1024
_SEED = 20261124
_LOWEST, _HIGHEST = 0.02, 0.25
"""Cycles a pixel: below are background and light, above is what saving as JPEG changes."""

_AROUND = 2.0
"""A frequency's neighbours are weighed by a Gaussian of this width."""

_FREQUENCY = np.hypot(np.fft.fftfreq(PIXEL_HEIGHT_PX)[:, None], np.fft.rfftfreq(PIXEL_WIDTH_PX))
_BAND = (_FREQUENCY >= _LOWEST) & (_FREQUENCY <= _HIGHEST)
_DIRECTIONS = np.random.default_rng(_SEED).standard_normal((int(_BAND.sum()), SKETCH_BITS)).astype(np.float32)


def sketches(thumbnails: Sequence[ByteArray]) -> list[str | None]:
    """256 hexadecimal digits of each thumbnail, uint8 (128, 85, 3); None of one without any detail.

    Raises `ShapeError`.
    """
    if not thumbnails:
        return []
    strengths = np.stack([_strengths(one) for one in thumbnails])
    bits = np.packbits(strengths @ _DIRECTIONS > 0, axis=1)
    return [row.tobytes().hex() if some else None for row, some in zip(bits, strengths.any(axis=1), strict=True)]


def _strengths(rgb: ByteArray) -> np.ndarray:
    """How much stronger each frequency of the band is than those around it, float32."""
    found = np.abs(np.fft.rfft2(detail(rgb)))
    found[found < 1e-6] = 0  # what rounding leaves of a picture of one colour
    beside = gaussian_filter(found, _AROUND, mode=("wrap", "reflect"))
    return (found - beside)[_BAND].astype(np.float32)
