"""The image_ids of files that were read before, so that a run reads new and changed files only.

A file is known by its size, times and inode. Every day another thirtieth of the files is read all the same, so that
a file that changed without a trace, on a failing disk, is noticed within a month. The index is a cache: without it, or
if its file is damaged, everything is read.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import polars as pl

from affect_store.store.engine import durable_files
from affect_store.store.sources.folder_state import FileKey, key_of, settles_at

DAYS = 30
"""Every file is read again within this number of days."""

_COLUMNS = ("size_bytes", "modified_ns", "changed_ns", "inode")
_SCHEMA = pl.Schema({
    "size_bytes": pl.Int64, "modified_ns": pl.Int64, "changed_ns": pl.Int64, "inode": pl.UInt64,
    "image_id": pl.String, "read_day": pl.Int32,
})  # fmt: skip


class FileIndex:
    """The index of one folder, stored at `path`. Unless `is_used`, every file counts as new. `today` is the number of
    days since 1970."""

    def __init__(self, path: Path, *, is_used: bool = True, today: int | None = None) -> None:
        self._path = path
        self._today = today if today is not None else int(time.time() // 86_400)
        self._known = _read(path) if is_used else {}
        self._present: dict[FileKey, tuple[str, int]] = {}

    def image_id(self, status: os.stat_result) -> str | None:
        """Return the image_id of a file that need not be read; None for one that is new, or due to be read again."""
        key = key_of(status)
        entry = self._known.get(key)
        if entry is None or self._is_due(*entry):
            return None
        self._present[key] = entry
        return entry[0]

    def image_id_of_due(self, status: os.stat_result) -> str | None:
        """Return the recorded image_id of a file that is due to be read again; None for any other file."""
        entry = self._known.get(key_of(status))
        return entry[0] if entry is not None and self._is_due(*entry) else None

    def add(self, status: os.stat_result, image_id: str, opened_ns: int) -> None:
        """Record what was read: the status of the file before it was opened at `opened_ns` (nanoseconds since 1970).

        A file that was not settled then is not recorded.
        """
        if settles_at(status) <= opened_ns:
            self._present[key_of(status)] = (image_id, self._today)

    def save(self) -> None:
        """Store what was looked up or added since the index was opened, and nothing else."""
        rows = [(*key, *entry) for key, entry in self._present.items()]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        pl.DataFrame(rows, schema=_SCHEMA, orient="row").write_parquet(unfinished)
        durable_files.put_in_place(unfinished, self._path)

    def _is_due(self, image_id: str, read_day: int) -> bool:
        days = self._today - read_day
        return days >= DAYS or (days > 0 and int(image_id[:8], 16) % DAYS == self._today % DAYS) or days < 0


def _read(path: Path) -> dict[FileKey, tuple[str, int]]:
    try:
        frame = pl.read_parquet(path, schema=_SCHEMA)
    except (OSError, pl.exceptions.PolarsError):
        return {}
    keys = zip(*(frame[name].to_list() for name in _COLUMNS), strict=True)
    return dict(zip(keys, zip(frame["image_id"].to_list(), frame["read_day"].to_list(), strict=True), strict=True))
