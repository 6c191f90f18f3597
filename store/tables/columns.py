"""Arrow columns over the memory of NumPy matrices: no value is copied, and a photograph without one is NULL."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from store.vocabulary import PIXEL_BYTES, VECTOR_LENGTH

Present = NDArray[np.bool_]

MOST_RUNS = 1024
"""Up to so many runs of photographs with and without a value, a column of compact vectors is made of chunks."""

LARGEST_OFFSET = 2**31 - 1


def spread(values: np.ndarray, present: Present) -> pa.FixedSizeListArray:
    """Vectors of n photographs from a matrix (n, 1404) float32, whose rows without a value are not looked at."""
    mask = None if present.all() else pa.array(~present)
    return pa.FixedSizeListArray.from_arrays(pa.array(values.reshape(-1)), VECTOR_LENGTH, mask=mask)


def compact(values: np.ndarray, present: Present) -> pa.ChunkedArray:
    """Vectors of n photographs from a matrix (m, 1404) float32 of those that have one, in their order.

    Where those without are many and scattered, the values are copied.
    """
    whole = spread(values, np.ones(len(values), dtype=bool))
    if present.all():
        return pa.chunked_array([whole])
    starts = np.r_[0, np.flatnonzero(np.diff(present)) + 1]
    ranks = np.cumsum(present) - 1
    if len(starts) > MOST_RUNS:
        return pa.chunked_array([whole.take(pa.array(ranks, mask=~present))])
    ends = np.r_[starts[1:], len(present)]
    chunks = [
        whole.slice(ranks[start], end - start) if present[start] else pa.nulls(end - start, whole.type)
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    ]
    return pa.chunked_array(chunks, whole.type)


def pictures(values: np.ndarray, present: Present) -> pa.Array:
    """Thumbnails of n photographs as binary, from a matrix (m, 32640) uint8 of those that have one, in their order."""
    is_large = values.nbytes > LARGEST_OFFSET
    offsets = np.zeros(len(present) + 1, np.int64 if is_large else np.int32)
    np.cumsum(np.where(present, PIXEL_BYTES, 0), out=offsets[1:])
    valid = None if present.all() else pa.array(present).buffers()[1]
    buffers = [valid, pa.py_buffer(offsets), pa.py_buffer(values.reshape(-1))]
    return pa.Array.from_buffers(pa.large_binary() if is_large else pa.binary(), len(present), buffers)
