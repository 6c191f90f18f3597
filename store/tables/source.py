"""A store's file, open for reading: one DuckDB for looking things up, and one, with little memory, for values.

Both are instances of their own, so that their settings are nobody else's: neither a notebook's that has the same file
open, nor each other's. Nothing is written.
"""

from __future__ import annotations

import secrets
import tempfile
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import duckdb

from store.tables.duck import OFFLINE, WAIT_S, Connection, attach

READERS = 2
"""So many threads read values at once, each of a range of rows: turning blocks into Arrow is what takes the time."""

NARROW_MEMORY = "48MB"
"""What DuckDB may keep while many values are read; with more it keeps blocks that nobody asks for again."""

CATALOGUE = "store"


def open_attached(path: Path, *, wait_s: float = WAIT_S, memory: str | None = None) -> Connection:
    """An instance of DuckDB in memory that reads the store at `path`, in UTC; what it must put aside goes to a folder
    of its own among the system's temporary ones, and away with it. Raises what `duck.wait_for` does."""
    aside = Path(tempfile.gettempdir()) / f"affect-store-{secrets.token_hex(8)}"
    # A pass over one table is no faster with more threads, and each holds blocks of its own.
    config: dict[str, str | bool | int | float | list[str]] = {**OFFLINE, "threads": 1, "temp_directory": str(aside)}
    if memory is not None:
        config["memory_limit"] = memory
    connection = duckdb.connect(":memory:", config=config)
    try:
        connection.execute("SET TimeZone = 'UTC'")
        attach(connection, path, CATALOGUE, wait_s=wait_s)
        connection.execute(f"USE {CATALOGUE}")
    except BaseException:
        connection.close()
        raise
    return connection


class Source(AbstractContextManager["Source"]):
    """A store at `path`, open until the end of the block, or until `close`. Raises what `duck.wait_for` does.

    No other process can write to the file meanwhile; what takes its place is not seen.
    """

    def __init__(self, path: Path, *, wait_s: float = WAIT_S) -> None:
        self._path = path
        self.connection = open_attached(path, wait_s=wait_s)
        self._narrow: Connection | None = None
        self._turn = threading.RLock()

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.connection.close()
        if self._narrow is not None:
            self._narrow.close()

    @contextmanager
    def readers(self, *, narrow: bool) -> Iterator[list[Connection]]:
        """Connections for reading values, one a thread; with `narrow`, in little memory. One thread at a time has them.

        Opening the narrow instance takes some tens of milliseconds, once: for few values it is not worth it.
        """
        with self._turn:
            if narrow and self._narrow is None:
                self._narrow = open_attached(self._path, memory=NARROW_MEMORY)
            instance = self._narrow if narrow and self._narrow else self.connection
            cursors = [instance.cursor() for _ in range(READERS)]
            try:
                for one in cursors:
                    one.execute(f"USE {CATALOGUE}")
                yield cursors
            finally:
                for one in cursors:
                    one.close()
