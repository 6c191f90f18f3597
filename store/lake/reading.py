"""Open a lake for reading as if it were a published store: the same schemas, tables, views, macros and types.

They are views of an in-memory database, so that they are those of this version whoever has published, and so that a
reader can see one home of several. Nothing is written.
"""

from __future__ import annotations

import secrets
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from affect_store.store.engine import definitions, own_views
from affect_store.store.engine.duckdb import Connection, quoted
from affect_store.store.engine.sql_files import sql
from affect_store.store.engine.store_file import READERS, StoreFile
from affect_store.store.errors import NotPublishedError, StoreError, UnknownNameError, unknown_name
from affect_store.store.lake import layout
from affect_store.store.lake.address import LakeAddress
from affect_store.store.lake.connect import LAKE, WAIT_S, Moment, open_to_read, snapshot
from affect_store.store.lake.publish import require_not_later
from affect_store.store.schema.fields import FIELDS
from affect_store.store.schema.tables import TABLES


def open_store(
    address: LakeAddress,
    *,
    alias: str,
    at: Moment | None = None,
    home_id: str | None = None,
    numbered: bool = False,
    memory: str | None = None,
    wait_s: float = WAIT_S,
) -> Connection:
    """Return a connection whose default catalogue `alias` has what a published store has, read from the lake.

    `at` is a snapshot or a time, the last snapshot by default. `home_id` is the home whose rows are read; by default
    those of all homes are, of tables that describe a whole store those of the first home. With `numbered`, tables of
    features have the column `rowid`, as files have. Raises what `open_to_read` does, `NotPublishedError` if no home has
    published by then, and `UnknownNameError` for an unknown home.
    """
    connection = open_to_read(address, at=at, wait_s=wait_s)
    try:
        spill = Path(tempfile.gettempdir()) / f"affect-store-{secrets.token_hex(8)}"
        connection.execute(f"SET temp_directory = {quoted(str(spill))}")
        connection.execute(f"SET threads = {READERS}")
        if memory is not None:
            connection.execute(f"SET memory_limit = {quoted(memory)}")
        known = homes(connection, address)
        if home_id is None and len(known) == 1:
            (home_id,) = known
        if home_id is not None and home_id not in known:
            raise UnknownNameError(unknown_name("home", home_id, known, of=address.url))
        _define(connection, alias, home_id, numbered=numbered)
    except BaseException:
        connection.close()
        raise
    return connection


def homes(connection: Connection, address: LakeAddress) -> list[str]:
    """Return the ids of the homes that had published into the attached lake. Raises `StoreError` if none had."""
    try:
        rows = connection.execute(sql("lake/select_homes")).fetchall()
    except duckdb.CatalogException:
        rows = []
    if not rows:
        raise NotPublishedError(f"nothing has been published into the lake '{address.url}' at this snapshot")
    for _, version, *_ in rows:
        require_not_later(version)
    return [row[0] for row in rows]


def _define(connection: Connection, alias: str, home_id: str | None, *, numbered: bool) -> None:
    connection.execute(f"ATTACH ':memory:' AS {alias}")
    connection.execute(f"USE {alias}")
    connection.execute("BEGIN")
    try:
        for statement in layout.view_statements(f"{LAKE}.", home_id, numbered=numbered):
            connection.execute(statement)
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise StoreError(
            "an earlier version of affect-store made this lake: `affect publish` of this version updates it"
        ) from error
    connection.execute(sql("lake/define_homes").replace("stored.homes", f"{LAKE}.stored.homes"))
    own_views.define(connection)
    connection.execute("COMMIT")


def add_comments(connection: Connection) -> None:
    """Give the views of `open_store` the comments that a published store has."""
    connection.execute("BEGIN")
    definitions.comment(connection)
    for table in TABLES:
        connection.execute(f"COMMENT ON VIEW {table.qualified} IS {quoted(table.grain)}")
        for name in table.columns:
            comment = quoted(layout.column_comment(FIELDS[name]))
            connection.execute(f"COMMENT ON COLUMN {table.qualified}.{name} IS {comment}")
    connection.execute("COMMIT")


class LakeSource(StoreFile):
    """A lake, open for reading at one snapshot, with the interface of a store's file."""

    span = layout.ROWS_PER_GROUP

    def __init__(self, address: LakeAddress, *, at: Moment | None = None, home_id: str | None = None) -> None:
        """Open the lake; see `open_store`, which also says what is raised."""
        self.path = Path(address.url)
        self.address, self.home_id = address, home_id
        self.connection = open_store(address, alias=self.catalogue, at=at, home_id=home_id, numbered=True)
        self.snapshot = snapshot(self.connection)
        self._narrow = None
        self._lock = threading.RLock()

    @contextmanager
    def readers(self, *, narrow: bool) -> Iterator[list[Connection]]:
        """Yield one connection per reading thread, to one caller at a time; `narrow` makes no difference."""
        with super().readers(narrow=False) as cursors:
            yield cursors
