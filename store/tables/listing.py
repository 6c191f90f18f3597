"""The kept publications as a list for people: when each was made, what it holds, and which one is current."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from store.errors import StoreError, StoreLockedError
from store.tables import write
from store.tables.duck import Connection, schema_version
from store.tables.home import Home
from store.tables.publications import about, current, folders, is_rolled_back, open_store, size_of
from store.tables.stamp import stamp_of

_COUNTED = {"photographs": "catalogue.images", "deltas": "features.deltas", "runs": "registry.runs"}


@dataclass(frozen=True)
class Publication:
    """One kept publication. `rows` counts photographs, deltas and runs, None where an older store has no such table;
    `is_held`: a program has it open for writing, so that nothing could be counted."""

    name: str
    published_at: str
    schema_version: str | None
    size_bytes: int
    is_current: bool
    is_rolled_back: bool
    is_held: bool = False
    rows: Mapping[str, int | None] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)


def listed(home: Home) -> list[Publication]:
    """The kept publications, the newest first; the schema version of one that cannot be read is None."""
    now = current(home)
    return [_described(folder, folder == now) for folder in reversed(folders(home))]


def _described(folder: Path, is_current: bool) -> Publication:
    made_at = f"{datetime.fromtimestamp(folder.stat().st_mtime, UTC):%Y-%m-%d %H:%M} UTC"
    gone_back = is_rolled_back(folder) and not is_current
    known = Publication(folder.name, made_at, None, size_of(folder), is_current, gone_back)
    try:
        connection = open_store(folder, wait_s=0)
    except StoreLockedError:
        stamp = stamp_of(folder)
        return replace(known, is_held=True, schema_version=stamp.schema_version if stamp else None)
    except StoreError:
        return known
    try:
        version = schema_version(connection)
        told = about(connection) if version else {}
        rows = {name: _count(connection, table) for name, table in _COUNTED.items()}
    finally:
        connection.close()
    when = told.get("published_at", made_at)
    return replace(known, published_at=when, schema_version=version, rows=rows, about=told)


def _count(connection: Connection, table: str) -> int | None:
    try:
        return write.count(connection, table)
    except duckdb.CatalogException:
        return None
