"""SQL of the feature views: all views share the templates in `sql/feature_views`, with their own tables and columns."""

from __future__ import annotations

from affect_store.store.engine.sql_files import sql
from affect_store.store.extensions.own_view import OWN_VALUES
from affect_store.store.features.scalar_views import SCALAR_VIEW_BY_NAME
from affect_store.store.schema.tables import BY_NAME

_VALUES = {"landmarks": "xyz", "deltas": "xyz", "pixels": "rgb", OWN_VALUES: "numbers"}
"""The column with the value, by view; scalar views have several columns."""

_MAY_LACK = "pixels"
"""The view whose values a publication may leave out: the thumbnails of faces."""

_BY_KEY = frozenset({"find", "find_of", "macro_at"})
"""Statements with two forms: `latest` for tables with several rows per photograph and version, of which the latest
counts, and `single` for the others, without the search for it."""


def view_sql(statement: str, view: str, width: int | None = None) -> str:
    """Return the statement `sql/feature_views/STATEMENT.sql` for one feature view.

    For any view: find, find_of, scan, select_latest, select_times, select_values, select_seals and macro_at. For scalar
    views: values_of, select_state, select_state_with_reference and select_statistics. Names of tables and columns, and
    the number of columns `width` of a view of the user's own to scan, are the only text that is inserted.
    """
    if statement in _BY_KEY:
        statement += "_latest" if "created_at" in BY_NAME[f"features.{view}"].key else "_single"
    scalar = SCALAR_VIEW_BY_NAME.get(view)
    names = scalar.column_names if scalar else (_VALUES[view],)
    value = f"[{', '.join(names)}]::FLOAT[{len(names)}]" if scalar else names[0]
    stored = f"{_VALUES[view]} IS NOT NULL" if view == _MAY_LACK else "true"
    if width is not None and view == OWN_VALUES:
        value, stored = f"numbers::FLOAT[{width}]", f"len(numbers) = {width}"
    text = sql(f"feature_views/{statement}").replace("{stored}", stored)
    return text.replace("{view}", view).replace("{value}", value).replace("{names}", ", ".join(map(repr, names)))


def feature_definitions() -> list[str]:
    """Statements that create `features.scalar_values`, a view over all scalar views, and every view's as-of macro."""
    stored = [view_sql("values_of", view) for view in (*SCALAR_VIEW_BY_NAME, OWN_VALUES)]
    union = "\nUNION ALL\n".join([sql("feature_views/no_values"), *stored])
    macros = [view_sql("macro_at", view) for view in (*_VALUES, *SCALAR_VIEW_BY_NAME)]
    comment = "-- One row per stored value of a scalar feature view: photograph, view, version and time.\n"
    return [f"{comment}CREATE OR REPLACE VIEW features.scalar_values AS\n{union}\n", *macros]
