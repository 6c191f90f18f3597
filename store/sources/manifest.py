"""A corpus described by `manifest.csv`: one row a photograph, whatever the files are called.

Columns: path (relative to the manifest), subject, emotion, angle, gaze, sex, type, and optionally age. File contents
are not opened here, and a path that leaves the folder is never followed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from store.errors import ManifestError
from store.types import Candidate, Labels, Reject
from store.vocabulary import ANGLES_DEG, EMOTIONS, GAZES, SEXES

NAME = "manifest.csv"
REQUIRED = ("path", "subject", "emotion", "angle", "gaze", "sex", "type")
_OLDEST_YEARS = 130
_UNKNOWN = frozenset({"", "na", "n/a", "nan", "null", "none", "unknown", "?"})


def scan(folder: Path, corpus: str) -> Iterator[Candidate | Reject]:
    """Every row in the order of the file: a candidate, or a reject with the row's number and what is wrong with it.

    Raises `ManifestError` where the file is missing, is not UTF-8 CSV, or lacks a column.
    """
    manifest = folder / NAME
    for number, row in enumerate(_rows(manifest), start=2):
        name = (row["path"] or "").strip()
        try:
            yield Candidate(_inside(folder, name), _labels(row, corpus))
        except ManifestError as error:
            yield Reject(str(folder / name), "bad manifest row", f"{manifest.name} line {number}: {error}")


def _rows(manifest: Path) -> list[dict[str, str]]:
    try:
        with manifest.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = [name for name in REQUIRED if name not in (reader.fieldnames or ())]
            if missing:
                raise ManifestError(
                    f"'{manifest}' lacks the column(s) {', '.join(missing)}; expected {', '.join(REQUIRED)} and "
                    f"perhaps age, received {', '.join(reader.fieldnames or ('nothing',))}"
                )
            return list(reader)
    except FileNotFoundError:
        raise ManifestError(f"expected '{manifest}', which does not exist") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ManifestError(f"'{manifest}' cannot be read as UTF-8 CSV: {error}") from error


def _inside(folder: Path, name: str) -> Path:
    """The photograph's path; a row may only name files inside its own folder."""
    if not name or "\0" in name:
        raise ManifestError("path is empty or holds a NUL")
    path = folder / name
    try:
        is_inside = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a loop of links
        is_inside = False
    if not is_inside:
        raise ManifestError(f"path {name!r} leads out of the folder")
    return path


def _labels(row: dict[str, str], corpus: str) -> Labels:
    subject = _word(row, "subject")
    return Labels(
        subject_id=f"{corpus}-{subject}",
        sex=_one_of(row, "sex", SEXES),
        population=_word(row, "type"),
        emotion=_one_of(row, "emotion", EMOTIONS),
        camera_angle_deg=int(_one_of(row, "angle", tuple(str(angle) for angle in ANGLES_DEG))),
        gaze=_one_of(row, "gaze", GAZES),
        age=_age((row.get("age") or "").strip()),
    )


def _word(row: dict[str, str], column: str) -> str:
    value = (row[column] or "").strip()
    if not value:
        raise ManifestError(f"{column} is empty")
    return value


def _one_of(row: dict[str, str], column: str, words: tuple[str, ...]) -> str:
    value = _word(row, column)
    value = value.lstrip("0") or "0" if column == "angle" else value
    if value not in words:
        raise ManifestError(f"{column} is {value!r}, expected one of {' '.join(words)}")
    return value


def _age(text: str) -> float | None:
    if text.lower() in _UNKNOWN:
        return None
    try:
        age = float(text)
    except ValueError:
        age = -1.0
    if not 0 <= age <= _OLDEST_YEARS:
        raise ManifestError(f"age is {text!r}, expected years from 0 to {_OLDEST_YEARS}, or nothing or NA")
    return age
