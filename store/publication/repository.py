"""The repository of publications: complete folders, one of which `published` points to.

`publish` writes the contents of a publication; this module never writes to a store.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from affect_store.store.engine import durable_files
from affect_store.store.engine.duckdb import WAIT_S, Connection
from affect_store.store.engine.settings import get_setting
from affect_store.store.engine.store_file import open_attached
from affect_store.store.errors import NotPublishedError, StoreError, StoreLockedError, UnknownNameError, unknown_name
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.publication.manifest import is_preliminary
from affect_store.store.publication.readability import is_readable
from affect_store.store.schema.setting_keys import SettingKey

KEPT = 3
"""Number of publications to keep by default."""

_ROLLED_BACK = ".rolled-back"
_READ_ONLY = 0o444

Fill = Callable[[Path], None]
"""Writes the contents of a publication to a folder."""


def folders(home: Home) -> list[Path]:
    """Return all complete publications, oldest first."""
    if not home.publications.is_dir():
        return []
    return sorted(path for path in home.publications.iterdir() if path.is_dir() and not path.name.startswith("."))


def newest(home: Home) -> Path | None:
    """Return the publication that was made last, even if it was rolled back since."""
    return folders(home)[-1] if folders(home) else None


def current(home: Home) -> Path | None:
    """Return the publication that `published` points to."""
    return home.publications / home.published.resolve().name if home.published.exists() else None


def is_rolled_back(folder: Path) -> bool:
    """Return whether this publication was rolled back and has not been restored since."""
    return (folder / _ROLLED_BACK).exists()


def open_store(folder: Path, *, wait_s: float = WAIT_S) -> Connection:
    """Open the store of one publication read-only.

    Raises `StoreLockedError`, which names the process, if a program still has it open for writing after `wait_s`
    seconds, and `StoreError` if it cannot be opened.
    """
    return open_attached(folder / STORE_FILE, wait_s=wait_s)


def open_each(home: Home) -> Iterator[tuple[Path, Connection | None]]:
    """Yield all publications, oldest first, each with its open store, which is closed before the next one is opened.

    The store is None if it is damaged: it cannot be opened, or a table is missing or cannot be read. Raises
    `StoreLockedError` as `open_store` does, and `StoreError` for a store that this user has no permission to read.
    """
    for folder in folders(home):
        connection = _open_unless_damaged(folder)
        try:
            yield folder, connection
        finally:
            if connection is not None:
                connection.close()


def _open_unless_damaged(folder: Path) -> Connection | None:
    store = folder / STORE_FILE
    try:
        connection = open_store(folder)
    except StoreLockedError:
        raise
    except StoreError:
        if store.exists() and not os.access(store, os.R_OK):
            raise
        return None
    if is_readable(connection):
        return connection
    connection.close()
    return None


def about(connection: Connection) -> dict[str, str]:
    """Return the description of a publication from its store; empty for stores of affect-store 0.1."""
    text = get_setting(connection, SettingKey.PUBLICATION)
    return dict(json.loads(text)) if text else {}


def size_of(folder: Path) -> int:
    """Return the total size of all files below a folder, in bytes."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def build(home: Home, name: str, fill: Fill) -> Path:
    """Make a publication with `fill(folder)` durably; `published` does not point to it yet.

    If `fill` raises or the process is killed, the other publications stay as they are. The store's file is made
    read-only, since a program that opens it for writing would lock out all readers.
    """
    home.publications.mkdir(parents=True, exist_ok=True)
    folder, unfinished = home.publications / name, home.publications / f".{name}"
    remove_leftovers(home.publications)
    unfinished.mkdir()
    try:
        fill(unfinished)
        if (unfinished / STORE_FILE).exists():
            (unfinished / STORE_FILE).chmod(_READ_ONLY)
        durable_files.put_in_place(unfinished, folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return folder


def set_current(home: Home, folder: Path) -> None:
    """Point `published` to this publication, atomically."""
    new_link = home.published.with_name(f".{home.published.name}")
    new_link.unlink(missing_ok=True)
    new_link.symlink_to(os.path.relpath(folder, home.published.parent))
    os.replace(new_link, home.published)
    durable_files.flush(home.root)


def replace(home: Home, folder: Path, fill: Fill) -> Path:
    """Replace a publication by a new revision made with `fill(folder)`, `1` by `1~2`, and return the new folder.

    The link moves from the old to the new folder atomically, so readers always see a complete publication. One that was
    rolled back stays so.
    """
    stem, _, number = folder.name.partition("~")
    revision = home.publications / f"{stem}~{int(number or 1) + 1}"

    def fill_and_mark(unfinished: Path) -> None:
        fill(unfinished)
        if is_rolled_back(folder):
            (unfinished / _ROLLED_BACK).touch()

    if not revision.exists():
        build(home, revision.name, fill_and_mark)
    if current(home) == folder:
        set_current(home, revision)
    remove(folder)
    return revision


def remove_publication(home: Home, folder: Path) -> None:
    """Remove a publication; if it is the current one, the newest of the others becomes current, if there is one."""
    others = [path for path in folders(home) if path != folder and not is_rolled_back(path)]
    if current(home) == folder:
        if others:
            set_current(home, others[-1])
        else:
            home.published.unlink()
    remove(folder)


def remove(folder: Path) -> None:
    """Remove a folder. It is hidden first, so that a process that is killed never leaves part of it visible."""
    shutil.rmtree(_hide(folder), ignore_errors=True)


def _hide(folder: Path) -> Path:
    hidden = folder.with_name(f".{folder.name}.going")
    shutil.rmtree(hidden, ignore_errors=True)
    return folder.rename(hidden)


def remove_leftovers(folder: Path) -> None:
    """Remove hidden folders in a folder, which killed processes left unfinished or partly removed."""
    for leftover in folder.glob(".*"):
        shutil.rmtree(leftover, ignore_errors=True)


def require_keepable(keep: int) -> None:
    """Raise `StoreError` if `keep`, a number of publications to keep, is less than 1."""
    if keep < 1:
        raise StoreError(f"expected to keep at least 1 publication, received {keep}")


def expired(home: Home, keep: int) -> list[Path]:
    """Return publications beyond the `keep` that are kept, oldest first.

    The current one is always kept, then the newest of those that were not rolled back. The newest of all is kept even
    if it was rolled back, since it identifies the state that must not be published again. Preliminary ones are not
    counted, and expire once a later publication is current. Raises `StoreError` if `keep` is less than 1.
    """
    require_keepable(keep)
    always_kept = (current(home), newest(home))
    preliminary = {folder for folder in folders(home) if is_preliminary(folder)}

    def rank(folder: Path) -> tuple[bool, bool, str]:
        return folder == always_kept[0], not is_rolled_back(folder), folder.name

    ranked = sorted(set(folders(home)) - preliminary, key=rank, reverse=True)
    replaced = {folder for folder in preliminary if always_kept[0] is not None and folder.name < always_kept[0].name}
    return sorted({*ranked[keep:], *replaced} - set(always_kept))


def remove_expired(home: Home, keep: int) -> None:
    """Remove expired publications and leftovers of killed processes."""
    for folder in expired(home, keep):
        remove(folder)
    remove_leftovers(home.publications)


def remove_unpublished(home: Home) -> None:
    """Remove publications that a killed process had built but not yet made current."""
    current_folder = current(home)
    for folder in folders(home):
        if current_folder is not None and folder.name > current_folder.name and not is_rolled_back(folder):
            remove(folder)


def rollback(home: Home, to: str | None = None) -> Path:
    """Make the publication named `to`, or by default the previous one, current, and return its folder.

    The previous one is the newest that is older than the current one and was not itself rolled back. Raises
    `NotPublishedError` if there are no publications, `UnknownNameError`, which suggests similar names, or `StoreError`
    if there is no previous one.
    """
    kept = {folder.name: folder for folder in folders(home)}
    if not kept:
        raise NotPublishedError(f"there is no publication in '{home.root}' yet to roll back to")
    if to is not None and to not in kept:
        raise UnknownNameError(unknown_name("publication", to, kept))
    chosen = kept[to] if to is not None else _previous(home, kept)
    for folder in kept.values():
        if folder.name > chosen.name:
            # marked before the link moves; otherwise, after a kill in between, these look like unfinished runs
            (folder / _ROLLED_BACK).touch()
    set_current(home, chosen)
    (chosen / _ROLLED_BACK).unlink(missing_ok=True)
    return chosen


def _previous(home: Home, kept: dict[str, Path]) -> Path:
    current_folder = current(home)
    current_name = current_folder.name if current_folder else None
    earlier = [
        folder
        for name, folder in kept.items()
        if (current_name is None or name < current_name) and not is_rolled_back(folder)
    ]
    if not earlier:
        raise StoreError(
            f"there is no earlier publication to roll back to; available: {', '.join(kept)}; current: {current_name}"
        )
    return earlier[-1]
