"""What a store holds, in a few numbers: equal where two stores, or one store at two moments, hold the same rows.

It tells whether what was audited is what is trained on and published. The hash is DuckDB's own, quick and not meant to
withstand somebody who looks for a collision.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from store.tables.catalog import COMPUTED, TABLES, Table
from store.tables.connection import Connection, sql

PICTURES = "rgb"
OF_PICTURES = ", pictures"
"""Ends the name of what is told of a table's pictures, which most publications leave out."""

_NOT_COPIED = (*COMPUTED, "catalogue.forgotten")
"""Tables that a publication computes or leaves empty."""


def contents(connection: Connection, schemas: Collection[str]) -> dict[str, str]:
    """Number of rows and hash of every table of these schemas, by its name; pictures are told apart."""
    found = {}
    for table in TABLES:
        if table.schema in schemas and table.qualified not in _NOT_COPIED:
            found[table.qualified] = _told(connection, table, "select_contents")
            if PICTURES in table.columns:
                found[table.qualified + OF_PICTURES] = _told(connection, table, "select_picture_contents")
    return found


def differing(audited: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Names of what is not as it was, or was not looked at."""
    return [name for name, told in now.items() if audited.get(name) != told]


def _told(connection: Connection, table: Table, statement: str) -> str:
    row = connection.execute(sql(statement).replace("{table}", table.qualified)).fetchone()
    assert row
    return f"{row[0]} rows, {int(row[1]) % 2**64:016x}"
