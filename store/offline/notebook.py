"""What a notebook shows of a store: one line of text, or a small table in HTML in which all data is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from affect_store.store.engine import reader
from affect_store.store.engine.duckdb import Connection

_STYLE = "border-collapse:collapse;font-size:90%;margin:4px 0"
_CELL = "text-align:left;padding:1px 12px 1px 0"


def summary(connection: Connection) -> str:
    """Return a line such as '8,040 photographs of 67 people, 12 runs, published 2026-11-27 12:00 UTC'."""
    row = reader.query_frame(connection, "describe/store").row(0, named=True)
    published = row["published_at"]
    return (
        f"{row['n_images']:,} photographs of {row['n_people']:,} people, {row['n_runs']:,} runs, "
        f"{f'published {published:%Y-%m-%d %H:%M} UTC' if published else 'work store'}"
    )


def html(place: str, connection: Connection) -> str:
    """Return the summary and a table of the current features: name, view version, photographs, meaning."""
    views = reader.query_frame(connection, "features/list_views").filter("is_current")
    rows = views.select("feature", "version", "photographs", "description").rows()
    return (
        f"<div><strong>FeatureStore</strong> <code>{escape(place)}</code><br>{escape(summary(connection))}"
        f"{_table(('feature', 'version', 'photographs', 'description'), rows)}</div>"
    )


def closed_html(place: str) -> str:
    """Return what is shown of a closed store."""
    return f"<div><strong>FeatureStore</strong> <code>{escape(place)}</code>, closed</div>"


def _table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    lines = "".join([_line("th", header), *(_line("td", row) for row in rows)])
    return f'<table style="{_STYLE}">{lines}</table>'


def _line(tag: str, values: Sequence[Any]) -> str:
    texts = (f"{value:,}" if isinstance(value, int) else str(value) for value in values)
    cells = "".join(f'<{tag} style="{_CELL}">{escape(text)}</{tag}>' for text in texts)
    return f"<tr>{cells}</tr>"
