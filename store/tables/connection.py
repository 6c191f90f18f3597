"""The two stores of a home: the work store, opened for short writes, and the published one, opened for reading."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

import duckdb

from store.errors import NotPublishedError, StoreError, StoreLockedError
from store.tables.duck import (
    DEFINITIONS,
    OFFLINE,
    POLL_S,
    SCHEMA_VERSION,
    WAIT_S,
    Connection,
    connect,
    held,
    is_locked,
    open_file,
    prepare,
    schema_version,
    sql,
)
from store.tables.home import Home
from store.tables.migrate import migrate

__all__ = [
    "DEFINITIONS", "SCHEMA_VERSION", "Connection", "follow", "open_file", "open_published", "open_work", "prepare",
    "require_version", "sql",
]  # fmt: skip

MIGRATED = ("1", "2")
"""Older schema versions that are brought to today's when a store is opened for writing."""

_Opened = TypeVar("_Opened")


@contextmanager
def open_work(home: Home, *, wait_s: float = WAIT_S) -> Iterator[Connection]:
    """The work store of a home, created on first use. DuckDB lets one process write: hold it only for a moment.

    Raises `StoreLockedError`, naming the holder, where another process keeps it for longer than `wait_s` seconds or
    this one has it open with other settings, and `StoreError` where the file is no store of this schema version.
    """
    home.root.mkdir(parents=True, exist_ok=True)
    connection = connect(home.work, wait_s=wait_s)
    try:
        if schema_version(connection) in MIGRATED:
            connection.close()
            _migrate(home.work, wait_s)
            connection = connect(home.work, wait_s=wait_s)
        prepare(connection)
        # By default a checkpoint every 16 MB rewrites the last rows each time: writing would grow with the square.
        connection.execute("SET checkpoint_threshold = '1GB'")
        yield connection
    finally:
        connection.close()


def _migrate(path: Path, wait_s: float) -> None:
    """Bring an older store to today's schema, unless another process did while this one waited for its turn."""
    with _one_at_a_time(path, wait_s):
        with closing(connect(path, wait_s=wait_s)) as connection:
            is_older = schema_version(connection) in MIGRATED
            connection.execute("CHECKPOINT")  # what a killed process left beside the file is part of it
        if is_older:
            migrate(path, wait_s=wait_s)


@contextmanager
def _one_at_a_time(path: Path, wait_s: float) -> Iterator[None]:
    """Keep other processes from migrating the store; the lock goes with its process, and its file stays.

    Raises `StoreLockedError`, naming the process, where one takes longer than `wait_s` seconds.
    """
    deadline = time.monotonic() + wait_s
    with path.with_name(f".{path.name}.migrating.lock").open("a+", encoding="ascii") as file:
        while not _locks(file.fileno()):
            if time.monotonic() >= deadline:
                file.seek(0)
                raise StoreLockedError(
                    f"process {file.read().strip()} is bringing the store '{path}' to schema version "
                    f"{SCHEMA_VERSION}; waited {wait_s:.0f} s. Let it finish, and run again"
                )
            time.sleep(POLL_S)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _locks(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


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
