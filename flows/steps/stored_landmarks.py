"""Landmarks that are stored, as one array per batch of photographs."""

from __future__ import annotations

from collections.abc import Sequence

from affect_store.store.engine import reader
from affect_store.store.engine.duckdb import Connection
from affect_store.store.types import FloatArray
from affect_store.store.vocabulary import AXES, LANDMARK_COUNT


def landmarks_of(connection: Connection, image_ids: Sequence[str], version: str) -> FloatArray:
    """Return the landmarks of photographs that have some, in the order of `image_ids`, (n, 468, 3) float32.

    Image-normalised, as detected, of this version of the view. A photograph without a face has no row.
    """
    parameters = {"image_ids": list(image_ids), "landmarks": version}
    vectors = reader.query_arrow(connection, "features/select_landmarks_of", parameters).column("xyz").combine_chunks()
    landmarks: FloatArray = vectors.flatten().to_numpy().reshape(-1, LANDMARK_COUNT, AXES)
    return landmarks
