"""Values out of a store and straight into one NumPy matrix: found first, then read by ranges of rows.

Nothing is read twice, and no query stays open between two calls.
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

from store.tables import read
from store.tables.duck import Connection, sql
from store.tables.source import Source
from store.vocabulary import PIXEL_BYTES, VECTOR_LENGTH

NARROW_FROM_BYTES = 2**26
"""Results from this size on are read with little memory."""

FEW = 1024
"""Up to so many photographs that are named are found alone; where there are more, all are."""

SPAN, PICTURES_SPAN = 1024, 256
"""Most rows that are read at once, vectors and pictures: DuckDB then holds some megabytes."""

GAP = 128
"""From so many rows between two wanted ones on, two ranges are quicker than one."""

ROWS_A_BATCH = 512
PICTURES = "pixels"

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class _Wanted:
    """Row numbers of a table, ascending, and the place in the matrix of each; a row may be wanted twice."""

    rows: Rows
    places: Rows

    def spans(self, length: int) -> list[tuple[int, int]]:
        """First and last row numbers of the ranges to be read: none longer than `length`, none with a wide gap."""
        cuts = np.flatnonzero((np.diff(self.rows) >= GAP) | (np.diff(self.rows // length) > 0))
        first, last = np.r_[0, cuts + 1], np.r_[cuts, len(self.rows) - 1]
        return list(zip(self.rows[first].tolist(), self.rows[last].tolist(), strict=True))


def find(
    connection: Connection, view: str, version: str, moment: datetime, *, among: Sequence[str] | None = None
) -> pl.DataFrame:
    """Which photographs had values of a version at a moment: image_id, and row_number of each, ascending.

    `among` says that no others are asked for; where they are many, others may be told, too.
    """
    parameters: dict[str, object] = {"version": version, "moment": moment}
    if among is not None and len(among) <= FEW:
        found = read.frame(connection, f"find_{view}_of", {**parameters, "image_ids": list(among)})
    else:
        found = read.frame(connection, f"find_{view}", parameters)
    return found.sort("row_number")


def bytes_of(view: str) -> int:
    """Size of one value of a view: 1404 float32, or 32640 uint8."""
    return PIXEL_BYTES if view == PICTURES else VECTOR_LENGTH * np.dtype(np.float32).itemsize


def fill(source: Source, view: str, wanted: pl.DataFrame, n: int, *, narrow: bool | None = None) -> np.ndarray:
    """The values of the rows in `wanted` (row_number, place), each at its place in a matrix of n rows; others are 0.

    With `narrow`, DuckDB keeps little in memory whatever the size; None decides by the size.
    """
    width, kind = (PIXEL_BYTES, np.uint8) if view == PICTURES else (VECTOR_LENGTH, np.float32)
    wanted = wanted.sort("row_number")
    chosen = _Wanted(wanted["row_number"].to_numpy(), wanted["place"].to_numpy().astype(np.int64))
    values = np.empty((n, width), kind)
    if len(chosen.rows) < n:
        is_missing = np.ones(n, dtype=bool)
        is_missing[chosen.places] = False
        values[is_missing] = 0
    if len(chosen.rows):
        spans = chosen.spans(PICTURES_SPAN if view == PICTURES else SPAN)
        is_narrow = values.nbytes > NARROW_FROM_BYTES if narrow is None else narrow
        with source.readers(narrow=is_narrow) as readers:
            _read_all(readers, sql(f"scan_{view}"), spans, values, chosen)
    return values


def _read_all(
    readers: list[Connection],
    statement: str,
    spans: list[tuple[int, int]],
    values: np.ndarray,
    wanted: _Wanted,
) -> None:
    """Each reader takes the next range until there is none; they write to different rows of the matrix."""
    left = iter(spans)  # taking one is a single step of the interpreter, so threads may share it

    def work(reader: Connection) -> None:
        for first, last in left:
            for batch in reader.execute(statement, {"first": first, "last": last}).to_arrow_reader(ROWS_A_BATCH):
                _place(values, batch, wanted)

    busy = readers[: len(spans)]
    if len(busy) == 1:
        work(busy[0])
        return
    with ThreadPoolExecutor(len(busy)) as pool:
        list(pool.map(work, busy))


def _place(values: np.ndarray, batch: pa.RecordBatch, wanted: _Wanted) -> None:
    """Copy the rows of a batch that are wanted to their places."""
    arrived = batch.column("row_number").to_numpy()
    block = _block(batch.column("value"), values)
    here = slice(*np.searchsorted(wanted.rows, (arrived[0], arrived[-1] + 1)))
    rows, places = wanted.rows[here], wanted.places[here]
    if not len(rows):
        return
    if not np.array_equal(rows, arrived):
        block = block[np.searchsorted(arrived, rows)]
    first = int(places[0])
    is_run = np.array_equal(places, np.arange(first, first + len(places)))
    values[slice(first, first + len(places)) if is_run else places] = block


def _block(column: pa.Array, values: np.ndarray) -> np.ndarray:
    """The batch's values, (rows, width), over Arrow's memory."""
    if pa.types.is_fixed_size_list(column.type):
        return np.asarray(column.flatten().to_numpy()).reshape(-1, values.shape[1])
    ends = np.frombuffer(column.buffers()[1], np.int32)[column.offset : column.offset + len(column) + 1]
    return np.frombuffer(column.buffers()[2], np.uint8)[ends[0] : ends[-1]].reshape(-1, values.shape[1])
