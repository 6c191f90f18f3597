"""Quarantine rows that failed an audit, list them and release them.

Nothing is deleted: a row of `features.misses` hides the stored row until it is released.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Protocol

import polars as pl

from affect_store.flows.steps.missing_features import QuarantinedFeature, record_quarantined_features
from affect_store.store.engine import reader, write
from affect_store.store.engine.duckdb import Connection, transaction
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import UnknownNameError, unknown_name
from affect_store.store.home import Home

WHOLE_PHOTOGRAPH = "images"
"""View name of a photograph that is quarantined as a whole."""


class Row(Protocol):
    """The part of `affect_store.validation.verdict.QuarantinedRow` that is stored."""

    @property
    def image_id(self) -> str: ...
    @property
    def view(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def checks(self) -> Sequence[str]: ...
    @property
    def checksum(self) -> str: ...
    @property
    def reason(self) -> str: ...


def quarantine_rows(connection: Connection, rows: Iterable[Row]) -> int:
    """Quarantine these rows; a whole photograph is excluded with all of its features. Return the number of new rows."""
    rows = list(rows)
    photographs = {row.image_id: row for row in rows if row.view == WHOLE_PHOTOGRAPH}
    with transaction(connection):
        stored = reader.query_frame(
            connection, "features/select_stored_features", {"image_ids": list(photographs)}
        ).rows()
        features = [(photographs[image_id], view, version) for image_id, view, version in stored]
        features += [(row, row.view, row.version) for row in rows]
        count = record_quarantined_features(connection, [_feature(*feature) for feature in features])
        write.renew_exclusions(connection)
        return count


def _feature(row: Row, view: str, version: str) -> QuarantinedFeature:
    return QuarantinedFeature(
        row.image_id, view, version, row.reason, json.dumps(list(row.checks)), row.checksum or None
    )


def list_quarantine(home: Home) -> pl.DataFrame:
    """List each quarantined photograph and view with its labels, the checks that it failed and the time."""
    with open_work(home) as connection:
        return reader.query_frame(connection, "features/select_quarantine")


def release_photographs(home: Home, image_ids: Sequence[str]) -> int:
    """Release quarantined photographs; the checks that they failed accept them as long as their values stay the same.

    Return the number of released rows. Raise `UnknownNameError` for a photograph that is not quarantined.
    """
    with open_work(home) as connection:
        quarantined = set(reader.query_frame(connection, "features/select_quarantine")["image_id"])
        for image_id in image_ids:
            if image_id not in quarantined:
                raise UnknownNameError(unknown_name("quarantined photograph", image_id, quarantined))
        with transaction(connection):
            return write.release_photos(connection, image_ids)
