"""The folders that hold the photographs of a store: files in them are never executed."""

from __future__ import annotations

import os
from pathlib import Path

from affect_store.store.engine import reader
from affect_store.store.engine.duckdb import Connection
from affect_store.store.home import Home


def photograph_folders(connection: Connection, home: Home) -> tuple[Path, ...]:
    """Return, for each corpus, the folder that its photographs have in common.

    Where the home is below that folder, as where photographs of a corpus are at several places, the folders that hold
    photographs directly.
    """
    rows = reader.query_frame(connection, "catalogue/select_photograph_folders").rows()
    by_corpus: dict[str, list[str]] = {}
    for corpus, folder in rows:
        if os.path.isabs(folder):
            by_corpus.setdefault(corpus, []).append(folder)
    folders: list[Path] = []
    for below in by_corpus.values():
        common = Path(os.path.commonpath(below))
        is_of_home = home.root.resolve().is_relative_to(common.resolve())
        folders += map(Path, below) if is_of_home else [common]
    return tuple(folders)
