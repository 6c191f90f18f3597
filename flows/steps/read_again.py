"""Read again the share of a folder's files that is due today, where a run has nothing else to do."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from affect_store.flows.runtime import console
from affect_store.store.engine import locks
from affect_store.store.engine.file_index import FileIndex
from affect_store.store.errors import StoreLockedError
from affect_store.store.features.photo_files import image_id_of
from affect_store.store.home import Home
from affect_store.store.sources.folder_state import files_below


def due_files_are_unchanged(home: Home, folder: Path) -> bool:
    """Read the files below a folder that are due; returns whether all have the bytes that they had.

    If so, they are recorded as read today; otherwise the next run reads them. False where another run holds the home.
    """
    try:
        with locks.hold(home):
            return _read_due_files(FileIndex(home.file_index(folder)), folder)
    except StoreLockedError:
        return False


def _read_due_files(index: FileIndex, folder: Path) -> bool:
    files = [
        (Path(os.fsdecode(path)), status)
        for path, status in files_below(os.fsencode(folder))
        if not isinstance(status, int)
    ]
    known = {image_id for file in files if (image_id := index.image_id(*file)) is not None}
    due = [(*file, image_id) for file in files if (image_id := index.image_id_of_due(*file)) is not None]
    if not due:
        return True

    def is_unchanged(file: tuple[Path, os.stat_result, str]) -> bool:
        path, status, image_id = file
        opened_ns = time.time_ns()
        if image_id_of(path) != image_id:
            return False
        index.add(path, status, image_id, opened_ns)
        return True

    with console.step("read what is due today", len(due)) as (step, advance), ThreadPoolExecutor() as pool:
        are_unchanged = True
        for is_same in pool.map(is_unchanged, due):
            advance(1)
            are_unchanged &= is_same
        step.remark = f"{len(due):,} photographs"
    if are_unchanged:
        index.save(known | {image_id for *_, image_id in due})
    return are_unchanged
