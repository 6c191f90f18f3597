"""The published store of a home, opened for reading. Nothing heavy is imported: a query is answered at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import duckdb

from store.errors import NotPublishedError, StoreError, StoreLockedError
from store.tables.duck import OFFLINE, SCHEMA_VERSION, Connection, held, is_locked, schema_version
from store.tables.home import Home

_Opened = TypeVar("_Opened")


def follow(home: Home, opening: Callable[[Path], _Opened]) -> _Opened:
    """What `opening` makes of the file of the published store.

    Once more where a run has put another publication in its place, and removed this one, since the link was read.
    Raises `NotPublishedError` where nothing has been published yet, and what `opening` does.
    """
    for is_last in (False, True):
        if not home.published_store.exists():
            raise NotPublishedError(
                f"there is no published store at '{home.published_store}' yet: `affect demo` or `affect run` makes "
                "one, `--home` names another home"
            )
        path = home.published_store.resolve()
        try:
            return opening(path)
        except StoreError:
            if is_last or path.exists():
                raise
    raise AssertionError("the second try returns or raises")


def open_published(home: Home, *, of_this_version: bool = False) -> Connection:
    """The published store, read-only. Raises `NotPublishedError` where nothing has been published yet.

    With `of_this_version`, `StoreError` where an older affect-store published it; SQL can be asked of any.
    """
    connection = follow(home, _connect_to_read)
    connection.execute("SET TimeZone = 'UTC'")
    if of_this_version:
        try:
            require_version(connection, home.published_store)
        except StoreError:
            connection.close()
            raise
    return connection


def require_version(connection: Connection, path: Path) -> None:
    """Raise `StoreError` where the published store at `path` is of another schema version."""
    if (found := schema_version(connection)) != SCHEMA_VERSION:
        raise StoreError(
            f"'{path}' was published with schema version {found}, expected {SCHEMA_VERSION}: the next `affect run` or "
            "`affect demo` publishes anew"
        )


def _connect_to_read(path: Path) -> Connection:
    try:
        try:
            return duckdb.connect(str(path), read_only=True, config=dict(OFFLINE))
        except duckdb.ConnectionException:  # a notebook has it open in this very process, with settings of its own
            return duckdb.connect(str(path), read_only=True)
    except duckdb.ConnectionException as error:
        raise StoreLockedError(f"this process has '{path}' open for writing: close that connection first") from error
    except duckdb.IOException as error:
        if is_locked(error):
            raise StoreLockedError(f"{held(path, error)}: a program has it open for writing") from error
        raise StoreError(f"'{path}' cannot be opened as a DuckDB store: {error}") from error
