"""Open the published store of a home for reading. No heavy library is imported, so that a query answers at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import duckdb

from affect_store.store.engine.duckdb import (
    OFFLINE,
    READABLE_VERSIONS,
    SCHEMA_VERSION,
    Connection,
    holder_message,
    is_locked,
    schema_version,
    update_advice,
)
from affect_store.store.errors import NotPublishedError, StoreError, StoreLockedError
from affect_store.store.home import Home

_Opened = TypeVar("_Opened")


def open_current(home: Home, opening: Callable[[Path], _Opened]) -> _Opened:
    """Resolve the link to the current publication and return what `opening` returns for its store file.

    Tries once more if a run has replaced and removed that publication in between. Raises `NotPublishedError` if
    nothing has been published yet, and whatever `opening` raises.
    """
    for is_last in (False, True):
        if not home.published_store.exists():
            raise NotPublishedError(home.absence())
        path = home.published_store.resolve()
        try:
            return opening(path)
        except StoreError:
            if is_last or path.exists():
                raise
    raise AssertionError("the second attempt returns or raises")


def open_published(home: Home, *, of_this_version: bool = False) -> Connection:
    """Open the published store read-only, in UTC. Raises `NotPublishedError` if nothing has been published yet.

    With `of_this_version`, raises `StoreError` if another schema version published it; plain SQL works on any.
    """
    connection = open_current(home, _connect_to_read)
    connection.execute("SET TimeZone = 'UTC'")
    if of_this_version:
        try:
            require_version(connection, home.published_store)
        except StoreError:
            connection.close()
            raise
    return connection


def require_version(connection: Connection, path: Path) -> None:
    """Raise `StoreError` if the published store at `path` has a schema version that cannot be read."""
    if (version := schema_version(connection)) not in READABLE_VERSIONS:
        advice = update_advice(version) or "; run `affect run` or `affect demo` to publish again"
        raise StoreError(f"'{path}' was published with schema version {version}, expected {SCHEMA_VERSION}{advice}")


def _connect_to_read(path: Path) -> Connection:
    try:
        try:
            return duckdb.connect(str(path), read_only=True, config=dict(OFFLINE))
        except duckdb.ConnectionException:  # this process, e.g. a notebook, has it open with settings of its own
            return duckdb.connect(str(path), read_only=True)
    except duckdb.ConnectionException as error:
        raise StoreLockedError(f"this process has '{path}' open for writing; close that connection first") from error
    except duckdb.IOException as error:
        if is_locked(error):
            raise StoreLockedError(f"{holder_message(path, error)}, which has it open for writing") from error
        raise StoreError(f"'{path}' cannot be opened as a DuckDB store: {error}") from error
