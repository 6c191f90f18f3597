"""Give a table of a lake the rows that a home shall have in it: rows that differ are deleted or inserted."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from affect_store.store.engine.duckdb import Connection, identifier
from affect_store.store.engine.sql_files import sql
from affect_store.store.errors import StoreError
from affect_store.store.lake import layout
from affect_store.store.lake.connect import LAKE
from affect_store.store.schema.declarations import Table
from affect_store.store.schema.fields import FIELDS
from affect_store.store.schema.setting_keys import SettingKey

_CHECKSUM, _THUMBNAIL = "seal", "rgb"


def source_columns(connection: Connection) -> dict[str, list[str]]:
    """Return the columns of every table of the attached store `source`."""
    return dict(connection.execute(sql("lake/select_source_columns")).fetchall())


def write_table(connection: Connection, table: Table, home_id: str, known: Collection[str]) -> tuple[int, int]:
    """Give a table the rows of the attached store `source`; returns how many are new and how many were deleted.

    `known` are the columns that the source has of it. Where rows have a checksum, it stands for the values that it
    covers: no value is read that the lake has.
    """
    columns = [name for name in table.columns if name in known]
    names = {
        "source": f"source.{table.qualified}",
        "columns": ", ".join(_compared(table, columns)),
        "condition": f"key <> '{SettingKey.ERASURE_KEY}'" if table.qualified == "quality.settings" else "true",
    }
    _execute(connection, table, "lake/create_wanted_rows", names)
    return apply_wanted(connection, table, home_id, names["source"], columns)


def restore_table(connection: Connection, table: Table, home_id: str, snapshot: int) -> tuple[int, int]:
    """Give a table the rows that the home had in a snapshot; returns how many are new and how many were deleted."""
    source = f"{_target(table)} AT (VERSION => {snapshot})"
    _execute(connection, table, "lake/create_restored_rows", {"source": source}, home_id=home_id)
    return apply_wanted(connection, table, home_id, source, list(table.columns))


def apply_wanted(
    connection: Connection, table: Table, home_id: str, source: str, columns: list[str]
) -> tuple[int, int]:
    """Make the rows of a home those in `wanted_rows`, whose numbers are those of `source`."""
    # the values of one version lie beside each other, so that a reader of it reads few others
    order = "version, number" if "version" in table.key else "number"
    names = {"source": source, "columns": ", ".join(map(identifier, columns)), "order": order}
    _execute(connection, table, "lake/create_stored_rows", names, home_id=home_id)
    _execute(connection, table, "lake/create_new_rows", names)
    _execute(connection, table, "lake/create_gone_rows", names)
    ((new, gone),) = connection.execute(sql("lake/count_differences")).fetchall()
    if gone:
        _execute(connection, table, "lake/delete_gone_rows", names, home_id=home_id)
    if new:
        _execute(connection, table, "lake/insert_new_rows", names, home_id=home_id)
    if (gone or new) and _execute(connection, table, "lake/count_rows", names, home_id=home_id) != [(True,)]:
        raise StoreError(f"{table.qualified} of the lake differs after the difference was written; nothing was changed")
    return int(new), int(gone)


def _compared(table: Table, columns: list[str]) -> list[str]:
    if _CHECKSUM not in columns:
        return list(map(identifier, columns))
    narrow = [identifier(name) for name in columns if not _is_covered(name)]
    return [*narrow, *(f"{name} IS NULL" for name in columns if name == _THUMBNAIL)]


def _is_covered(name: str) -> bool:
    field = FIELDS[name]
    return field.is_vector or field.is_list or name == _THUMBNAIL


def _target(table: Table) -> str:
    return f"{LAKE}.{layout.STORED}.{layout.stored_name(table)}"


def _execute(
    connection: Connection, table: Table, statement: str, names: dict[str, str], **parameters: Any
) -> list[tuple[Any, ...]]:
    text = sql(statement)
    for name, value in {"target": _target(table), "key": ", ".join(map(identifier, table.key)), **names}.items():
        text = text.replace(f"{{{name}}}", value)
    return connection.execute(text, parameters).fetchall()
