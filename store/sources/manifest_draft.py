"""A manifest that is written from file names, to be checked and edited by a person."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from affect_store.store.sources.manifest_header import COLUMNS, RATING_COLUMNS
from affect_store.store.sources.manifest_values import MAX_NUMBER
from affect_store.store.sources.named_files import is_picture
from affect_store.store.types import Candidate, Ratings, Reject
from affect_store.store.vocabulary import UNKNOWN

_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")
_TO_BE_EDITED = "EMOTION"
"""Stands for the emotion of a reject; an empty field would mean an unlabelled photograph."""

Entry = Candidate | Reject


def draft(folder: Path, entries: Iterable[Entry], corpus: str) -> str:
    """Return a manifest as CSV with one row per file of `entries`, which were scanned for a corpus of this name.

    Of a reject, the row has the person and the word that was not understood, if they are known, and EMOTION where only
    the person is known, so that it is rejected until it is edited. Columns of ratings are written if any
    photograph has ratings. Values that a spreadsheet would run as a formula are written so that it does not.
    """
    rows = [_row(folder, entry, corpus) for entry in entries if is_picture(entry.path)]
    rated = [name for name in RATING_COLUMNS if any(name in row for row in rows)]
    text = io.StringIO()
    writer = csv.DictWriter(text, (*COLUMNS, *rated), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _row(folder: Path, entry: Entry, corpus: str) -> dict[str, str]:
    path = _safe(os.path.relpath(entry.path, folder), "./")
    if isinstance(entry, Reject):
        person = entry.subject_id.removeprefix(f"{corpus}-") if entry.subject_id else ""
        subject = {"subject": person, "emotion": _TO_BE_EDITED} if person else {}
        unknown = {entry.unknown.field: entry.unknown.word} if entry.unknown and entry.unknown.field in COLUMNS else {}
        values = {**subject, **unknown}
        return {"path": path} | {name: _safe(value, "'") for name, value in values.items()}
    labels = entry.labels
    known: dict[str, object] = {
        "subject": labels.subject_id.removeprefix(f"{corpus}-"), "emotion": labels.emotion,
        "angle": labels.camera_angle_deg, "gaze": labels.gaze, "sex": labels.sex, "type": labels.population,
        "age": "" if labels.age is None else f"{labels.age:g}",
    }  # fmt: skip
    shown = {name: "" if value == UNKNOWN else _safe(str(value), "'") for name, value in known.items()}
    return {"path": path} | shown | _ratings(entry.ratings)


def _ratings(ratings: Ratings) -> dict[str, str]:
    """Return the known ratings by their column, at full precision, without exponents."""
    known = {name: Decimal(repr(value)) for name, value in ratings.columns.items() if value is not None}
    return {name: f"{value:f}"[:MAX_NUMBER] for name, value in known.items()}


def _safe(value: str, prefix: str) -> str:
    return prefix + value if value.startswith(_RUN_BY_SPREADSHEETS) else value


def unknown_words(entries: Iterable[Entry]) -> list[tuple[str, str, str, int, str]]:
    """Return each word that was not understood: its field, the word, the nearest known one, files, and one of them.

    The most frequent come first.
    """
    files: dict[tuple[str, str, str], list[str]] = {}
    for entry in entries:
        if isinstance(entry, Reject) and entry.unknown:
            unknown = entry.unknown
            files.setdefault((unknown.field, unknown.word, unknown.nearest), []).append(str(entry.path))
    ranked: Sequence[tuple[tuple[str, str, str], list[str]]] = sorted(files.items(), key=lambda item: -len(item[1]))
    return [(field, word, nearest, len(paths), paths[0]) for (field, word, nearest), paths in ranked]
