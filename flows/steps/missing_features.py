"""Rows of `features.misses`: photographs that have no value of a feature, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from affect_store.store.engine import clock, reader, write
from affect_store.store.engine.duckdb import Connection

UNREADABLE = "cannot be read"
"""Prefix of the reason for photographs whose file could not be read; every run retries them."""

_KEY = ("image_id", "view", "version", "reason")
MissingFeature = tuple[str, str, str, str]
"""image_id, view, version, reason."""


class QuarantinedFeature(NamedTuple):
    """A feature row that an audit quarantined, with the checks that it failed (JSON) and its values' checksum."""

    image_id: str
    view: str
    version: str
    reason: str
    checks: str
    checksum: str | None


def record_missing_features(
    connection: Connection, features: Sequence[MissingFeature], *, is_renewed: bool = False
) -> int:
    """Add rows to `features.misses` where the current reason differs; return the number of new rows.

    With `is_renewed`, a reason that is the same again is added, too: its time says that it holds for the inputs of now.
    """
    rows = [{**dict(zip(_KEY, feature, strict=True)), "checksum": None} for feature in features]
    return _append(connection, rows) if is_renewed else _record(connection, rows)


def record_quarantined_features(connection: Connection, rows: Sequence[QuarantinedFeature]) -> int:
    """Add quarantined rows to `features.misses` where reason or values differ; return the number of new rows."""
    return _record(connection, [{**row._asdict(), "quarantine_status": "quarantined"} for row in rows])


def _record(connection: Connection, rows: list[dict[str, Any]]) -> int:
    if not rows:
        return 0
    current = set(reader.query_frame(connection, "features/select_open_misses", {"moment": clock.now()}).rows())
    new = [row for row in rows if tuple(row[name] for name in (*_KEY, "checksum")) not in current]
    return _append(connection, new)


def _append(connection: Connection, new: list[dict[str, Any]]) -> int:
    if not new:
        return 0
    columns = {name: [row[name] for row in new] for name in new[0]} | {"created_at": [clock.now()] * len(new)}
    return write.append(connection, "features.misses", write.batch("features.misses", columns))


def because_of_landmarks(reason: str, *, is_quarantined: bool) -> str:
    """Return why a feature that is computed from landmarks is missing, given why the landmarks are missing."""
    return f"landmarks {reason}" if is_quarantined else reason


def because_of_delta(reason: str, *, is_quarantined: bool) -> str:
    """Return why a feature that is computed with the delta's reference is missing, given why the delta is missing."""
    return f"delta {reason}" if is_quarantined else reason
