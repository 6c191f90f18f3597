"""A store's file opened for reading: one DuckDB instance for lookups, and one with little memory for bulk values.

Each instance has its own settings, separate from any other connection of this process to the same file, for instance
a notebook's. Nothing is written.
"""

from __future__ import annotations

import secrets
import tempfile
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import duckdb

from affect_store.store.engine.duckdb import OFFLINE, WAIT_S, Connection, attach

READERS = 2
"""Number of threads that read values at once, each a range of rows: converting blocks to Arrow takes the time."""

NARROW_MEMORY = "48MB"
"""Memory limit of DuckDB for bulk reads; with more it would cache blocks that are never read again."""

CATALOGUE = "store"


def open_attached(
    path: Path, *, wait_s: float = WAIT_S, memory: str | None = None, alias: str = CATALOGUE
) -> Connection:
    """Open an in-memory DuckDB, in UTC, that reads the store at `path`; it spills to its own temporary folder.

    The store is its default catalogue, named `alias`. Raises what `duckdb.wait_for` does.
    """
    spill = Path(tempfile.gettempdir()) / f"affect-store-{secrets.token_hex(8)}"
    # A scan of one table is no faster with more threads, and each thread buffers blocks of its own.
    config: dict[str, str | bool | int | float | list[str]] = {**OFFLINE, "threads": 1, "temp_directory": str(spill)}
    if memory is not None:
        config["memory_limit"] = memory
    connection = duckdb.connect(":memory:", config=config)
    try:
        connection.execute("SET TimeZone = 'UTC'")
        attach(connection, path, alias, wait_s=wait_s)
        connection.execute(f"USE {alias}")
    except BaseException:
        connection.close()
        raise
    return connection


class StoreFile(AbstractContextManager["StoreFile"]):
    """The store at `path`, open until the end of the block or until `close`. Raises what `duckdb.wait_for` does.

    No other process can write to the file meanwhile; a file that replaces it is not seen.
    """

    catalogue = CATALOGUE
    span: int | None = None
    """Number of rows that are read at once; None where that is for the reader to choose."""

    def __init__(self, path: Path, *, wait_s: float = WAIT_S) -> None:
        self.path = path
        self.connection = open_attached(path, wait_s=wait_s)
        self._narrow: Connection | None = None
        self._lock = threading.RLock()

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.connection.close()
        if self._narrow is not None:
            self._narrow.close()

    @contextmanager
    def readers(self, *, narrow: bool) -> Iterator[list[Connection]]:
        """Yield one connection per reading thread, with `narrow` in little memory, to one caller at a time.

        The first narrow call opens an instance, which takes some tens of milliseconds: not worth it for few values.
        """
        with self._lock:
            if narrow and self._narrow is None:
                self._narrow = open_attached(self.path, memory=NARROW_MEMORY)
            instance = self._narrow if narrow and self._narrow else self.connection
            cursors = [instance.cursor() for _ in range(READERS)]
            try:
                for cursor in cursors:
                    cursor.execute(f"USE {self.catalogue}")
                yield cursors
            finally:
                for cursor in cursors:
                    cursor.close()
