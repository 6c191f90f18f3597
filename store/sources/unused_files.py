"""Files of a folder that no layout reads: pictures of other formats, pictures without a manifest row, links to folders.

Nothing is opened, and links to folders are not followed: they may lead out of the folder or back into it.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from affect_store.store.sources.named_files import PICTURE_SUFFIXES
from affect_store.store.sources.text import escape_undecodable
from affect_store.store.types import Reject

OTHER_SUFFIXES = frozenset({
    ".heic", ".heif", ".avif", ".gif", ".jfif", ".jpe", ".jp2", ".j2k", ".jxl", ".jxr", ".raw", ".dng", ".cr2", ".cr3",
    ".nef", ".arw", ".orf", ".rw2", ".raf", ".psd", ".svg", ".ppm", ".pgm", ".pnm", ".tga", ".exr", ".hdr", ".ico",
})  # fmt: skip
"""Suffixes of picture formats that are not read."""

UNSUPPORTED, UNLISTED, LINKED = "unsupported format", "not in the manifest", "link to a folder"
"""Reasons for which a file is not used."""

_ADVICE = {
    UNSUPPORTED: f"convert to one of {' '.join(sorted(PICTURE_SUFFIXES))}",
    UNLISTED: "a picture is used only if a valid row of the manifest names it",
    LINKED: "not followed; name the linked folder itself with --images, or copy the photographs",
}
_SHOWN = 3


def unused_files(folder: Path, used: Iterable[Path], *, has_manifest: bool) -> list[Reject]:
    """Return one reject per file or link below the folder that was skipped; `used` are the paths that were read.

    Hidden files and files that are no pictures are not mentioned.
    """
    read = {os.path.realpath(path) for path in used if "\0" not in str(path)} if has_manifest else set()
    suffixes = OTHER_SUFFIXES | PICTURE_SUFFIXES if has_manifest else OTHER_SUFFIXES
    rejects = []
    for path, is_link in _files(folder):
        suffix = os.path.splitext(path)[1].lower()
        if is_link:
            rejects.append(_reject(path, LINKED, f"leads to '{os.path.realpath(path)}'"))
        elif suffix in suffixes and os.path.realpath(path) not in read:
            is_unlisted = has_manifest and suffix in PICTURE_SUFFIXES
            rejects.append(_reject(path, UNLISTED if is_unlisted else UNSUPPORTED, f"is a {suffix[1:]} file"))
    return rejects


def _files(folder: Path) -> Iterator[tuple[str, bool]]:
    """Yield the files below the folder and the links to folders, sorted, and whether each is such a link."""
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in folders:
            if os.path.islink(path := os.path.join(parent, name)):
                yield path, True
        for name in sorted(files):
            if not name.startswith("."):
                yield os.path.join(parent, name), False


def _reject(path: str, reason: str, detail: str) -> Reject:
    name = escape_undecodable(path)
    return Reject(name, reason, escape_undecodable(f"'{name}' {detail}: {_ADVICE[reason]}"))


def summaries(rejects: Iterable[Reject]) -> list[str]:
    """Return one sentence per reason: the number of skipped files, the first ones, and what to do."""
    by_reason: dict[str, list[Reject]] = defaultdict(list)
    for reject in rejects:
        by_reason[reject.reason].append(reject)
    return [_summary(reason, rows) for reason, rows in by_reason.items()]


def _summary(reason: str, rejects: list[Reject]) -> str:
    shown = ", ".join(f"'{reject.path}'" for reject in rejects[:_SHOWN])
    rest = f" and {len(rejects) - _SHOWN:,} more" if len(rejects) > _SHOWN else ""
    return f"skipped, {reason}: {len(rejects):,} ({shown}{rest}): {_ADVICE[reason]}"
