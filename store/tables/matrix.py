"""Vectors out of the store and straight into one NumPy matrix: found first, then read in one pass over the table.

DuckDB's memory is held small for that pass, so a large result is in memory once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa

from store.tables.connection import Connection, sql
from store.vocabulary import PIXEL_BYTES, VECTOR_LENGTH

PASS_MEMORY = "48MB"
"""What DuckDB may keep while vectors are read; with more it keeps blocks that nobody asks for again."""

ROWS_A_BATCH = 1024


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


def fill(connection: Connection, view: str, version: str, moment: datetime, asked: pa.Table) -> Filled:
    """The values that counted at `moment` of the photographs in `asked` (image_id, place), each at its place."""
    is_picture = view == "pixels"
    shape, kind = (
        ((asked.num_rows, PIXEL_BYTES), np.uint8) if is_picture else ((asked.num_rows, VECTOR_LENGTH), np.float32)
    )
    rows, places = _find(connection, view, version, moment, asked)
    present = np.zeros(asked.num_rows, dtype=bool)
    present[places] = True
    values = np.empty(shape, kind)
    values[~present] = 0
    if not len(rows):
        return Filled(values, present)
    parameters = {"first": int(rows[0]), "last": int(rows[-1]), "version": version}
    with _little_memory(connection, is_picture):
        for batch in connection.execute(sql(f"scan_{view}"), parameters).to_arrow_reader(ROWS_A_BATCH):
            _place(values, batch, rows, places)
    return Filled(values, present)


def _find(
    connection: Connection, view: str, version: str, moment: datetime, asked: pa.Table
) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of the wanted rows of the table, ascending, and the place of each; a photograph may be asked twice."""
    connection.register("asked", asked)
    try:
        found = connection.execute(sql(f"find_{view}"), {"version": version, "moment": moment}).to_arrow_table()
    finally:
        connection.unregister("asked")
    return found.column("row_number").to_numpy(), found.column("place").to_numpy()


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
def _little_memory(connection: Connection, is_picture: bool) -> Iterator[None]:
    if is_picture:
        yield
        return
    found = connection.execute("SELECT current_setting('memory_limit')").fetchone()
    connection.execute(f"SET memory_limit = '{PASS_MEMORY}'")
    try:
        yield
    finally:
        connection.execute(f"SET memory_limit = '{found[0] if found else '80%'}'")
