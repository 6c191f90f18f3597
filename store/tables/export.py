"""The result of a user's query as a Parquet or CSV file: streamed by DuckDB, written beside and moved in place.

The store is opened read-only. The query runs with the rights of the user who asks it: it can read other files, and
writes none but the one asked for.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

import duckdb

from store.errors import QueryError
from store.tables.duck import Connection
from store.tables.home import Home
from store.tables.published import open_published

SUFFIXES = (".parquet", ".csv")
WIDE_GROUP = 2048
"""Rows of a Parquet row group that holds vectors: DuckDB keeps a group in memory, and 2,048 vectors take 12 MB."""

_NAME = re.compile(r"\s*[A-Za-z_]\w*(\.[A-Za-z_]\w*)*\s*")
_WIDE = ("[", "BLOB")


def export(home: Home, query: str, target: Path, *, force: bool = False) -> int:
    """Write the rows of one SELECT, or of the table or view that `query` names, to `target`; returns the file's bytes.

    Vectors are lists in Parquet and text in CSV. Raises `QueryError` for another suffix, a file that is there already
    (unless `force`), a statement that is no single SELECT, and with DuckDB's own explanation for what it refuses.
    """
    _check(target, force=force)
    connection = open_published(home)
    try:
        answer = _answer(connection, query)
        beside = target.with_name(f".{secrets.token_hex(8)}{target.suffix}")
        try:
            _write(answer, beside)
            _move(beside, target)
        finally:
            beside.unlink(missing_ok=True)
    except duckdb.Error as error:
        raise QueryError(f"the query was refused: {error}") from error
    finally:
        connection.execute("RESET threads")  # shared with whoever else has the file open in this process
        connection.close()
    return target.stat().st_size


def _check(target: Path, *, force: bool) -> None:
    if target.suffix.lower() not in SUFFIXES:
        raise QueryError(f"the file to write is '{target}', expected a name that ends in {' or '.join(SUFFIXES)}")
    if not target.parent.is_dir():
        raise QueryError(f"there is no folder '{target.parent}' to write '{target.name}' to")
    if target.is_dir():
        raise QueryError(f"'{target}' is a folder, expected the name of a file to write")
    if target.exists() and not force:
        raise QueryError(f"'{target}' is there already: --force replaces it")


def _answer(connection: Connection, query: str) -> duckdb.DuckDBPyRelation:
    """The query, not run yet. A bare name stands for all of that table or view."""
    connection.execute("SET python_enable_replacements = false")  # a name is never one of our own variables
    connection.execute("SET threads = 1")  # more would wait for each other to keep the order, results in hand
    text = f"FROM {query}" if _NAME.fullmatch(query) else query
    kinds = [statement.type for statement in connection.extract_statements(text)]
    if kinds != [duckdb.StatementType.SELECT]:
        told = ", ".join(kind.name for kind in kinds) or "nothing"
        hint = ": put what SET VARIABLE holds into the SELECT, as a subquery" if len(kinds) > 1 else ""
        raise QueryError(f"expected one SELECT statement, or the name of a table or view, received {told}{hint}")
    return connection.sql(text)


def _write(answer: duckdb.DuckDBPyRelation, path: Path) -> None:
    if path.suffix.lower() == ".csv":
        answer.write_csv(str(path))
        return
    is_wide = any(mark in str(kind) for kind in answer.types for mark in _WIDE)
    answer.write_parquet(str(path), row_group_size=WIDE_GROUP if is_wide else None)


def _move(beside: Path, target: Path) -> None:
    """Bring the file to the disk, then give it its name in one step."""
    for path in (beside, target.parent):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
            if path == beside:
                os.replace(beside, target)
        finally:
            os.close(handle)
