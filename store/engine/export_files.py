"""Write the rows of a DuckDB relation to a CSV, Parquet, Arrow or Excel file, in blocks of bounded size."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from affect_store.store.engine import spreadsheet, workbook

SUFFIXES = (".csv", ".parquet", ".arrow", ".xlsx")

WIDE_GROUP = 2048
"""Rows per Parquet row group and Arrow batch of wide rows: both are held in memory, and 2,048 vectors take 12 MB."""

GROUP = 122_880
"""Rows per Parquet row group and Arrow batch of other rows, which is DuckDB's default."""

MANY_COLUMNS = 100
"""Rows of this many columns, and rows with vectors or bytes, are wide."""

_WIDE = ("[", "BLOB")


def write(relation: duckdb.DuckDBPyRelation, path: Path, *, raw: bool = False) -> None:
    """Write the rows to a new file in the format of its suffix, one of `SUFFIXES`; the query runs meanwhile.

    Vectors are lists in Parquet and Arrow, and text in CSV and xlsx. `raw` leaves out the apostrophe before formulas in
    CSV. Raises `QueryError` for what a workbook cannot hold, and DuckDB's errors if the query fails.
    """
    match path.suffix.lower():
        case ".csv":
            (relation if raw else _safe(relation)).write_csv(str(path))
        case ".arrow":
            _write_arrow(relation, path)
        case ".xlsx":
            workbook.write(relation, path)
        case _:
            relation.write_parquet(str(path), row_group_size=_rows_per_group(relation))


def _safe(relation: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    return relation.project(spreadsheet.projection(relation.columns, list(map(str, relation.types))))


def _write_arrow(relation: duckdb.DuckDBPyRelation, path: Path) -> None:
    reader = relation.to_arrow_reader(_rows_per_group(relation))
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)


def _rows_per_group(relation: duckdb.DuckDBPyRelation) -> int:
    has_vectors = any(mark in str(sql_type) for sql_type in relation.types for mark in _WIDE)
    return WIDE_GROUP if has_vectors or len(relation.columns) >= MANY_COLUMNS else GROUP
