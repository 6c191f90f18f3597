"""Paths on published pages: relative to the folder of their corpus, so that a page does not describe the machine."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import polars as pl

from affect_store.store.engine import reader
from affect_store.store.engine.duckdb import Connection

COLUMNS = frozenset({"path", "detail", "reason", "status_detail", "observed", "failed", "note"})
"""Columns of the dashboards' frames whose text may hold a path."""


def folders_of(connection: Connection, folder: Path) -> list[str]:
    """Return the folders that pages do not show: of each corpus, and the home of the publication in `folder`.

    The longest come first. A corpus's folder is the deepest that holds all of its files; where that is the root of the
    file system, the folders of the single files count.
    """
    by_corpus: dict[str, set[str]] = {}
    for corpus, path in reader.query_frame(connection, "catalogue/select_all_paths").iter_rows():
        if PurePosixPath(path).is_absolute():
            by_corpus.setdefault(corpus, set()).add(os.path.dirname(path))
    folders = {str(folder.absolute().parents[1])}
    for parents in by_corpus.values():
        common = os.path.commonpath(parents)
        folders |= parents if common == os.sep else {common}
    return sorted(folders - {os.sep}, key=len, reverse=True)


def hide(text: str, folders: Sequence[str]) -> str:
    """Return HTML, JSON or plain text in which paths below these folders are relative, and the folders are names."""
    for folder in folders:
        name = os.path.basename(folder)
        for form in dict.fromkeys((folder, html.escape(folder), json.dumps(folder)[1:-1])):
            text = text.replace(f"{form}{os.sep}", "").replace(form, name)
    return text


def hide_in(frame: pl.DataFrame, folders: Sequence[str]) -> pl.DataFrame:
    """Return the frame with relative paths in the columns that may hold one."""
    names = [name for name in frame.columns if name in COLUMNS and frame.schema[name] == pl.String]
    expressions = []
    for name in names:
        column = pl.col(name)
        for folder in folders:
            column = column.str.replace_all(f"{folder}{os.sep}", "", literal=True)
            column = column.str.replace_all(folder, os.path.basename(folder), literal=True)
        expressions.append(column)
    return frame.with_columns(expressions)
