"""A perceptual hash: 256 bits of a thumbnail that hardly change when the same picture is saved again in another way.

Source of the idea: C. Zauner, "Implementation and benchmarking of perceptual image hash functions", 2010 (the hash of
discrete cosine coefficients). It tells one picture from another; it does not know people. How far apart two hashes of
one picture may be, and how much alike its two copies are, is said in `validation/bounds.py`, with what was measured.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dctn
from scipy.ndimage import gaussian_filter

from store.errors import ShapeError
from store.types import ByteArray
from store.vocabulary import PIXEL_CHANNELS, PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX

Doubles = NDArray[np.float64]
HASH_BITS = 256
_SIDE = 16
_STRIDE = 37
"""The coefficients are taken in steps of this, so that each stretch of the hash holds low and high frequencies."""

_ORDER = np.arange(HASH_BITS) * _STRIDE % HASH_BITS
_LUMA = np.array([0.299, 0.587, 0.114])
"""Weights of red, green and blue in the brightness that people see (ITU-R BT.601)."""

_COARSE_PX = 2.0
"""Detail is what a Gaussian of this width takes away."""


def perceptual_hash(rgb: ByteArray) -> str:
    """64 hexadecimal digits of a thumbnail, uint8 (128, 85, 3): the signs of its lowest cosine coefficients.

    A coefficient's sign does not change with brightness or contrast. The coefficients are those of the 16 x 16 lowest
    frequencies above the constant of each axis, in steps of 37, the greatest bit first. Raises `ShapeError`.
    """
    coefficients = dctn(_brightness(rgb), type=2, norm="ortho")
    lowest = coefficients[1 : _SIDE + 1, 1 : _SIDE + 1].ravel()
    return np.packbits(lowest[_ORDER] > 0).tobytes().hex()


def distance(one: str, other: str) -> int:
    """Number of bits in which two hashes differ, 0 to 256."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def likeness(one: ByteArray, other: ByteArray) -> float:
    """Correlation, -1 to 1, of the fine detail of two thumbnails, uint8 (128, 85, 3); 0 where one has none.

    It tells people apart whom the hash, which sees what is coarse, may take for one. Raises `ShapeError`.
    """
    details = _detail(one), _detail(other)
    return float((details[0] * details[1]).sum())


def _detail(rgb: ByteArray) -> Doubles:
    grey = _brightness(rgb)
    fine = grey - gaussian_filter(grey, _COARSE_PX)
    fine -= fine.mean()
    length = np.sqrt((fine * fine).sum())
    return np.asarray(fine / length if length > 0 else fine)


def _brightness(rgb: ByteArray) -> Doubles:
    if rgb.shape != (PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, PIXEL_CHANNELS) or rgb.dtype != np.uint8:
        raise ShapeError(
            f"expected a uint8 thumbnail of shape {(PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, PIXEL_CHANNELS)}, "
            f"received {rgb.dtype} of shape {rgb.shape}"
        )
    return np.asarray(rgb @ _LUMA)
