"""List the kept publications: when each was made, what it contains and which one is current."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from affect_store.store.engine import write
from affect_store.store.engine.duckdb import Connection, schema_version
from affect_store.store.errors import StoreError, StoreLockedError
from affect_store.store.home import Home
from affect_store.store.publication.manifest import read_manifest
from affect_store.store.publication.repository import about, current, folders, is_rolled_back, open_store, size_of

_COUNTED_TABLES = {"photographs": "catalogue.images", "deltas": "features.deltas", "runs": "registry.runs"}


@dataclass(frozen=True)
class Publication:
    """One kept publication.

    `rows` counts photographs, deltas and runs, None if the store has no such table. `is_held`: a program has the store
    open for writing, so nothing could be counted. `schema_version` is None if the store cannot be read.
    """

    name: str
    published_at: str
    schema_version: str | None
    size_bytes: int
    is_current: bool
    is_rolled_back: bool
    is_held: bool = False
    rows: Mapping[str, int | None] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)


def list_publications(home: Home) -> list[Publication]:
    """Return the kept publications, newest first."""
    current_folder = current(home)
    return [_description(folder, folder == current_folder) for folder in reversed(folders(home))]


def _description(folder: Path, is_current: bool) -> Publication:
    modified_at = f"{datetime.fromtimestamp(folder.stat().st_mtime, UTC):%Y-%m-%d %H:%M} UTC"
    was_rolled_back = is_rolled_back(folder) and not is_current
    publication = Publication(folder.name, modified_at, None, size_of(folder), is_current, was_rolled_back)
    try:
        connection = open_store(folder, wait_s=0)
    except StoreLockedError:
        manifest = read_manifest(folder)
        return replace(publication, is_held=True, schema_version=manifest.schema_version if manifest else None)
    except StoreError:
        return publication
    try:
        version = schema_version(connection)
        properties = about(connection) if version else {}
        rows = {name: _count(connection, table) for name, table in _COUNTED_TABLES.items()}
    finally:
        connection.close()
    published_at = properties.get("published_at", modified_at)
    return replace(publication, published_at=published_at, schema_version=version, rows=rows, about=properties)


def _count(connection: Connection, table: str) -> int | None:
    try:
        return write.count(connection, table)
    except duckdb.CatalogException:
        return None
