"""Inputs of recomputed features from Arrow batches, and transforms of batches in which some rows have no result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from affect_store.store.errors import ShapeError
from affect_store.store.types import FloatArray, SizeArray
from affect_store.store.vocabulary import AXES, LANDMARK_COUNT
from affect_store.validation.gx.udfs import vectors

Result = TypeVar("Result")
Rows = NDArray[np.int64]
"""Row numbers of a batch."""


def faces_of(column: pa.Array) -> FloatArray:
    """Return a column of landmarks as (n, 468, 3)."""
    faces: FloatArray = vectors(column).reshape(-1, LANDMARK_COUNT, AXES)
    return faces


def sizes_of(batch: pa.RecordBatch, prefix: str = "") -> SizeArray:
    """Return the columns `width_px` and `height_px`, whose names may have a prefix, as (n, 2)."""
    return np.stack([batch.column(f"{prefix}{name}").to_numpy() for name in ("width_px", "height_px")], axis=1)


def are_finite(faces: FloatArray) -> NDArray[np.bool_]:
    """Return whether all coordinates of each face (n, 468, 3) are finite, (n,)."""
    return np.asarray(np.isfinite(faces).all(axis=(1, 2)))


def transform_rows(transform: Callable[[Rows], Result], rows: Rows) -> Iterator[tuple[Rows, Result]]:
    """Yield row numbers and their results, without rows that have none, such as a face in one point."""
    try:
        with np.errstate(all="ignore"):
            result = transform(rows)
    except (ShapeError, np.linalg.LinAlgError):
        for half in np.array_split(rows, 2) if len(rows) > 1 else ():
            yield from transform_rows(transform, half)
    else:
        yield rows, result
