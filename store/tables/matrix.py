"""Vectors out of the store and straight into one NumPy matrix: found first, then read in one pass over the table.

DuckDB's memory is held small for that pass, so a large result is in memory once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl
import pyarrow as pa

from store.tables import read
from store.tables.connection import Connection, sql
from store.vocabulary import PIXEL_BYTES, VECTOR_LENGTH

PASS_MEMORY = "40MB"
"""What DuckDB may keep while many vectors are read; with more it keeps blocks that nobody asks for again."""

LARGE_BYTES = 2**26
"""Results from this size on are read with little memory."""

ROWS_A_BATCH = 512


@dataclass(frozen=True)
class Filled:
    """Values of one feature for so many photographs, (n, 1404) float32 or (n, 32640) uint8, and which are there."""

    values: np.ndarray
    present: np.ndarray

    def arrow(self, kind: pa.DataType) -> pa.Array:
        """The values as an Arrow array of this type; vectors share the matrix's memory."""
        absent = ~self.present
        if pa.types.is_binary(kind):
            return pa.array(
                [row.tobytes() if is_in else None for row, is_in in zip(self.values, self.present, strict=True)]
            )
        mask = pa.array(absent) if absent.any() else None
        return pa.FixedSizeListArray.from_arrays(pa.array(self.values.reshape(-1)), VECTOR_LENGTH, mask=mask)


def find(connection: Connection, view: str, version: str, moment: datetime) -> pl.DataFrame:
    """Which photographs had values of a version at a moment: image_id, and row_number of each, ascending."""
    return read.frame(connection, f"find_{view}", {"version": version, "moment": moment}).sort("row_number")


def fill(connection: Connection, view: str, version: str, wanted: pl.DataFrame, n: int) -> Filled:
    """The values of the rows in `wanted` (row_number, place), each at its place among n; a row may be wanted twice."""
    is_picture = view == "pixels"
    width, kind = (PIXEL_BYTES, np.uint8) if is_picture else (VECTOR_LENGTH, np.float32)
    wanted = wanted.sort("row_number")
    rows, places = wanted["row_number"].to_numpy(), wanted["place"].to_numpy()
    present = np.zeros(n, dtype=bool)
    present[places] = True
    values = np.empty((n, width), kind)
    values[~present] = 0
    if not len(rows):
        return Filled(values, present)
    parameters = {"first": int(rows[0]), "last": int(rows[-1]), "version": version}
    is_large = values.nbytes > LARGE_BYTES and not is_picture
    with _little_memory(connection) if is_large else nullcontext():
        for batch in connection.execute(sql(f"scan_{view}"), parameters).to_arrow_reader(ROWS_A_BATCH):
            _place(values, batch, rows, places)
    return Filled(values, present)


def _place(values: np.ndarray, batch: pa.RecordBatch, rows: np.ndarray, places: np.ndarray) -> None:
    arrived = batch.column("row_number").to_numpy()
    first, last = np.searchsorted(rows, arrived, side="left"), np.searchsorted(rows, arrived, side="right")
    block = _block(batch.column("value"), values)
    times = last - first
    if (times == 1).all():
        values[places[first]] = block
        return
    chosen = np.repeat(np.arange(len(arrived)), times)
    wanted = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)])
    if len(wanted):
        values[places[wanted]] = block[chosen]


def _block(column: pa.Array, values: np.ndarray) -> np.ndarray:
    if pa.types.is_fixed_size_list(column.type):
        return np.asarray(column.flatten().to_numpy()).reshape(-1, values.shape[1])
    joined = b"".join(column.to_pylist())
    return np.frombuffer(joined, np.uint8).reshape(-1, values.shape[1])


@contextmanager
def _little_memory(connection: Connection) -> Iterator[None]:
    """DuckDB holds no more than PASS_MEMORY. A change of the limit costs 30 ms: free memory is then given back."""
    found = connection.execute("SELECT current_setting('memory_limit')").fetchone()
    connection.execute(f"SET memory_limit = '{PASS_MEMORY}'")
    try:
        yield
    finally:
        connection.execute(f"SET memory_limit = '{found[0] if found else '80%'}'")
