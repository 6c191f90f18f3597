"""The snapshots of a lake: which publications they are, and the return of a home to an earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb

from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.sql_files import sql
from affect_store.store.errors import StoreError, UnknownNameError, unknown_name
from affect_store.store.lake import layout, rows
from affect_store.store.lake.address import LakeAddress
from affect_store.store.lake.connect import LAKE, open_to_read, open_to_write
from affect_store.store.lake.publish import Written, in_transaction, prepare_tables, set_message


@dataclass(frozen=True)
class Snapshot:
    """One snapshot: its number and time, the home that wrote it, its publication, and its message.

    `is_current` says whether it holds what the home has published last.
    """

    number: int
    moment: datetime
    message: str
    home_id: str
    publication: str
    is_current: bool = False


def list_snapshots(address: LakeAddress) -> list[Snapshot]:
    """Return the snapshots of all homes, the oldest first. Raises what `open_to_read` does."""
    connection = open_to_read(address)
    try:
        return _snapshots(connection)
    finally:
        connection.close()


def _snapshots(connection: Connection) -> list[Snapshot]:
    known = connection.execute(sql("lake/select_snapshots")).fetchall()
    last = {home_id: number for number, _, _, home_id, _ in known}
    return [
        Snapshot(number, moment, message, home_id, publication or "", is_current=last[home_id] == number)
        for number, moment, message, home_id, publication in known
    ]


def roll_back(address: LakeAddress, home_id: str, to: int | None = None) -> Written:
    """Give the home the rows that it had in the snapshot `to`, by default in its last but one, as a new snapshot.

    Other homes keep their rows, and readers of the snapshots in between keep theirs. Raises `UnknownNameError` for a
    snapshot that the lake does not have, and `StoreError` if there is none to return to.
    """
    connection = open_to_write(address, creates=False)
    try:
        snapshots = _snapshots(connection)
        target = _target(snapshots, home_id, to)
        return in_transaction(connection, lambda: _restore(connection, home_id, target))
    finally:
        connection.close()


def _target(snapshots: list[Snapshot], home_id: str, to: int | None) -> int:
    numbers = [snapshot.number for snapshot in snapshots]
    if to is not None:
        if to not in numbers:
            raise UnknownNameError(unknown_name("snapshot", str(to), map(str, numbers)))
        return to
    own = [snapshot.number for snapshot in snapshots if snapshot.home_id == home_id]
    if len(own) < 2:
        raise StoreError(f"the home {home_id} has {len(own)} snapshots in the lake; a rollback needs an earlier one")
    return own[-2]


def _require_published(connection: Connection, home_id: str, by: int) -> None:
    text = f"FROM {LAKE}.{layout.STORED}.homes AT (VERSION => {by}) SELECT home_id WHERE home_id = $home_id"
    try:
        rows = connection.execute(text, {"home_id": home_id}).fetchall()
    except duckdb.CatalogException:  # nobody had
        rows = []
    if not rows:
        raise StoreError(f"the home {home_id} had published nothing by snapshot {by}")


def _restore(connection: Connection, home_id: str, to: int) -> Written:
    connection.execute(f"USE {LAKE}")
    _require_published(connection, home_id, to)
    prepare_tables(connection)
    n_new = n_gone = 0
    for table in layout.STORED_TABLES:
        new, gone = rows.restore_table(connection, table, home_id, to)
        n_new, n_gone = n_new + new, n_gone + gone
    if not (n_new or n_gone):
        return Written(None, 0, 0)
    connection.execute(sql("lake/delete_home"), {"home_id": home_id})
    connection.execute(sql("lake/restore_home").replace("{snapshot}", str(to)), {"home_id": home_id})
    ((publication,),) = connection.execute(
        f"FROM {LAKE}.{layout.STORED}.homes SELECT publication WHERE home_id = $home_id", {"home_id": home_id}
    ).fetchall() or [("",)]
    set_message(connection, home_id, f"rollback to snapshot {to}: publication {publication}", publication=publication)
    return Written(0, n_new, n_gone)
