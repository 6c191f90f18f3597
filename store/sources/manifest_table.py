"""The classes `ManifestTable` and `Record`: a manifest as text, whatever its format, and the limits of its size."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from affect_store.store.errors import ManifestError

MAX_FILE_BYTES = 256 * 2**20
MAX_UNPACKED_BYTES = 256 * 2**20
"""Limit of a compressed manifest (Parquet, xlsx) after decompression."""

MAX_ROWS = 1_000_000
MAX_CHARACTERS = 131_072
"""Maximum length of a single value; the limit of Python's csv module."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row as text, with the numbers of the first and the last line (or row) of the file that it occupies."""

    first: int
    last: int
    values: list[str]


@dataclass(frozen=True)
class ManifestTable:
    """The header of a manifest and its other rows, in the order of the file.

    `unit` is what positions count: 'line' or 'row'. `remark` says how the file was read if that is not evident.
    `pads_rows` is true if the format does not store empty cells at the end of a row.
    """

    path: Path
    header: list[str]
    records: Iterator[Record]
    unit: str = "line"
    remark: str = ""
    separator: str = ""
    pads_rows: bool = False

    def place(self, record: Record) -> str:
        """Return where the record is, e.g. 'manifest.csv line 5'."""
        if record.first == record.last:
            return f"{self.path.name} {self.unit} {record.first}"
        return f"{self.path.name} {self.unit}s {record.first} to {record.last}"


def cell_text(value: Any) -> str:
    """Return the text of a typed cell: whole numbers without a decimal point, empty text for a missing value.

    Raises `ManifestError` for values that are no text, number or date, and for text that is too long.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, (list, dict, bytes)):
        raise ManifestError(f"a value is of type {type(value).__name__}, expected text or a number")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value)
    if len(text) > MAX_CHARACTERS:
        raise ManifestError(f"a value has {len(text):,} characters, expected at most {MAX_CHARACTERS:,}")
    return text
