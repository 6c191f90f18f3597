"""Select the columns of a table that fit a terminal, and their widths. Pure functions: text in, widths out."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

SEPARATOR = 3
"""Characters between two columns: a line with a space on each side."""

MIN_TEXT_WIDTH = 24
"""Text of several words is wrapped to no fewer characters than this, unless the terminal itself is narrower."""


@dataclass(frozen=True)
class _Column:
    index: int
    narrowest: int
    widest: int
    is_empty: bool


def fit(
    columns: Sequence[str], rows: Sequence[Sequence[str]], width: int | None, first: Sequence[str]
) -> dict[int, int]:
    """Return the width of each column that is shown, by its index, in the order of the columns.

    As many columns as fit into `width` characters are shown: those of `first` before the others, columns without any
    value last. The most important column is always shown. Without a `width` all columns are, at full width.
    """
    measured = [_measure(index, name, [row[index] for row in rows]) for index, name in enumerate(columns)]
    if width is None or _total([column.widest for column in measured]) <= width:
        return {column.index: column.widest for column in measured}
    rank = {name: position for position, name in enumerate(first)}
    by_importance = sorted(measured, key=lambda column: (column.is_empty, rank.get(columns[column.index], len(rank))))
    shown: list[_Column] = []
    for column in by_importance:
        if _total([*(other.narrowest for other in shown), column.narrowest]) <= width:
            shown.append(column)
    if not shown:
        return {by_importance[0].index: width}
    return _widen(sorted(shown, key=lambda column: column.index), width)


def _measure(index: int, name: str, cells: list[str]) -> _Column:
    lines = [line for text in (name, *cells) for line in text.splitlines()]
    widest = max(map(cell_len, lines), default=1)
    longest_word = max((cell_len(word) for line in lines for word in line.split()), default=1)
    return _Column(index, max(longest_word, min(widest, MIN_TEXT_WIDTH)), max(widest, 1), not any(cells))


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + SEPARATOR * (len(widths) - 1)


def _widen(shown: Sequence[_Column], width: int) -> dict[int, int]:
    """Distribute the remaining width to columns that need more, from left to right."""
    left = width - _total([column.narrowest for column in shown])
    widths = {}
    for column in shown:
        extra = min(left, column.widest - column.narrowest)
        widths[column.index] = column.narrowest + extra
        left -= extra
    return widths


def wrap(text: str, width: int | None, indent: int = 0) -> str:
    """Return the text wrapped between words; words longer than a line, such as paths, stay whole."""
    if width is None:
        return text
    lines = [
        textwrap.fill(
            line, width, subsequent_indent=" " * min(indent, width // 2), break_long_words=False, break_on_hyphens=False
        )
        for line in text.split("\n")
    ]
    return "\n".join(lines)
