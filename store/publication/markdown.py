"""Markdown tables whose cells hold arbitrary text, escaped so that it cannot end a cell or act as markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

_ESCAPES = str.maketrans({"|": "\\|", "<": "&lt;"})


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table with one line per row; None is an empty cell."""
    return "\n".join(_lines(head, rows)) + "\n"


def _lines(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(map(cell, row))} |"


def cell(value: object) -> str:
    """Return a value as the text of a cell, on one line; integers have thousands separators."""
    text = "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)
    return " ".join(text.split()).translate(_ESCAPES)
