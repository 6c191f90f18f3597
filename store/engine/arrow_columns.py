"""Build Arrow columns on top of NumPy matrices without copying; photographs without a value are NULL."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from affect_store.store.types import FeatureArray
from affect_store.store.vocabulary import PIXEL_BYTES

PresenceMask = NDArray[np.bool_]
"""Mask (n,): whether each of n photographs has a value."""

MAX_CHUNKS = 1024
"""Maximum number of alternating stretches of present and absent photographs for which chunks are used."""

MAX_BINARY_OFFSET = 2**31 - 1
"""Largest offset that a `binary` column can hold; larger columns are `large_binary`."""


def masked_vectors(values: FeatureArray, present: PresenceMask) -> pa.FixedSizeListArray:
    """Return vectors of n photographs from a matrix (n, 1404) float32; rows that are not present are ignored."""
    mask = None if present.all() else pa.array(~present)
    return pa.FixedSizeListArray.from_arrays(pa.array(values.reshape(-1)), values.shape[1], mask=mask)


def packed_vectors(values: FeatureArray, present: PresenceMask) -> pa.ChunkedArray:
    """Return vectors of n photographs from a matrix (m, 1404) float32 that holds only the m present ones, in order.

    The values are copied only if present and absent photographs alternate more than `MAX_CHUNKS` times.
    """
    whole = masked_vectors(values, np.ones(len(values), dtype=bool))
    if present.all():
        return pa.chunked_array([whole])
    starts = np.r_[0, np.flatnonzero(np.diff(present)) + 1]
    ranks = np.cumsum(present) - 1
    if len(starts) > MAX_CHUNKS:
        return pa.chunked_array([whole.take(pa.array(ranks, mask=~present))])
    ends = np.r_[starts[1:], len(present)]
    chunks = [
        whole.slice(ranks[start], end - start) if present[start] else pa.nulls(end - start, whole.type)
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    ]
    return pa.chunked_array(chunks, whole.type)


def packed_thumbnails(values: FeatureArray, present: PresenceMask) -> pa.Array:
    """Return thumbnails of n photographs as binary from a matrix (m, 32640) uint8 that holds only the m present ones,
    in order.
    """
    is_large = values.nbytes > MAX_BINARY_OFFSET
    offsets = np.zeros(len(present) + 1, np.int64 if is_large else np.int32)
    np.cumsum(np.where(present, PIXEL_BYTES, 0), out=offsets[1:])
    valid = None if present.all() else pa.array(present).buffers()[1]
    buffers = [valid, pa.py_buffer(offsets), pa.py_buffer(values.reshape(-1))]
    return pa.Array.from_buffers(pa.large_binary() if is_large else pa.binary(), len(present), buffers)
