"""Deltas relative to the person as a column of training rows, computed from the deltas of the rows that are read.

A row's value depends on the other rows of the same person: give the rows of one part of a split, or the photographs
that are predicted together. No split covers it, and no table holds it (docs/adr/046).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

import numpy as np
import polars as pl
import pyarrow as pa

from affect_store.store.engine import reader
from affect_store.store.engine.arrow_columns import packed_vectors
from affect_store.store.engine.store_file import StoreFile
from affect_store.store.features import relative
from affect_store.store.vocabulary import VECTOR_LENGTH

COLUMN = "relative"
"""The column of training rows."""

FEATURE = "aligned"
"""The feature that it is computed from."""


def version_of(deltas: str) -> str:
    """Return the version of the values that this code computes from one version of the deltas, 12 digits."""
    return hashlib.sha256(f"{relative.version()} {deltas}".encode()).hexdigest()[:12]


def column_of(deltas: pa.ChunkedArray, people: Sequence[str]) -> pa.ChunkedArray:
    """Return the column for a column of deltas and the person of each; NULL deltas stay NULL and count for nothing."""
    present = deltas.is_valid().to_numpy(zero_copy_only=False).astype(bool)
    vectors = deltas.drop_null().combine_chunks().flatten().to_numpy(zero_copy_only=False)
    values = relative.relative(vectors.reshape(-1, VECTOR_LENGTH), np.asarray(people, str)[present])
    return packed_vectors(values, present)


def with_relative(rows: pa.Table) -> pa.Table:
    """Append the column to rows with `aligned` and subject_id."""
    return rows.append_column(COLUMN, column_of(rows.column(FEATURE), rows.column("subject_id").to_pylist()))


def add_relative(source: StoreFile, rows: pa.Table, moment: datetime) -> pa.Table:
    """Append the column to rows with `aligned` and image_id; people without a subject_id in the rows are those known at
    `moment`."""
    if "subject_id" in rows.column_names:
        return with_relative(rows)
    people = reader.query_frame(source.connection, "features/select_people_of", {"moment": moment})
    ids = pl.DataFrame({"image_id": pl.from_arrow(rows.column("image_id"))})
    of_rows = ids.join(people, on="image_id", how="left", maintain_order="left")
    return rows.append_column(COLUMN, column_of(rows.column(FEATURE), of_rows["subject_id"].to_list()))
