"""The tables `splits.train`, `splits.validate` and `splits.test`, which hold the rows of one split.

When another split takes the place of theirs, only the rows that differ are written.
"""

from __future__ import annotations

from contextlib import suppress

import polars as pl

from affect_store.store.engine import reader
from affect_store.store.engine.duckdb import Connection, transaction
from affect_store.store.engine.reader import FrozenSplit
from affect_store.store.engine.settings import get_setting, put_setting, renew_change_token
from affect_store.store.engine.sql_files import sql
from affect_store.store.errors import UnknownNameError
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.store.schema.tables import BY_NAME
from affect_store.store.vocabulary import PARTS

MAX_NEW_ROWS = 1_024
"""Number of new rows of a part up to which their vectors are searched; for more, all vectors are read."""


def replace_split_tables(connection: Connection, split: FrozenSplit) -> int:
    """Let the tables of the parts hold the rows of a split, in one transaction; returns the number of rows written.

    Rows that the tables have already, with the same part, labels and checksums of features, stay.
    """
    rows = reader.split_checksums(connection, split)
    kept = rows.join(_rows_before(connection, rows), on=rows.columns, how="semi", nulls_equal=True)
    written = 0
    with transaction(connection):
        for part in PARTS:
            members = rows.filter(pl.col("part") == part)["image_id"].to_list()
            written += _replace_part(connection, split, part, members, kept.select("image_id", "part"))
        put_setting(connection, SettingKey.MATERIALIZED_SPLIT, split.split_id)
        renew_change_token(connection)
    return written


def _rows_before(connection: Connection, rows: pl.DataFrame) -> pl.DataFrame:
    """Return what the rows of the tables are made of, like `rows`; none if it is not known which split they hold."""
    with suppress(UnknownNameError):
        earlier = reader.frozen_split(connection, get_setting(connection, SettingKey.MATERIALIZED_SPLIT) or "")
        return reader.split_checksums(connection, earlier)
    return rows.clear()


def _replace_part(connection: Connection, split: FrozenSplit, part: str, members: list[str], kept: pl.DataFrame) -> int:
    """Delete all rows of a part but the kept ones, and insert what its table lacks of the members."""
    table = BY_NAME[f"splits.{part}"].qualified
    _delete_others(connection, table, part, kept)
    new = _lacking(connection, table, members)
    if len(new) > MAX_NEW_ROWS:
        _delete_others(connection, table, part, kept.clear())
        new = members
    if new:
        chosen = new if len(new) <= MAX_NEW_ROWS else None
        parameters = {**split.parameters, "part": part, "image_ids": chosen}
        connection.execute(f"INSERT INTO {table} BY NAME {sql('splits/select_training_rows')}", parameters)
    return len(new)


def _delete_others(connection: Connection, table: str, part: str, kept: pl.DataFrame) -> None:
    connection.register("kept_rows", kept.to_arrow())
    connection.execute(sql("splits/delete_rows_of_part").replace("{table}", table), {"part": part})
    connection.unregister("kept_rows")


def _lacking(connection: Connection, table: str, members: list[str]) -> list[str]:
    stored = {image_id for (image_id,) in connection.execute(f"SELECT image_id FROM {table}").fetchall()}
    return [image_id for image_id in members if image_id not in stored]
