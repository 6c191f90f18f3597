"""Attach a lake to an in-memory DuckDB, for reading at one snapshot or for writing, with bounded retries."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from secrets import token_hex
from tempfile import gettempdir
from typing import TypeVar

import duckdb

from affect_store.store.engine.duckdb import OFFLINE, POLL_S, Connection, quoted
from affect_store.store.errors import NotPublishedError, StoreError, StoreLockedError
from affect_store.store.lake import credentials, extensions
from affect_store.store.lake.address import FILE, POSTGRES, SQLITE, LakeAddress

LAKE = "lake"
"""Name of an attached lake in SQL."""

WAIT_S = 10.0
"""Time to wait for a catalogue that another process holds or that does not answer, seconds. Chosen, not measured."""

NO_INLINING = "DATA_INLINING_ROW_LIMIT 0"
"""All rows are in data files, where pyarrow finds them and an erasure rewrites them; none in the catalogue."""

_EXTENSIONS = {
    POSTGRES: (extensions.DUCKLAKE, extensions.POSTGRES),
    SQLITE: (extensions.DUCKLAKE, extensions.SQLITE),
    FILE: (extensions.DUCKLAKE,),
}
_BUSY = ("Could not set lock", "database is locked", "Unique file handle conflict", "already exists")
_UNREACHABLE = ("Unable to connect to Postgres", "could not connect", "server closed the connection")
_ABSENT = ("creating a new DuckLake is explicitly disabled", "database does not exist", "unable to open database file")
_OTHER_DATA, _NO_DATA = "DATA_PATH", "data_path is not set"
_LATER = ("catalog version", "not supported")
_Opened = TypeVar("_Opened")

Moment = int | datetime
"""A snapshot by its number, or the last one at a time."""


def open_to_read(address: LakeAddress, *, at: Moment | None = None, wait_s: float = WAIT_S) -> Connection:
    """Return a connection with the lake attached read-only as `lake`, at its last snapshot or at `at`, in UTC.

    Later publications do not change what the connection reads. Raises `NotPublishedError` if there is no lake,
    `StoreLockedError` while another process holds the file of the catalogue, and `StoreError` for a catalogue that
    cannot be reached or used.
    """
    if address.file is not None and not address.file.is_file():
        raise _absent(address)
    connection = _connection(address)
    try:
        moment = _options_of(at) if at is not None else f"SNAPSHOT_VERSION {_latest(connection, address, wait_s)}"
        _attach(connection, address, ("READ_ONLY", "CREATE_IF_NOT_EXISTS false", moment), wait_s)
        credentials.use(connection, data_path(connection))
    except BaseException:
        connection.close()
        raise
    return connection


def open_to_write(address: LakeAddress, *, creates: bool = True, wait_s: float = WAIT_S) -> Connection:
    """Return a connection with the lake attached for writing as `lake`.

    A lake that does not exist is created, or, unless `creates`, raises `NotPublishedError`. Raises `StoreError` also if
    the lake has its files elsewhere than `address.data`.
    """
    if not creates and address.file is not None and not address.file.is_file():
        raise _absent(address)
    if address.file is not None and not address.file.parent.is_dir():
        raise StoreError(f"'{address.url}': there is no folder '{address.file.parent}'")
    connection = _connection(address)
    try:
        if address.data is not None:
            credentials.use(connection, address.data)
        options = [NO_INLINING, *([] if creates else ["CREATE_IF_NOT_EXISTS false"])]
        options += [*([f"DATA_PATH {quoted(address.data)}"] if address.data else [])]
        if address.kind == SQLITE:
            options += ["META_JOURNAL_MODE 'WAL'", "META_BUSY_TIMEOUT 10000"]  # open readers must not lock out a writer
        _attach(connection, address, options, wait_s)
        credentials.use(connection, data_path(connection))
    except BaseException:
        connection.close()
        raise
    return connection


def moment_of(text: str | None) -> Moment | None:
    """Return the number of a snapshot or a time in ISO 8601, UTC if naive. Raises `StoreError` for other text."""
    if text is None or text.isdecimal():
        return None if text is None else int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise StoreError(f"'{text}' is neither the number of a snapshot nor a time such as 2026-11-28T12:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def snapshot(connection: Connection) -> int:
    """Return the number of the snapshot that a connection reads."""
    return int(connection.execute(f"FROM {LAKE}.current_snapshot()").fetchall()[0][0])


def data_path(connection: Connection) -> str:
    """Return where the data files of the attached lake are: a folder or an address of S3, with a slash at the end."""
    rows = connection.execute(f"FROM {LAKE}.options() SELECT value WHERE option_name = 'data_path'").fetchall()
    return str(rows[0][0])


def _connection(address: LakeAddress) -> Connection:
    connection = duckdb.connect(":memory:", config=dict(OFFLINE))
    try:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET python_enable_replacements = false")  # names must not resolve to Python variables
        # nothing is there: the user's own secrets are not for this; without a folder PostgreSQL cannot be attached
        connection.execute(f"SET secret_directory = {quoted(f'{gettempdir()}/affect-store-{token_hex(8)}')}")
        extensions.load(connection, _EXTENSIONS[address.kind])
    except BaseException:
        connection.close()
        raise
    return connection


def _latest(connection: Connection, address: LakeAddress, wait_s: float) -> int:
    _attach(connection, address, ("READ_ONLY", "CREATE_IF_NOT_EXISTS false"), wait_s)
    latest = snapshot(connection)
    connection.execute(f"DETACH {LAKE}")
    return latest


def _options_of(at: Moment) -> str:
    if isinstance(at, datetime):
        return f"SNAPSHOT_TIME {quoted(at.isoformat(sep=' '))}"
    return f"SNAPSHOT_VERSION {at}"


def _attach(connection: Connection, address: LakeAddress, options: Iterable[str], wait_s: float) -> None:
    statement = f"ATTACH {quoted(address.url)} AS {LAKE} ({', '.join(options)})"
    retried(lambda: connection.execute(statement), address, wait_s=wait_s)


def retried(call: Callable[[], _Opened], address: LakeAddress, *, wait_s: float = WAIT_S) -> _Opened:
    """Return what `call` returns; retry for `wait_s` seconds while the catalogue is held or does not answer."""
    deadline = time.monotonic() + wait_s
    while True:
        try:
            return call()
        except duckdb.Error as error:
            is_passing = any(text in str(error) for text in (*_BUSY, *_UNREACHABLE))
            if not is_passing or time.monotonic() >= deadline:
                raise _explained(error, address) from error
        time.sleep(POLL_S)


def _explained(error: duckdb.Error, address: LakeAddress) -> StoreError:
    text = str(error)
    if any(sign in text for sign in _ABSENT):
        return _absent(address)
    if any(sign in text for sign in _BUSY):
        advice = " (a catalogue in a file serves one process at a time; one in PostgreSQL many)"
        return StoreLockedError(f"another process holds the catalogue of the lake '{address.url}'{advice}")
    if any(sign in text for sign in _UNREACHABLE):
        reason = (text.rpartition("failed: ")[2] if "failed: " in text else text.rpartition('":')[2]).strip()
        sentence = reason.splitlines()[0] if reason else "no answer"
        return StoreError(f"the catalogue of the lake '{address.url}' cannot be reached: {sentence}")
    if _NO_DATA in text:
        return StoreError(f"there is no lake at '{address.url}' yet, and `--data` does not say where its files go")
    if _OTHER_DATA in text:
        return StoreError(
            f"the lake '{address.url}' has its data files elsewhere than '{address.data}': {text.splitlines()[0]}"
        )
    if all(sign in text for sign in _LATER):
        return StoreError(f"the lake '{address.url}' was made by a later version of DuckLake: {text.splitlines()[0]}")
    if "No snapshot found" in text or "snapshot" in text.lower() and "not" in text.lower():
        return StoreError(f"the lake '{address.url}' has no such snapshot: {text.splitlines()[0]}")
    return StoreError(f"the lake '{address.url}' cannot be opened: {text.splitlines()[0]}")


def _absent(address: LakeAddress) -> NotPublishedError:
    return NotPublishedError(
        f"there is no lake at '{address.url}' yet: `affect publish --to '{address.url}' --data PATH` creates it"
    )
