"""The version of the running code: the package version and a hash of its source files.

It is stored for provenance only and is no part of any id: correcting a comment must not retrain a model.
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
    """Return, for instance, `0.1.0+3f9a2c71d0b4`: the package version and 12 digits of the hash of the sources."""
    return f"{version('affect-store')}+{hash_of(Path(__file__).parents[2])}"


def hash_of(root: Path) -> str:
    """Return 12 hexadecimal digits of the sha256 over path and content of every source file of the package."""
    digest = hashlib.sha256()
    for path in sorted(path for room in ROOMS for path in (root / room).rglob("*") if path.suffix in SOURCES):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:_DIGITS]
