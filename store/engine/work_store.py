"""The work store of a home: opened for short writes, and migrated if an older version of affect-store made it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from affect_store.store.engine.duckdb import (
    SCHEMA_VERSION,
    WAIT_S,
    Connection,
    connect,
    prepare,
    schema_version,
)
from affect_store.store.engine.locks import exclusive
from affect_store.store.engine.migrate import MIGRATED, migrate
from affect_store.store.home import Home


@contextmanager
def open_work(home: Home, *, wait_s: float = WAIT_S) -> Iterator[Connection]:
    """Open the work store of a home for writing; it is created on first use.

    DuckDB allows one writing process, so keep it open only briefly. Raises `StoreLockedError`, naming the holder, if
    another process keeps it for longer than `wait_s` seconds or this process has it open with other settings, and
    `StoreError` if the file is not a store of this schema version.
    """
    home.root.mkdir(parents=True, exist_ok=True)
    connection = connect(home.work, wait_s=wait_s)
    try:
        if schema_version(connection) in MIGRATED:
            connection.close()
            _migrate(home.work, wait_s)
            connection = connect(home.work, wait_s=wait_s)
        prepare(connection)
        # The default, a checkpoint every 16 MB, rewrites the last rows each time: cost would grow quadratically.
        connection.execute("SET checkpoint_threshold = '1GB'")
        yield connection
    finally:
        connection.close()


def _migrate(path: Path, wait_s: float) -> None:
    """Migrate the store at `path`, unless another process has done so while this one waited for the lock."""
    busy = f"another process is migrating the store '{path}' to schema version {SCHEMA_VERSION}"
    with exclusive(path.with_name(f".{path.name}.migrating.lock"), busy, wait_s=wait_s):
        with closing(connect(path, wait_s=wait_s)) as connection:
            is_older = schema_version(connection) in MIGRATED
            connection.execute("CHECKPOINT")  # merges the write-ahead log that a killed process may have left
        if is_older:
            migrate(path, wait_s=wait_s)
