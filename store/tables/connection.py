"""Opening DuckDB files: the work store for short writes, the published store for reading."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path

import duckdb

from store.errors import NotPublishedError, StoreError, StoreLockedError
from store.tables.catalog import SCHEMAS, TABLES, ddl
from store.tables.home import Home
from store.vocabulary import EMOTIONS

Connection = duckdb.DuckDBPyConnection

SCHEMA_VERSION = "1"
_OFFLINE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
_POLL_S = 0.2
_LOCKED = "Could not set lock"


@cache
def sql(name: str) -> str:
    """The statement in `store/tables/sql/NAME.sql`."""
    return files("store.tables").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


@contextmanager
def open_work(home: Home, *, wait_s: float = 30.0) -> Iterator[Connection]:
    """The work store of a home, created on first use. DuckDB lets one process write: hold it only for a moment.

    Raises `StoreLockedError`, naming the holder, where another process keeps it for longer than `wait_s`, and
    `StoreError` where the file is no store of this schema version.
    """
    home.root.mkdir(parents=True, exist_ok=True)
    connection = _connect(home.work, wait_s)
    try:
        prepare(connection)
        yield connection
    finally:
        connection.close()


def prepare(connection: Connection) -> None:
    """Create what is missing of the five schemas, in one transaction, and check the schema version."""
    connection.execute("SET TimeZone = 'UTC'")
    _require_version(connection)
    connection.execute("BEGIN")
    for schema in SCHEMAS:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    for table in TABLES:
        connection.execute(ddl(table))
    connection.execute(sql("insert_emotions"), {"emotions": list(EMOTIONS)})
    connection.execute(sql("insert_setting"), {"key": "schema_version", "setting": SCHEMA_VERSION})
    connection.execute("COMMIT")


def _require_version(connection: Connection) -> None:
    """Refuse a store of another schema version before anything in it is touched."""
    if not connection.execute(sql("select_settings_table")).fetchall():
        return
    found = connection.execute(sql("select_setting"), {"key": "schema_version"}).fetchone()
    if found is not None and found[0] != SCHEMA_VERSION:
        raise StoreError(f"expected a store of schema version {SCHEMA_VERSION}, received version {found[0]}")


def open_published(home: Home) -> Connection:
    """The published store, read-only. Raises `NotPublishedError` where nothing has been published yet."""
    if not home.published_store.exists():
        raise NotPublishedError(
            f"there is no published store at '{home.published_store}' yet: `affect demo` or `affect run` makes one, "
            "`--home` names another home"
        )
    path = home.published_store.resolve()
    try:
        connection = duckdb.connect(str(path), read_only=True, config=dict(_OFFLINE))
    except duckdb.IOException as error:
        if _LOCKED in str(error):
            raise StoreLockedError(f"{_held(path, str(error))}: a program has it open for writing") from error
        raise StoreError(f"'{path}' cannot be opened as a DuckDB store: {error}") from error
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def open_file(path: Path) -> Connection:
    """A new or existing DuckDB file, offline, in UTC."""
    connection = duckdb.connect(str(path), config=dict(_OFFLINE))
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def _connect(path: Path, wait_s: float) -> Connection:
    deadline = time.monotonic() + wait_s
    while True:
        try:
            return duckdb.connect(str(path), config=dict(_OFFLINE))
        except duckdb.IOException as error:
            if _LOCKED not in str(error):
                raise StoreError(f"'{path}' cannot be opened as a DuckDB store: {error}") from error
            if time.monotonic() >= deadline:
                raise StoreLockedError(_locked(path, str(error), wait_s)) from error
        time.sleep(_POLL_S)


def _locked(path: Path, text: str, wait_s: float) -> str:
    return f"{_held(path, text)}; waited {wait_s:.0f} s. Let it finish, or stop it, and run again"


def _held(path: Path, text: str) -> str:
    holder = re.search(r"held in (.+?) \(PID (\d+)\)", text)
    return f"the store '{path}' is held by " + (f"process {holder[2]} ({holder[1]})" if holder else "another process")
