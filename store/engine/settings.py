"""The settings of a store, and the change token among them, which changes whenever what would be published changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.sql_files import sql


def put_setting(connection: Connection, key: str, value: str) -> None:
    """Store a setting, or replace it."""
    connection.execute(sql("quality/replace_setting"), {"key": key, "setting": value})


def get_setting(connection: Connection, key: str) -> str | None:
    """Return a setting's value, None if it is not set."""
    row = connection.execute(sql("quality/select_setting"), {"key": key}).fetchone()
    return row[0] if row else None


def renew_change_token(connection: Connection) -> None:
    """Renew the change token, by which a publication is compared with the work store; every write must do this."""
    connection.execute(sql("quality/renew_change_token"))


def update(connection: Connection, statement: str, parameters: Mapping[str, Any]) -> None:
    """Run a statement that returns the rows that it changes, and renew the change token if there are any."""
    if connection.execute(sql(statement), dict(parameters)).fetchall():
        renew_change_token(connection)
