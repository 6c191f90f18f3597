"""Row count and hash of each table: equal if two stores, or one store at two moments, hold the same rows.

They show whether the audited rows are the ones that are trained on and published. The hash is DuckDB's own: fast, and
not meant to resist deliberate collisions.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.sql_files import sql
from affect_store.store.schema.declarations import Table
from affect_store.store.schema.tables import COMPUTED, NOT_PUBLISHED, TABLES

THUMBNAILS = "rgb"
THUMBNAILS_SUFFIX = ", pictures"
"""Suffix of the key for a table's thumbnails, which most publications leave out."""

_NOT_COPIED = (*COMPUTED, *NOT_PUBLISHED)
"""Tables that a publication computes or leaves empty."""


def hash_tables(
    connection: Connection, schemas: Collection[str], known: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return row count and hash of every table of these schemas by its name; thumbnails have an entry of their own.

    `known` are entries that need not be computed again.
    """
    known = known or {}
    hashes = {}
    for table in TABLES:
        if table.schema in schemas and table.qualified not in _NOT_COPIED:
            hashes[table.qualified] = known.get(table.qualified) or _hash(connection, table, "quality/select_contents")
            if THUMBNAILS in table.columns:
                name = table.qualified + THUMBNAILS_SUFFIX
                hashes[name] = known.get(name) or _hash(connection, table, "quality/select_picture_contents")
    return hashes


def changed_tables(audited: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return the names of tables that have changed since the audit or were not audited."""
    return [name for name, content in now.items() if audited.get(name) != content]


def _hash(connection: Connection, table: Table, statement: str) -> str:
    row = connection.execute(sql(statement).replace("{table}", table.qualified)).fetchone()
    assert row
    return f"{row[0]} rows, {int(row[1]) % 2**64:016x}"
