"""Run a user's own SQL on the published store, read-only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from affect_store.store.engine import user_sql
from affect_store.store.engine.duckdb import Connection
from affect_store.store.home import Home

BATCH = 500
"""Rows that are fetched at once: a row may hold several vectors of 1,404 numbers."""


@dataclass(frozen=True)
class QueryResult:
    """Column names and rows of a result."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True)
class StreamedResult:
    """Column names and rows of a result; the rows are computed while they are read, once."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]


def run_query(home: Home, query: str) -> QueryResult:
    """Run one or more statements and return the result of the last one. Raises what `running` does."""
    with running(home, query) as result:
        return QueryResult(result.columns, list(result.rows))


@contextmanager
def running(home: Home, query: str) -> Iterator[StreamedResult]:
    """Run one or more statements and yield the result of the last one, whose rows are not held in memory.

    Ctrl-C ends the query at once. Raises `QueryError` for an empty query, for a statement that does more than read, and
    with DuckDB's message if a statement fails, and `NotPublishedError` if there is no published store.
    """
    with user_sql.opened(home) as connection:
        yield stream(connection, query)


def stream(connection: Connection, query: str) -> StreamedResult:
    """Run statements on a connection for a user's SQL and return the result of the last one; see `running`."""
    user_sql.run(connection, query)
    columns = tuple(column[0] for column in connection.description or ())
    return StreamedResult(columns, _fetch(connection) if columns else iter(()))


def _fetch(connection: Connection) -> Iterator[tuple[Any, ...]]:
    while rows := user_sql.interruptible(connection, lambda: connection.fetchmany(BATCH)):
        yield from rows
