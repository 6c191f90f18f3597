"""Publication: an audited work store becomes a new folder, and one link is moved to it in a single step.

Readers that hold an older publication open keep it; a crash before the last step leaves the old one in place.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from store.tables.catalog import FIELDS, SCHEMAS, TABLES, Table, ddl
from store.tables.connection import DEFINITIONS, Connection, open_file, open_published, open_work, sql
from store.tables.home import Home
from store.tables.write import put_setting, setting
from store.vocabulary import LANDMARK_COUNT, LANDMARK_GROUPS

VIEWS = ("leaderboard", "confusion", "hardest_images", "coverage", "lineage", "feature_stats")
KEPT = 3
_FACES = "rgb"
_FACES_ARE_IN = "faces are published"
_CHANGE = "change"


def publish(home: Home, publication_id: str, fill: Callable[[Path], None]) -> Path:
    """Make the publication `publication_id` with `fill(folder)` and point `published` to it; returns its folder.

    Whatever `fill` raises leaves the current publication untouched. The newest three publications are kept.
    """
    home.publications.mkdir(parents=True, exist_ok=True)
    folder = home.publications / publication_id
    unfinished = home.publications / f".{publication_id}"
    _sweep(home)
    unfinished.mkdir()
    try:
        fill(unfinished)
        _flush(unfinished)
        unfinished.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    _point(home.published, folder)
    _prune(home)
    return folder


def write_store(work: Path, target: Path, *, with_faces: bool = False) -> None:
    """Copy the work store's tables to the new file `target`, with the views and comments that people read.

    Face pictures are licensed: thumbnails stay behind unless `with_faces`.
    """
    connection = open_file(target)
    try:
        connection.execute(f"ATTACH {_quoted(str(work))} AS work (READ_ONLY)")  # ATTACH binds no parameters
        for schema in SCHEMAS:
            connection.execute(f"CREATE SCHEMA {schema}")
        for table in TABLES:
            connection.execute(ddl(table, may_lack=() if with_faces else (_FACES,)))
            _copy(connection, table, with_faces=with_faces)
            _comment(connection, table)
        connection.execute("DETACH work")
        for definition in (*DEFINITIONS, *(f"view_{view}" for view in VIEWS)):
            connection.execute(sql(definition))
        _count(connection)
        connection.execute(sql("index_published"))
        put_setting(connection, _FACES_ARE_IN, str(with_faces))
        connection.execute("CHECKPOINT")
    finally:
        connection.close()


def is_current(home: Home, *, with_faces: bool = False) -> bool:
    """Whether the published store holds what the work store holds, with or without faces as asked for."""
    if not home.published_store.exists():
        return False
    with open_work(home) as work:
        wanted = setting(work, _CHANGE)
    published = open_published(home)
    try:
        return (setting(published, _CHANGE), setting(published, _FACES_ARE_IN)) == (wanted, str(with_faces))
    finally:
        published.close()


def _copy(connection: Connection, table: Table, *, with_faces: bool) -> None:
    if _FACES in table.columns and not with_faces:
        columns = ", ".join(f"NULL AS {name}" if name == _FACES else name for name in table.columns)
    else:
        columns = ", ".join(table.columns)
    connection.execute(f"INSERT INTO {table.qualified} BY NAME SELECT {columns} FROM work.{table.qualified}")


def _count(connection: Connection) -> None:
    """Fill `features.statistics`."""
    groups = {"all": tuple(range(LANDMARK_COUNT)), **LANDMARK_GROUPS}
    parameters = {
        "group_names": [name for name, members in groups.items() for _ in members],
        "group_landmarks": [landmark for members in groups.values() for landmark in members],
    }
    connection.execute("DELETE FROM features.statistics")
    statement = f"INSERT INTO features.statistics BY NAME {sql('select_feature_statistics')}"
    connection.execute(statement, parameters)


def _comment(connection: Connection, table: Table) -> None:
    connection.execute(f"COMMENT ON TABLE {table.qualified} IS {_quoted(table.grain)}")
    for name in table.columns:
        one = FIELDS[name]
        text = f"{one.meaning} [{one.unit}]" if one.unit else one.meaning
        connection.execute(f"COMMENT ON COLUMN {table.qualified}.{name} IS {_quoted(text)}")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _flush(folder: Path) -> None:
    """Bring every file of the folder to the disk, so that the link never points to less than a whole publication."""
    for path in (*folder.rglob("*"), folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _point(link: Path, folder: Path) -> None:
    beside = link.with_name(f".{link.name}")
    beside.unlink(missing_ok=True)
    beside.symlink_to(os.path.relpath(folder, link.parent))
    os.replace(beside, link)


def _sweep(home: Home) -> None:
    """Remove what a run that was killed left unfinished."""
    for leftover in home.publications.glob(".*"):
        shutil.rmtree(leftover, ignore_errors=True)


def _prune(home: Home) -> None:
    current = home.published.resolve()
    older = sorted(path for path in home.publications.iterdir() if path.is_dir() and path.resolve() != current)
    for folder in older[: max(0, len(older) - (KEPT - 1))]:
        shutil.rmtree(folder, ignore_errors=True)
