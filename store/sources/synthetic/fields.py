"""Small functions of arrays from which every shape of a person is made. NumPy and SciPy only; no image is touched.

A *field* is a float array over head coordinates; lengths are centimetres.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

Field = NDArray[np.floating[Any]]
Mask = NDArray[np.bool_]
TABLE_SIZE = 400


def bell(distance: Field, width: float | Field) -> Field:
    """Gaussian bump: 1 at distance 0, 1/e at `width`."""
    bump: Field = np.exp(-np.square(distance / width))
    return bump


def ramp(value: Field, start: float, end: float) -> Field:
    """Smooth step from 0 at `start` to 1 at `end`; `end` may lie below `start`."""
    step: Field = np.clip((value - start) / (end - start), 0, 1)
    return step * step * (3 - 2 * step)


def cover(distance: Field, width: float) -> Field:
    """Opacity of a region whose border is `distance` 0, inside positive, blurred over `width`."""
    opacity: Field = np.clip(0.5 + distance / width, 0, 1)
    return opacity


def spline(at: Field, knots: Sequence[float], values: Sequence[float]) -> Field:
    """Monotone cubic (PCHIP) through the knots, constant outside, float32 of `at`'s shape.

    It is tabulated and interpolated linearly: PCHIP itself gives NaN where float32 rounds `at` past the last knot.
    """
    table = np.linspace(knots[0], knots[-1], TABLE_SIZE)
    curve = PchipInterpolator(np.asarray(knots, float), np.asarray(values, float))(table)
    sampled: Field = np.interp(at, table, curve).astype(np.float32)
    return sampled


def broken_line(at: Field, knots: Sequence[float], values: Sequence[float]) -> Field:
    """Piecewise linear through the knots, constant outside, float32."""
    sampled: Field = np.interp(at, knots, values).astype(np.float32)
    return sampled


def unit(direction: Sequence[float]) -> Field:
    """The direction at length 1, (3,) float32."""
    vector = np.asarray(direction, np.float32)
    scaled: Field = vector / np.sqrt(np.square(vector).sum())
    return scaled


def dot(vectors: Field, direction: Field) -> Field:
    """Scalar products of (..., 3) with (3,); written out, so that no BLAS decides the last bit."""
    product: Field = vectors[..., 0] * direction[0] + vectors[..., 1] * direction[1] + vectors[..., 2] * direction[2]
    return product


def turn(vectors: Field, rotation: Field) -> Field:
    """Rotate (..., 3) vectors by a (3, 3) matrix; written out for the same reason as `dot`."""
    turned: Field = np.stack([dot(vectors, row) for row in rotation], axis=-1).astype(np.float32)
    return turned
