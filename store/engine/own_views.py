"""Feature views of the user's own in a store: their versions and columns, and the views `own.FEATURE` that name these.

Everything is read from the store, so that it can be read without the functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from affect_store.store.engine import reader
from affect_store.store.engine.duckdb import Connection, identifier, quoted
from affect_store.store.engine.sql_files import sql
from affect_store.store.extensions.declare import NAME
from affect_store.store.extensions.own_view import OWN_VALUES

SCHEMA = "own"
_TABLE = f"features.{OWN_VALUES}"


@dataclass(frozen=True)
class StoredVersion:
    """A version of a feature view of the user's own: its feature, its columns, and whether it is current."""

    feature: str
    version: str
    columns: tuple[str, ...]
    is_current: bool


def stored_versions(connection: Connection) -> list[StoredVersion]:
    """Return the versions of all features of the user's own, by feature, the oldest first.

    Versions with names that no declaration can have are left out: a store may come from anybody, and names are text of
    SQL statements.
    """
    if not reader.has_table(connection, _TABLE):  # a publication from before such features existed
        return []
    rows = reader.query_frame(connection, "features/select_own_versions").iter_rows(named=True)
    return [
        StoredVersion(row["feature"], row["version"], tuple(row["names"]), row["is_current"])
        for row in rows
        if all(isinstance(name, str) and NAME.fullmatch(name) for name in (row["feature"], *(row["names"] or (None,))))
    ]


def columns_of(connection: Connection, version: str) -> tuple[str, ...]:
    """Return the columns of a version; none if it is not a feature of the user's own."""
    return next((stored.columns for stored in stored_versions(connection) if stored.version == version), ())


def named_columns(columns: Sequence[str]) -> str:
    """Return SQL that selects the values of one version by the names of its columns."""
    return ", ".join(f"numbers[{position}] AS {identifier(name)}" for position, name in enumerate(columns, 1))


def define(connection: Connection, *, with_column_comments: bool = True) -> None:
    """Create the view `own.FEATURE`, of all its versions, and the macro `own.FEATURE_at(version, moment)` for each.

    A lake has no comments of the columns of views.
    """
    versions = stored_versions(connection)
    if versions:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    for feature in dict.fromkeys(stored.feature for stored in versions):
        own = [stored for stored in versions if stored.feature == feature]
        connection.execute(f"CREATE OR REPLACE VIEW {SCHEMA}.{identifier(feature)} AS {_union(own)}")
        current = next((stored for stored in own if stored.is_current), own[-1])
        text = sql("feature_views/macro_of_own").replace("{feature}", feature)
        connection.execute(text.replace("{columns}", named_columns(current.columns)))
        _add_comments(connection, feature, own, with_columns=with_column_comments)


def _union(versions: Sequence[StoredVersion]) -> str:
    selects = [
        sql("feature_views/named_values").replace("{columns}", named_columns(stored.columns))
        .replace("{version}", quoted(stored.version))
        for stored in versions
    ]  # fmt: skip
    return "\nUNION ALL BY NAME\n".join(selects)


def _add_comments(
    connection: Connection, feature: str, versions: Sequence[StoredVersion], *, with_columns: bool
) -> None:
    view = f"{SCHEMA}.{identifier(feature)}"
    columns = {name for stored in versions for name in stored.columns if with_columns}
    described = reader.query_frame(connection, "features/select_own_columns", {"feature": feature})
    description = described["description"][-1]
    grain = f"One row per photograph, version and time: {description}. A feature view of the user's own."
    connection.execute(f"COMMENT ON VIEW {view} IS {quoted(grain)}")
    for name, unit in described.select("column_name", "unit").iter_rows():
        if name not in columns:
            continue
        meaning = f"column {name} of the feature {feature}" + (f" [{unit}]" if unit else "")
        connection.execute(f"COMMENT ON COLUMN {view}.{identifier(name)} IS {quoted(meaning)}")
