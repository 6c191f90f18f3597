"""DuckDB's files: opened without a network, attached, and waited for while another process holds one.

Which file is opened when, and what for, is said in `connection`. Statements come from the files in `sql/`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

import duckdb

from store.errors import StoreError, StoreLockedError
from store.tables import clock
from store.tables.catalog import SCHEMAS, TABLES, ddl
from store.vocabulary import EMOTIONS

Connection = duckdb.DuckDBPyConnection

SCHEMA_VERSION = "3"
OFFLINE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
DEFINITIONS = (
    "macro_labels_at", "macro_landmarks_at", "macro_pixels_at", "macro_deltas_at", "macro_misses_at",
    "view_current", "view_current_splits", "view_folds", "view_current_runs", "view_systems", "view_present",
    "view_absent", "view_current_audits",
)  # fmt: skip
"""Statements that define what counts: today and at a moment; in the work store and in the published one."""

WAIT_S = 30.0
"""How long to wait for a process that holds a store, where nothing else is said."""

POLL_S = 0.2
_LOCKED = "Could not set lock"
_ATTACHED_HERE = "Unique file handle conflict"
_Opened = TypeVar("_Opened")


@cache
def sql(name: str) -> str:
    """The statement in `store/tables/sql/NAME.sql`."""
    return files("store.tables").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def quoted(text: str) -> str:
    """A literal for the few statements that bind no parameters: ATTACH and COMMENT."""
    return "'" + text.replace("'", "''") + "'"


def connect(path: Path, *, wait_s: float = WAIT_S) -> Connection:
    """The file at `path`, to be written to. Raises what `wait_for` does."""
    return wait_for(path, lambda: duckdb.connect(str(path), config=dict(OFFLINE)), wait_s=wait_s)


def open_file(path: Path) -> Connection:
    """A new or existing DuckDB file that nobody else holds, in UTC."""
    connection = duckdb.connect(str(path), config=dict(OFFLINE))
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def attach(connection: Connection, path: Path, alias: str, *, wait_s: float = WAIT_S) -> None:
    """Let `connection` read the store at `path` as `alias`. Raises what `wait_for` does."""
    statement = f"ATTACH {quoted(str(path))} AS {alias} (READ_ONLY)"  # ATTACH binds no parameters
    wait_for(path, lambda: connection.execute(statement), wait_s=wait_s)


def wait_for(path: Path, opening: Callable[[], _Opened], *, wait_s: float = WAIT_S) -> _Opened:
    """What `opening` returns, tried again for `wait_s` seconds while another process holds the store at `path`.

    Raises `StoreLockedError`, naming the holder, where it keeps the store for longer or this process has it open with
    other settings, and `StoreError` where the file is no DuckDB store.
    """
    deadline = time.monotonic() + wait_s
    while True:
        try:
            return opening()
        except (duckdb.ConnectionException, duckdb.BinderException) as error:
            if isinstance(error, duckdb.BinderException) and _ATTACHED_HERE not in str(error):
                raise
            raise StoreLockedError(
                f"this process has '{path}' open already, for instance in a notebook: close that connection first"
            ) from error
        except duckdb.IOException as error:
            if _LOCKED not in str(error):
                raise StoreError(f"'{path}' cannot be opened as a DuckDB store: {error}") from error
            if time.monotonic() >= deadline:
                waited = f"waited {wait_s:.0f} s. Let it finish, or stop it, and run again"
                raise StoreLockedError(f"{held(path, error)}; {waited}") from error
        time.sleep(POLL_S)


def is_locked(error: duckdb.Error) -> bool:
    """Whether DuckDB refused a file because another process holds it."""
    return _LOCKED in str(error)


def held(path: Path, error: duckdb.Error) -> str:
    """The sentence that names who holds the store, from DuckDB's own words."""
    holder = re.search(r"held in (.+?) \(PID (\d+)\)", str(error))
    return f"the store '{path}' is held by " + (f"process {holder[2]} ({holder[1]})" if holder else "another process")


def prepare(connection: Connection) -> None:
    """Create what is missing of the five schemas, in one transaction, and check the schema version."""
    connection.execute("SET TimeZone = 'UTC'")
    _require_version(connection)
    connection.execute("BEGIN")
    for schema in SCHEMAS:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    for table in TABLES:
        connection.execute(ddl(table))
    for definition in DEFINITIONS:
        connection.execute(sql(definition))
    clock.not_before(connection.execute(sql("select_latest_moment")).fetchall()[0][0])
    connection.execute(sql("insert_emotions"), {"emotions": list(EMOTIONS)})
    connection.execute(sql("insert_setting"), {"key": "schema_version", "setting": SCHEMA_VERSION})
    connection.execute("COMMIT")


def _require_version(connection: Connection) -> None:
    """Refuse a store of another schema version before anything in it is touched."""
    found = schema_version(connection)
    if found is not None and found != SCHEMA_VERSION:
        raise StoreError(f"expected a store of schema version {SCHEMA_VERSION}, received version {found}")


def schema_version(connection: Connection) -> str | None:
    """The schema version that a store says it has; None where it is no store or a new file."""
    if not connection.execute(sql("select_settings_table")).fetchall():
        return None
    found = connection.execute(sql("select_setting"), {"key": "schema_version"}).fetchone()
    return found[0] if found else None
