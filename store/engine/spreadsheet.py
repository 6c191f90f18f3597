"""Text in CSV files that is safe in a spreadsheet: one that a spreadsheet would run as a formula gets an apostrophe.

Excel, LibreOffice and Google Sheets run a cell of a CSV file that begins with one of the characters below, whoever
wrote it: a label in a manifest, a file name. An apostrophe before it makes it text.
"""

from __future__ import annotations

import re
from typing import Any

FORMULA = r"^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])"
"""Beginning of a formula; the last four characters are the full-width forms."""

NUMBER = r"^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$"
"""Plain numbers, which are harmless although they may begin with a sign."""

_FORMULA, _NUMBER = re.compile(FORMULA), re.compile(NUMBER)
_TEXT_TYPES = ("VARCHAR", "ENUM", "JSON")


def as_text(value: Any) -> Any:
    """Return a value of a CSV file, with an apostrophe before text that a spreadsheet would run."""
    if isinstance(value, str) and _FORMULA.match(value) and not _NUMBER.match(value):
        return f"'{value}"
    return value


def projection(columns: list[str], types: list[str]) -> str:
    """Return the SQL list of these columns in which text, and the names of the columns, are safe in a spreadsheet."""
    return ", ".join(map(_column, columns, types))


def _column(name: str, sql_type: str) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    value = quoted
    if sql_type.startswith(_TEXT_TYPES):
        text = f"{quoted}::VARCHAR"
        runs = f"regexp_matches({text}, '{FORMULA}') AND NOT regexp_matches({text}, '{NUMBER}')"
        value = f"CASE WHEN {runs} THEN '''' || {text} ELSE {text} END"
    return f'{value} AS "{as_text(name).replace(chr(34), chr(34) * 2)}"'
