"""Rows out of a store, as Arrow tables or Polars frames. Values are bound, never formatted into SQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import pyarrow as pa

from store.tables.connection import Connection, sql


def arrow(connection: Connection, statement: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
    """The result of `store/tables/sql/STATEMENT.sql` as an Arrow table."""
    return connection.execute(sql(statement), dict(parameters or {})).to_arrow_table()


def frame(connection: Connection, statement: str, parameters: Mapping[str, Any] | None = None) -> pl.DataFrame:
    """The result of `store/tables/sql/STATEMENT.sql` as a Polars frame."""
    found = pl.from_arrow(arrow(connection, statement, parameters))
    assert isinstance(found, pl.DataFrame)
    return found


def training_rows(connection: Connection, split_id: str, part: str, versions: Mapping[str, str]) -> pa.Table:
    """The rows of one part of a split with every feature; a feature that is a miss is NULL.

    `versions` names the version of each of landmarks, frontal_unit, aligned and pixels; two are never mixed.
    """
    parameters = {**versions, "split_id": split_id, "part": part}
    return arrow(connection, "select_training_rows", parameters)


def split_rows(connection: Connection, split_id: str) -> pl.DataFrame:
    """Every photograph of a split with its part and labels, without features."""
    return frame(connection, "select_split_rows", {"split_id": split_id})


def number(connection: Connection, statement: str, parameters: Mapping[str, Any] | None = None) -> int:
    """The single number that `store/tables/sql/STATEMENT.sql` gives."""
    found = connection.execute(sql(statement), dict(parameters or {})).fetchone()
    return int(found[0]) if found else 0
