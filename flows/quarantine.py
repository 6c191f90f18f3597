"""Rows that an audit sets aside, and rows that a person lets back in. Nothing is deleted: a later miss hides a row, and
a release gives it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import polars as pl

from flows.landmarks import store_misses
from store.errors import UnknownNameError, unknown
from store.tables import read, write
from store.tables.connection import Connection, open_work
from store.tables.home import Home

WHOLE = "images"
"""In place of a view's name: the photograph as a whole."""


class Row(Protocol):
    """What `validation.verdict.Quarantined` says of a row."""

    @property
    def image_id(self) -> str: ...
    @property
    def view(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def excluded_reason(self) -> str: ...


def set_aside(connection: Connection, rows: Iterable[Row]) -> int:
    """Hide these rows; a whole photograph goes out of use with every feature. Returns how many rows are new."""
    rows = list(rows)
    with write.transaction(connection):
        for row in rows:
            if row.view == WHOLE:
                write.exclude_photo(connection, row.image_id, row.excluded_reason)
        reasons = {row.image_id: row.reason for row in rows if row.view == WHOLE}
        stored = read.frame(connection, "select_stored_features", {"image_ids": list(reasons)}).rows()
        misses = [(image_id, view, version, reasons[image_id]) for image_id, view, version in stored]
        misses += [(row.image_id, row.view, row.version, row.reason) for row in rows]
        return store_misses(connection, misses)


def listed(home: Home) -> pl.DataFrame:
    """One row a photograph and view that is set aside now: its labels, the checks that it failed, and since when."""
    with open_work(home) as connection:
        return read.frame(connection, "select_quarantine")


def release(home: Home, image_ids: Sequence[str]) -> int:
    """Let photographs back in that were set aside; the checks that they failed accept them from now on.

    Returns how many rows were released. Raises `UnknownNameError` for a photograph that is not set aside.
    """
    with open_work(home) as connection:
        held = set(read.frame(connection, "select_quarantine")["image_id"])
        for one in image_ids:
            if one not in held:
                raise UnknownNameError(unknown("photograph set aside", one, held))
        with write.transaction(connection):
            return write.release_photos(connection, image_ids)
