"""Checksums of the values of a split's rows, which its fingerprint covers."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import polars as pl
import pyarrow as pa

from affect_store.store.features.feature_views import BICUBIC_PIXELS, PIXELS, SINGLE_LANDMARKS
from affect_store.store.offline.splits import FINGERPRINTED_COLUMNS
from affect_store.store.offline.training_sets import COLUMN_OF
from affect_store.store.types import checksum_of
from affect_store.store.vocabulary import VECTOR_LENGTH

VECTORS = ("landmarks", "frontal_unit", "aligned")
THUMBNAILS = (PIXELS, BICUBIC_PIXELS)
"""Features that a publication may leave out."""

Checksums = Mapping[str, Mapping[str, str | None]]
"""Checksum by feature and image_id."""


def stored_checksums(stored: pl.DataFrame, features: Collection[str]) -> Checksums:
    """Return the stored checksums of the thumbnails among the features of a split."""
    return {name: dict(zip(stored["image_id"], stored[name], strict=True)) for name in THUMBNAILS if name in features}


def with_checksums(batch: pa.RecordBatch, part: str, thumbnails: Checksums) -> pl.DataFrame:
    """Return the part, labels and the checksum of each feature: the columns that a fingerprint covers.

    `thumbnails` holds the stored checksums by feature and image_id, which are used where the batch has no values.
    """
    ids = batch.column("image_id").to_pylist()
    names = [name for name in batch.schema.names if name in FINGERPRINTED_COLUMNS and name not in VECTORS]
    members = pl.DataFrame(pl.from_arrow(pa.table(batch.select(names))))
    vectors = [name for name in (*VECTORS, SINGLE_LANDMARKS) if name in VECTORS or name in batch.schema.names]
    checksums = {name: _vector_checksums(ids, batch.column(name)) for name in vectors}
    for name, stored in thumbnails.items():
        column = COLUMN_OF.get(name, name)
        pixels = batch.column(column).to_pylist() if column in batch.schema.names else [None] * len(ids)
        checksums[name] = [
            stored.get(image_id) if rgb is None else checksum_of(image_id, rgb)
            for image_id, rgb in zip(ids, pixels, strict=True)
        ]
    columns = [pl.Series(name, values, dtype=pl.String) for name, values in checksums.items()]
    return members.with_columns(*columns, pl.lit(part).alias("part"))


def _vector_checksums(ids: list[str], column: pa.Array) -> list[str | None]:
    """Return the checksum of each vector of a column of fixed-size lists, None where it is NULL."""
    flat = column.values.to_numpy(zero_copy_only=False).astype(np.float32, copy=False)
    vectors = flat.reshape(-1, VECTOR_LENGTH)[column.offset : column.offset + len(column)]
    return [
        checksum_of(image_id, vector.tobytes()) if is_valid else None
        for image_id, vector, is_valid in zip(ids, vectors, column.is_valid().to_pylist(), strict=True)
    ]
