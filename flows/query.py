"""The answer to `affect sql`, printed as a table, as CSV or as JSON."""

from __future__ import annotations

import csv
import json
import math
import sys
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from rich.table import Table
from rich.text import Text

from flows import terminal
from store.sources.text import printable
from store.tables.home import Home
from store.tables.query import Answer, ask

SHOWN_ROWS = 200
SHOWN_ELEMENTS = 4
SHOWN_CHARACTERS = 64


def answer(home: Home, query: str, *, form: str) -> None:
    """Run the query and print its result in one of the forms 'table', 'csv' and 'json'."""
    show(ask(home, query), form=form)


def show(found: Answer, *, form: str) -> None:
    """Print a result in one of the forms 'table', 'csv' and 'json'."""
    {"table": print_table, "csv": print_csv, "json": print_json}[form](found)


def print_table(found: Answer) -> None:
    """A table as wide as it must be: columns are never squeezed into a heap of broken words."""
    table = Table(show_edge=False, pad_edge=False)
    for index, name in enumerate(found.columns):
        numeric = any(isinstance(row[index], int | float | Decimal) for row in found.rows[:SHOWN_ROWS])
        table.add_column(Text(name), justify="right" if numeric else "left", no_wrap=True)
    for row in found.rows[:SHOWN_ROWS]:
        table.add_row(*(Text(shown(value)) for value in row))
    terminal.show_table(table)
    if len(found.rows) > SHOWN_ROWS:
        terminal.say(f"... and {len(found.rows) - SHOWN_ROWS:,} more rows: --csv or --json prints all")


def shown(value: Any) -> str:
    """A value for people: four digits of a float, the first elements of a vector."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, bytes | bytearray):
        return f"<{len(value):,} bytes>"
    if isinstance(value, list | tuple) and len(value) > SHOWN_ELEMENTS:
        return f"[{', '.join(shown(one) for one in value[:SHOWN_ELEMENTS])}, ... {len(value):,} values]"
    text = printable(str(value))
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def print_csv(found: Answer) -> None:
    """Every row, values in full."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(found.columns)
    writer.writerows(found.rows)


def print_json(found: Answer) -> None:
    """One array with an object a row; a column's second of the same name gets `_2`; NaN and infinity become null."""
    names = _distinct(found.columns)
    rows = [dict(zip(names, map(_number, row), strict=True)) for row in found.rows]
    json.dump(rows, sys.stdout, default=_plain, indent=1, allow_nan=False)
    sys.stdout.write("\n")


def _distinct(columns: tuple[str, ...]) -> list[str]:
    seen: dict[str, int] = {}
    names = []
    for name in columns:
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return names


def _number(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes | bytearray):
        return value.hex()
    return str(value)
