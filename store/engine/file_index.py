"""The image_ids of files that were read before, so that a run reads new and changed files only.

A file is known by its path, size, times, inode and device. Every day another thirtieth of the files is read all the
same, so that a file that changed without a trace, on a failing disk, is noticed within a month. The index is a cache:
without it, or if its file is damaged or cannot be written, everything is read.
"""

from __future__ import annotations

import hashlib
import io
import os
import time
from collections.abc import Container
from contextlib import suppress
from pathlib import Path

import polars as pl

from affect_store.store.engine import durable_files
from affect_store.store.sources.folder_state import FileKey, key_of, settles_at

DAYS = 30
"""Every file is read again within this number of days."""

_SCHEMA = pl.Schema({
    "path_hash": pl.String, "size_bytes": pl.Int64, "modified_ns": pl.Int64, "changed_ns": pl.Int64,
    "inode": pl.UInt64, "device": pl.UInt64, "image_id": pl.String, "read_day": pl.Int32,
})  # fmt: skip
_OF_KEY = tuple(_SCHEMA)[1:6]
_CHECKSUM_LENGTH = 64

_Key = tuple[str, FileKey]
_Entry = tuple[str, int]
"""The image_id of a file, and the day on which it was read (days since 1970)."""


class FileIndex:
    """The index of one folder, stored at `path`. Unless `is_used`, every file counts as new. `today` is the number of
    days since 1970."""

    def __init__(self, path: Path, *, is_used: bool = True, today: int | None = None) -> None:
        self._path = path
        self._today = today if today is not None else int(time.time() // 86_400)
        self._known = _read(path) if is_used else {}
        self._present: dict[_Key, _Entry] = {}

    def image_id(self, file: Path, status: os.stat_result) -> str | None:
        """Return the image_id of a file that need not be read; None for one that is new, or due to be read again."""
        key = _key(file, status)
        entry = self._known.get(key)
        if entry is None or self._is_due(*entry):
            return None
        self._present[key] = entry
        return entry[0]

    def image_id_of_due(self, file: Path, status: os.stat_result) -> str | None:
        """Return the recorded image_id of a file that is due to be read again; None for any other file."""
        entry = self._known.get(_key(file, status))
        return entry[0] if entry is not None and self._is_due(*entry) else None

    def add(self, file: Path, status: os.stat_result, image_id: str, opened_ns: int) -> None:
        """Record what was read: the status of the file before it was opened at `opened_ns` (nanoseconds since 1970).

        A file that was not settled then is not recorded.
        """
        if settles_at(status) <= opened_ns:
            self._present[_key(file, status)] = (image_id, self._today)

    def save(self, image_ids: Container[str]) -> None:
        """Store what was looked up or added since the index was opened, of these photographs, and nothing else."""
        rows = [(path, *key, *entry) for (path, key), entry in self._present.items() if entry[0] in image_ids]
        buffer = io.BytesIO()
        pl.DataFrame(rows, schema=_SCHEMA, orient="row").write_parquet(buffer)
        content = buffer.getvalue()
        with suppress(OSError):  # a cache: the next run reads everything
            self._path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = self._path.with_name(f".{self._path.name}")
            unfinished.write_bytes(hashlib.sha256(content).hexdigest().encode() + content)
            durable_files.put_in_place(unfinished, self._path)

    def _is_due(self, image_id: str, read_day: int) -> bool:
        days = self._today - read_day
        return days >= DAYS or (days > 0 and int(image_id[:8], 16) % DAYS == self._today % DAYS) or days < 0


def _key(file: Path, status: os.stat_result) -> _Key:
    """Return path and state of a file. The path is hashed: it may name a person."""
    return hashlib.sha256(os.fsencode(file)).hexdigest(), key_of(status)


def _read(path: Path) -> dict[_Key, _Entry]:
    try:
        data = path.read_bytes()
    except OSError:
        return {}
    checksum, content = data[:_CHECKSUM_LENGTH], data[_CHECKSUM_LENGTH:]
    if checksum != hashlib.sha256(content).hexdigest().encode():
        return {}
    try:
        frame = pl.read_parquet(io.BytesIO(content), schema=_SCHEMA)
    except pl.exceptions.PolarsError:  # of another version
        return {}
    keys = zip(*(frame[name].to_list() for name in _OF_KEY), strict=True)
    entries = zip(frame["image_id"].to_list(), frame["read_day"].to_list(), strict=True)
    return dict(zip(zip(frame["path_hash"].to_list(), keys, strict=True), entries, strict=True))
