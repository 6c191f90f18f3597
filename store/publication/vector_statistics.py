"""Statistics of the vectors of a store that is being published: per feature, and the mean delta of each emotion.

Vectors are read once, in stored order, and added up one after the other in double precision, so that results repeat
and do not depend on how the rows arrive in batches.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from affect_store.store.engine import reader, write
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.sql_files import sql
from affect_store.store.schema.tables import BY_NAME, EXPRESSIONS, STATISTICS
from affect_store.store.types import FloatArray
from affect_store.store.vocabulary import LANDMARK_COUNT, LANDMARK_GROUPS, VECTOR_LENGTH

ROWS_AT_ONCE = 256
"""Rows that are added up at once: their doubles, 3 MB, stay in the processor's cache."""

_AXES = ("x", "y", "z")
_Doubles = NDArray[np.float64]


def _zeros() -> _Doubles:
    return np.zeros(VECTOR_LENGTH)


@dataclass
class VectorSums:
    """Sums over the vectors of one version, by position, (1404,); `least` and `greatest` are infinite without any."""

    n: int = 0
    total: _Doubles = field(default_factory=_zeros)
    squares: _Doubles = field(default_factory=_zeros)
    zeros: _Doubles = field(default_factory=_zeros)
    least: _Doubles = field(default_factory=lambda: np.full(VECTOR_LENGTH, np.inf))
    greatest: _Doubles = field(default_factory=lambda: np.full(VECTOR_LENGTH, -np.inf))

    def add(self, vectors: FloatArray) -> None:
        """Add vectors, (n, 1404)."""
        for first in range(0, len(vectors), ROWS_AT_ONCE):
            values = vectors[first : first + ROWS_AT_ONCE].astype(np.float64)
            self.n += len(values)
            self.total = added(self.total, values)
            self.zeros += len(values) - np.count_nonzero(values, axis=0)
            self.least = np.minimum(self.least, values.min(axis=0))
            self.greatest = np.maximum(self.greatest, values.max(axis=0))
            self.squares = added(self.squares, np.square(values, out=values))

    def rows(self) -> list[dict[str, Any]]:
        """Return the statistics of each landmark group and axis."""
        groups = {"all": tuple(range(LANDMARK_COUNT)), **LANDMARK_GROUPS}
        return [
            {"landmark_group": name, "axis": axis, **self._over(3 * np.array(members) + number)}
            for name, members in groups.items()
            for number, axis in enumerate(_AXES)
        ]

    def _over(self, positions: NDArray[np.int64]) -> dict[str, Any]:
        n_values = self.n * len(positions)
        mean = self.total[positions].sum() / n_values
        variance = self.squares[positions].sum() / n_values - mean**2
        return {
            "n_images": self.n,
            "n_values": n_values,
            "mean": mean,
            "sd": np.sqrt(max(0.0, variance)),
            "least": self.least[positions].min(),
            "greatest": self.greatest[positions].max(),
            "share_zero": self.zeros[positions].sum() / n_values,
        }


def added(total: _Doubles, values: _Doubles) -> _Doubles:
    """Return `total` (m,) plus the rows of `values` (n, m), added one after the other."""
    return np.add.reduce(np.vstack([total, values]), axis=0)


def fill(connection: Connection) -> None:
    """Fill `features.statistics` and `features.expressions` from the vectors of the store."""
    connection.execute(sql("features/create_expression_members"))
    cells = reader.query_frame(connection, "features/select_expression_cells")
    sums: dict[str, VectorSums] = {}
    movements = np.zeros((len(cells), VECTOR_LENGTH))
    for version, rows, cell, weight in _vectors(connection):
        sums.setdefault(version, VectorSums()).add(rows)
        for number in np.unique(cell[cell >= 0]):
            members = cell == number
            weighted = rows[members] * weight[members, None]
            movements[number] = added(movements[number], weighted)
    connection.execute("DROP TABLE expression_members")
    _store_statistics(connection, sums)
    means = (movements / cells["n_people"].to_numpy()[:, None]).astype(np.float32)
    expressions = {**cells.to_dict(as_series=False), "xyz": means}
    _insert(connection, EXPRESSIONS, write.batch(EXPRESSIONS, expressions))


def _vectors(connection: Connection) -> Iterator[tuple[str, FloatArray, NDArray[np.int32], _Doubles]]:
    """Yield, in stored order, vectors (n, 1404) of one version with cell (n,), -1 for none, and weight (n,)."""
    batches = connection.execute(sql("features/select_current_vectors")).to_arrow_reader(8 * ROWS_AT_ONCE)
    for batch in batches:
        frame = pl.DataFrame(pl.from_arrow(pa.Table.from_batches([batch]).drop(["xyz"])))
        vectors = batch.column("xyz").flatten().to_numpy().reshape(-1, VECTOR_LENGTH)
        cells, weights = frame["cell"].fill_null(-1).to_numpy(), frame["weight"].fill_null(0).to_numpy()
        versions = frame["version"].to_numpy()
        for version in frame["version"].unique(maintain_order=True):
            members = versions == version
            chosen = slice(None) if members.all() else members
            yield version, vectors[chosen], cells[chosen], weights[chosen]


def _store_statistics(connection: Connection, sums: dict[str, VectorSums]) -> None:
    views = reader.query_frame(connection, "features/select_view_names")
    rows = [{"version": version, **row} for version, of_version in sums.items() for row in of_version.rows()]
    if rows:
        frame = pl.DataFrame(rows).join(views, on="version").sort("view", "version", "landmark_group", "axis")
        _insert(connection, STATISTICS, write.batch(STATISTICS, frame.to_dict(as_series=False)))


def _insert(connection: Connection, table: str, rows: pa.Table) -> None:
    connection.register("computed_rows", rows.select(list(BY_NAME[table].columns)))
    connection.execute(f"INSERT INTO {table} BY NAME FROM computed_rows")
    connection.unregister("computed_rows")
