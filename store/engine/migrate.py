"""Migrate the work store of an older schema version: build a new file, compare row counts, and replace the old one.

If the process is killed at any moment, the old file is still there and complete.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from affect_store.store.engine import reader
from affect_store.store.engine.duckdb import SCHEMA_VERSION, WAIT_S, Connection, prepare
from affect_store.store.engine.file_replacement import replaced_store
from affect_store.store.engine.sql_files import sql
from affect_store.store.errors import StoreError
from affect_store.store.schema.tables import TABLES

MIGRATED = ("3", "4", "5", "6")
"""Older schema versions that are migrated when a store is opened for writing."""

_FILLED_OTHERWISE = ("catalogue.emotions", "quality.settings")
"""Tables that are not copied as they are: `prepare` fills the first, `migrations/insert_settings` the second."""

_CHANGED = {"features.misses": ("quarantine_status", "migrations/misses")}
"""A column that a table lacks in an older version, and the statement that derives it and others from old columns."""


def migrate(path: Path, *, wait_s: float = WAIT_S) -> None:
    """Migrate the closed work store at `path` to the current schema version.

    The caller holds the migration lock, see `work_store.open_work`. Raises `StoreError` if not all rows of a table
    arrive, and `StoreLockedError` if a process holds the file for longer than `wait_s` seconds; the old file stays.
    """
    with replaced_store(path, "migrating", "old", wait_s=wait_s) as connection:
        prepare(connection)
        stored = reader.query_frame(connection, "migrations/select_columns").rows_by_key("table_name")
        for table in TABLES:
            if table.qualified in stored and table.qualified not in _FILLED_OTHERWISE:
                columns = [name for (name,) in stored[table.qualified] if name in table.columns]
                _copy(connection, table.qualified, columns)
        connection.execute(sql("migrations/insert_settings"))


def _copy(connection: Connection, table: str, columns: Sequence[str]) -> None:
    """Copy a table: the columns that both versions have, unless a statement in `_CHANGED` derives others."""
    derived, statement = _CHANGED.get(table, ("", ""))
    names = ", ".join(f'"{name}"' for name in columns)
    source = f"SELECT {names} FROM old.{table}" if not statement or derived in columns else sql(statement)
    connection.execute(f"INSERT INTO {table} BY NAME {source}")
    before, after = (_count(connection, name) for name in (f"old.{table}", table))
    if before != after:
        raise StoreError(
            f"migration to schema version {SCHEMA_VERSION} failed: {table} has {before:,} rows, but {after:,} arrived; "
            "the store was left unchanged"
        )


def _count(connection: Connection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row
    return int(row[0])
