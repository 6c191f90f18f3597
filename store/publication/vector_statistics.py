"""Statistics of the vectors of a store that is being published: per feature, and the mean delta of each emotion.

Where the sums of an earlier publication are those of the rows that both stores have, only the new rows are read.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from affect_store.store.engine import reader, write
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.sql_files import sql
from affect_store.store.publication.vector_sums import ROWS_AT_ONCE, Cell, StoreSums, VectorSums, added
from affect_store.store.schema.tables import BY_NAME, EXPRESSIONS, STATISTICS
from affect_store.store.types import FloatArray
from affect_store.store.vocabulary import VECTOR_LENGTH

_VIEWS = ("landmarks", "deltas")
_CELL = ("corpus", "version", "emotion", "camera_angle_deg")


def fill(connection: Connection, known: StoreSums | None = None) -> StoreSums:
    """Fill `features.statistics` and `features.expressions` from the vectors of the store, and return their sums.

    `known` are the sums of an earlier state of the store, from which no vector was deleted since.
    """
    connection.execute(sql("features/create_expression_members"))
    cells = reader.query_frame(connection, "features/select_expression_cells")
    vectors = reader.query_frame(connection, "features/select_current_vectors")
    connection.execute("DROP TABLE expression_members")
    sums = known if known is not None and _are_of(known, vectors) else StoreSums()
    numbered = [_name(row) for row in cells.select(_CELL).iter_rows()]
    for view in _VIEWS:
        _add_rows(connection, view, vectors.filter(view=view), sums, numbered)
    _store_statistics(connection, sums)
    n_people = cells["n_people"].to_numpy()
    movements = np.array([sums.cells[name] for name in numbered]).reshape(-1, VECTOR_LENGTH)
    means = (movements / n_people[:, None]).astype(np.float32)
    _insert(connection, EXPRESSIONS, write.batch(EXPRESSIONS, {**cells.to_dict(as_series=False), "xyz": means}))
    return sums


def _name(row: tuple[object, ...]) -> Cell:
    corpus, version, emotion, angle = map(str, row)
    return corpus, version, emotion, angle


def _are_of(known: StoreSums, vectors: pl.DataFrame) -> bool:
    """Return whether the known sums are those of the rows of `vectors` that were stored when they were computed."""
    before = pl.concat([vectors.filter(pl.col("view") == view, pl.col("number") < known.rows[view]) for view in _VIEWS])
    contents = {version: _content(rows) for (version,), rows in before.group_by("version")}
    return contents == {version: (sums.n, sums.content) for version, sums in known.versions.items()}


def _content(rows: pl.DataFrame) -> tuple[int, int]:
    return len(rows), int(rows["content"].to_numpy().sum(dtype=np.uint64))


def _add_rows(connection: Connection, view: str, rows: pl.DataFrame, sums: StoreSums, cells: list[Cell]) -> None:
    """Add the vectors of one table that were not read yet; `rows` are all that count, in stored order."""
    first, end = sums.rows.get(view, 0), _row_count(connection, view)
    new = rows.filter(pl.col("number") >= first)
    sums.rows[view] = end
    if new.is_empty():
        return
    versions = new["version"].unique(maintain_order=True).to_list()
    for version in versions:
        _, content = _content(new.filter(version=version))
        known = sums.versions.setdefault(version, VectorSums())
        known.content = (known.content + content) % 2**64
    places = new["number"].to_numpy() - first
    codes, numbers, weights = np.full(end - first, -1), np.full(end - first, -1), np.zeros(end - first)
    codes[places] = new["version"].replace_strict(versions, range(len(versions)), return_dtype=pl.Int64).to_numpy()
    numbers[places] = new["cell"].fill_null(-1).to_numpy()
    weights[places] = new["weight"].fill_null(0).to_numpy()
    for numbered, vectors in _scanned(connection, view, first):
        chosen = numbered - first
        for code in np.unique(codes[chosen][codes[chosen] >= 0]):
            sums.versions[versions[code]].add(vectors[codes[chosen] == code])
        for number in np.unique(numbers[chosen][numbers[chosen] >= 0]):
            members = numbers[chosen] == number
            weighted = vectors[members] * weights[chosen][members, None]
            sums.cells[cells[number]] = added(sums.cells.get(cells[number], np.zeros(VECTOR_LENGTH)), weighted)


def _row_count(connection: Connection, view: str) -> int:
    """Return the number of the row that would be stored next, if none was deleted."""
    return write.count(connection, f"features.{view}")


def _scanned(connection: Connection, view: str, first: int) -> Iterator[tuple[NDArray[np.int64], FloatArray]]:
    """Yield row numbers (n,) and vectors (n, 1404) of a table, in stored order."""
    text = sql("features/scan_vectors").replace("{view}", view)
    for batch in connection.execute(text, {"first": first}).to_arrow_reader(8 * ROWS_AT_ONCE):
        vectors = batch.column("xyz").flatten().to_numpy().reshape(-1, VECTOR_LENGTH)
        yield batch.column("number").to_numpy(), vectors


def _store_statistics(connection: Connection, sums: StoreSums) -> None:
    views = reader.query_frame(connection, "features/select_view_names")
    rows = [{"version": version, **row} for version, of_version in sums.versions.items() for row in of_version.rows()]
    if rows:
        frame = pl.DataFrame(rows).join(views, on="version").sort("view", "version", "landmark_group", "axis")
        _insert(connection, STATISTICS, write.batch(STATISTICS, frame.to_dict(as_series=False)))


def _insert(connection: Connection, table: str, rows: pa.Table) -> None:
    connection.register("computed_rows", rows.select(list(BY_NAME[table].columns)))
    connection.execute(f"INSERT INTO {table} BY NAME FROM computed_rows")
    connection.unregister("computed_rows")
