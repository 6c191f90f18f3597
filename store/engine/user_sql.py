"""Connections for SQL that a user wrote: it can read the published store, and write or load nothing.

Files, the network, extensions and settings are switched off in DuckDB itself and locked; in addition, only statements
that read are accepted. Memory and temporary files are limited.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from textwrap import shorten
from threading import Event, Thread
from typing import TypeVar

import duckdb

from affect_store.store.engine.duckdb import Connection, quoted
from affect_store.store.engine.published_store import open_current
from affect_store.store.engine.store_file import open_attached
from affect_store.store.errors import QueryError
from affect_store.store.home import STORE_FILE, Home

MEMORY = "2GB"
"""Limit of DuckDB's memory for one query; what needs more goes to temporary files. Chosen, not measured."""

TEMPORARY_FILES = "10GB"
"""Limit of the temporary files of one query; beyond it the query fails. Chosen, not measured."""

CATALOGUE = Path(STORE_FILE).stem
"""Name of the published store in SQL, the same that DuckDB's own clients give it."""

SHOWN_CHARACTERS = 60
"""Length of a statement in a message."""

_POLL_S = 0.1
_READING = frozenset({duckdb.StatementType.SELECT})
_SPACE = r"(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/)*"
_VARIABLE = re.compile(rf"{_SPACE}(?:SET|RESET)\s+VARIABLE\b", re.IGNORECASE | re.DOTALL)
_EXPLAIN = re.compile(rf"{_SPACE}EXPLAIN\s+(?:ANALYZE\s+)?(?:\([^)]*\)\s*)?", re.IGNORECASE | re.DOTALL)
_SWITCH = re.compile(r"\b(?:enable|disable)_(?:logging|profiling)\b", re.IGNORECASE)
"""Functions that are called in a SELECT and would write files."""

_Result = TypeVar("_Result")


@contextmanager
def opened(home: Home, *, target: Path | None = None, threads: int | None = None) -> Iterator[Connection]:
    """Open the published store of a home for a user's SQL; `target` is the only file that can be written.

    `threads` None is one per core. DuckDB's errors become `QueryError`. Raises `NotPublishedError` if there is no
    published store.
    """
    with errors():
        connection = open_current(home, lambda path: connect(path, target=target, threads=threads))
        try:
            yield connection
        finally:
            connection.close()


def connect(path: Path, *, target: Path | None = None, threads: int | None = None) -> Connection:
    """Open the store at `path` for a user's SQL, as `opened` does; its errors are those of DuckDB, see `errors`."""
    connection = open_attached(path, wait_s=0, memory=MEMORY, alias=CATALOGUE)
    try:
        connection.execute("RESET threads" if threads is None else f"SET threads = {threads}")
        lock(connection, target)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def errors() -> Iterator[None]:
    """Turn DuckDB's errors about a user's SQL into `QueryError`."""
    try:
        yield
    except duckdb.PermissionException as error:
        raise QueryError(
            f"the query failed: {str(error).splitlines()[0]}. SQL reads the published store and nothing else: other "
            "files, the network, extensions and settings are switched off"
        ) from error
    except duckdb.Error as error:
        raise QueryError(f"the query failed: {error}") from error


def lock(connection: Connection, target: Path | None, folder: str | None = None) -> None:
    """Switch off everything outside the attached store, and the way to switch it on again.

    `target` is a file that can still be written, `folder` the place of a lake's data files, which can still be read.
    """
    connection.execute(f"SET max_temp_directory_size = '{TEMPORARY_FILES}'")
    connection.execute("SET python_enable_replacements = false")  # names must not resolve to Python variables
    if folder is None:  # a connection to a lake was opened without them
        connection.execute("SET allow_persistent_secrets = false")
    if target is not None:
        connection.execute(f"SET allowed_paths = [{quoted(str(target))}]")
    if folder is not None:
        connection.execute(f"SET allowed_directories = [{quoted(folder)}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def statements_of(connection: Connection, query: str) -> Sequence[duckdb.Statement]:
    """Return the statements of a query. Raises `QueryError` if there is none, or one that does not only read."""
    if "\0" in query:
        raise QueryError("the query has a NUL character, expected text")
    if switch := _SWITCH.search(query):
        raise QueryError(f"not allowed: {switch[0]}. SQL reads the published store and changes nothing")
    statements = connection.extract_statements(query)
    if not statements:
        raise QueryError("the query is empty, expected SQL such as 'from leaderboard'")
    for statement in statements:
        if not _reads(connection, statement):
            raise QueryError(
                f"not allowed: {shorten(statement.query, SHOWN_CHARACTERS) or statement.type.name}. SQL reads the "
                "published store and changes nothing; expected SELECT, FROM, WITH, DESCRIBE, SHOW, SUMMARIZE, EXPLAIN "
                "(of one of these) or SET VARIABLE"
            )
    return statements


def _reads(connection: Connection, statement: duckdb.Statement) -> bool:
    kind, text = statement.type, statement.query
    if kind == duckdb.StatementType.EXPLAIN:  # EXPLAIN ANALYZE runs the statement
        explained = connection.extract_statements(_EXPLAIN.sub("", text, count=1))
        return [inner.type for inner in explained] == [duckdb.StatementType.SELECT]
    if kind == duckdb.StatementType.SET:
        return bool(_VARIABLE.match(text))
    # DuckDB splits PIVOT into the creation of a temporary type, without text, and a SELECT
    return kind in _READING or (kind == duckdb.StatementType.CREATE and not text)


def interruptible(connection: Connection, call: Callable[[], _Result]) -> _Result:
    """Return what `call` returns; on Ctrl-C the query that it runs on the connection ends at once.

    DuckDB does not notice signals while it computes, so it runs in a thread. This one looks for signals repeatedly: one
    that the operating system delivers to another thread would not wake it. The signal may also come while the thread is
    being started.
    """
    result: Future[_Result] = Future()
    is_cancelled, is_done = Event(), Event()

    def work() -> None:
        if not is_cancelled.is_set():
            _complete(result, call)
        is_done.set()

    worker = Thread(target=work)
    try:
        worker.start()
        while not is_done.wait(_POLL_S):
            pass
        return result.result()
    except BaseException:  # Ctrl-C, or whatever the handler of another signal raises
        is_cancelled.set()
        while worker.is_alive() and not is_done.is_set():  # an interrupt before the query has started has no effect
            connection.interrupt()
            is_done.wait(_POLL_S)
        raise


def run(connection: Connection, query: str) -> None:
    """Run one or more statements; the connection then has the result of the last one. Ctrl-C ends them at once.

    Raises `QueryError` for what `statements_of` refuses, and DuckDB's errors.
    """
    statements = statements_of(connection, query)

    def execute() -> None:
        for statement in statements:
            connection.execute(statement)

    interruptible(connection, execute)


def _complete(result: Future[_Result], call: Callable[[], _Result]) -> None:
    try:
        result.set_result(call())
    except BaseException as error:  # raised again in the thread that waits
        result.set_exception(error)
