"""The kept publications: folders that are put in place whole, one of which `published` points to.

What a publication holds is made by `publish`; this module never writes into a store.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from store.errors import NotPublishedError, StoreError, StoreLockedError, UnknownNameError, unknown
from store.tables import disk, write
from store.tables.duck import WAIT_S, Connection
from store.tables.home import STORE_FILE, Home
from store.tables.source import open_attached

KEPT = 3
"""How many publications are kept, where nothing else is said."""

ABOUT = "about"
"""The setting of a published store in which its publication describes itself, as JSON."""

_ROLLED_BACK = ".rolled-back"
_READ_ONLY = 0o444
Fill = Callable[[Path], None]


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


def open_store(folder: Path, *, wait_s: float = WAIT_S) -> Connection:
    """The store of one publication, read-only.

    Raises `StoreLockedError`, naming the holder, where a program has it open for writing for longer than `wait_s`
    seconds, and `StoreError` where it cannot be opened.
    """
    return open_attached(folder / STORE_FILE, wait_s=wait_s)


def each(home: Home) -> Iterator[tuple[Path, Connection | None]]:
    """Every publication, the oldest first, with its store, open until the next one is asked for.

    None in place of a store that is damaged. Raises `StoreLockedError` as `open_store` does, and `StoreError` for one
    that this user may not read.
    """
    for folder in folders(home):
        connection = _readable(folder)
        try:
            yield folder, connection
        finally:
            if connection is not None:
                connection.close()


def _readable(folder: Path) -> Connection | None:
    store = folder / STORE_FILE
    try:
        return open_store(folder)
    except StoreLockedError:
        raise
    except StoreError:
        if store.exists() and not os.access(store, os.R_OK):
            raise
        return None


def about(connection: Connection) -> dict[str, str]:
    """What a published store says of its publication; empty where affect-store 0.1 made it."""
    told = write.setting(connection, ABOUT)
    return dict(json.loads(told)) if told else {}


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def build(home: Home, name: str, fill: Fill) -> Path:
    """A new publication made by `fill(folder)`, on the disk and in its place, but not yet pointed to.

    Whatever `fill` raises, and a kill at any moment, leaves the other publications untouched. The store can be read
    only: a program that opens it for writing would keep everybody else out.
    """
    home.publications.mkdir(parents=True, exist_ok=True)
    folder, unfinished = home.publications / name, home.publications / f".{name}"
    sweep(home.publications)
    unfinished.mkdir()
    try:
        fill(unfinished)
        if (unfinished / STORE_FILE).exists():
            (unfinished / STORE_FILE).chmod(_READ_ONLY)
        disk.put_in_place(unfinished, folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return folder


def point(home: Home, folder: Path) -> None:
    """Let `published` point to this publication, in one step."""
    beside = home.published.with_name(f".{home.published.name}")
    beside.unlink(missing_ok=True)
    beside.symlink_to(os.path.relpath(folder, home.published.parent))
    os.replace(beside, home.published)
    disk.flush(home.root)


def replace(home: Home, folder: Path, fill: Fill) -> Path:
    """Make a publication anew with `fill(folder)` under the next name of its own; returns the new folder.

    Readers never see less than a whole publication: the link moves from the old to the new one in one step. One that
    was rolled back stays so.
    """
    stem, _, number = folder.name.partition("~")
    renewed = home.publications / f"{stem}~{int(number or 1) + 1}"

    def fill_and_mark(unfinished: Path) -> None:
        fill(unfinished)
        if is_rolled_back(folder):
            (unfinished / _ROLLED_BACK).touch()

    if not renewed.exists():
        build(home, renewed.name, fill_and_mark)
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
    """The publications that are not among the `keep` that are kept, the oldest first.

    Kept is the current one before all others, then what was not rolled back, the newest first. The newest of all stays
    also where it was rolled back: it tells which state was. Raises `StoreError` where `keep` is less than 1.
    """
    if keep < 1:
        raise StoreError(f"expected to keep at least 1 publication, received {keep}")
    now, last = current(home), newest(home)
    ranked = sorted(folders(home), key=lambda one: (one == now, not is_rolled_back(one), one.name), reverse=True)
    return sorted(one for one in ranked[keep:] if one not in (now, last))


def tidy(home: Home, keep: int) -> None:
    """Remove what is beyond the `keep` publications that are kept, and what killed processes left."""
    for folder in beyond(home, keep):
        remove(folder)
    sweep(home.publications)


def drop_unseen(home: Home) -> None:
    """Remove publications that a process which was killed had built but not yet pointed to."""
    now = current(home)
    for folder in folders(home):
        if now is not None and folder.name > now.name and not is_rolled_back(folder):
            remove(folder)


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
