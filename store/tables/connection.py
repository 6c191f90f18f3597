"""The work store of a home: opened for short writes, and brought to today's schema where it is older."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from store.errors import StoreLockedError
from store.tables.duck import (
    DEFINITIONS,
    POLL_S,
    SCHEMA_VERSION,
    WAIT_S,
    Connection,
    connect,
    open_file,
    prepare,
    schema_version,
    sql,
)
from store.tables.home import Home
from store.tables.migrate import migrate

__all__ = ["DEFINITIONS", "SCHEMA_VERSION", "Connection", "open_file", "open_work", "prepare", "sql"]

MIGRATED = ("1", "2")
"""Older schema versions that are brought to today's when a store is opened for writing."""


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
