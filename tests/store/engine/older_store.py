"""Stores as earlier schema versions created them, for tests of migrations."""

from __future__ import annotations

from collections.abc import Callable

from affect_store.store.engine.duckdb import Connection
from affect_store.store.schema.declarations import Table
from affect_store.store.schema.tables import SCHEMAS, TABLES


def create_tables(connection: Connection, statement_of: Callable[[Table], str]) -> None:
    """Create all tables with the statements of an earlier version."""
    for schema in SCHEMAS:
        connection.execute(f"CREATE SCHEMA {schema}")
    for table in TABLES:
        connection.execute(statement_of(table))
