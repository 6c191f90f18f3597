"""Intended action units beside rendered photographs: a table `action_units.csv` with the intensities of each file.

`affect people` writes it. Folders of photographs that affect-store did not render are not read: nobody knows these
numbers of a real face.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from pathlib import Path

from affect_store.store.errors import ManifestError
from affect_store.store.sources.synthetic.marker import MARKER_NAME
from affect_store.store.vocabulary import INTENDED_UNITS

FILE_NAME = "action_units.csv"
HEADER = ("path", *INTENDED_UNITS)
DIGITS = 4
MAX_BYTES = 16_000_000
"""Several times the size of the table of 99 people."""

GREATEST = 10.0

Units = tuple[float, ...]
"""Intensities in the order of `vocabulary.INTENDED_UNITS`."""


def content_of(units: Mapping[str, Units]) -> bytes:
    """Return the contents of the table for photographs by file name."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows([name, *(round(value, DIGITS) for value in values)] for name, values in units.items())
    return text.getvalue().encode()


def read_action_units(folder: Path) -> dict[str, Units]:
    """Return the intended action units of the photographs of a folder by file name.

    Empty for a folder that affect-store did not render, and for one that it rendered before it wrote the table. Raises
    `ManifestError` for a table that cannot be read or is not such a table.
    """
    path = folder / FILE_NAME
    if not (folder / MARKER_NAME).is_file() or not path.exists():
        return {}
    try:
        rows = list(csv.reader(io.StringIO(_bytes_of(path).decode())))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ManifestError(f"'{path}' cannot be read: {error}") from error
    if not rows or tuple(rows[0]) != HEADER:
        raise ManifestError(
            f"'{path}': expected the columns {' '.join(HEADER)}, received {' '.join(rows[0] if rows else ())}"
        )
    return dict(_row(path, number, row) for number, row in enumerate(rows[1:], start=2))


def _bytes_of(path: Path) -> bytes:
    """Return the contents of a regular file of at most `MAX_BYTES`. Raises `OSError`, also for anything else."""
    if not path.is_file():
        raise OSError("it is no regular file")
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise OSError(f"it is larger than {MAX_BYTES:,} bytes")
    return content


def _row(path: Path, number: int, row: list[str]) -> tuple[str, Units]:
    try:
        values = tuple(float(value) for value in row[1:])
    except ValueError as error:
        raise ManifestError(f"'{path}', line {number}: {error}") from error
    if len(values) != len(INTENDED_UNITS) or not all(
        math.isfinite(value) and 0 <= value <= GREATEST for value in values
    ):
        raise ManifestError(
            f"'{path}', line {number}: expected {len(INTENDED_UNITS)} numbers from 0 to {GREATEST:g}, received "
            f"{', '.join(row[1:])}"
        )
    return row[0], values
