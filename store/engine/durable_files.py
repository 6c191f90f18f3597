"""Durable writes: after a crash either the old or the new file exists, never a partial one."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from pathlib import Path

_AT_FDCWD, _EXCHANGE = -100, 2
"""Arguments of Linux's renameat2; macOS has the flag of the same value for renamex_np."""


def flush(path: Path) -> None:
    """Write a file's content, or a folder's list of names, through to the disk (fsync)."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_tree(folder: Path) -> None:
    """Write a folder and everything below it through to the disk."""
    for path in (*folder.rglob("*"), folder):
        flush(path)


def put_in_place(temporary: Path, target: Path) -> None:
    """Rename a file or folder to `target`, atomically and durably.

    A file replaces an existing `target`. Raises `OSError` if a folder would replace a folder that is not empty.
    """
    if temporary.is_dir():
        flush_tree(temporary)
        temporary.rename(target)
    else:
        flush(temporary)
        os.replace(temporary, target)
    flush(target.parent)


def replace_folder(temporary: Path, target: Path) -> None:
    """Make `temporary` the folder at `target`, atomically and durably, also if `target` exists; the old one is removed.

    If the process is killed at any moment, `target` is the old or the new folder. A leftover of the old one has the
    name of `temporary`.
    """
    flush_tree(temporary)
    if not target.exists():
        temporary.rename(target)
    elif not _exchange(temporary, target):
        aside = temporary.with_name(f"{temporary.name}.old")
        shutil.rmtree(aside, ignore_errors=True)
        target.rename(aside)
        temporary.rename(target)
        temporary = aside
    flush(target.parent)
    shutil.rmtree(temporary, ignore_errors=True)


def _exchange(first: Path, second: Path) -> bool:
    """Exchange two folders in one step; False where the operating system or the file system cannot."""
    library = ctypes.CDLL(None, use_errno=True)
    paths = os.fsencode(first), os.fsencode(second)
    try:
        if sys.platform == "darwin":
            return bool(library.renamex_np(*paths, _EXCHANGE) == 0)
        return bool(library.renameat2(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _EXCHANGE) == 0)
    except AttributeError:  # a C library without this function
        return False
