"""Markdown tables whose cells are text from anywhere: nothing in a cell ends it, or is taken for markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

_WRITTEN = str.maketrans({"|": "\\|", "<": "&lt;"})


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table with a line for each row; None is an empty cell."""
    return "\n".join(_lines(head, rows)) + "\n"


def _lines(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(map(cell, row))} |"


def cell(value: object) -> str:
    """A value as the text of a cell, on one line."""
    text = "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)
    return " ".join(text.split()).translate(_WRITTEN)
