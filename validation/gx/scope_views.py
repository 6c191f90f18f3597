"""Views of the rows that an audit looks at, on each of its connections: all, or those that no earlier audit passed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import pyarrow as pa

from affect_store.store.schema.tables import TABLES
from affect_store.store.vocabulary import PARTS
from affect_store.validation.rules import FEATURE_TABLES

ERRORS = "features.landmark_errors"
SPLIT_TABLES = tuple(f"splits.{part}" for part in PARTS)
CHECKED_IN_PART = tuple(
    table.qualified for table in TABLES if table.qualified in (*FEATURE_TABLES, ERRORS, *SPLIT_TABLES)
)
"""Tables of which an audit may look at some rows only."""

LANDMARKS_BEHIND = "landmarks_behind"
"""The view of the landmarks that deltas and scalar features to be checked are computed from."""

MAX_LISTED = 1_024
"""Number of photographs up to which their features are searched by a list of ids."""

_KNOWN = pa.schema([
    ("image_id", pa.string()), ("kind", pa.string()), ("version", pa.string()), ("value", pa.float64()),
    ("checksum", pa.uint64()), ("signature", pa.string()),
])  # fmt: skip
_ROWS = pa.schema([("table_name", pa.string()), ("row_number", pa.int64())])


@dataclass(frozen=True)
class RowScope:
    """What an audit looks at of the tables `limited`; of all other tables it looks at all rows.

    `rows` are their numbers (table_name, row_number), `known` values of the other rows that rules about several
    photographs read, `people` those of whom a photograph is looked at, and `members` the photographs of the split
    tables that are looked at (None: all).
    """

    limited: frozenset[str] = frozenset()
    rows: pa.Table = field(default_factory=_ROWS.empty_table)
    known: pa.Table = field(default_factory=_KNOWN.empty_table)
    people: pa.Table | None = None
    members: list[str] | None = None


EVERYTHING = RowScope()


def define(connection: Any, scope: RowScope = EVERYTHING) -> None:
    """Define the views, and the temporary tables behind them; a missing table has no view, which its checks report."""
    _store(connection, "rows_to_look_at", scope.rows)
    _store(connection, "known_values", scope.known)
    is_listed = scope.members is not None and len(scope.members) <= MAX_LISTED
    connection.execute("SET VARIABLE listed_image_ids = $members", {"members": scope.members if is_listed else None})
    for table in (*CHECKED_IN_PART, LANDMARKS_BEHIND):
        with suppress(Exception):
            connection.execute(_view(table, is_limited=table in scope.limited))
    if scope.people is not None:
        _store(connection, "listed_people", scope.people)
    with suppress(Exception):
        connection.execute(_text("all_people" if scope.people is None else "some_people"))


def _view(table: str, *, is_limited: bool) -> str:
    name = table if table == LANDMARKS_BEHIND else f"{table.replace('.', '_')}_to_check"
    stored = "features.landmarks" if table == LANDMARKS_BEHIND else table
    kind = "view_of_some" if is_limited else "view_of_valid" if table in FEATURE_TABLES else "view_of_all"
    text = _text(kind).replace("{view}", name).replace("{batch}", stored)
    return text.replace("{listed}", table)


def _store(connection: Any, name: str, rows: pa.Table) -> None:
    connection.register("arriving", rows)
    connection.execute(_text("store").replace("{name}", name))
    connection.unregister("arriving")


@cache
def _text(name: str) -> str:
    return files("affect_store.validation").joinpath("sql", "scope", f"{name}.sql").read_text(encoding="utf-8")
