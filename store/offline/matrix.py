"""Read feature values from a store into one NumPy matrix: rows are located first, then read in ranges of row numbers.

No row is read twice, and no query stays open between calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from affect_store.store.engine import reader
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.feature_sql import view_sql
from affect_store.store.engine.store_file import StoreFile
from affect_store.store.extensions.declare import MAX_COLUMNS
from affect_store.store.extensions.own_view import OWN_VALUES
from affect_store.store.features.scalar_views import SCALAR_VIEW_BY_NAME
from affect_store.store.types import FeatureArray
from affect_store.store.vocabulary import PIXEL_BYTES, VECTOR_LENGTH

NARROW_FROM_BYTES = 2**26
"""Matrices larger than this are read with a small memory limit of DuckDB."""

MAX_FILTERED_IDS = 1024
"""Up to this many ids, DuckDB looks up these photographs only; for more, it returns all."""

SPAN, PIXELS_SPAN = 1024, 256
"""Maximum number of rows per range, for vectors and for pixels, so that DuckDB holds a few megabytes."""

GAP = 128
"""Wanted rows that are at least this many rows apart are read as two ranges, which is faster than one."""

ROWS_PER_READ = 512
"""Rows that DuckDB returns at once."""

PIXELS = "pixels"

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class _RowsToRead:
    """Row numbers of a table in ascending order, and the matrix row of each; a row number may occur twice."""

    rows: Rows
    positions: Rows

    def spans(self, length: int, gap: int = GAP) -> list[tuple[int, int]]:
        """List the first and last row number of each range to read: at most `length` rows, no gap of `gap` rows."""
        cuts = np.flatnonzero((np.diff(self.rows) >= gap) | (np.diff(self.rows // length) > 0))
        first, last = np.r_[0, cuts + 1], np.r_[cuts, len(self.rows) - 1]
        return list(zip(self.rows[first].tolist(), self.rows[last].tolist(), strict=True))


def find_rows(
    connection: Connection, view: str, version: str, moment: datetime, *, among: Sequence[str] | None = None
) -> pl.DataFrame:
    """Return rows of a view version that held at `moment`: image_id and row_number, in ascending order of row_number.

    `among` restricts the result to these photographs; with many ids, it may contain others as well.
    """
    parameters: dict[str, object] = {"version": version, "moment": moment}
    if among is not None and len(among) <= MAX_FILTERED_IDS:
        rows = reader.query_text(connection, view_sql("find_of", view), {**parameters, "image_ids": list(among)})
    else:
        rows = reader.query_text(connection, view_sql("find", view), parameters)
    return rows.sort("row_number")


def bytes_of(view: str) -> int:
    """Return the size of one value of a view in bytes, for features of the user's own the largest that it may be."""
    return PIXEL_BYTES if view == PIXELS else width_of(view) * np.dtype(np.float32).itemsize


def width_of(view: str) -> int:
    """Return the length of one value of a view: 32640 for pixels, 1404 for vectors, k for a view of k scalars.

    For features of the user's own it is the largest possible: their lengths differ.
    """
    if view == PIXELS:
        return PIXEL_BYTES
    if view == OWN_VALUES:
        return MAX_COLUMNS
    scalar = SCALAR_VIEW_BY_NAME.get(view)
    return len(scalar.columns) if scalar else VECTOR_LENGTH


def dense_positions(positions: pl.Series, present: NDArray[np.bool_]) -> pl.Series:
    """Return the matrix rows of photographs in a matrix that leaves out those without a value; `present` is (n,)."""
    return pl.Series("position", (np.cumsum(present) - 1)[positions.to_numpy()], pl.Int64)


def presence(positions: pl.Series, n: int) -> NDArray[np.bool_]:
    """Return (n,): whether each of n photographs is among `positions`."""
    present = np.zeros(n, dtype=bool)
    present[positions.to_numpy()] = True
    return present


def read_matrix(
    source: StoreFile,
    view: str,
    wanted: pl.DataFrame,
    n: int,
    *,
    narrow: bool | None = None,
    width: int | None = None,
) -> FeatureArray:
    """Read the values of the rows in `wanted` (row_number, position) into a matrix of n rows; all other rows are 0.

    Each value is written to the matrix row `position`. `narrow` reads with a small memory limit of DuckDB; None decides
    by the size of the matrix. The result is (n, width_of(view)) float32, or uint8 for pixels; for a feature of the
    user's own, the length is `width`, by default that of the first wanted row.
    """
    if view == OWN_VALUES and width is None:
        width = _length_of_own(source, wanted)
    shape = n, width_of(view) if width is None else width
    values: FeatureArray = np.empty(shape, np.uint8) if view == PIXELS else np.empty(shape, np.float32)
    wanted = wanted.sort("row_number")
    chosen = _RowsToRead(wanted["row_number"].to_numpy(), wanted["position"].to_numpy().astype(np.int64))
    if len(chosen.rows) < n:
        is_missing = np.ones(n, dtype=bool)
        is_missing[chosen.positions] = False
        values[is_missing] = 0
    if len(chosen.rows):
        length = PIXELS_SPAN if view == PIXELS else SPAN
        spans = chosen.spans(length) if source.span is None else chosen.spans(source.span, source.span)
        is_narrow = values.nbytes > NARROW_FROM_BYTES if narrow is None else narrow
        with source.readers(narrow=is_narrow) as readers:
            _read_all(readers, view_sql("scan", view, width), spans, values, chosen)
    return values


def _length_of_own(source: StoreFile, wanted: pl.DataFrame) -> int:
    """Return the number of values in the first of these rows of features of the user's own; 0 if there are none."""
    if wanted.is_empty():
        return 0
    parameters = {"row_number": int(wanted["row_number"][0])}
    return int(reader.query_frame(source.connection, "features/select_length_of_own", parameters).item())


def _read_all(
    readers: list[Connection],
    statement: str,
    spans: list[tuple[int, int]],
    values: FeatureArray,
    wanted: _RowsToRead,
) -> None:
    """Read all ranges, one thread per connection; threads write to different rows of the matrix."""
    remaining = iter(spans)  # `next` is atomic in the interpreter, so the threads may share the iterator

    def read(reader: Connection) -> None:
        for first, last in remaining:
            for batch in reader.execute(statement, {"first": first, "last": last}).to_arrow_reader(ROWS_PER_READ):
                _copy_rows(values, batch, wanted)

    used = readers[: len(spans)]
    if len(used) == 1:
        read(used[0])
        return
    with ThreadPoolExecutor(len(used)) as pool:
        list(pool.map(read, used))


def _copy_rows(values: FeatureArray, batch: pa.RecordBatch, wanted: _RowsToRead) -> None:
    """Copy the wanted rows of a batch to their rows of the matrix."""
    row_numbers = batch.column("row_number").to_numpy()
    block = _block(batch.column("value"), values)
    in_batch = slice(*np.searchsorted(wanted.rows, (row_numbers[0], row_numbers[-1] + 1)))
    rows, positions = wanted.rows[in_batch], wanted.positions[in_batch]
    if not len(rows):
        return
    if not np.array_equal(rows, row_numbers):
        block = block[np.searchsorted(row_numbers, rows)]
    first = int(positions[0])
    is_contiguous = np.array_equal(positions, np.arange(first, first + len(positions)))
    values[slice(first, first + len(positions)) if is_contiguous else positions] = block


def _block(column: pa.Array, values: FeatureArray) -> FeatureArray:
    """Return the values of a batch, (rows, width), sharing Arrow's memory."""
    if pa.types.is_fixed_size_list(column.type):
        return np.asarray(column.flatten().to_numpy()).reshape(-1, values.shape[1])
    ends = np.frombuffer(column.buffers()[1], np.int32)[column.offset : column.offset + len(column) + 1]
    return np.frombuffer(column.buffers()[2], np.uint8)[ends[0] : ends[-1]].reshape(-1, values.shape[1])
