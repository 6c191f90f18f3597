"""Bring a copy of the last publication up to date: delete the rows that the work store no longer has, add the new ones.

DuckDB leaves deleted rows in the file. So whatever may not survive in any byte is a reason to make the file anew:
values of features, and anything that names a person or a photograph that the work store no longer names.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.filtered_copy import IMAGE_IDS, SUBJECT_IDS, TEXTS, selected_columns
from affect_store.store.engine.sql_files import sql
from affect_store.store.publication.sharing import CannotShareError
from affect_store.store.schema.declarations import Table
from affect_store.store.schema.fields import FIELDS
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.store.schema.tables import COMPUTED, NOT_PUBLISHED, TABLES
from affect_store.store.vocabulary import PIXEL_BYTES

SETTINGS = "quality.settings"
_CHECKSUM, _THUMBNAIL = "seal", "rgb"
_NARROW_BYTES, _FLOAT_BYTES = 16, 4

_IMPERSONAL = (
    SettingKey.CHANGE, SettingKey.PUBLICATION, SettingKey.FACES_PUBLISHED, SettingKey.FACELESS_CORPORA,
    SettingKey.PRELIMINARY, SettingKey.PICTURE_STATISTICS, SettingKey.MATERIALIZED_SPLIT, SettingKey.COMPARED_RUNS,
    SettingKey.RATED_SINCE, SettingKey.KEPT_PUBLICATIONS, SettingKey.RETRAINING_DECISION,
    SettingKey.ANNOUNCED_DECISION, SettingKey.REJECTED_RUNS, SettingKey.AUDITED, SettingKey.AUDITED_TOGETHER,
    SettingKey.FULL_AUDIT,
)  # fmt: skip
"""Settings whose former values name nobody."""


def apply(connection: Connection, hidden: AbstractSet[str]) -> int:
    """Give every copied table the rows of the attached store `source`, and empty the computed ones.

    Columns in `hidden` are NULL in both states. Returns the approximate number of bytes of deleted rows, which stay in
    the file. Raises `CannotShareError`.
    """
    left_bytes = sum(
        update_table(connection, table, hidden)
        for table in TABLES
        if table.qualified not in (*COMPUTED, *NOT_PUBLISHED, SETTINGS)
    )
    _update_settings(connection)
    for name in COMPUTED:
        connection.execute(f"DELETE FROM {name}")
    return left_bytes


def update_table(connection: Connection, table: Table, hidden: AbstractSet[str]) -> int:
    """Give one table the rows of the same table of the attached store `source`; see `apply`."""
    compared = _compared(table, hidden)
    wanted = _execute(connection, "copy/summary", compared, table=f"source.{table.qualified}")
    if _execute(connection, "copy/summary", compared, table=table.qualified) == wanted:
        return 0
    for statement in ("copy/create_gone_rows", "copy/create_new_rows"):
        _execute(connection, statement, compared, table=table.qualified)
    gone = connection.execute("SELECT count(*) FROM gone_rows").fetchall()[0][0]
    if gone:
        _require_harmless(connection, table)
        connection.execute(f"DELETE FROM {table.qualified} WHERE rowid IN (SELECT number FROM gone_rows)")
    first, last = connection.execute("SELECT min(number), max(number) FROM new_rows").fetchall()[0]
    if first is not None:
        connection.execute(
            f"INSERT INTO {table.qualified} BY NAME SELECT {selected_columns(connection, table, hidden)} "
            f"FROM source.{table.qualified} WHERE rowid BETWEEN {first} AND {last} "
            "AND rowid IN (SELECT number FROM new_rows)"
        )
    if _execute(connection, "copy/summary", compared, table=table.qualified) != wanted:
        raise CannotShareError(f"{table.qualified} differs after the difference was applied")
    return int(gone * _row_bytes(table, hidden))


def _compared(table: Table, hidden: AbstractSet[str]) -> dict[str, str]:
    """Return the key and the columns by which rows are compared; a checksum stands for the values that it covers."""
    names = [name for name in table.columns if name not in hidden]
    if _CHECKSUM in names:
        names = [name for name in names if not _is_wide(name)]
    return {"key": ", ".join(f'"{name}"' for name in table.key), "columns": ", ".join(f'"{name}"' for name in names)}


def _require_harmless(connection: Connection, table: Table) -> None:
    """Raise `CannotShareError` if a row to delete names what the attached store no longer names, or holds values."""
    if _CHECKSUM in table.columns:
        raise CannotShareError(f"values of {table.qualified} were removed or replaced")
    for column in table.columns:
        holder, held = table.qualified, column
        if column in ("image_id", "reference_image_id"):
            holder, held = "catalogue.images", "image_id"
        elif column in SUBJECT_IDS:
            holder, held = "catalogue.images", "subject_id"
        elif column not in (*IMAGE_IDS, *TEXTS):
            continue
        names = {"table": table.qualified, "column": column, "holder": holder, "held": held}
        if _execute(connection, "copy/count_lost_values", names) != [(0,)]:
            raise CannotShareError(f"{table.qualified}.{column} no longer names what it named")


def _update_settings(connection: Connection) -> None:
    gone = {key for (key,) in connection.execute(sql("copy/select_gone_settings")).fetchall()}
    if personal := sorted(key for key in gone if key.partition(":")[0] not in _IMPERSONAL):
        raise CannotShareError(f"the setting '{personal[0]}' changed")
    connection.execute(sql("copy/delete_settings"))
    connection.execute(sql("copy/settings"), {"secret": SettingKey.ERASURE_KEY})


def _execute(connection: Connection, statement: str, *names: dict[str, str], **more: str) -> list[tuple[int, ...]]:
    text = sql(statement)
    for name, value in [pair for each in (*names, more) for pair in each.items()]:
        text = text.replace(f"{{{name}}}", value)
    return connection.execute(text).fetchall()


def _is_wide(column: str) -> bool:
    field = FIELDS[column]
    return field.is_vector or field.is_list or column == _THUMBNAIL


def _row_bytes(table: Table, hidden: AbstractSet[str]) -> int:
    return sum(_column_bytes(name) for name in table.columns if name not in hidden)


def _column_bytes(name: str) -> int:
    kind = FIELDS[name].sql_type
    if FIELDS[name].is_vector:
        return _FLOAT_BYTES * int(kind[kind.index("[") + 1 : -1])
    return PIXEL_BYTES if name == _THUMBNAIL else _NARROW_BYTES
