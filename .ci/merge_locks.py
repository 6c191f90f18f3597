"""Merge pip locks for Python 3.11 and 3.12 into one with environment markers, on stdout; fails where pins differ."""

from __future__ import annotations

import re
import sys
from pathlib import Path

HEADER = (
    "# The whole environment, pinned and hashed, for CPython 3.11 and 3.12; no download address.\n"
    "# Made from pyproject.toml by `make lock`.\n"
)


def blocks(path: str) -> dict[str, str]:
    """The lines of each package, by its name."""
    packages: dict[str, str] = {}
    for block in re.split(r"(?m)^(?=[A-Za-z0-9])", Path(path).read_text()):
        if re.match(r"[A-Za-z0-9]", block):
            packages[block.split("==")[0]] = block
    return packages


def merged(older: dict[str, str], newer: dict[str, str]) -> str:
    """One lock, in which packages that only one Python version needs have a marker."""
    lines = [HEADER]
    for name in sorted(older.keys() | newer.keys()):
        if name in older and name in newer:
            if older[name] != newer[name]:
                raise SystemExit(f"{name} is pinned differently for the two Python versions")
            lines.append(older[name])
        else:
            marker = 'python_version < "3.12"' if name in older else 'python_version >= "3.12"'
            lines.append(re.sub(r"^(\S+) \\", rf"\1 ; {marker} \\", older.get(name) or newer[name], count=1))
    return "".join(lines)


if __name__ == "__main__":
    sys.stdout.write(merged(blocks(sys.argv[1]), blocks(sys.argv[2])))
