"""The manifest of a folder in a walk: one row per file, with the labels in its name, except those corrected in it."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

from affect_store.store.sources.manifest import FILE_NAME

COLUMNS = ("path", "subject", "emotion", "angle", "gaze", "sex", "type")
Row = dict[str, str]


def read(manifest: Path) -> list[Row]:
    """Return the rows of a manifest; none if there is no manifest yet."""
    if not manifest.exists():
        return []
    return list(csv.DictReader(io.StringIO(manifest.read_text(encoding="utf-8")), delimiter=";"))


def write(manifest: Path, rows: list[Row]) -> None:
    """Replace a manifest atomically."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    unfinished = manifest.with_name(f".{manifest.name}")
    unfinished.write_text(text.getvalue(), encoding="utf-8")
    os.replace(unfinished, manifest)


def update(folder: Path) -> None:
    """Write a row for each file below the folder; a corrected gaze stays with the file's name."""
    manifest = folder / FILE_NAME
    gazes = {Path(row["path"]).name: row["gaze"] for row in read(manifest)}
    rows = [_row(path, folder) for path in sorted(folder.rglob("Rafd*.jpg"))]
    write(manifest, [row | {"gaze": gazes.get(Path(row["path"]).name, row["gaze"])} for row in rows])


def relabel(manifest: Path, name: str, gaze: str) -> None:
    """Replace the gaze in all rows of files with a name."""
    rows = [row | {"gaze": gaze} if Path(row["path"]).name == name else row for row in read(manifest)]
    write(manifest, rows)


def _row(path: Path, folder: Path) -> Row:
    angle, subject, population, sex, emotion, gaze = path.stem.removeprefix("Rafd").split("_")
    values = (str(path.relative_to(folder)), subject, emotion, str(int(angle)), gaze, sex, population)
    return dict(zip(COLUMNS, values, strict=True))
