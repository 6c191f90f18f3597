"""Chunks of a system's inputs as plain vectors, by the very layers that its network begins with.

Preparation and the linear systems see what the networks see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from models import corrected
from models.rows import Rows
from models.systems import DELTA, PIXELS, POSITION, REFERENCE_PIXELS, REFERENCE_POSITION
from models.texture import mesh_texture
from store.vocabulary import AXES, LANDMARK_COUNT

FloatArray = NDArray[np.float64]
Chunk = Mapping[str, NDArray[np.generic]]
ToVectors = Callable[[Chunk], FloatArray]
"""Inputs of some rows -> (rows, features)."""

CHUNK_ROWS = 512


def flat(name: str) -> ToVectors:
    """The values of one input, as they are."""
    return lambda inputs: inputs[name].reshape(len(inputs[name]), -1).astype(np.float64)


def pooled(pool: int) -> ToVectors:
    """Photographs averaged over squares of `pool` x `pool` pixels, 0 to 1."""
    return lambda inputs: np.asarray(corrected.pooled_pixels(inputs[PIXELS], pool), np.float64)


def texture(inputs: Chunk) -> FloatArray:
    """The change of the face's texture from its reference, (n, points)."""
    now = mesh_texture(inputs[PIXELS], inputs[POSITION])
    return np.asarray(now - mesh_texture(inputs[REFERENCE_PIXELS], inputs[REFERENCE_POSITION]), np.float64)


def nodes(inputs: Chunk) -> FloatArray:
    """Movement and change of texture at each landmark, one row a landmark: (n * 468, 4)."""
    moved = inputs[DELTA].reshape(-1, AXES)
    return np.concatenate([moved, texture(inputs)[:, :LANDMARK_COUNT].reshape(-1, 1)], axis=1)


def appearance(inputs: Chunk) -> FloatArray:
    """Deltas and the change of texture side by side."""
    return np.concatenate([flat(DELTA)(inputs), texture(inputs)], axis=1)


def chunks(rows: Rows, to_vectors: ToVectors) -> Iterator[tuple[NDArray[np.int64], FloatArray]]:
    """Row numbers and vectors, a few hundred rows at once."""
    for start in range(0, len(rows), CHUNK_ROWS):
        numbers = np.arange(start, min(start + CHUNK_ROWS, len(rows)), dtype=np.int64)
        yield numbers, to_vectors(rows.take(numbers))


def matrix(rows: Rows, to_vectors: ToVectors) -> NDArray[np.float32]:
    """All vectors, (rows, features) float32."""
    found = [vectors.astype(np.float32) for _, vectors in chunks(rows, to_vectors)]
    return np.concatenate(found)
