"""A user's own SQL on the published store, read-only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from store.errors import QueryError
from store.tables.home import Home
from store.tables.published import open_published


@dataclass(frozen=True)
class Answer:
    """Column names and rows of a result."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def ask(home: Home, query: str) -> Answer:
    """The result of one or more statements (that of the last one).

    Raises `QueryError` with DuckDB's own explanation, and `NotPublishedError` where there is no store.
    """
    connection = open_published(home)
    try:
        connection.execute("SET python_enable_replacements = false")  # names are the store's, not this module's
        cursor = connection.execute(query)
        columns = tuple(one[0] for one in cursor.description or ())
        return Answer(columns, cursor.fetchall() if columns else [])
    except duckdb.Error as error:
        raise QueryError(f"the query was refused: {error}") from error
    finally:
        connection.close()
