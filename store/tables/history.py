"""The publications that led to one: each store carries their rows, and adds its own. No publication is opened to be
changed, and what a damaged one could have told is left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from store.errors import StoreError, StoreLockedError
from store.tables.catalog import HISTORY
from store.tables.duck import Connection, attach, sql

_BEFORE = "before"


@dataclass(frozen=True)
class Made:
    """A publication in the making: when, by which code, and the store whose place it takes."""

    published_at: datetime
    code_version: str
    before: Path | None = None


def note(connection: Connection, made: Made) -> None:
    """Fill `quality.publications`: what the store before has there, and a row for this one, which has its views."""
    if made.before is not None:
        carry(connection, made.before)
    told = {"published_at": made.published_at, "code_version": made.code_version}
    connection.execute(f"INSERT OR REPLACE INTO {HISTORY} BY NAME {sql('select_publication')}", told)


def carry(connection: Connection, store: Path) -> None:
    """Take over the rows of another published store; none where it is older than the table, or is damaged.

    Raises `StoreLockedError` where another process writes to it.
    """
    try:
        attach(connection, store, _BEFORE)
    except StoreLockedError:
        raise
    except StoreError:
        return
    try:
        if connection.execute(sql("select_history_table"), {"alias": _BEFORE}).fetchall():
            connection.execute(f"INSERT INTO {HISTORY} BY NAME FROM {_BEFORE}.{HISTORY}")
    except duckdb.Error:  # a damaged file: its history is lost, this publication is not
        return
    finally:
        connection.execute(f"DETACH {_BEFORE}")


def renew(connection: Connection) -> None:
    """Bring the history of a store that was written anew without a person in line with what it holds now."""
    connection.execute(sql("renew_history"))
