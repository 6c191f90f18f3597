"""Which code is at work: the version of affect-store, and a hash of its sources, which differs between commits.

It is told beside what was made, and decides nothing: a comment that was corrected must not train a model again.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

ROOMS = ("dashboards", "flows", "models", "store", "validation")
SOURCES = frozenset({".py", ".sql"})
_DIGITS = 12


@cache
def code_version() -> str:
    """For instance `0.1.0+3f9a2c71d0b4`: the installed version, and twelve digits over the sources."""
    return f"{version('affect-store')}+{hash_of(Path(__file__).parents[2])}"


def hash_of(root: Path) -> str:
    """Twelve hexadecimal digits over name and content of every source file of the rooms below `root`."""
    found = hashlib.sha256()
    for path in sorted(path for room in ROOMS for path in (root / room).rglob("*") if path.suffix in SOURCES):
        content = path.read_bytes()
        found.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode())
        found.update(content)
    return found.hexdigest()[:_DIGITS]
