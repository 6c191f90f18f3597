"""Copies the tables of a store to a new file, with or without a person: what is left out was never in that file.

A DELETE would leave the bytes in free blocks of the old one. Nothing is decided here about who goes.
"""

from __future__ import annotations

import html
import json
import os
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from store.tables.catalog import SCHEMAS, TABLES, Table, ddl
from store.tables.duck import Connection, attach, open_file, prepare, sql
from store.tables.write import note_change, transaction

Then = Callable[[Connection], None]
"""What is done to a new store before it is put in its place."""

_SPECIAL = {
    "catalogue.rejects": "copy_rejects",
    "quality.results": "copy_results",
    "registry.metrics": "copy_metrics",
    "registry.comparisons": "copy_comparisons",
}
"""Tables in which a person is not told by a column of the key; their statements read the attached store `source`."""

_PHOTOGRAPHS = ("image_id", "reference_image_id")
_TEXTS = frozenset({
    "path", "reason", "detail", "status_detail", "parameters", "observed", "sample_ids", "key", "setting",
})  # fmt: skip
"""Columns in whose words a person could be named."""


@dataclass(frozen=True)
class Gone:
    """What leaves a store: the person, every photograph that was ever labelled as theirs, and where the files were."""

    subject_id: str
    image_ids: frozenset[str] = field(default_factory=frozenset)
    paths: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def pattern(self) -> str:
        """A regular expression, for Python and for DuckDB, that finds any of these in a text, JSON or HTML."""
        return pattern_of({self.subject_id, *self.image_ids, *self.paths})


def forms_of(word: str) -> set[str]:
    """A word as it is, and as JSON and HTML write it."""
    return {word, json.dumps(word)[1:-1], html.escape(word)}


def pattern_of(words: Collection[str]) -> str:
    """A regular expression that finds any of the words, plain or as JSON and HTML write it, but not inside another."""
    forms = {form for word in words for form in forms_of(word)}
    return f"(?:^|[^0-9A-Za-z])(?:{'|'.join(map(re.escape, sorted(forms)))})(?:[^0-9A-Za-z]|$)"


def copy_table(connection: Connection, table: Table, *, gone: Gone | None = None, hidden: Collection[str] = ()) -> None:
    """Copy the rows of a table of the attached store `source`, but those of `gone`; columns in `hidden` become NULL."""
    if gone and table.qualified in _SPECIAL:
        text = sql(_SPECIAL[table.qualified])
        known = {"pattern": gone.pattern, "image_ids": sorted(gone.image_ids)}
        bound: dict[str, Any] = {name: value for name, value in known.items() if f"${name}" in text}
    else:
        names = ", ".join(f'NULL AS "{name}"' if name in hidden else f'"{name}"' for name in table.columns)
        text = f"SELECT {names} FROM source.{table.qualified}"
        condition, bound = _of_the_person(table, gone) if gone else ("", {})
        text += f" WHERE NOT ({condition})" if condition else ""
    connection.execute(f"INSERT INTO {table.qualified} BY NAME {text}", bound)


def mentions(connection: Connection, gone: Gone) -> dict[str, int]:
    """How many rows of each table name the person, by a key or anywhere in a text; tables without are left out."""
    found = {}
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
        told += [f"""regexp_matches(coalesce("{name}"::VARCHAR, ''), $pattern)""" for name in texts]
        bound["pattern"] = gone.pattern
    return " OR ".join(told), bound


def rewrite_work(path: Path, gone: Gone, then: Then) -> None:
    """Put a new file without the person in the place of the closed work store at `path`, in one step.

    `then` is called with the new store. Whatever it raises, and a kill at any moment, leaves the old file.
    """
    beside = path.with_name(f".{path.name}.compact")
    for leftover in (beside, beside.with_name(f"{beside.name}.wal")):
        leftover.unlink(missing_ok=True)
    connection = open_file(beside)
    try:
        attach(connection, path, "source")
        with transaction(connection):
            for schema in SCHEMAS:
                connection.execute(f"CREATE SCHEMA {schema}")
            for table in TABLES:
                connection.execute(ddl(table))
        for table in TABLES:
            copy_table(connection, table, gone=gone)
        connection.execute("DETACH source")
        prepare(connection)
        then(connection)
        note_change(connection)
        connection.execute("CHECKPOINT")
    except BaseException:
        connection.close()
        beside.unlink(missing_ok=True)
        raise
    connection.close()
    put_in_place(beside, path)


def put_in_place(beside: Path, path: Path) -> None:
    """Let the file `beside` become `path`, in one step and on the disk: a power cut leaves the one or the other."""
    _flush(beside)
    os.replace(beside, path)
    _flush(path.parent)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
