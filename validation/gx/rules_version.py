"""A hash of all that decides what the audit of a row finds, besides the rows of its person."""

from __future__ import annotations

import hashlib
import json
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path

from affect_store.validation.gx.dialect import StoreReader, sql
from affect_store.validation.rules import RULES
from affect_store.validation.thresholds import VARIABLES

_SOURCES = ("validation", "store")
_LIBRARIES = ("duckdb", "great_expectations", "numpy", "opencv-python")


def rules_of(store: StoreReader) -> str:
    """Hash the code of checks and store, thresholds, library versions, and the tables of views and services."""
    tables = [str(store.arrow(sql("scope/definitions")).to_pylist())]
    text = json.dumps([_sources(), repr(RULES), json.dumps(VARIABLES, default=str), _versions(), *tables])
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _sources() -> str:
    """Hash every source file of the checks and of the store."""
    digest = hashlib.sha256()
    root = Path(str(files("affect_store")))
    paths = (path for room in _SOURCES for path in (root / room).rglob("*") if path.suffix in (".py", ".sql"))
    for path in sorted(paths):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _versions() -> list[str]:
    known = []
    for name in _LIBRARIES:
        try:
            known.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            known.append(f"{name} unknown")
    return [sys.version, *known]
