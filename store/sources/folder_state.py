"""The state of the files below a folder: name, size, times and inode of each, which tell whether a file was changed.

As in git's index, a file is not settled while a further change could get the same time as the last one: its state then
says nothing (https://git-scm.com/docs/racy-git). The time at which the inode was changed (ctime) is part of the state,
so that a file whose modification time was set back counts as changed.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

FINE_NS, COARSE_NS = 100_000_000, 2_000_000_000
"""Resolution of a file's times with a margin: of most file systems, and of those that count whole seconds."""

MAX_WAIT_S = 3.0


@dataclass(frozen=True)
class FolderState:
    """The number of files and links below a folder, the sha256 of their state, and when the last of them is settled
    (nanoseconds since 1970). A folder that cannot be listed counts as a file."""

    files: int
    digest: str
    settled_ns: int


def folder_state(folder: Path, leaving_out: Collection[Path] = ()) -> FolderState:
    """Return the state of everything below a folder but the files and folders in `leaving_out`.

    Links to folders are not followed; a link to a file has the state of both. A folder that cannot be listed is part of
    the state with its error.
    """
    lines, paths, settled_ns = [], set(), 0
    for path, status in files_below(os.fsencode(folder), {os.fsencode(path) for path in leaving_out}):
        paths.add(path)
        if isinstance(status, int):
            lines.append(b"%s\0%d" % (path, status))
            continue
        lines.append(b"%s\0%d %d %d %d %d" % (path, *key_of(status)))
        settled_ns = max(settled_ns, settles_at(status))
    return FolderState(len(paths), hashlib.sha256(b"\0\0".join(sorted(lines))).hexdigest(), settled_ns)


def settled_state(folder: Path, leaving_out: Collection[Path] = ()) -> FolderState | None:
    """Return the state of a folder once all files are settled; waits up to `MAX_WAIT_S`. None if a file changed in the
    future, as on a file server with another clock."""
    state = folder_state(folder, leaving_out)
    wait_s = (state.settled_ns - time.time_ns()) / 1e9
    if wait_s <= 0:
        return state
    if wait_s > MAX_WAIT_S:
        return None
    time.sleep(wait_s)
    state = folder_state(folder, leaving_out)
    return state if state.settled_ns <= time.time_ns() else None


FileKey = tuple[int, int, int, int, int]
"""Size in bytes, time of the last change of content and of inode (nanoseconds since 1970), inode and device."""


def key_of(status: os.stat_result) -> FileKey:
    """Return what identifies the content of a file as long as nobody writes to it."""
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev


def settles_at(status: os.stat_result) -> int:
    """Return from when on (nanoseconds since 1970) any further change of a file changes its key, too."""
    newest = max(status.st_mtime_ns, status.st_ctime_ns)
    is_coarse = status.st_mtime_ns % 1_000_000_000 == 0
    return newest + (COARSE_NS if is_coarse else FINE_NS)


def files_below(folder: bytes, leaving_out: Collection[bytes] = ()) -> Iterator[tuple[bytes, os.stat_result | int]]:
    """Yield the path of each file with its status; for what cannot be read, the number of the error."""
    try:
        entries = list(os.scandir(folder))
    except OSError as error:
        yield folder, error.errno or 0
        return
    for entry in entries:
        if entry.path in leaving_out:
            continue
        try:
            if entry.is_dir(follow_symlinks=False):
                yield from files_below(entry.path, leaving_out)
                continue
            yield entry.path, entry.stat(follow_symlinks=False)
            if entry.is_symlink() and not entry.is_dir():
                yield entry.path, entry.stat()
        except OSError as error:
            yield entry.path, error.errno or 0
