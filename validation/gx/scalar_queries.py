"""Queries about all columns of a scalar feature view at once: a check a column would take long for views of many."""

from __future__ import annotations

from collections.abc import Mapping

from affect_store.store.features.scalar_view import ScalarView
from affect_store.store.schema.declarations import Field
from affect_store.validation.gx.dialect import sql
from affect_store.validation.thresholds import MAX_DOUBLE


def rows_with_null(view: ScalarView, key: str) -> str:
    """Return the query for the rows in which a number is NULL."""
    conditions = {name: f"{name} IS NULL" for name in view.column_names}
    return _filled("find/scalars_with_null", conditions, key)


def rows_out_of_range(view: ScalarView, key: str, source: str) -> str:
    """Return the query for the rows of `source` with a number that is not finite or out of its range; NULL passes."""
    conditions = {column.name: f"NOT {column.name} BETWEEN {_range(column)}" for column in view.columns}
    return _filled("find/scalars_out_of_range", conditions, key).replace("{source}", source)


def _range(column: Field) -> str:
    low = -MAX_DOUBLE if column.low is None else column.low
    high = MAX_DOUBLE if column.high is None else column.high
    return f"{low} AND {high}"


def _filled(name: str, conditions: Mapping[str, str], key: str) -> str:
    """Insert conditions by column into a statement; they and the names come from the declaration of the view."""
    offending = ", ".join(f"CASE WHEN {condition} THEN '{column}' END" for column, condition in conditions.items())
    query = sql(name).replace("{offending}", offending).replace("{condition}", " OR ".join(conditions.values()))
    return query.replace("{key}", key)
