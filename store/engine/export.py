"""Export the result of a user's query, or a feature, to a Parquet or CSV file, streamed by DuckDB.

The query reads the published store and nothing else; the only file that is written is the target.
"""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import duckdb

from affect_store.store.engine import spreadsheet, user_sql
from affect_store.store.engine.duckdb import Connection, quoted
from affect_store.store.engine.durable_files import put_in_place
from affect_store.store.engine.sql_files import sql
from affect_store.store.errors import QueryError
from affect_store.store.home import Home

SUFFIXES = (".parquet", ".csv")
WIDE_GROUP = 2048
"""Rows per Parquet row group if there are vectors: DuckDB buffers a group in memory, and 2,048 vectors take 12 MB."""

_NAME = re.compile(r"\s*[A-Za-z_]\w*(\.[A-Za-z_]\w*)*\s*")
_WIDE = ("[", "BLOB")


def export(home: Home, query: str, target: Path, *, force: bool = False, raw: bool = False) -> int:
    """Write the rows of a SELECT, of a table or view, or of a feature, to `target`; return the size in bytes.

    Vectors are lists in Parquet and text in CSV. In CSV, text that a spreadsheet would run as a formula begins with an
    apostrophe, unless `raw`. Raises `QueryError` if the suffix is neither, if the file exists (unless `force`), if the
    statement is not a single SELECT, and, with DuckDB's message, if the query fails.
    """
    _check(query, target, force=force)
    temporary = target.absolute().with_name(f".{secrets.token_hex(8)}{target.suffix}")
    try:
        with user_sql.opened(home, target=temporary, threads=1) as connection:  # several would buffer results in order
            relation = _relation(connection, query)
            user_sql.interruptible(connection, lambda: _write(relation, temporary, raw=raw))
        put_in_place(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    return target.stat().st_size


def _check(query: str, target: Path, *, force: bool) -> None:
    if target.suffix.lower() not in SUFFIXES and query.lower().endswith(SUFFIXES):
        raise QueryError(f"expected the query before the file: `affect export {target} {query}`")
    if target.suffix.lower() not in SUFFIXES:
        raise QueryError(f"cannot export to '{target}': expected a file name that ends in {' or '.join(SUFFIXES)}")
    if not target.parent.is_dir():
        raise QueryError(f"cannot export to '{target}': the folder '{target.parent}' does not exist")
    if target.is_dir():
        raise QueryError(f"cannot export to '{target}': it is a folder, expected a file name")
    if target.exists() and not force:
        raise QueryError(f"'{target}' already exists; use --force to replace it")


def _relation(connection: Connection, query: str) -> duckdb.DuckDBPyRelation:
    """Return the query without running it. A bare name means all rows of that table, view or feature."""
    text = f"FROM {query}" if _NAME.fullmatch(query) else query
    kinds = [statement.type for statement in user_sql.statements_of(connection, text)]
    if kinds != [duckdb.StatementType.SELECT]:
        received = ", ".join(kind.name for kind in kinds) or "nothing"
        hint = "; replace SET VARIABLE by a subquery in the SELECT" if duckdb.StatementType.SET in kinds else ""
        raise QueryError(
            f"expected one SELECT statement, or the name of a table, view or feature, received {received}{hint}"
        )
    try:
        return connection.sql(text)
    except duckdb.CatalogException:
        if _NAME.fullmatch(query) and (feature := _feature(connection, query.strip())):
            return connection.sql(feature)
        raise


def _feature(connection: Connection, name: str) -> str:
    """Return the query of a feature's current values; empty if there is no such feature."""
    views = connection.execute(sql("features/select_view_of_feature"), {"feature": name}).fetchall()
    if not views:
        return ""
    return sql("features/select_values_of_feature").replace("{view}", views[0][0]).replace("{feature}", quoted(name))


def _write(relation: duckdb.DuckDBPyRelation, path: Path, *, raw: bool) -> None:
    if path.suffix.lower() == ".csv":
        safe = relation.project(spreadsheet.projection(relation.columns, list(map(str, relation.types))))
        (relation if raw else safe).write_csv(str(path))
        return
    is_wide = any(mark in str(sql_type) for sql_type in relation.types for mark in _WIDE)
    relation.write_parquet(str(path), row_group_size=WIDE_GROUP if is_wide else None)
