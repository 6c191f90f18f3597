"""The history of publications: each published store carries the entries of all earlier ones and adds its own.

Earlier publications are only read. The history of a damaged one is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from affect_store.store.engine.duckdb import Connection, attach
from affect_store.store.engine.sql_files import sql
from affect_store.store.errors import StoreError, StoreLockedError
from affect_store.store.schema.tables import HISTORY

_PREVIOUS = "previous"


@dataclass(frozen=True)
class HistoryEntry:
    """The history entry of a new publication: when and by which code it is made, and the store of the previous one,
    whose own entry is left out if the new one `replaces` it."""

    published_at: datetime
    code_version: str
    previous: Path | None = None
    replaces: bool = False


def add_entry(connection: Connection, entry: HistoryEntry) -> None:
    """Fill `quality.publications` with the entries of the previous store and the new one.

    The store of `connection` must be complete, with its views, since the entry counts its contents.
    """
    if entry.previous is not None:
        copy_entries(connection, entry.previous)
        if entry.replaces:
            connection.execute(sql("quality/delete_newest_publication"))
    parameters = {"published_at": entry.published_at, "code_version": entry.code_version}
    connection.execute(f"INSERT OR REPLACE INTO {HISTORY} BY NAME {sql('quality/select_publication')}", parameters)


def copy_entries(connection: Connection, store: Path) -> None:
    """Copy the entries of another published store; none if it has no history table or is damaged.

    Raises `StoreLockedError` if another process has it open for writing.
    """
    try:
        attach(connection, store, _PREVIOUS)
    except StoreLockedError:
        raise
    except StoreError:
        return
    try:
        if connection.execute(sql("quality/select_history_table"), {"alias": _PREVIOUS}).fetchall():
            connection.execute(f"INSERT INTO {HISTORY} BY NAME FROM {_PREVIOUS}.{HISTORY}")
    except duckdb.Error:  # a damaged file must not prevent the new publication
        return
    finally:
        connection.execute(f"DETACH {_PREVIOUS}")


def update_entries(connection: Connection) -> None:
    """Update the entries of a store from which a subject was erased to what it contains now."""
    connection.execute(sql("quality/renew_history"))
