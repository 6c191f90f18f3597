"""Erase a person from a lake: from its rows, from the data files of all snapshots, and from the catalogue's statistics.

DuckLake keeps deleted rows for earlier snapshots. So the files with deleted rows are written again without them, all
earlier snapshots expire, of every home, and the files that only they have are deleted. An erasure can be repeated.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb

from affect_store.store.engine.duckdb import Connection, identifier, quoted
from affect_store.store.engine.filtered_copy import IMAGE_IDS, SUBJECT_IDS
from affect_store.store.engine.sql_files import sql
from affect_store.store.erasure_request import ErasureRequest
from affect_store.store.errors import NotPublishedError, StoreError
from affect_store.store.lake import layout, publish
from affect_store.store.lake.address import SQLITE, LakeAddress
from affect_store.store.lake.connect import LAKE, data_path, open_to_write
from affect_store.store.lake.publish import Written, in_transaction, set_message

NAMING = (*IMAGE_IDS, *SUBJECT_IDS, "path")
"""Columns that name a person or a photograph."""

_MESSAGE = "erasure of a person: all earlier snapshots were removed"


def erase(
    address: LakeAddress, request: ErasureRequest, store: Path | None, *, home_id: str, publication: str
) -> list[str]:
    """Erase a person whom the published store in the file `store` does not have any more; None if no store is left.

    Returns the data files that still name the person or cannot be read: none, unless another program writes there or a
    killed one has left a file unfinished. Raises `StoreError` if the lake cannot be reached, and what `publish` does.
    """
    if not _has_home(address, home_id):
        return []
    if store is None:
        _withdraw(address, home_id)
    else:
        publish.publish(address, store, home_id=home_id, publication=publication, creates=False)
    connection = open_to_write(address, creates=False)
    try:
        _rewrite(connection, home_id, publication)
        _remove_earlier(connection)
        _remove_orphans(connection, home_id)
        words = sorted(request.image_ids | request.subject_ids | request.paths | request.rejected)
        connection.execute(sql("lake/clear_statistics"), {"words": words})
        left = _files_naming(connection, home_id, words)
    finally:
        connection.close()
    if address.kind == SQLITE:
        _vacuum(address)
    return left


def _has_home(address: LakeAddress, home_id: str) -> bool:
    try:
        connection = open_to_write(address, creates=False)
    except NotPublishedError as error:
        raise StoreError(
            f"there is no lake at '{address.url}', so the erasure is not complete: make it reachable and repeat the "
            "command; if it was deleted, remove it from 'lake.json' in the home"
        ) from error
    try:
        rows = connection.execute(sql("lake/select_homes")).fetchall()
    except duckdb.CatalogException:  # nothing has been published into the lake
        return False
    finally:
        connection.close()
    return home_id in {row[0] for row in rows}


def _withdraw(address: LakeAddress, home_id: str) -> None:
    """Delete all rows of a home."""
    connection = open_to_write(address, creates=False)

    def write() -> Written:
        n_gone = 0
        for name in (*map(layout.stored_name, layout.STORED_TABLES), "homes"):
            statement = f"DELETE FROM {LAKE}.{layout.STORED}.{name} WHERE {layout.HOME} = $home_id"
            n_gone += connection.execute(statement, {"home_id": home_id}).fetchall()[0][0]
        set_message(connection, home_id, "all rows of the home were deleted")
        return Written(0 if n_gone else None, 0, n_gone)

    try:
        in_transaction(connection, write)
    finally:
        connection.close()


def _rewrite(connection: Connection, home_id: str, publication: str) -> None:
    """Write the files with deleted rows again, without these rows, as a snapshot."""

    def write() -> Written:
        set_message(connection, home_id, _MESSAGE, publication=publication)
        files = connection.execute(f"CALL ducklake_rewrite_data_files('{LAKE}', delete_threshold => 0)").fetchall()
        return Written(0 if files else None, 0, len(files))

    in_transaction(connection, write)


def _remove_earlier(connection: Connection) -> None:
    """Expire all snapshots but the last, and delete the files that only they had."""
    try:
        connection.execute(f"CALL ducklake_expire_snapshots('{LAKE}', older_than => now())")
        connection.execute(f"CALL ducklake_cleanup_old_files('{LAKE}', cleanup_all => true)")
    except duckdb.Error as error:
        raise StoreError(f"earlier snapshots of the lake were not removed: {str(error).splitlines()[0]}") from error


def _remove_orphans(connection: Connection, home_id: str) -> None:
    """Delete files of this home that no snapshot has. Its lock is held, so that no publication is writing them.

    Files of other homes stay, since these may be publishing, and so do files that cannot be read: those are either
    being written, or `_files_naming` names them.
    """
    for (path,) in connection.execute(sql("lake/select_orphans")).fetchall():
        try:
            query = f"FROM read_parquet({quoted(path)}) SELECT DISTINCT {layout.HOME}"
            owners = {owner for (owner,) in connection.execute(query).fetchall()}
        except duckdb.Error:
            continue
        if owners <= {home_id} and "://" not in path:
            Path(path).unlink(missing_ok=True)


def _files_naming(connection: Connection, home_id: str, words: list[str]) -> list[str]:
    """Return the data files in which a row of the home names people, photographs or files by one of these words.

    Files that cannot be read, as a killed publication leaves them, are among them: they may hold anything.
    """
    files_left: set[str] = set()
    parameters = {"home_id": home_id, "words": words}
    for table in layout.STORED_TABLES:
        every = f"{data_path(connection)}{layout.STORED}/{layout.stored_name(table)}/*.parquet"
        files = [name for (name,) in connection.execute(f"FROM glob({quoted(every)})").fetchall()]
        columns = {name: _columns_of(connection, name) for name in files}
        files_left |= {name for name, known in columns.items() if known is None}
        readable = [name for name, known in columns.items() if known and layout.HOME in known]
        for column in (name for name in NAMING if name in table.columns and readable):
            text = sql("lake/select_files_naming").replace("{column}", identifier(column))
            named = connection.execute(text.replace("{files}", f"[{', '.join(map(quoted, readable))}]"), parameters)
            files_left |= {name for (name,) in named.fetchall()}
    return sorted(files_left)


def _columns_of(connection: Connection, file: str) -> set[str] | None:
    """Return the columns of a Parquet file, None if it cannot be read. Lists of deleted rows do not name the home."""
    try:
        return {name for (name,) in connection.execute(f"FROM parquet_schema({quoted(file)}) SELECT name").fetchall()}
    except duckdb.Error:
        return None


def _vacuum(address: LakeAddress) -> None:
    """Write the file of a catalogue in SQLite again: deleted rows stay in its free pages otherwise."""
    with closing(sqlite3.connect(address.place, timeout=10)) as connection:
        try:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.OperationalError as error:
            raise StoreError(f"the catalogue of the lake '{address.url}' is in use: {error}") from error
