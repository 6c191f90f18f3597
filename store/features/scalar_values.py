"""Values of a scalar feature view, and for which photographs they can be computed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affect_store.store.errors import ShapeError
from affect_store.store.features.scalar_view import ScalarView
from affect_store.store.types import FloatArray

NOT_COMPUTABLE = "not computable from its landmarks"
"""Reason for photographs whose landmarks give no value, an infinite one, or one beyond the range of its column."""


def values_where_computable(view: ScalarView, arrays: Sequence[NDArray[Any]]) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Return the values (m, k) of the photographs that have some, and whether each of n photographs does, (n,).

    `arrays` are those that the view's transform gets, of n rows each. A photograph has no value if the transform raises
    `ShapeError` for it, or if a value is not finite or outside of the range of its column.
    """
    values = _values(view, arrays)
    low = np.array([-np.inf if column.low is None else column.low for column in view.columns])
    high = np.array([np.inf if column.high is None else column.high for column in view.columns])
    is_computable = (np.isfinite(values) & (values >= low) & (values <= high)).all(axis=1)
    return values[is_computable], is_computable


def _values(view: ScalarView, arrays: Sequence[NDArray[Any]]) -> FloatArray:
    """Return all values, (n, k) float32; NaN in the rows for which the transform raises `ShapeError`."""
    try:
        with np.errstate(all="ignore"):
            return np.asarray(view.transform(*arrays), np.float32)
    except (ShapeError, np.linalg.LinAlgError):
        if len(arrays[0]) == 1:
            return np.full((1, len(view.columns)), np.nan, np.float32)
    middle = len(arrays[0]) // 2
    halves = [[array[:middle] for array in arrays], [array[middle:] for array in arrays]]
    return np.concatenate([_values(view, half) for half in halves])
