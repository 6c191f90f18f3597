"""Open, attach and prepare DuckDB files without network access, waiting while another process holds the lock on one.

`work_store`, `published_store` and `store_file` decide which file is opened and how. Statements come from `sql/`.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TypeVar
from weakref import WeakSet

import duckdb

from affect_store.store.engine import clock
from affect_store.store.engine.feature_sql import feature_definitions
from affect_store.store.engine.sql_files import sql
from affect_store.store.errors import StoreError, StoreLockedError
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.store.schema.tables import SCHEMAS, TABLES, work_ddl
from affect_store.store.vocabulary import EMOTIONS

Connection = duckdb.DuckDBPyConnection
DatabaseError = duckdb.Error

SCHEMA_VERSION = "7"
SAME_PUBLICATIONS = ("6", SCHEMA_VERSION)
"""Schema versions whose publications have the same tables."""

READABLE_VERSIONS = ("4", "5", *SAME_PUBLICATIONS)
"""Schema versions of publications that this version reads: in 5, no split was across corpora; in 4, also no photograph
could be unlabelled, and all classes were the eight."""

OFFLINE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
DEFINITIONS = (
    "macros/ratings_at",
    "macros/labels_at", "macros/misses_at",
    "views/current", "views/current_splits", "views/folds", "views/current_runs", "views/systems", "views/finals",
    "views/cross_splits", "views/cross_runs", "views/declared",
    "views/present", "views/reference_counts", "views/rendered_units", "views/absent", "views/current_audits",
)  # fmt: skip
"""Macros and views that define which rows are current, and which were at a given time; every store has them."""

WAIT_S = 30.0
"""Default time to wait for a process that holds a store, seconds."""

ROWS_PER_GROUP = 4096
"""Rows per group of a file that `open_to_fill` writes: two of DuckDB's vectors, 23 MB of a feature's values."""

POLL_S = 0.2
_NO_LOG = "RECOVERY_MODE 'no_wal_writes'"
_LOCKED = "Could not set lock"
_ATTACHED_HERE = "Unique file handle conflict"
_in_transaction: WeakSet[Connection] = WeakSet()
_Opened = TypeVar("_Opened")
Settings = Mapping[str, str | bool | int | float | list[str]]


def quoted(text: str) -> str:
    """Return `text` as a literal, for statements that cannot bind parameters: ATTACH and COMMENT."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Return `name` as the name of a column or view, quoted for SQL."""
    return '"' + name.replace('"', '""') + '"'


def connect(path: Path, *, wait_s: float = WAIT_S) -> Connection:
    """Open the file at `path` for writing. Raises what `wait_for` does."""
    return wait_for(path, lambda: duckdb.connect(str(path), config=dict(OFFLINE)), wait_s=wait_s)


def connect_shared(path: Path, *, wait_s: float = WAIT_S, row_group_rows: int, settings: Settings) -> Connection:
    """Open the file at `path` for writing, in an instance that all such connections of this process to it share.

    New rows are stored in groups of up to `row_group_rows`. Every caller must name the same settings. Raises what
    `wait_for` does.
    """
    name = hashlib.sha256(str(path.resolve()).encode()).hexdigest()
    config = {**OFFLINE, "temp_directory": f"{path}.tmp", **settings}
    attached = f"ATTACH IF NOT EXISTS {quoted(str(path))} AS {identifier(path.stem)} (ROW_GROUP_SIZE {row_group_rows})"

    def opening() -> Connection:
        connection = duckdb.connect(f":memory:{name}", config=config)
        try:  # only ATTACH takes the number of rows of a group
            return connection.execute(attached).execute(f"USE {identifier(path.stem)}")
        except BaseException:
            connection.close()
            raise

    return wait_for(path, opening, wait_s=wait_s)


def open_file(path: Path) -> Connection:
    """Open a new or existing DuckDB file that no other process holds, in UTC."""
    connection = duckdb.connect(str(path), config=dict(OFFLINE))
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def open_to_fill(path: Path) -> Connection:
    """Open a new or existing DuckDB file to fill it; a crash before a CHECKPOINT loses what was written since the last.

    Rows go to the file in small groups: they need little memory, and a later addition rewrites few of those before it.
    What does not fit into memory is spilled beside the file.
    """
    connection = duckdb.connect(":memory:", config={**OFFLINE, "temp_directory": f"{path}.tmp"})
    try:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"ATTACH {quoted(str(path))} AS store (ROW_GROUP_SIZE {ROWS_PER_GROUP}, {_NO_LOG})")
        connection.execute("USE store")
    except BaseException:
        connection.close()
        raise
    return connection


def attach(connection: Connection, path: Path, alias: str, *, wait_s: float = WAIT_S) -> None:
    """Attach the store at `path` read-only as `alias`. Raises what `wait_for` does."""
    statement = f"ATTACH {quoted(str(path))} AS {alias} (READ_ONLY)"
    wait_for(path, lambda: connection.execute(statement), wait_s=wait_s)


def wait_for(path: Path, opening: Callable[[], _Opened], *, wait_s: float = WAIT_S) -> _Opened:
    """Return what `opening` returns; retry for `wait_s` seconds while another process holds the store at `path`.

    Raises `StoreLockedError`, naming the holder, on timeout or if this process has the store open with other settings,
    and `StoreError` if the file is not a DuckDB store.
    """
    deadline = time.monotonic() + wait_s
    while True:
        try:
            return opening()
        except (duckdb.ConnectionException, duckdb.BinderException) as error:
            if isinstance(error, duckdb.BinderException) and _ATTACHED_HERE not in str(error):
                raise
            raise StoreLockedError(
                f"this process has '{path}' open already, for instance in a notebook; close that connection first"
            ) from error
        except duckdb.IOException as error:
            if _LOCKED not in str(error):
                raise StoreError(f"'{path}' cannot be opened as a DuckDB store: {error}") from error
            if time.monotonic() >= deadline:
                state = f"waited {wait_s:.0f} s" if wait_s else "it has the store open for writing"
                advice = f"{state}. Let it finish, or stop it, then run again"
                raise StoreLockedError(f"{holder_message(path, error)}; {advice}") from error
        time.sleep(POLL_S)


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """Commit all writes of the block, or none if it raises. A block inside another one belongs to its transaction."""
    if connection in _in_transaction:
        yield
        return
    connection.execute("BEGIN")
    _in_transaction.add(connection)
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    else:
        connection.execute("COMMIT")
    finally:
        _in_transaction.discard(connection)


def is_locked(error: duckdb.Error) -> bool:
    """Return whether DuckDB refused to open a file because another process holds it."""
    return _LOCKED in str(error)


def holder_message(path: Path, error: duckdb.Error) -> str:
    """Return the sentence that names the process that holds the store, taken from DuckDB's message."""
    holder = re.search(r"held in (.+?) \(PID (\d+)\)", str(error))
    return f"the store '{path}' is held by " + (f"process {holder[2]} ({holder[1]})" if holder else "another process")


def prepare(connection: Connection) -> None:
    """Create missing schemas, tables, views and macros in one transaction; nothing is written where none is missing.

    Raises `StoreError`, before anything is changed, if the store has another schema version.
    """
    connection.execute("SET TimeZone = 'UTC'")
    _require_version(connection)
    if not _is_prepared(connection):
        with transaction(connection):
            for statement in _preparing_statements():
                connection.execute(statement)
            connection.execute(sql("catalogue/insert_emotions"), {"emotions": list(EMOTIONS)})
            setting = {"key": SettingKey.SCHEMA_VERSION, "setting": SCHEMA_VERSION}
            connection.execute(sql("quality/insert_setting"), setting)
            connection.execute(f"COMMENT ON TABLE quality.settings IS {quoted(_definitions())}")
    clock.not_before(connection.execute(sql("quality/select_latest_moment")).fetchall()[0][0])


def define(connection: Connection, views: Iterable[str] = ()) -> None:
    """Create the views and macros of every store, and those of `sql/views` that are named."""
    for statement in (*_defining_statements(), *(sql(f"views/{view}") for view in views)):
        connection.execute(statement)


def _defining_statements() -> list[str]:
    return [*feature_definitions(), *map(sql, DEFINITIONS)]


def _preparing_statements() -> list[str]:
    schemas = [f"CREATE SCHEMA IF NOT EXISTS {schema}" for schema in SCHEMAS]
    return [*schemas, *map(work_ddl, TABLES), *_defining_statements()]


@cache
def _definitions() -> str:
    """Return the sha256 of everything that `prepare` writes. Hundreds of statements take a tenth of a second at every
    opening, and would change the file each time."""
    return hashlib.sha256("\n".join((*_preparing_statements(), *EMOTIONS)).encode()).hexdigest()


def _is_prepared(connection: Connection) -> bool:
    ((names, definitions),) = connection.execute(sql("quality/select_definitions")).fetchall()
    return definitions == _definitions() and {table.qualified for table in TABLES} <= set(names)


def _require_version(connection: Connection) -> None:
    version = schema_version(connection)
    if version is not None and version != SCHEMA_VERSION:
        raise StoreError(
            f"expected a store of schema version {SCHEMA_VERSION}, received version {version}{update_advice(version)}"
        )


def update_advice(version: str | None) -> str:
    """Return what to do about a store of a later schema version, to be added to a message; empty for others."""
    is_later = version is not None and version.isdecimal() and int(version) > int(SCHEMA_VERSION)
    return ": a later version of affect-store made it; update affect-store" if is_later else ""


def schema_version(connection: Connection) -> str | None:
    """Return the schema version that is recorded in a store; None for a new file or one that is not a store."""
    if not connection.execute(sql("quality/select_settings_table")).fetchall():
        return None
    row = connection.execute(sql("quality/select_setting"), {"key": SettingKey.SCHEMA_VERSION}).fetchone()
    return row[0] if row else None
