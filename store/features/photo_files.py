"""Read files of photographs: regular files of limited size only, so that a pipe or a device cannot block a run."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from affect_store.store.errors import OversizedPhotoError, UnreadablePhotoError

MAX_FILE_BYTES = 64 * 2**20

_KINDS = {
    stat.S_IFIFO: "a named pipe (FIFO)",
    stat.S_IFDIR: "a directory",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def require_photo_file(status: os.stat_result) -> None:
    """Raise `UnreadablePhotoError` unless this is a regular file with content, `OversizedPhotoError` if too large."""
    if not stat.S_ISREG(status.st_mode):
        kind = _KINDS.get(stat.S_IFMT(status.st_mode), "a special file")
        raise UnreadablePhotoError(f"it is {kind}, expected a regular file")
    if not status.st_size:
        raise UnreadablePhotoError("the file is empty")
    if status.st_size > MAX_FILE_BYTES:
        raise OversizedPhotoError(f"{status.st_size:,} bytes are more than {MAX_FILE_BYTES:,}")


def read_photo_file(path: Path) -> bytes:
    """Return the bytes of a photograph's file.

    The file is looked at before it is opened, because opening a device can act on it, and again afterwards, because
    the path may name another file by then; `O_NONBLOCK` keeps a pipe without a writer from blocking. Memory is
    allocated for the file's size, which takes less time than for the largest one. Raises `OSError` if the file cannot
    be opened, and `UnreadablePhotoError` if it is no regular file or too large.
    """
    with _opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        data = file.read(size + 1)
        if len(data) > size:
            data += file.read(MAX_FILE_BYTES + 1 - len(data))
    if len(data) > MAX_FILE_BYTES:
        raise OversizedPhotoError(f"the file grew while it was read, to more than {MAX_FILE_BYTES:,} bytes")
    return data


def require_photo_bytes(data: bytes) -> bytes:
    """Return the bytes of a photograph that is in no file, by the rules for files.

    Raises `UnreadablePhotoError` if there are none, and `OversizedPhotoError` if there are too many.
    """
    if not data:
        raise UnreadablePhotoError("the file is empty")
    if len(data) > MAX_FILE_BYTES:
        raise OversizedPhotoError(f"{len(data):,} bytes are more than {MAX_FILE_BYTES:,}")
    return data


@contextmanager
def _opened(path: Path) -> Iterator[BufferedReader]:
    require_photo_file(os.stat(path))
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        require_photo_file(os.fstat(file.fileno()))
        yield file


def image_id_of(path: Path) -> str | None:
    """Return the image_id of the photograph in a file, the SHA-256 of its bytes, without holding them in memory.

    None for what is no regular file, is too large or cannot be read.
    """
    try:
        with _opened(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError, UnreadablePhotoError):
        return None


def image_ids_of(paths: Iterable[Path]) -> list[str | None]:
    """Return `image_id_of` each file, in order; several files are read at a time."""
    with ThreadPoolExecutor() as pool:
        return list(pool.map(image_id_of, paths))


def image_id_of_bytes(data: bytes) -> str:
    """Return the image_id of the photograph with these bytes: their SHA-256."""
    return hashlib.sha256(data).hexdigest()
