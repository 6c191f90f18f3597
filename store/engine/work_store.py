"""The work store of a home: opened for short writes, and migrated if an older version of affect-store made it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from affect_store.store.engine.duckdb import (
    SCHEMA_VERSION,
    WAIT_S,
    Connection,
    Settings,
    connect,
    connect_shared,
    prepare,
    schema_version,
)
from affect_store.store.engine.locks import exclusive
from affect_store.store.engine.migrate import MIGRATED, migrate
from affect_store.store.home import Home

ROW_GROUP_ROWS = 2048
"""Rows that DuckDB stores together. As many rows in a transaction are written to their place at once, without the log;
fewer are rewritten with those of their group at the next checkpoint. DuckDB's default is 122,880."""

_SETTINGS: Settings = {
    "threads": 1,  # rows arrive in order; a second thread would only poll, which takes as long as storing the rows
    "checkpoint_threshold": "1GB",  # a checkpoint every 16 MB, the default, would rewrite the last rows each time
    "max_vacuum_tasks": 0,  # merging the groups of small appends would rewrite rows at every closing
    "disabled_compression_methods": "alp,alprd",  # they save 15 % of vectors for a third of the time to store them
}


@contextmanager
def open_work(home: Home, *, wait_s: float = WAIT_S) -> Iterator[Connection]:
    """Open the work store of a home for writing; it is created on first use.

    DuckDB allows one writing process, so keep it open only briefly. Raises `StoreLockedError`, naming the holder, if
    another process keeps it for longer than `wait_s` seconds or this process has it open with other settings, and
    `StoreError` if the file is not a store of this schema version.
    """
    home.root.mkdir(parents=True, exist_ok=True)
    connection = _connect(home.work, wait_s)
    try:
        if schema_version(connection) in MIGRATED:
            connection.close()
            _migrate(home.work, wait_s)
            connection = _connect(home.work, wait_s)
        prepare(connection)
        yield connection
    finally:
        connection.close()


def _connect(path: Path, wait_s: float) -> Connection:
    return connect_shared(path, wait_s=wait_s, row_group_rows=ROW_GROUP_ROWS, settings=_SETTINGS)


def _migrate(path: Path, wait_s: float) -> None:
    """Migrate the store at `path`, unless another process has done so while this one waited for the lock."""
    busy = f"another process is migrating the store '{path}' to schema version {SCHEMA_VERSION}"
    with exclusive(path.with_name(f".{path.name}.migrating.lock"), busy, wait_s=wait_s):
        with closing(connect(path, wait_s=wait_s)) as connection:
            is_older = schema_version(connection) in MIGRATED
            connection.execute("CHECKPOINT")  # merges the write-ahead log that a killed process may have left
        if is_older:
            migrate(path, wait_s=wait_s)
