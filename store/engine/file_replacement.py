"""Replace a store's file atomically with a new one that is built from it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from affect_store.store.engine import durable_files
from affect_store.store.engine.duckdb import WAIT_S, Connection, attach, open_file
from affect_store.store.errors import StoreError


@contextmanager
def replaced_store(path: Path, name: str, alias: str, *, wait_s: float = WAIT_S) -> Iterator[Connection]:
    """Yield a new file, with the closed store at `path` attached as `alias`; at the end it replaces that store.

    Nobody can write to the old file meanwhile. If the block raises, or the process is killed at any moment, the old
    file stays. Raises `StoreLockedError` if another process holds it for longer than `wait_s` seconds.
    """
    temporary = path.with_name(f".{path.name}.{name}")
    _remove_temporary(temporary)
    connection = open_file(temporary)
    try:
        attach(connection, path, alias, wait_s=wait_s)
        _require_no_wal(path)
        yield connection
        connection.execute("CHECKPOINT")  # makes the file durable; opening it again to fsync would release its lock
        os.replace(temporary, path)
        durable_files.flush(path.parent)
    finally:
        connection.close()
        _remove_temporary(temporary)


def _require_no_wal(path: Path) -> None:
    """Raise `StoreError` if the store has a write-ahead log, which would be applied to the new file."""
    log = path.with_name(f"{path.name}.wal")
    if log.exists():
        raise StoreError(f"'{log}' holds changes that a killed process has left; run again to apply them")


def _remove_temporary(temporary: Path) -> None:
    """Remove a new file that was not used, and the files that DuckDB creates beside it."""
    for leftover in (temporary, temporary.with_name(f"{temporary.name}.wal")):
        leftover.unlink(missing_ok=True)
    shutil.rmtree(temporary.with_name(f"{temporary.name}.tmp"), ignore_errors=True)
