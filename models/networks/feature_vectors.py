"""Read a system's inputs in chunks as plain feature vectors, with the same operations as the first network layers.

Preprocessing and the linear systems therefore see the same features as the networks. TensorFlow is imported only by the
readers that need it, so that a linear system of deltas predicts without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from affect_store.models.rows import Rows
from affect_store.models.systems import DELTA, PIXELS, POSITION, REFERENCE_PIXELS, REFERENCE_POSITION
from affect_store.store.vocabulary import AXES, LANDMARK_COUNT

FloatArray = NDArray[np.float64]
Chunk = Mapping[str, NDArray[np.generic]]
ToVectors = Callable[[Chunk], FloatArray]
"""Inputs of a chunk of rows -> (rows, features)."""

CHUNK_ROWS = 512


def flat(name: str) -> ToVectors:
    """Return a reader of the unchanged values of one input, (rows, values)."""
    return lambda inputs: inputs[name].reshape(len(inputs[name]), -1).astype(np.float64)


def pooled(pool: int) -> ToVectors:
    """Return a reader of photographs averaged over squares of `pool` x `pool` pixels, (rows, features), 0 to 1."""
    from affect_store.models.networks.corrected_recipe import pooled_pixels

    return lambda inputs: np.asarray(pooled_pixels(inputs[PIXELS], pool), np.float64)


def texture_change(inputs: Chunk) -> FloatArray:
    """Return the texture of each face minus that of its reference, (n, points)."""
    from affect_store.models.networks.texture_layers import mesh_texture

    current = mesh_texture(inputs[PIXELS], inputs[POSITION])
    return np.asarray(current - mesh_texture(inputs[REFERENCE_PIXELS], inputs[REFERENCE_POSITION]), np.float64)


def nodes(inputs: Chunk) -> FloatArray:
    """Return displacement and texture change, one row per landmark: (n * 468, 4)."""
    displacement = inputs[DELTA].reshape(-1, AXES)
    return np.concatenate([displacement, texture_change(inputs)[:, :LANDMARK_COUNT].reshape(-1, 1)], axis=1)


def appearance(inputs: Chunk) -> FloatArray:
    """Return deltas and texture change, concatenated, (n, 1404 + points)."""
    return np.concatenate([flat(DELTA)(inputs), texture_change(inputs)], axis=1)


def appearance_to_predict(inputs: Chunk) -> FloatArray:
    """Return the values of `appearance`, to the last digits, without TensorFlow."""
    from affect_store.models.networks.texture_values import mesh_texture

    current, reference = (
        mesh_texture(inputs[pixels].astype(np.uint8, copy=False), inputs[position].astype(np.float32, copy=False))
        for pixels, position in ((PIXELS, POSITION), (REFERENCE_PIXELS, REFERENCE_POSITION))
    )
    return np.concatenate([flat(DELTA)(inputs), (current - reference).astype(np.float64)], axis=1)


def chunks(rows: Rows, to_vectors: ToVectors) -> Iterator[tuple[NDArray[np.int64], FloatArray]]:
    """Yield row numbers and vectors, `CHUNK_ROWS` rows at a time."""
    for start in range(0, len(rows), CHUNK_ROWS):
        numbers = np.arange(start, min(start + CHUNK_ROWS, len(rows)), dtype=np.int64)
        yield numbers, to_vectors(rows.take(numbers))


def matrix(rows: Rows, to_vectors: ToVectors) -> NDArray[np.float32]:
    """Return all vectors, (rows, features) float32."""
    return np.concatenate([vectors.astype(np.float32) for _, vectors in chunks(rows, to_vectors)])
