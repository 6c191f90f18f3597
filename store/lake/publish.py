"""Publish a store into a lake: one transaction that writes the rows that differ, and one snapshot with a message.

If the process is killed, the lake keeps its last snapshot. Rows of other homes are never touched.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from affect_store.store.engine import own_views
from affect_store.store.engine.duckdb import POLL_S, SCHEMA_VERSION, Connection, attach, schema_version, update_advice
from affect_store.store.engine.settings import get_setting
from affect_store.store.engine.sql_files import sql
from affect_store.store.errors import StoreError
from affect_store.store.lake import layout, rows
from affect_store.store.lake.address import LakeAddress
from affect_store.store.lake.connect import LAKE, open_to_write
from affect_store.store.schema.setting_keys import SettingKey

SOURCE = "source"
ATTEMPTS = 5
"""How often a publication is tried that conflicts with another one of the same moment."""

_CONFLICTS = ("conflict", "Failed to commit DuckLake transaction", "could not serialize", "database is locked")


@dataclass(frozen=True)
class Written:
    """What a publication wrote: the number of its snapshot, None if nothing differed, and of new and deleted rows."""

    snapshot: int | None
    n_new: int
    n_gone: int


def publish(address: LakeAddress, store: Path, *, home_id: str, publication: str, creates: bool = True) -> Written:
    """Give the lake the rows of the published store in the file `store`, those of the home `home_id`.

    `publication` is its name. Raises `StoreError` if the lake or the store has another schema version, if another home
    publishes one of its corpora, photographs or runs there, and what `open_to_write` does.
    """
    connection = open_to_write(address, creates=creates)
    try:
        attach(connection, store, SOURCE)
        return in_transaction(connection, lambda: _write(connection, store, home_id, publication))
    finally:
        connection.close()


def in_transaction(connection: Connection, write: Callable[[], Written]) -> Written:
    """Run `write` in one transaction of the lake, again if it conflicts with another one."""
    prepare_options(connection)
    for attempt in range(1, ATTEMPTS + 1):
        connection.execute("BEGIN")
        try:
            written = write()
            if written.snapshot is None:
                connection.execute("ROLLBACK")
                return written
            connection.execute("COMMIT")
            last = connection.execute(f"FROM {LAKE}.last_committed_snapshot()").fetchall()[0][0]
            return Written(int(last), written.n_new, written.n_gone)
        except BaseException as error:
            _roll_back(connection)
            if not isinstance(error, duckdb.Error):
                raise
            is_conflict = any(text in str(error) for text in _CONFLICTS)
            if not is_conflict or attempt == ATTEMPTS:
                raise StoreError(f"the lake was not changed: {str(error).splitlines()[0]}") from error
            time.sleep(attempt * POLL_S)
    raise AssertionError("the last attempt returns or raises")


def _roll_back(connection: Connection) -> None:
    try:
        connection.execute("ROLLBACK")
    except duckdb.Error:  # a failed COMMIT has ended the transaction
        return


def prepare_options(connection: Connection) -> None:
    """Store the options of data files in a new lake; they cannot be set together with tables."""
    known = connection.execute(f"FROM {LAKE}.options() SELECT option_name").fetchall()
    for name, value in layout.FILE_OPTIONS.items():
        if (name,) not in known:
            connection.execute(f"CALL {LAKE}.set_option('{name}', {value})")


def _write(connection: Connection, store: Path, home_id: str, publication: str) -> Written:
    connection.execute(f"USE {SOURCE}")
    _require_this_version(schema_version(connection), f"the store '{store}'", "run `affect run` or `affect demo`")
    connection.execute(f"USE {LAKE}")
    is_changed = prepare_tables(connection)
    _require_no_conflict(connection, home_id)
    n_new = n_gone = 0
    known = rows.source_columns(connection)
    for table in layout.STORED_TABLES:
        new, gone = rows.write_table(connection, table, home_id, known.get(table.qualified, ()))
        n_new, n_gone = n_new + new, n_gone + gone
    if is_changed or n_new or n_gone:
        own_views.define(connection, with_column_comments=False)
        is_changed = True
    if _write_home(connection, home_id, publication) or is_changed:
        _describe(connection, home_id, publication)
        return Written(0, n_new, n_gone)
    return Written(None, 0, 0)


def prepare_tables(connection: Connection) -> bool:
    """Create what the lake lacks: tables, columns, views; returns whether it lacked anything.

    Raises `StoreError` if a later version of affect-store has published there.
    """
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {LAKE}.{layout.STORED}")
    for statement in ("lake/create_homes", "lake/create_definitions"):
        connection.execute(sql(statement))
    for _, version, *_ in connection.execute(sql("lake/select_homes")).fetchall():
        require_not_later(version)
    missing = layout.missing_tables(connection)
    for table in missing:
        for statement in layout.table_statements(table):
            connection.execute(statement)
    added = layout.add_missing_columns(connection)
    return _define(connection) or bool(missing) or added


def _define(connection: Connection) -> bool:
    """Define the lake's views, unless it has them."""
    known = connection.execute(f"FROM {LAKE}.{layout.STORED}.definitions").fetchall()
    wanted = [(SCHEMA_VERSION, layout.definitions_hash())]
    if known == wanted:
        return False
    for statement in layout.lake_definitions():
        connection.execute(statement)
    connection.execute(f"DELETE FROM {LAKE}.{layout.STORED}.definitions")
    connection.execute(f"INSERT INTO {LAKE}.{layout.STORED}.definitions VALUES (?, ?)", wanted[0])
    return True


def _require_no_conflict(connection: Connection, home_id: str) -> None:
    conflicts = connection.execute(sql("lake/select_conflicts"), {"home_id": home_id}).fetchall()
    if conflicts:
        thing, other = conflicts[0]
        raise StoreError(
            f"another home ({other}) has published {thing} in this lake; homes that share a lake each have corpora of "
            "their own. If that is this home, restored without its 'lake.json', put the id back there"
        )


def _write_home(connection: Connection, home_id: str, publication: str) -> bool:
    """Store which publication of the home the lake has; returns whether that was another one."""
    ((_, _, corpora),) = connection.execute(sql("lake/summarize_source")).fetchall()
    before = [row for row in connection.execute(sql("lake/select_homes")).fetchall() if row[0] == home_id]
    if before and (before[0][1], before[0][2], before[0][4]) == (SCHEMA_VERSION, publication, corpora):
        return False
    moment = connection.execute("SELECT now()").fetchall()[0][0]
    connection.execute(sql("lake/delete_home"), {"home_id": home_id})
    values = {
        "home_id": home_id, "schema_version": SCHEMA_VERSION, "publication": publication, "published_at": moment,
        "corpora": corpora,
    }  # fmt: skip
    connection.execute(sql("lake/insert_home"), values)
    return True


def _describe(connection: Connection, home_id: str, publication: str) -> None:
    ((n_images, n_people, corpora),) = connection.execute(sql("lake/summarize_source")).fetchall()
    connection.execute(f"USE {SOURCE}")
    change = get_setting(connection, SettingKey.CHANGE)
    connection.execute(f"USE {LAKE}")
    text = f"publication {publication}: {n_images:,} photographs of {n_people:,} people, corpora {', '.join(corpora)}"
    set_message(connection, home_id, text, publication=publication, change=change)


def set_message(connection: Connection, home_id: str, text: str, **details: str | int | None) -> None:
    """Give the snapshot of the current transaction its author, its message, and further details as JSON."""
    details = {"home_id": home_id, "schema_version": SCHEMA_VERSION, **details}
    connection.execute(f"CALL {LAKE}.set_commit_message(?, ?, extra_info => ?)", [home_id, text, json.dumps(details)])


def require_not_later(version: str) -> None:
    """Raise `StoreError` if a later version of affect-store has published into the lake."""
    if advice := update_advice(version):
        raise StoreError(f"the lake has schema version {version}, expected {SCHEMA_VERSION} at most{advice}")


def _require_this_version(version: str | None, what: str, advice: str) -> None:
    if version != SCHEMA_VERSION:
        raise StoreError(
            f"{what} has schema version {version}, expected {SCHEMA_VERSION}"
            f"{update_advice(version) or f'; {advice} to publish again'}"
        )
