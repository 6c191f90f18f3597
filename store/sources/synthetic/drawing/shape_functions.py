"""Elementary functions of arrays from which shapes are composed. NumPy and SciPy only, no images.

A *field* is a float array over the coordinates of a surface; lengths are centimetres.
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


def gaussian(distance: Field, width: float | Field) -> Field:
    """Return a Gaussian bump: 1 at distance 0, 1/e at `width`."""
    bump: Field = np.exp(-np.square(distance / width))
    return bump


def smoothstep(value: Field, start: float, end: float) -> Field:
    """Return a smoothstep from 0 at `start` to 1 at `end`; `end` may lie below `start`."""
    step: Field = np.clip((value - start) / (end - start), 0, 1)
    return step * step * (3 - 2 * step)


def coverage(distance: Field, width: float) -> Field:
    """Return the opacity of a region by the signed distance to its border, positive inside, blurred over `width`."""
    opacity: Field = np.clip(0.5 + distance / width, 0, 1)
    return opacity


def monotone_spline(at: Field, knots: Sequence[float], values: Sequence[float]) -> Field:
    """Interpolate by a monotone cubic (PCHIP) through the knots, constant outside; float32 of `at`'s shape.

    The curve is tabulated and interpolated linearly: PCHIP itself gives NaN where float32 rounds `at` past the end.
    """
    table = np.linspace(knots[0], knots[-1], TABLE_SIZE)
    curve = PchipInterpolator(np.asarray(knots, float), np.asarray(values, float))(table)
    sampled: Field = np.interp(at, table, curve).astype(np.float32)
    return sampled


def piecewise_linear(at: Field, knots: Sequence[float], values: Sequence[float]) -> Field:
    """Interpolate linearly between the knots, constant outside; float32."""
    sampled: Field = np.interp(at, knots, values).astype(np.float32)
    return sampled


def unit_vector(direction: Sequence[float]) -> Field:
    """Return the direction at length 1, (3,) float32."""
    vector = np.asarray(direction, np.float32)
    scaled: Field = vector / np.sqrt(np.square(vector).sum())
    return scaled


def dot(vectors: Field, direction: Field) -> Field:
    """Return scalar products of (..., 3) with (3,); written out, so that the last bit does not depend on the BLAS."""
    product: Field = vectors[..., 0] * direction[0] + vectors[..., 1] * direction[1] + vectors[..., 2] * direction[2]
    return product


def rotate(vectors: Field, rotation: Field) -> Field:
    """Rotate vectors (..., 3) by a matrix (3, 3); written out for the same reason as `dot`."""
    rotated: Field = np.stack([dot(vectors, row) for row in rotation], axis=-1).astype(np.float32)
    return rotated
