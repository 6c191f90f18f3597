"""Run a user's own SQL on a lake, read-only: the tables, views and macros of a published store, and the same limits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from affect_store.store.engine import query, user_sql
from affect_store.store.engine.duckdb import Connection
from affect_store.store.errors import QueryError
from affect_store.store.lake.address import LakeAddress
from affect_store.store.lake.connect import Moment, data_path
from affect_store.store.lake.reading import add_comments, open_store

_NOT_ALLOWED = re.compile(
    r"ducklake_\w+|\b(?:(?:postgres|sqlite|mysql)_\w+|query|query_table|json_execute_serialized_sql|cleanup_old_files"
    r"|delete_orphaned_files|expire_snapshots|flush_inlined_data|merge_adjacent_files|rewrite_data_files|set_option"
    r"|set_commit_message)\b",
    re.IGNORECASE,
)
"""Functions of the extensions that read a lake, which reach other databases or would delete files, and the function
that runs text as SQL."""

_COMMENTS = re.compile("comment|duckdb_|pragma", re.IGNORECASE)
"""What a query names that reads comments."""


@contextmanager
def running(
    address: LakeAddress, text: str, *, at: Moment | None = None, home_id: str | None = None
) -> Iterator[query.StreamedResult]:
    """Run one or more statements on a lake and yield the result of the last one; see `query.running`.

    `at`, `home_id` and what is raised are those of `open_store`.
    """
    with user_sql.errors():
        require_allowed(text)
        connection = connect(address, at=at, home_id=home_id, has_comments=bool(_COMMENTS.search(text)))
        try:
            yield query.stream(connection, text)
        finally:
            connection.close()


def connect(
    address: LakeAddress, *, at: Moment | None = None, home_id: str | None = None, has_comments: bool = True
) -> Connection:
    """Open a lake for a user's SQL, which can read it and its data files and nothing else; see `open_store`.

    Without `has_comments`, tables and columns have no comments, which take a third of a second.
    """
    connection = open_store(address, alias=user_sql.CATALOGUE, at=at, home_id=home_id, memory=user_sql.MEMORY)
    try:
        if has_comments:
            add_comments(connection)
        user_sql.lock(connection, None, data_path(connection))
    except BaseException:
        connection.close()
        raise
    return connection


def require_allowed(text: str) -> None:
    """Raise `QueryError` for a query that names a function that would do more than read the lake."""
    if name := _NOT_ALLOWED.search(text):
        raise QueryError(f"not allowed on a lake: {name[0]}. SQL reads the lake and changes nothing")
