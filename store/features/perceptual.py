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
Spectrum = NDArray[np.complex128]
HASH_BITS = 256
_SIDE = 16
_STRIDE = 37
"""The coefficients are taken in steps of this, so that each stretch of the hash holds low and high frequencies."""

_ORDER = np.arange(HASH_BITS) * _STRIDE % HASH_BITS
_LUMA = np.array([0.299, 0.587, 0.114])
"""Weights of red, green and blue in the brightness that people see (ITU-R BT.601)."""

_COARSE_PX = 2.0
"""Detail is what a Gaussian of this width takes away."""

_REACH_PX, _STEPS = 2, 4
"""One picture is moved over the other by up to so many pixels of a thumbnail each way, in so many steps a pixel."""

_MARGIN_PX = 3
"""Left out at each edge where two pictures are compared: what is moved in there comes from the other side."""

_SHIFTS_PX = np.arange(-_REACH_PX * _STEPS, _REACH_PX * _STEPS + 1) / _STEPS
_DOWN, _ACROSS = np.fft.fftfreq(PIXEL_HEIGHT_PX), np.fft.fftfreq(PIXEL_WIDTH_PX)
_OVER_ROWS, _OVER_COLUMNS = (np.exp(2j * np.pi * np.outer(_SHIFTS_PX, frequency)) for frequency in (_DOWN, _ACROSS))
"""Fourier's sums at the shifts alone: a cross-correlation finer than a pixel without a transform of its size."""


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

    The other is first moved to where its detail fits best, by parts of a pixel: a copy that lies a little aside is
    still one. It tells people apart whom the hash, which sees what is coarse, may take for one. Raises `ShapeError`.
    """
    details = detail(one), detail(other)
    spectra = np.fft.fft2(details[0]), np.fft.fft2(details[1])
    moved = np.fft.ifft2(spectra[1] * _turn(*_shift(*spectra))).real
    first, second = _inner(details[0]), _inner(moved)
    lengths = np.sqrt((first * first).sum() * (second * second).sum())
    return float((first * second).sum() / lengths) if lengths > 0 else 0.0


def _shift(one: Spectrum, other: Spectrum) -> tuple[float, float]:
    """By how many pixels, down and across, the other is to be moved to fit best: where their correlation peaks."""
    fits = (_OVER_ROWS @ (one * other.conj()) @ _OVER_COLUMNS.T).real
    down, across = np.unravel_index(fits.argmax(), fits.shape)
    return float(_SHIFTS_PX[down]), float(_SHIFTS_PX[across])


def _turn(down_px: float, across_px: float) -> Spectrum:
    """What a spectrum is multiplied with so that its picture moves."""
    return np.asarray(np.exp(-2j * np.pi * (_DOWN[:, None] * down_px + _ACROSS * across_px)))


def _inner(fine: Doubles) -> Doubles:
    inner = fine[_MARGIN_PX:-_MARGIN_PX, _MARGIN_PX:-_MARGIN_PX]
    return np.asarray(inner - inner.mean())


def detail(rgb: ByteArray) -> Doubles:
    """What is fine in a thumbnail, uint8 (128, 85, 3): brightness, (128, 85), less a blurred copy of it.

    Raises `ShapeError`.
    """
    grey = _brightness(rgb)
    return np.asarray(grey - gaussian_filter(grey, _COARSE_PX))


def _brightness(rgb: ByteArray) -> Doubles:
    if rgb.shape != (PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, PIXEL_CHANNELS) or rgb.dtype != np.uint8:
        raise ShapeError(
            f"expected a uint8 thumbnail of shape {(PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, PIXEL_CHANNELS)}, "
            f"received {rgb.dtype} of shape {rgb.shape}"
        )
    return np.asarray(rgb @ _LUMA)
