"""Copy the tables of a store to a new file, optionally without a person who withdrew consent.

A DELETE would leave the person's data in free blocks of the file; a new file never contains them. `store/consent`
decides what is erased.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

from affect_store.store.engine import reader
from affect_store.store.engine.duckdb import Connection, prepare, transaction
from affect_store.store.engine.file_replacement import replaced_store
from affect_store.store.engine.settings import renew_change_token
from affect_store.store.engine.sql_files import sql
from affect_store.store.erasure_request import ErasureRequest
from affect_store.store.schema.declarations import Table
from affect_store.store.schema.tables import ADDED_LATER, SCHEMAS, TABLES, work_ddl

FinishStore = Callable[[Connection], None]
"""A function that is called with the new store before it replaces the old one."""

_STATEMENTS = {
    "catalogue.rejects": "copy/rejects",
    "quality.results": "copy/results",
    "registry.metrics": "copy/metrics",
    "registry.comparisons": "copy/comparisons",
    "registry.ranks": "copy/ranks",
    "registry.effects": "copy/effects",
    "registry.attributions": "copy/attributions",
    "registry.group_attributions": "copy/group_attributions",
    "registry.importances": "copy/importances",
    "registry.new_predictions": "copy/new_predictions",
    "features.repeatability": "copy/repeatability",
}
"""Statements for tables in which no key column identifies every person; they read the attached store `source`."""

IMAGE_IDS = ("image_id", "reference_image_id", "photo_sha256", "neutral_sha256")
SUBJECT_IDS = ("subject_id", "same_as_subject_id")
TEXTS = frozenset({
    "path", "reason", "detail", "status_detail", "parameters", "observed", "sample_ids", "key", "setting",
})  # fmt: skip
"""Columns whose text may name a person."""


def copy_table(
    connection: Connection,
    table: Table,
    *,
    request: ErasureRequest | None = None,
    hidden: AbstractSet[str] = frozenset(),
    hidden_of: Collection[str] = (),
) -> None:
    """Copy the rows of a table of the attached store `source`; columns in `hidden` become NULL.

    With `hidden_of`, they become NULL only for photographs of these corpora.

    With `request`, rows about that person are left out, and text that names the person is replaced. A table that the
    source lacks, since it was added later, stays empty, and so does such a column.
    """
    if _lacks(connection, table, "source"):
        return
    if request and table.qualified in _STATEMENTS:
        text = sql(_STATEMENTS[table.qualified])
        files = sorted(request.image_ids | request.rejected)
        values = {
            **request.patterns, "image_ids": sorted(request.image_ids), "files": files,
            "subject_ids": sorted(request.subject_ids),
        }  # fmt: skip
        bound: dict[str, Any] = {name: value for name, value in values.items() if f"${name}" in text}
        connection.execute(sql("macros/names_person"))
    else:
        names = selected_columns(connection, table, hidden, hidden_of)
        text = f"SELECT {names} FROM source.{table.qualified}"
        condition, bound = _about_person(table, request) if request else ("", {})
        if hidden_of and not hidden.isdisjoint(table.columns):
            bound = {**bound, "corpora": sorted(hidden_of)}
        text += f" WHERE NOT ({condition})" if condition else ""
    connection.execute(f"INSERT INTO {table.qualified} BY NAME {text}", bound)


def selected_columns(
    connection: Connection, table: Table, hidden: AbstractSet[str], hidden_of: Collection[str] = ()
) -> str:
    """Return the columns to select from a table of the attached store `source`; see `copy_table`."""
    shown = f"CASE WHEN image_id NOT IN ({sql('copy/images_of_corpora')})" if hidden_of else "CASE WHEN false"
    return ", ".join(
        f'{shown} THEN "{name}" END AS "{name}"' if name in hidden else f'"{name}"'
        for name in reader.columns_of(connection, table.qualified, "source")
        if name in table.columns
    )


def count_mentions(connection: Connection, request: ErasureRequest) -> dict[str, int]:
    """Count the rows of each table that mention the person in a key or in a text; tables without any are omitted."""
    counts = {}
    connection.execute(sql("macros/names_person"))
    for table in TABLES:
        condition, bound = _about_person(table, request, in_texts=True)
        if condition and not _lacks(connection, table):
            row = connection.execute(f"SELECT count(*) FROM {table.qualified} WHERE {condition}", bound).fetchone()
            counts[table.qualified] = int(row[0]) if row else 0
    return {name: count for name, count in counts.items() if count}


def _lacks(connection: Connection, table: Table, database: str = "") -> bool:
    return table.qualified in ADDED_LATER and not reader.has_table(connection, table.qualified, database)


def _about_person(table: Table, request: ErasureRequest, *, in_texts: bool = False) -> tuple[str, dict[str, Any]]:
    """Return the SQL condition that a row is about the person, empty if no row can be, and its parameters."""
    conditions = [f"{name} IN (SELECT unnest($image_ids::VARCHAR[]))" for name in IMAGE_IDS if name in table.columns]
    bound: dict[str, Any] = {"image_ids": sorted(request.image_ids)} if conditions else {}
    people = [name for name in SUBJECT_IDS if name in table.columns]
    if people:
        conditions += [f"coalesce({name} IN (SELECT unnest($subject_ids::VARCHAR[])), false)" for name in people]
        bound["subject_ids"] = sorted(request.subject_ids)
    texts = [name for name in table.columns if in_texts and name in TEXTS]
    if texts:
        conditions += [f"""names_person(coalesce("{name}"::VARCHAR, ''), $items, $person, $others)""" for name in texts]
        bound |= request.patterns
    return " OR ".join(conditions), bound


def rewrite_work(path: Path, request: ErasureRequest, finish: FinishStore) -> None:
    """Replace the closed work store at `path` atomically by a new file without the person.

    `finish` is called with the new store. Raises what `replaced_store` does.
    """
    with replaced_store(path, "compact", "source") as connection:
        with transaction(connection):
            for schema in SCHEMAS:
                connection.execute(f"CREATE SCHEMA {schema}")
            for table in TABLES:
                connection.execute(work_ddl(table))
        for table in TABLES:
            copy_table(connection, table, request=request)
        prepare(connection)
        finish(connection)
        renew_change_token(connection)
