"""Operations on files, which a killed walk may carry out again: what was done already changes nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.walk import manifests
from tests.walk.state import Operation


def move(source: Path, target: Path) -> None:
    """Move a file or a folder, unless that was done."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.exists():
        os.replace(source, target)


def copy(source: Path, target: Path) -> None:
    """Copy a file, unless that was done."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.exists():
        shutil.copyfile(source, target)


def halve(path: Path, whole: Path) -> None:
    """Keep the file's bytes in `whole` and cut the file in the middle."""
    content = _kept(path, whole)
    path.write_bytes(content[: len(content) // 2])


def zero(path: Path, whole: Path) -> None:
    """Keep the file's bytes in `whole` and overwrite its middle tenth with zeros, as a lost block of a disk does."""
    content = _kept(path, whole)
    length = len(content) // 10
    start = len(content) // 2
    path.write_bytes(content[:start] + bytes(length) + content[start + length :])


def _kept(path: Path, whole: Path) -> bytes:
    if not whole.exists():
        copy(path, whole.with_suffix(".unfinished"))
        os.replace(whole.with_suffix(".unfinished"), whole)
    return whole.read_bytes()


def write(path: Path) -> None:
    """Write a text file with the suffix of a photograph."""
    path.write_text("not a photograph\n", encoding="utf-8")


def delete(path: Path) -> None:
    """Delete a file, unless that was done."""
    path.unlink(missing_ok=True)


def relabel(manifest: Path, name: str, gaze: str) -> None:
    """Correct the gaze of a photograph, and of its copy, in the manifest."""
    manifests.relabel(manifest, name, gaze)


FILE_OPERATIONS: dict[str, Callable[..., None]] = {
    function.__name__: function for function in (move, copy, halve, zero, write, delete)
}


def carry_out(place: Path, operations: list[Operation]) -> None:
    """Carry out operations on paths relative to `place`."""
    for name, *arguments in operations:
        if name == relabel.__name__:
            relabel(place / arguments[0], *arguments[1:])
        else:
            FILE_OPERATIONS[name](*(place / path for path in arguments))
