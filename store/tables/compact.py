"""Copies the tables of a store to a new file, with or without a person: what is left out was never in that file.

A DELETE would leave the bytes in free blocks of the old one. Nothing is decided here about who goes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from store.errors import StoreError
from store.tables import disk
from store.tables.catalog import SCHEMAS, TABLES, Table, ddl
from store.tables.duck import WAIT_S, Connection, attach, open_file, prepare, sql
from store.tables.person import Gone
from store.tables.write import note_change, transaction

Then = Callable[[Connection], None]
"""What is done to a new store before it is put in its place."""

_SPECIAL = {
    "catalogue.rejects": "copy_rejects",
    "quality.results": "copy_results",
    "registry.metrics": "copy_metrics",
    "registry.comparisons": "copy_comparisons",
    "registry.ranks": "copy_ranks",
    "registry.attributions": "copy_attributions",
    "registry.importances": "copy_importances",
}
"""Tables in which a person is not told by a column of the key; their statements read the attached store `source`."""

_PHOTOGRAPHS = ("image_id", "reference_image_id")
_TEXTS = frozenset({
    "path", "reason", "detail", "status_detail", "parameters", "observed", "sample_ids", "key", "setting",
})  # fmt: skip
"""Columns in whose words a person could be named."""


def copy_table(connection: Connection, table: Table, *, gone: Gone | None = None, hidden: Collection[str] = ()) -> None:
    """Copy the rows of a table of the attached store `source`, but those of `gone`; columns in `hidden` become NULL."""
    if gone and table.qualified in _SPECIAL:
        text = sql(_SPECIAL[table.qualified])
        known = {**gone.patterns, "image_ids": sorted(gone.image_ids)}
        bound: dict[str, Any] = {name: value for name, value in known.items() if f"${name}" in text}
        connection.execute(sql("macro_names_person"))
    else:
        names = ", ".join(f'NULL AS "{name}"' if name in hidden else f'"{name}"' for name in table.columns)
        text = f"SELECT {names} FROM source.{table.qualified}"
        condition, bound = _of_the_person(table, gone) if gone else ("", {})
        text += f" WHERE NOT ({condition})" if condition else ""
    connection.execute(f"INSERT INTO {table.qualified} BY NAME {text}", bound)


def mentions(connection: Connection, gone: Gone) -> dict[str, int]:
    """How many rows of each table name the person, by a key or anywhere in a text; tables without are left out."""
    found = {}
    connection.execute(sql("macro_names_person"))
    for table in TABLES:
        condition, bound = _of_the_person(table, gone, in_texts=True)
        if condition:
            row = connection.execute(f"SELECT count(*) FROM {table.qualified} WHERE {condition}", bound).fetchone()
            found[table.qualified] = int(row[0]) if row else 0
    return {name: count for name, count in found.items() if count}


def _of_the_person(table: Table, gone: Gone, *, in_texts: bool = False) -> tuple[str, dict[str, Any]]:
    """The condition that a row is about the person, empty where it cannot be, and what it binds."""
    told = [f"{name} IN (SELECT unnest($image_ids::VARCHAR[]))" for name in _PHOTOGRAPHS if name in table.columns]
    bound: dict[str, Any] = {"image_ids": sorted(gone.image_ids)} if told else {}
    if "subject_id" in table.columns:
        told.append("subject_id = $subject_id")
        bound["subject_id"] = gone.subject_id
    texts = [name for name in table.columns if in_texts and name in _TEXTS]
    if texts:
        told += [f"""names_person(coalesce("{name}"::VARCHAR, ''), $things, $person, $others)""" for name in texts]
        bound |= gone.patterns
    return " OR ".join(told), bound


def rewrite_work(path: Path, gone: Gone, then: Then) -> None:
    """Put a new file without the person in the place of the closed work store at `path`, in one step.

    `then` is called with the new store. Raises what `replaced` does.
    """
    with replaced(path, "compact", "source") as connection:
        with transaction(connection):
            for schema in SCHEMAS:
                connection.execute(f"CREATE SCHEMA {schema}")
            for table in TABLES:
                connection.execute(ddl(table))
        for table in TABLES:
            copy_table(connection, table, gone=gone)
        prepare(connection)
        then(connection)
        note_change(connection)


@contextmanager
def replaced(path: Path, name: str, alias: str, *, wait_s: float = WAIT_S) -> Iterator[Connection]:
    """A new file, to be filled from the closed store at `path`, attached as `alias`, whose place it takes at the end.

    Nobody can write to the old one meanwhile. Whatever the block raises, and a kill at any moment, leaves it. Raises
    `StoreLockedError` where another process holds it for longer than `wait_s` seconds.
    """
    beside = path.with_name(f".{path.name}.{name}")
    _clear(beside)
    connection = open_file(beside)
    try:
        attach(connection, path, alias, wait_s=wait_s)
        require_written(path)
        yield connection
        connection.execute("CHECKPOINT")  # the new file is on the disk then; opening it again would give its lock away
        os.replace(beside, path)
        disk.flush(path.parent)
    finally:
        connection.close()
        _clear(beside)


def require_written(path: Path) -> None:
    """Raise `StoreError` where a process has left changes beside a store: they would be taken for the new file's."""
    changes = path.with_name(f"{path.name}.wal")
    if changes.exists():
        raise StoreError(f"'{changes}' holds changes that a process left when it was killed; run again to store them")


def _clear(beside: Path) -> None:
    """Remove a new file that did not take its place, with what DuckDB keeps beside it."""
    for leftover in (beside, beside.with_name(f"{beside.name}.wal")):
        leftover.unlink(missing_ok=True)
    shutil.rmtree(beside.with_name(f"{beside.name}.tmp"), ignore_errors=True)
