"""The kept publications: folders that are put in place whole, one of which `published` points to.

What a publication holds is made by `publish`; this module never writes into a store.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from store.errors import NotPublishedError, StoreError, UnknownNameError, unknown
from store.tables import write
from store.tables.duck import Connection, open_file, quoted, schema_version
from store.tables.home import STORE_FILE, Home

KEPT = 3
"""How many publications are kept, where nothing else is said."""

ABOUT = "about"
"""The setting of a published store in which its publication describes itself, as JSON."""

_ROLLED_BACK = ".rolled-back"
_COUNTED = {"photographs": "catalogue.images", "deltas": "features.deltas", "runs": "registry.runs"}
Fill = Callable[[Path], None]


@dataclass(frozen=True)
class Publication:
    """One kept publication. `rows` counts photographs, deltas and runs, None where an older store has no such table."""

    name: str
    published_at: str
    schema_version: str | None
    size_bytes: int
    is_current: bool
    is_rolled_back: bool
    rows: dict[str, int | None] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)


def folders(home: Home) -> list[Path]:
    """Every whole publication, the oldest first."""
    if not home.publications.is_dir():
        return []
    return sorted(path for path in home.publications.iterdir() if path.is_dir() and not path.name.startswith("."))


def newest(home: Home) -> Path | None:
    """The publication that was made last, whether or not it was rolled back since."""
    return folders(home)[-1] if folders(home) else None


def current(home: Home) -> Path | None:
    """The publication that `published` points to."""
    found = home.publications / home.published.resolve().name
    return found if home.published.exists() else None


def is_rolled_back(folder: Path) -> bool:
    """Whether a rollback went past this publication, and none came back to it."""
    return (folder / _ROLLED_BACK).exists()


def listed(home: Home) -> list[Publication]:
    """The kept publications, the newest first."""
    now = current(home)
    return [_described(folder, folder == now) for folder in reversed(folders(home))]


def open_store(folder: Path) -> Connection:
    """The store of one publication, read-only. Raises `StoreError` where it cannot be opened."""
    connection = open_file(Path(":memory:"))
    try:
        connection.execute(f"ATTACH {quoted(str(folder / STORE_FILE))} AS publication (READ_ONLY)")
    except duckdb.Error as error:
        connection.close()
        raise StoreError(f"'{folder / STORE_FILE}' cannot be opened as a DuckDB store: {error}") from error
    connection.execute("USE publication")
    return connection


def about(connection: Connection) -> dict[str, str]:
    """What a published store says of its publication; empty where affect-store 0.1 made it."""
    told = write.setting(connection, ABOUT)
    return dict(json.loads(told)) if told else {}


def _described(folder: Path, is_current: bool) -> Publication:
    made_at = datetime.fromtimestamp(folder.stat().st_mtime, UTC)
    size = size_of(folder)
    gone_back = is_rolled_back(folder) and not is_current
    try:
        connection = open_store(folder)
    except StoreError:
        return Publication(folder.name, f"{made_at:%Y-%m-%d %H:%M} UTC", None, size, is_current, gone_back)
    try:
        version = schema_version(connection)
        told = about(connection) if version else {}
        rows = {name: _count(connection, table) for name, table in _COUNTED.items()}
    finally:
        connection.close()
    when = told.get("published_at", f"{made_at:%Y-%m-%d %H:%M} UTC")
    return Publication(folder.name, when, version, size, is_current, gone_back, rows, told)


def _count(connection: Connection, table: str) -> int | None:
    try:
        return write.count(connection, table)
    except duckdb.CatalogException:
        return None


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def build(home: Home, name: str, fill: Fill) -> Path:
    """A new publication made by `fill(folder)`, on the disk and in its place, but not yet pointed to.

    Whatever `fill` raises, and a kill at any moment, leaves the other publications untouched.
    """
    home.publications.mkdir(parents=True, exist_ok=True)
    folder, unfinished = home.publications / name, home.publications / f".{name}"
    sweep(home.publications)
    unfinished.mkdir()
    try:
        fill(unfinished)
        for path in (*unfinished.rglob("*"), unfinished):
            _flush(path)
        unfinished.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    _flush(home.publications)
    return folder


def point(home: Home, folder: Path) -> None:
    """Let `published` point to this publication, in one step."""
    beside = home.published.with_name(f".{home.published.name}")
    beside.unlink(missing_ok=True)
    beside.symlink_to(os.path.relpath(folder, home.published.parent))
    os.replace(beside, home.published)
    _flush(home.root)


def replace(home: Home, folder: Path, fill: Fill) -> Path:
    """Make a publication anew with `fill(folder)` under the next name of its own; returns the new folder.

    Readers never see less than a whole publication: the link moves from the old to the new one in one step.
    """
    stem, _, number = folder.name.partition("~")
    renewed = home.publications / f"{stem}~{int(number or 1) + 1}"
    if not renewed.exists():
        build(home, renewed.name, fill)
        if is_rolled_back(folder):
            (renewed / _ROLLED_BACK).touch()
    if current(home) == folder:
        point(home, renewed)
    remove(folder)
    return renewed


def drop(home: Home, folder: Path) -> None:
    """Remove a publication that may be the current one: the newest of the others takes its place, if there is any."""
    others = [one for one in folders(home) if one != folder and not is_rolled_back(one)]
    if current(home) == folder:
        if others:
            point(home, others[-1])
        else:
            home.published.unlink()
    remove(folder)


def remove(folder: Path) -> None:
    """Remove a folder, so that it is there whole or not at all, whenever the process is killed."""
    shutil.rmtree(_hide(folder), ignore_errors=True)


def _hide(folder: Path) -> Path:
    hidden = folder.with_name(f".{folder.name}.going")
    shutil.rmtree(hidden, ignore_errors=True)
    return folder.rename(hidden)


def sweep(place: Path) -> None:
    """Remove hidden folders below `place`: what a process that was killed left unfinished or half removed."""
    for leftover in place.glob(".*"):
        shutil.rmtree(leftover, ignore_errors=True)


def beyond(home: Home, keep: int) -> list[Path]:
    """The publications that are not among the `keep` newest, the oldest first; never the current one.

    Raises `StoreError` where `keep` is less than 1.
    """
    if keep < 1:
        raise StoreError(f"expected to keep at least 1 publication, received {keep}")
    return [folder for folder in folders(home)[:-keep] if folder != current(home)]


def rollback(home: Home, to: str | None = None) -> Path:
    """Point `published` to the publication named `to`, or to the one before, and return it.

    The one before is the newest kept one that is older than the current and was not itself rolled back. Raises
    `NotPublishedError`, `UnknownNameError` with the near names, or `StoreError` where there is none before.
    """
    kept = {folder.name: folder for folder in folders(home)}
    if not kept:
        raise NotPublishedError(f"there is no publication in '{home.root}' yet, so none to go back to")
    if to is not None and to not in kept:
        raise UnknownNameError(unknown("publication", to, kept))
    chosen = kept[to] if to is not None else _before(home, kept)
    for folder in kept.values():
        if folder.name > chosen.name:
            # before the link moves: else a kill in between looks like an unfinished run
            (folder / _ROLLED_BACK).touch()
    point(home, chosen)
    (chosen / _ROLLED_BACK).unlink(missing_ok=True)
    return chosen


def _before(home: Home, kept: dict[str, Path]) -> Path:
    now = current(home)
    earlier = [one for one in kept.values() if (now is None or one.name < now.name) and not is_rolled_back(one)]
    if not earlier:
        there = ", ".join(kept)
        raise StoreError(
            f"there is no earlier publication to go back to: there are {there}, and {now and now.name} is current"
        )
    return earlier[-1]


def _flush(path: Path) -> None:
    """Bring a file or folder to the disk, so that the link never points to less than a whole publication."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
