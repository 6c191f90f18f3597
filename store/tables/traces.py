"""A person's traces in the texts of a home: audits and logs. It reads and removes files below the home, no others."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from store.tables.home import Home
from store.tables.person import Gone

Names = Callable[[bytes], bool]
"""Whether a text names the person."""

_TEXTS = frozenset({".html", ".json", ".jsonld", ".log", ".md", ".csv", ".txt"})


def names_of(gone: Gone) -> Names:
    """What tells whether a text names the person, a photograph of theirs, or a file, by its path or its name alone."""
    return gone.in_bytes({*gone.image_ids, *gone.paths, *(Path(path).name for path in gone.paths)})


def audits_naming(home: Home, gone: Gone) -> list[Path]:
    """Folders of audits of which a file names the person."""
    if not home.audits.is_dir():
        return []
    named = names_of(gone)
    return [
        folder
        for folder in sorted(home.audits.iterdir())
        if any(named(path.read_bytes()) for path in folder.rglob("*") if path.is_file())
    ]


def clear_logs(home: Home, gone: Gone) -> int:
    """Rewrite the logs without the lines that name the person; returns how many these were."""
    named = names_of(gone)
    return sum(_clear(path, named) for path in sorted(home.logs.rglob("*")) if path.is_file())


def _clear(path: Path, named: Names) -> int:
    if not named(path.read_bytes()):
        return 0
    beside = path.with_name(f".{path.name}.cleared")
    removed = 0
    with path.open("rb") as source, beside.open("wb") as target:
        for line in source:
            if named(line):
                removed += 1
            else:
                target.write(line)
        target.flush()
        os.fsync(target.fileno())
    os.replace(beside, path)
    return removed


def left(home: Home, gone: Gone) -> list[str]:
    """Text files below the home, relative to it, that name the person; stores, photographs and Prefect's own records
    are not read."""
    named = names_of(gone)
    folders = (home.audits, home.logs, home.artifacts, home.publications)
    return [
        str(path.relative_to(home.root))
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in _TEXTS and named(path.read_bytes())
    ]
