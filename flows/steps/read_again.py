"""Read again the share of a folder's files that is due today, where a run has nothing else to do."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from affect_store.store.engine.file_index import FileIndex
from affect_store.store.features.photo_files import image_id_of
from affect_store.store.home import Home
from affect_store.store.sources.folder_state import files_below


def due_files_are_unchanged(home: Home, folder: Path) -> bool:
    """Read the files below a folder that are due; returns whether all have the bytes that they had.

    If so, they are recorded as read today; otherwise the next run reads them.
    """
    index = FileIndex(home.file_index(folder))

    def is_unchanged(path: bytes, status: os.stat_result) -> bool:
        opened_ns = time.time_ns()
        image_id = index.image_id_of_due(status)
        if image_id is None:
            index.image_id(status)
            return True
        if image_id_of(Path(os.fsdecode(path))) != image_id:
            return False
        index.add(status, image_id, opened_ns)
        return True

    files = [(path, status) for path, status in files_below(os.fsencode(folder)) if not isinstance(status, int)]
    with ThreadPoolExecutor() as pool:
        are_unchanged = all(pool.map(is_unchanged, *zip(*files, strict=True))) if files else True
    if are_unchanged:
        index.save()
    return are_unchanged
