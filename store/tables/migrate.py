"""An older home's work store becomes one of today's schema: built beside the old file, counted, and put in its place.

Killed at any moment, the old file is still there and whole. Version 1 is that of 2026-11-22; perceptual hashes are not
made here but by the next run. Version 2, of the day after, knew no folds and no calibration.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from store.errors import StoreError
from store.tables import read, splits, write
from store.tables.catalog import TABLES
from store.tables.compact import replaced
from store.tables.duck import WAIT_S, Connection, prepare, sql
from store.types import seal_of

ROWS_A_BATCH = 1024
SEALED = {"features.landmarks": "xyz", "features.deltas": "xyz", "features.pixels": "rgb"}
_OTHERWISE_MADE = {
    "1": ("catalogue.emotions", "quality.settings", "features.services"),
    "2": ("catalogue.emotions", "quality.settings"),
}
"""By version, the tables that a new store holds from the beginning, and those that are made from others."""

_SPECIAL = {
    "1": {
        "features.views": "migrate_1_views",
        "splits.sets": "migrate_1_sets",
        "registry.runs": "migrate_1_runs",
        "registry.predictions": "migrate_predictions",
    },
    "2": {"registry.runs": "migrate_2_runs", "registry.predictions": "migrate_predictions"},
}
"""By version, the tables that had fewer columns, and the statement that completes their rows."""


def migrate(path: Path, *, wait_s: float = WAIT_S) -> None:
    """Bring the closed work store at `path` from an older schema version to today's.

    One process at a time: see `connection.open_work`. Raises `StoreError`, and leaves the file as it was, where a table
    does not arrive with all of its rows, `StoreLockedError` where a process holds it for longer than `wait_s` seconds.
    """
    with replaced(path, "migrating", "old", wait_s=wait_s) as connection:
        prepare(connection)
        version = read.frame(connection, "migrate_version")["setting"][0]
        there = set(read.frame(connection, "migrate_tables")["name"])
        for table in TABLES:
            if table.qualified in there and table.qualified not in _OTHERWISE_MADE[version]:
                _copy(connection, table.qualified, version)
        connection.execute(sql("migrate_settings"))
        if version == "1":
            _make_services(connection)
            connection.execute(sql("migrate_1_service_versions"))
            _renew_fingerprints(connection)


def _copy(connection: Connection, table: str, version: str) -> None:
    """All rows of a table, with what the older version did not have."""
    if version == "1" and table in SEALED:
        for batch in _batches(connection, f"FROM old.{table}"):
            _append_sealed(connection, table, batch)
    else:
        statement = _SPECIAL[version].get(table)
        source = sql(statement) if statement else f"FROM old.{table}"
        connection.execute(f"INSERT INTO {table} BY NAME {source}")
    before, after = (connection.execute(f"SELECT count(*) FROM {name}").fetchone() for name in (f"old.{table}", table))
    if before != after:
        raise StoreError(
            f"the store could not be migrated: {table} has {before} rows, {after} arrived; it stays as it was"
        )


def _batches(connection: Connection, query: str) -> Iterator[pa.RecordBatch]:
    cursor = connection.cursor()
    yield from cursor.execute(query).to_arrow_reader(ROWS_A_BATCH)


def _append_sealed(connection: Connection, table: str, batch: pa.RecordBatch) -> None:
    ids, column = batch.column("image_id").to_pylist(), batch.column(SEALED[table])
    if pa.types.is_binary(column.type):
        values = column.to_pylist()
    else:
        values = [row.tobytes() for row in column.flatten().to_numpy().reshape(len(ids), -1).astype(np.float32)]
    seals = [seal_of(one, value) for one, value in zip(ids, values, strict=True)]
    columns: dict[str, Any] = {name: batch.column(name) for name in batch.schema.names}
    write.append(connection, table, write.batch(table, {**columns, "seal": seals}))


def _make_services(connection: Connection) -> None:
    """Every feature as a service of itself, and one for each model and recipe as its runs used it."""
    views = read.frame(connection, "migrate_1_described_views")
    of_version = {row["version"]: row for row in views.iter_rows(named=True)}
    entries = [(row["feature"], row["created_at"], [row["version"]]) for row in of_version.values()]
    for service, started_at, versions in connection.execute(sql("migrate_1_services_of_runs")).fetchall():
        entries.append((service, started_at, list(json.loads(versions).values())))
    last: dict[str, str] = {}
    for service, moment, versions in entries:
        composed = splits.composition(versions)
        if last.get(service) == composed or not set(versions) <= set(of_version):
            continue
        last[service] = composed
        rows = {
            "service": [service] * len(versions),
            "created_at": [moment] * len(versions),
            "service_version": [composed] * len(versions),
            "feature": [of_version[one]["feature"] for one in versions],
            "view": [of_version[one]["view"] for one in versions],
            "version": versions,
        }
        write.append(connection, "features.services", write.batch("features.services", rows))


def _renew_fingerprints(connection: Connection) -> None:
    """Fingerprints of version 1 covered members and view versions alone; with equal rows, a split stays the same."""
    for split_id in read.frame(connection, "select_split_ids")["split_id"]:
        split = read.frozen_split(connection, split_id)
        fingerprint = splits.fingerprint(read.split_seals(connection, split), split.versions)
        parameters = {"split_id": split_id, "fingerprint": fingerprint}
        connection.execute(sql("migrate_1_fingerprint"), parameters)
