"""Results printed as a table that fits the terminal, as a table of full width, as CSV or as JSON."""

from __future__ import annotations

import csv
import json
import math
import sys
import textwrap
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain, islice
from typing import Any

from rich.table import Table
from rich.text import Text

from affect_store.flows.cli import table_layout
from affect_store.flows.cli.options import Form
from affect_store.flows.runtime import console
from affect_store.store.engine.query import QueryResult, StreamedResult
from affect_store.store.engine.spreadsheet import as_text
from affect_store.store.sources.text import escape_control_characters

Result = QueryResult | StreamedResult

SHOWN_ROWS = 200
COUNTED_ROWS = 1_000_000
"""Rows beyond those shown are counted up to this number."""

SHOWN_ELEMENTS = 4
BY_PIPE = "`| less -S` shows them"
BY_OPTION = "--wide shows them"
"""How to see the columns that do not fit the terminal."""


def show(result: Result, *, form: Form, first: Sequence[str] = ()) -> None:
    """Print a result; `first` are the columns that a narrow table keeps, in order of importance."""
    match form:
        case Form.CSV | Form.RAW:
            print_csv(result, raw=form is Form.RAW)
        case Form.JSON:
            print_json(result)
        case _:
            print_table(result, first=first, is_wide=form is Form.WIDE, hint=BY_OPTION)


def print_table(
    result: Result,
    *,
    first: Sequence[str] = (),
    is_wide: bool = False,
    hint: str = BY_PIPE,
    title: str | None = None,
) -> None:
    """Print a table that is no wider than the terminal, or of full width where output is redirected.

    Columns that do not fit are left out, those not in `first` before the others, and named below the table with
    `hint`. Long text wraps; it is never cut.
    """
    remaining = iter(result.rows)
    values = list(islice(remaining, SHOWN_ROWS))
    rows = [[cell(value) for value in row] for row in values]
    width = None if is_wide else console.terminal_width()
    layout = table_layout.fit(result.columns, rows, width, first)
    table = Table(title=title, title_justify="left", show_edge=False, pad_edge=False)
    for index, columns in layout.items():
        is_numeric = any(_is_number(row[index]) for row in values)
        table.add_column(
            Text(result.columns[index]), justify="right" if is_numeric else "left", width=columns, overflow="fold"
        )
    for row in rows:
        table.add_row(*(Text(row[index]) for index in layout))
    console.show_table(table)
    hidden = [name for index, name in enumerate(result.columns) if index not in layout]
    if hidden:
        say(f"{len(hidden)} more {'column' if len(hidden) == 1 else 'columns'} ({hint}): {', '.join(hidden)}")
    if count := sum(1 for _ in islice(remaining, COUNTED_ROWS)):
        say(f"{count:,}{' or' if count == COUNTED_ROWS else ''} more rows: --csv and --json print all of them")


def print_facts(facts: Mapping[str, Any]) -> None:
    """Print names and values on a line each; values that are None are left out."""
    indent = max((len(name) for name in facts), default=0) + 4
    for name, value in facts.items():
        if value is not None:
            say(f"  {name.replace('_', ' '):<{indent - 4}}  {cell(value)}", indent=indent)


def say(text: str, *, indent: int = 0) -> None:
    """Print text, wrapped between words at the terminal's width; continuation lines are indented."""
    console.say(table_layout.wrap(text, console.terminal_width(), indent))


def cell(value: Any) -> str:
    """Format a value for display: four digits of a float, the first elements of a vector."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, bytes | bytearray):
        return f"<{len(value):,} bytes>"
    if isinstance(value, list) and value and isinstance(value[0], str):
        return ", ".join(map(escape_control_characters, value))
    if isinstance(value, list | tuple) and len(value) > SHOWN_ELEMENTS:
        return f"[{', '.join(cell(element) for element in value[:SHOWN_ELEMENTS])}, ... {len(value):,} values]"
    return escape_control_characters(str(value))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def print_csv(result: Result, *, raw: bool = False) -> None:
    """Print all rows with full values; text that a spreadsheet would run begins with an apostrophe, unless `raw`."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    for row in chain([result.columns], result.rows):
        writer.writerow(row if raw else map(as_text, row))


def print_json(result: Result) -> None:
    """Print an array with one object per row; repeated column names get `_2`; NaN and infinity become null."""
    names = _distinct(result.columns)
    separator = "[\n"
    for row in result.rows:
        values = dict(zip(names, map(_finite, row), strict=True))
        text = json.dumps(values, default=_json_value, indent=1, allow_nan=False)
        sys.stdout.write(separator + textwrap.indent(text, " "))
        separator = ",\n"
    sys.stdout.write("[]\n" if separator == "[\n" else "\n]\n")


def _distinct(columns: tuple[str, ...]) -> list[str]:
    counts: dict[str, int] = {}
    names = []
    for name in columns:
        counts[name] = counts.get(name, 0) + 1
        names.append(name if counts[name] == 1 else f"{name}_{counts[name]}")
    return names


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _json_value(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes | bytearray):
        return value.hex()
    return str(value)
