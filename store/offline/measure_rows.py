"""Changes of the measures as a column of training rows, computed from the landmarks that a split froze.

A split covers landmarks and references, but no scalar view: its photographs keep their rows, and models of earlier
versions their ids, when measures are added (docs/adr/041).
"""

from __future__ import annotations

from datetime import datetime

import numpy as np
import polars as pl
import pyarrow as pa

from affect_store.store.engine import reader
from affect_store.store.engine.store_file import StoreFile
from affect_store.store.features.measure_changes import VIEW
from affect_store.store.features.scalar_values import values_where_computable
from affect_store.store.types import FloatArray, SizeArray
from affect_store.store.vocabulary import AXES, LANDMARK_COUNT

COLUMN = "measure_changes"
"""The column of training rows: the values of the feature view of the same name."""

FEATURES = ("landmarks", "aligned")
"""The features that it is computed from: landmarks of photograph and reference, and the delta that names the latter."""

SIZES = ("width_px", "height_px", "reference_width_px", "reference_height_px")
"""Columns with the sizes of a photograph and of its reference."""

_ROWS_AT_ONCE = 2048


def version_of(landmarks: str) -> str:
    """Return the version of the changes that this code computes from one version of the landmarks."""
    return VIEW.version_of(landmarks).version


def column_of(faces: FloatArray, size_px: SizeArray, references: FloatArray, reference_size_px: SizeArray) -> pa.Array:
    """Return the changes of n faces as a column of lists of float32; NULL where they cannot be computed.

    Landmarks are (n, 468, 3), image-normalised, sizes (n, 2) in pixels.
    """
    matrix, is_valid = np.zeros((len(faces), len(VIEW.columns)), np.float32), np.zeros(len(faces), bool)
    for start in range(0, len(faces), _ROWS_AT_ONCE):
        block = slice(start, start + _ROWS_AT_ONCE)
        arrays = [array[block] for array in (faces, size_px, references, reference_size_px)]
        values, is_computable = values_where_computable(VIEW, arrays)
        is_valid[block] = is_computable
        matrix[block][is_computable] = values
    return pa.FixedSizeListArray.from_arrays(pa.array(matrix.ravel()), matrix.shape[1], mask=pa.array(~is_valid))


def add_measure_changes(source: StoreFile, rows: pa.Table, deltas: str, moment: datetime) -> pa.Table:
    """Append the column to rows with image_id, landmarks and reference_landmarks; NULL without a reference.

    `deltas` is the version of the deltas that name the reference, as of `moment`.
    """
    parameters = {"version": deltas, "moment": moment}
    sizes = reader.query_frame(source.connection, "features/select_sizes_with_references", parameters)
    ids = pl.DataFrame({"image_id": pl.from_arrow(rows.column("image_id"))})
    of_rows = ids.join(sizes, on="image_id", how="left", maintain_order="left")
    for name in SIZES:
        rows = rows.append_column(name, of_rows[name].to_arrow())
    return with_measure_changes(rows)


def with_measure_changes(rows: pa.Table) -> pa.Table:
    """Replace the columns `SIZES` of rows with landmarks and reference_landmarks by the changes of the measures."""
    faces, references = (_faces(rows.column(name)) for name in ("landmarks", "reference_landmarks"))
    sizes = np.column_stack([rows.column(name).to_numpy() for name in SIZES])
    usable = ~np.isnan(faces).any(axis=(1, 2)) & ~np.isnan(references).any(axis=(1, 2))
    chosen = sizes[usable].astype(np.int64)
    computed = column_of(faces[usable], chosen[:, :2], references[usable], chosen[:, 2:])
    positions = pa.array(np.where(usable, np.cumsum(usable) - 1, 0), mask=~usable)
    return rows.drop_columns(list(SIZES)).append_column(COLUMN, computed.take(positions))


def _faces(column: pa.ChunkedArray) -> FloatArray:
    """Return a column of landmarks, maybe dictionary-encoded, as (n, 468, 3); NaN where it is NULL."""
    values = column.combine_chunks()
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    faces = np.full((len(values), LANDMARK_COUNT, AXES), np.nan, np.float32)
    is_valid = np.asarray(values.is_valid())
    faces[is_valid] = values.drop_null().flatten().to_numpy(zero_copy_only=False).reshape(-1, LANDMARK_COUNT, AXES)
    return faces
