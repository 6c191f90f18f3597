"""The dictionary page: every table, view and column with its meaning, a search, and a picture of the foreign keys."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from affect_store.dashboards import formatting
from affect_store.dashboards.figures.table_map import table_map
from affect_store.dashboards.frames import Frames
from affect_store.dashboards.pages.render import Site, html
from affect_store.store.schema.column_docs import short_type, values_of
from affect_store.store.schema.declarations import Table
from affect_store.store.schema.fields import FIELDS
from affect_store.store.schema.foreign_keys import ForeignKey, foreign_keys
from affect_store.store.schema.tables import NOT_PUBLISHED, SCHEMAS, TABLES

HREF = "dictionary.html"


@dataclass(frozen=True)
class Column:
    """A column as the page shows it; `target` is the table that it refers to, empty if it refers to none."""

    name: str
    sql_type: str
    values: str
    meaning: str
    target: str = ""
    is_key: bool = False
    may_be_null: bool = False


@dataclass(frozen=True)
class Entry:
    """A table or view as the page shows it."""

    name: str
    anchor: str
    grain: str
    columns: tuple[Column, ...]


def page(frames: Frames, site: Site) -> str:
    """Render dictionary.html: tables from their declarations, views as the store describes them."""
    shown = [table for table in TABLES if table.qualified not in NOT_PUBLISHED]
    keys, views = foreign_keys(), _views(frames.views)
    linked = {name for key in keys for name in (key.table, key.target)}
    n_columns = sum(len(table.columns) for table in shown) + frames.views.height
    tables = {
        f"Tables of the schema {schema}": [_entry(table, keys) for table in shown if table.schema == schema]
        for schema in SCHEMAS
    }
    content = {
        "title": "Dictionary",
        "href": HREF,
        "lead": f"{formatting.count(len(shown), 'table')} and {formatting.count(len(views), 'view')} with "
        f"{formatting.count(n_columns, 'column')}: what a row is, and what a column means, with type, unit and range.",
        "wide": table_map(keys, is_wide=True),
        "narrow": table_map(keys, is_wide=False),
        "unlinked": [table.qualified for table in shown if table.qualified not in linked],
        "sections": {"Views": views, **tables},
    }
    return html("dictionary.html.j2", site=site, page=content)


def anchor(table: str) -> str:
    """Return the id of the entry of a table, as the template writes it in links."""
    return f"table-{table.replace('.', '-')}"


def _views(frame: pl.DataFrame) -> list[Entry]:
    return [_view(name, rows) for (name,), rows in frame.group_by("view", maintain_order=True)]


def _view(name: object, rows: pl.DataFrame) -> Entry:
    columns = tuple(
        Column(row["column_name"], short_type(row["sql_type"]), "", formatting.visible(row["meaning"] or ""))
        for row in rows.iter_rows(named=True)
    )
    return Entry(str(name), anchor(str(name)), formatting.visible(rows["grain"][0] or ""), columns)


def _entry(table: Table, keys: tuple[ForeignKey, ...]) -> Entry:
    targets = {key.column: key.target for key in keys if key.table == table.qualified}
    columns = tuple(_column(table, name, targets.get(name, "")) for name in table.columns)
    return Entry(table.qualified, anchor(table.qualified), table.grain, columns)


def _column(table: Table, name: str, target: str) -> Column:
    field = FIELDS[name]
    values = ", ".join(text for text in (field.unit, values_of(field)) if text)
    return Column(
        name, short_type(field.sql_type), values, field.meaning, target, name in table.key, name in table.nullable
    )
