"""Ratings by people beside photographs whose labels are in their file names: a table `ratings.csv` with a column path.

A row that cannot be used is reported and leaves its photograph without ratings: the labels do not depend on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from affect_store.store.errors import ManifestError
from affect_store.store.sources.manifest_csv import read_csv
from affect_store.store.sources.manifest_files import manifests_in, read_manifest
from affect_store.store.sources.manifest_header import match_header, normalized, values_by_column
from affect_store.store.sources.manifest_parquet import read_parquet
from affect_store.store.sources.manifest_ratings import ratings_in, require_per_cent
from affect_store.store.sources.manifest_table import ManifestTable
from affect_store.store.sources.photograph_paths import FolderIndex
from affect_store.store.types import Candidate, Ratings, Reject

FILE_NAME = "ratings.csv"
_READERS = {FILE_NAME: read_csv, "ratings.tsv": read_csv, "ratings.parquet": read_parquet}
_PATH = "path"
_SHOWN = 5

Entries = Sequence[Candidate | Reject]


def add_ratings(entries: Entries, folder: Path) -> Entries:
    """Return the files of a folder with the ratings in its table of ratings, if it has one.

    Raises `ManifestError` if the folder has several such tables, or if one cannot be read.
    """
    rated, _ = _read(entries, folder)
    return [
        replace(entry, ratings=rated[str(entry.path)])
        if isinstance(entry, Candidate) and str(entry.path) in rated
        else entry
        for entry in entries
    ]


def tables_in(folder: Path) -> list[Path]:
    """Return the tables of ratings in a folder. Raises `ManifestError` if it cannot be listed."""
    return manifests_in(folder, _READERS)


def remarks(entries: Entries, folder: Path) -> list[str]:
    """Return which rows of the table of ratings were not used, and why: the first ones, and how many more there are."""
    _, problems = _read(entries, folder)
    more = [f"... and {len(problems) - _SHOWN:,} more rows of ratings were not used"] if len(problems) > _SHOWN else []
    return [*problems[:_SHOWN], *more]


def _read(entries: Entries, folder: Path) -> tuple[dict[str, Ratings], list[str]]:
    """Return the ratings by the path of their photograph, and what is wrong with the other rows."""
    tables = tables_in(folder)
    if not tables:
        return {}, []
    if len(tables) > 1:
        names = ", ".join(path.name for path in tables)
        raise ManifestError(f"'{folder}' has several tables of ratings: {names}; keep the one that is to be used")
    table = read_manifest(tables[0], _READERS)
    if _PATH not in map(normalized, table.header):
        return {}, [f"{table.path.name} was not read, since it has no column {_PATH!r}"]
    return _ratings_by_path(table, folder, {str(entry.path): entry for entry in _candidates(entries)})


def _ratings_by_path(
    table: ManifestTable, folder: Path, candidates: dict[str, Candidate]
) -> tuple[dict[str, Ratings], list[str]]:
    header, index = match_header(table, (_PATH,)), FolderIndex(folder)
    rated: dict[str, Ratings] = {}
    problems, contradicted = [], set()
    for record in table.records:
        if not any(map(str.strip, record.values)):
            continue
        try:
            values = values_by_column(header, table, record)
            path = str(index.find(values[_PATH])[0])
            if path not in candidates:
                raise ManifestError("the row names no photograph of the folder")
            ratings = ratings_in(values, candidates[path].labels.emotion, header)
            if rated.setdefault(path, ratings) != ratings:
                contradicted.add(path)
                raise ManifestError("the row contradicts an earlier row about the same file, so neither is used")
        except ManifestError as error:
            problems.append(f"ratings not used, {table.place(record)}: {error}")
    require_per_cent((replace(candidates[path], ratings=ratings) for path, ratings in rated.items()), header, table)
    return {path: ratings for path, ratings in rated.items() if path not in contradicted}, problems


def _candidates(entries: Entries) -> Iterator[Candidate]:
    return (entry for entry in entries if isinstance(entry, Candidate))
