"""Bringing files to the disk: what a power cut leaves is the old or the new, never a half."""

from __future__ import annotations

import os
from pathlib import Path


def flush(path: Path) -> None:
    """Bring one file, or the names in one folder, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_tree(folder: Path) -> None:
    """Bring a folder with everything below it to the disk."""
    for path in (*folder.rglob("*"), folder):
        flush(path)


def put_in_place(beside: Path, target: Path) -> None:
    """Let the file or folder `beside` become `target`, in one step and on the disk. A folder replaces none."""
    if beside.is_dir():
        flush_tree(beside)
        beside.rename(target)
    else:
        flush(beside)
        os.replace(beside, target)
    flush(target.parent)
