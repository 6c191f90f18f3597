"""Near-duplicate detection: image signatures that select candidate pairs, and a correlation that confirms them.

A signature is 1,024 bits that hardly change when an image is re-encoded, brightened or shifted by a few pixels: each
spatial frequency's magnitude, which does not depend on position, is compared with that of its neighbours, and the bits
are signs of random projections of the differences (M. Charikar, "Similarity estimation techniques from rounding
algorithms", 2002). Thresholds for both are in `validation/thresholds.py`, with the measurements behind them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from affect_store.store.errors import ShapeError
from affect_store.store.types import ByteArray, FloatArray
from affect_store.store.vocabulary import LUMA_WEIGHTS, PIXEL_CHANNELS, PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX

Doubles = NDArray[np.float64]
Spectrum = NDArray[np.complex128]
SIGNATURE_BITS = 1024
_SEED = 20261124
_LOWEST, _HIGHEST = 0.02, 0.25
"""Frequency band in cycles per pixel: below are background and lighting, above is what JPEG compression changes."""

_NEIGHBOURHOOD_SD = 2.0
"""Standard deviation of the Gaussian that weights neighbouring frequencies, in frequency bins."""

_FREQUENCY = np.hypot(np.fft.fftfreq(PIXEL_HEIGHT_PX)[:, None], np.fft.rfftfreq(PIXEL_WIDTH_PX))
_BAND = (_FREQUENCY >= _LOWEST) & (_FREQUENCY <= _HIGHEST)
_PROJECTION = np.random.default_rng(_SEED).standard_normal((int(_BAND.sum()), SIGNATURE_BITS)).astype(np.float32)

_DETAIL_SD_PX = 2.0
"""Standard deviation of the Gaussian low-pass filter that is subtracted to leave fine detail."""

_MAX_SHIFT_PX, _STEPS_PER_PX = 2, 4
"""Range and resolution of the shifts at which two thumbnails are compared, in thumbnail pixels."""

_MARGIN_PX = 3
"""Border that is left out of the correlation: a shift wraps pixels around from the opposite edge."""

_SHIFTS_PX = np.arange(-_MAX_SHIFT_PX * _STEPS_PER_PX, _MAX_SHIFT_PX * _STEPS_PER_PX + 1) / _STEPS_PER_PX
_ROW_FREQUENCIES, _COLUMN_FREQUENCIES = np.fft.fftfreq(PIXEL_HEIGHT_PX), np.fft.fftfreq(PIXEL_WIDTH_PX)
_ROW_BASIS, _COLUMN_BASIS = (
    np.exp(2j * np.pi * np.outer(_SHIFTS_PX, frequencies)) for frequencies in (_ROW_FREQUENCIES, _COLUMN_FREQUENCIES)
)
"""Fourier bases at the candidate shifts only: a subpixel cross-correlation without an upsampled transform."""


def compute_signatures(thumbnails: Sequence[ByteArray]) -> list[str | None]:
    """Return the signature of each thumbnail, uint8 (128, 85, 3), as 256 hexadecimal digits; None without any detail.

    Raises `ShapeError` for a thumbnail of another shape or dtype.
    """
    if not thumbnails:
        return []
    contrasts = np.stack([_frequency_contrast(rgb) for rgb in thumbnails])
    bits = np.packbits(contrasts @ _PROJECTION > 0, axis=1)
    has_detail = contrasts.any(axis=1)
    return [row.tobytes().hex() if detailed else None for row, detailed in zip(bits, has_detail, strict=True)]


def _frequency_contrast(rgb: ByteArray) -> FloatArray:
    """Return the magnitude of each frequency of the band less the weighted mean of its neighbours, float32."""
    magnitude = np.abs(np.fft.rfft2(_fine_detail(rgb)))
    magnitude[magnitude < 1e-6] = 0  # rounding errors of an image of one colour
    neighbours = gaussian_filter(magnitude, _NEIGHBOURHOOD_SD, mode=("wrap", "reflect"))
    return np.asarray((magnitude - neighbours)[_BAND], np.float32)


def detail_correlation(first: ByteArray, second: ByteArray) -> float:
    """Return the correlation, -1 to 1, of the fine detail of two thumbnails, uint8 (128, 85, 3).

    The second is first shifted, in steps of a quarter of a pixel, to where its detail fits best, so that a slightly
    displaced copy still matches. 0 where either has no detail. Raises `ShapeError` for another shape or dtype.
    """
    spectrum, other_spectrum = np.fft.fft2(_fine_detail(first)), np.fft.fft2(_fine_detail(second))
    shift = _phase_shift(*_best_shift(spectrum, other_spectrum))
    inner, other_inner = _inner(_fine_detail(first)), _inner(np.fft.ifft2(other_spectrum * shift).real)
    norm = np.sqrt((inner * inner).sum() * (other_inner * other_inner).sum())
    return float((inner * other_inner).sum() / norm) if norm > 0 else 0.0


def _best_shift(spectrum: Spectrum, other: Spectrum) -> tuple[float, float]:
    """Return the shift of the other image, rows and columns in pixels, at which the cross-correlation peaks."""
    correlation = (_ROW_BASIS @ (spectrum * other.conj()) @ _COLUMN_BASIS.T).real
    row, column = np.unravel_index(correlation.argmax(), correlation.shape)
    return float(_SHIFTS_PX[row]), float(_SHIFTS_PX[column])


def _phase_shift(rows_px: float, columns_px: float) -> Spectrum:
    """Return the factor that shifts an image when its spectrum is multiplied with it (Fourier shift theorem)."""
    return np.asarray(np.exp(-2j * np.pi * (_ROW_FREQUENCIES[:, None] * rows_px + _COLUMN_FREQUENCIES * columns_px)))


def _inner(detail: Doubles) -> Doubles:
    inner = detail[_MARGIN_PX:-_MARGIN_PX, _MARGIN_PX:-_MARGIN_PX]
    return np.asarray(inner - inner.mean())


def _fine_detail(rgb: ByteArray) -> Doubles:
    """Return the luma (128, 85) less a blurred copy of itself. Raises `ShapeError` for another shape or dtype."""
    shape = (PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, PIXEL_CHANNELS)
    if rgb.shape != shape or rgb.dtype != np.uint8:
        raise ShapeError(f"expected a uint8 thumbnail of shape {shape}, received {rgb.dtype} of shape {rgb.shape}")
    luma = rgb @ np.array(LUMA_WEIGHTS)
    return np.asarray(luma - gaussian_filter(luma, _DETAIL_SD_PX))
