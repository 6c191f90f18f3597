"""Opening DuckDB files: the work store for short writes, the published store for reading."""

from __future__ import annotations

import fcntl
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

import duckdb

from store.errors import NotPublishedError, StoreError, StoreLockedError
from store.tables import clock
from store.tables.catalog import SCHEMAS, TABLES, ddl
from store.tables.home import Home
from store.vocabulary import EMOTIONS

Connection = duckdb.DuckDBPyConnection

SCHEMA_VERSION = "2"
MIGRATED = ("1",)
"""Older schema versions that are brought to today's when a store is opened for writing."""
_OFFLINE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
DEFINITIONS = (
    "macro_labels_at", "macro_landmarks_at", "macro_pixels_at", "macro_deltas_at", "macro_misses_at",
    "view_current", "view_current_splits", "view_present", "view_absent",
)  # fmt: skip
"""Statements that define what counts: today and at a moment; in the work store and in the published one."""

WAIT_S = 30.0
"""How long to wait for a process that holds a store, where nothing else is said."""

_POLL_S = 0.2
_LOCKED = "Could not set lock"
_ATTACHED_HERE = "Unique file handle conflict"
_Opened = TypeVar("_Opened")


@cache
def sql(name: str) -> str:
    """The statement in `store/tables/sql/NAME.sql`."""
    return files("store.tables").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


@contextmanager
def open_work(home: Home, *, wait_s: float = WAIT_S) -> Iterator[Connection]:
    """The work store of a home, created on first use. DuckDB lets one process write: hold it only for a moment.

    Raises `StoreLockedError`, naming the holder, where another process keeps it for longer than `wait_s` seconds or
    this one has it open with other settings, and `StoreError` where the file is no store of this schema version.
    """
    home.root.mkdir(parents=True, exist_ok=True)
    connection = _connect(home.work, wait_s)
    try:
        if schema_version(connection) in MIGRATED:
            connection.close()
            _migrate(home.work, wait_s)
            connection = _connect(home.work, wait_s)
        prepare(connection)
        # By default a checkpoint every 16 MB rewrites the last rows each time: writing would grow with the square.
        connection.execute("SET checkpoint_threshold = '1GB'")
        yield connection
    finally:
        connection.close()


def _migrate(path: Path, wait_s: float) -> None:
    """Bring an older store to today's schema, unless another process did while this one waited for its turn."""
    from store.tables.migrate import migrate  # it opens stores itself

    with _one_at_a_time(path, wait_s):
        with closing(_connect(path, wait_s)) as connection:
            is_older = schema_version(connection) in MIGRATED
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
            time.sleep(_POLL_S)
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


def quoted(text: str) -> str:
    """A literal for the few statements that bind no parameters: ATTACH and COMMENT."""
    return "'" + text.replace("'", "''") + "'"


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


def open_published(home: Home, *, of_this_version: bool = False) -> Connection:
    """The published store, read-only. Raises `NotPublishedError` where nothing has been published yet.

    With `of_this_version`, `StoreError` where an older affect-store published it; SQL can be asked of any.
    """
    if not home.published_store.exists():
        raise NotPublishedError(
            f"there is no published store at '{home.published_store}' yet: `affect demo` or `affect run` makes one, "
            "`--home` names another home"
        )
    path = home.published_store.resolve()
    connection = _connect_to_read(path)
    connection.execute("SET TimeZone = 'UTC'")
    if of_this_version and (found := schema_version(connection)) != SCHEMA_VERSION:
        connection.close()
        raise StoreError(
            f"'{path}' was published with schema version {found}, expected {SCHEMA_VERSION}: the next `affect run` or "
            "`affect demo` publishes anew"
        )
    return connection


def _connect_to_read(path: Path) -> Connection:
    try:
        try:
            return duckdb.connect(str(path), read_only=True, config=dict(_OFFLINE))
        except duckdb.ConnectionException:  # a notebook has it open in this very process, with settings of its own
            return duckdb.connect(str(path), read_only=True)
    except duckdb.ConnectionException as error:
        raise StoreLockedError(f"this process has '{path}' open for writing: close that connection first") from error
    except duckdb.IOException as error:
        if _LOCKED in str(error):
            raise StoreLockedError(f"{_held(path, str(error))}: a program has it open for writing") from error
        raise StoreError(f"'{path}' cannot be opened as a DuckDB store: {error}") from error


def schema_version(connection: Connection) -> str | None:
    """The schema version that a store says it has; None where it is no store or a new file."""
    if not connection.execute(sql("select_settings_table")).fetchall():
        return None
    found = connection.execute(sql("select_setting"), {"key": "schema_version"}).fetchone()
    return found[0] if found else None


def open_file(path: Path) -> Connection:
    """A new or existing DuckDB file, offline, in UTC."""
    connection = duckdb.connect(str(path), config=dict(_OFFLINE))
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def attach(connection: Connection, path: Path, alias: str, *, wait_s: float = WAIT_S) -> None:
    """Let `connection` read the store at `path` as `alias`. Raises what `open_work` does where that cannot be."""
    statement = f"ATTACH {quoted(str(path))} AS {alias} (READ_ONLY)"  # ATTACH binds no parameters
    _wait_for(path, wait_s, lambda: connection.execute(statement))


def _connect(path: Path, wait_s: float) -> Connection:
    return _wait_for(path, wait_s, lambda: duckdb.connect(str(path), config=dict(_OFFLINE)))


def _wait_for(path: Path, wait_s: float, opening: Callable[[], _Opened]) -> _Opened:
    """What `opening` returns, tried again for `wait_s` seconds while another process holds the store."""
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
                raise StoreLockedError(_locked(path, str(error), wait_s)) from error
        time.sleep(_POLL_S)


def _locked(path: Path, text: str, wait_s: float) -> str:
    return f"{_held(path, text)}; waited {wait_s:.0f} s. Let it finish, or stop it, and run again"


def _held(path: Path, text: str) -> str:
    holder = re.search(r"held in (.+?) \(PID (\d+)\)", text)
    return f"the store '{path}' is held by " + (f"process {holder[2]} ({holder[1]})" if holder else "another process")
