"""The layout of one's own photographs: labels in a manifest, one row per photograph, any file names.

The manifest is CSV, Parquet or xlsx. Columns: path (relative to the manifest), subject, emotion, and optionally angle,
gaze, sex, type (population), age in years and ratings by people (see `manifest_ratings`). Photographs are not opened
here, and a path that leads out of the folder is never followed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from affect_store.store.errors import ManifestError
from affect_store.store.sources.declared_emotions import declared_emotions
from affect_store.store.sources.manifest_conflicts import Row, with_known_factors, without_contradictions
from affect_store.store.sources.manifest_files import FILE_NAME, manifest_in, manifests_in, read_manifest
from affect_store.store.sources.manifest_header import (
    COLUMNS,
    OPTIONAL_COLUMNS,
    REQUIRED_COLUMNS,
    Header,
    match_header,
    similar_columns,
    values_by_column,
)
from affect_store.store.sources.manifest_ratings import ratings_in, require_per_cent
from affect_store.store.sources.manifest_table import MAX_ROWS, ManifestTable, Record
from affect_store.store.sources.manifest_values import labels_in, subject_in
from affect_store.store.sources.photograph_paths import FolderIndex
from affect_store.store.sources.text import escape_line_breaks
from affect_store.store.types import Candidate, Reject
from affect_store.store.vocabulary import EMOTION_WORDS, FRONTAL_DEG, RATINGS, UNKNOWN

__all__ = ["COLUMNS", "FILE_NAME", "OPTIONAL_COLUMNS", "REQUIRED_COLUMNS", "manifests_in", "remarks", "scan"]

BAD_ROW = "bad manifest row"


def scan(folder: Path, corpus: str) -> Iterator[Candidate | Reject]:
    """Yield every photograph in the order of the manifest: a candidate, or a reject that names the line.

    Blank rows are skipped, and equal rows about one file count once. Rows that contradict each other about a file are
    all rejected. A person's sex and population are taken from those of their rows that have them, if these agree.
    Raises `ManifestError` if the manifest cannot be read or its header cannot be used.
    """
    table = read_manifest(manifest_in(folder))
    header = match_header(table)
    index, further = FolderIndex(folder), declared_emotions(folder)
    rows = []
    for record in table.records:
        if any(map(str.strip, record.values)):
            rows.append(Row(record.first, _entry(record, table, header, index, (corpus, further))))
        if len(rows) > MAX_ROWS:
            raise ManifestError(f"'{table.path}' has more than {MAX_ROWS:,} rows: split the corpus into folders")
    require_per_cent((row.entry for row in rows), header, table)
    yield from without_contradictions(with_known_factors(rows), table)


def remarks(folder: Path) -> list[str]:
    """Return what a user should know about how the manifest was read: format, missing and ignored columns."""
    table = read_manifest(manifest_in(folder))
    header = match_header(table)
    notes = [f"{table.path.name} was {table.remark}"] if table.remark else []
    defaults = {"angle": f"{FRONTAL_DEG} (frontal)"}
    lacking = [f"{name} ({defaults.get(name, UNKNOWN)})" for name in header.lacking]
    similar = similar_columns(header.lacking, header.ignored)
    if similar:
        renames = ", ".join(f"{other!r} to {name!r}" for name, other in similar.items())
        notes.append(
            f"{table.path.name} has no column {', '.join(lacking)}; if other columns hold them, rename {renames}"
        )
    return [*notes, *_remarks_on_ratings(table.path.name, header)]


def _remarks_on_ratings(manifest: str, header: Header) -> list[str]:
    """Return which columns of ratings were not read, and which other columns may hold ratings."""
    notes = []
    if header.lacking_shares:
        notes.append(
            f"{manifest} has no column {', '.join(header.lacking_shares)}; the distribution over the emotions was not "
            "read, since it needs all eight"
        )
    ignored = tuple(name for name in header.ignored if name.rpartition("_")[2] not in EMOTION_WORDS)
    similar = similar_columns([name for name in RATINGS if name not in header.positions], ignored)
    renames = ", ".join(f"{other!r} to {name!r}" for name, other in similar.items())
    return [*notes, *([f"{manifest}: if other columns hold ratings by people, rename {renames}"] if renames else [])]


def _entry(
    record: Record, table: ManifestTable, header: Header, index: FolderIndex, of: tuple[str, tuple[str, ...]]
) -> Candidate | Reject:
    """Return the photograph of a row; `of` is the name of the corpus, and the classes that it declares."""
    place, (corpus, further) = table.place(record), of
    shown, subject_id = f"{table.path}:{record.first}", None  # until the row names a file and a person
    try:
        values = values_by_column(header, table, record)
        name = values["path"].strip()
        if name and "\0" not in name:
            shown = escape_line_breaks(str(table.path.parent / name))
        subject_id = f"{corpus}-{subject_in(values)}"
        path, exists = index.find(values["path"])
        shown = str(path)
        labels = labels_in(values, corpus, further)
        ratings = ratings_in(values, labels.emotion, header)
    except ManifestError as error:
        return Reject(shown, BAD_ROW, f"{place}: {error}", subject_id, error.unknown)
    return Candidate(path, labels, "" if exists else _hint(place, index.similar(name)), ratings)


def _hint(place: str, similar: str | None) -> str:
    return f"named in {place}" + (f"; did you mean {similar!r}?" if similar else "")
