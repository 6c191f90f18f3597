"""Suites of Great Expectations, one per table, from the schema's columns and the rules of `rules.py`.

Each expectation carries in `meta` its table, name, expected outcome, column, severity and measure, so that a result
explains itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from great_expectations import ExpectationSuite
from great_expectations import expectations as gxe
from great_expectations.expectations.expectation import Expectation

from affect_store.store.schema.declarations import Field, Table
from affect_store.store.schema.fields import FIELDS
from affect_store.store.schema.tables import TABLES, arrow_type
from affect_store.validation.gx.dialect import sql
from affect_store.validation.gx.expectations import (
    ExpectEmotionsToBeKnown,
    ExpectNoOffendingRows,
    ExpectVectorsToBeFinite,
    ExpectVectorsToHaveLength,
    ExpectVectorsToHaveUnitNorm,
)
from affect_store.validation.gx.scalar_queries import rows_out_of_range, rows_with_null
from affect_store.validation.gx.scope_views import CHECKED_IN_PART
from affect_store.validation.rules import (
    FEATURE_TABLES,
    QUARANTINE,
    ROW_COUNT,
    RULES,
    SCALAR_TABLES,
    STOP,
    UNIT_NORM,
    WARN,
)
from affect_store.validation.thresholds import MAX_DOUBLE, NORM_TOLERANCE

STAGES: dict[str, tuple[str, ...]] = {
    "rows": ("catalogue", "features"),
    "splits": ("splits",),
    "features": ("catalogue", "features", "splits"),
    "results": ("registry",),
}
"""Schemas by stage: before the split, before training, both at once, before publication."""

MUST_HAVE_ROWS = frozenset({
    "catalogue.emotions", "catalogue.images", "catalogue.labels", "features.views", "features.services", "splits.sets",
    "splits.assignments", "registry.runs",
})  # fmt: skip
"""Tables that are never empty in an audit: without this, all their other checks would pass."""

_NUMBERS = frozenset({"FLOAT", "DOUBLE", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"})
_GRAIN = re.compile(r"^-- One row per ")
"""Start of the first comment of a SQL file; the rest describes an offending row."""

_SEVERITIES = {STOP: "critical", QUARANTINE: "warning", WARN: "info"}
_ROWS_TO_CHECK = "rows_to_check('{batch}')"
_ON_UNIT = (
    f"(FROM {_ROWS_TO_CHECK} SEMI JOIN (FROM features.views WHERE kind = 'frontal_unit') AS kept USING (version))"
)


@dataclass(frozen=True)
class Suite:
    """The checks of one table."""

    table: Table
    suite: ExpectationSuite


def suites(stage: str, tables: Collection[str] | None = None) -> list[Suite]:
    """Return the suites of a stage in the schema's order, or those of the given `schema.table` names.

    Raise `KeyError` for an unknown stage.
    """
    of_stage = [table for table in TABLES if table.schema in STAGES[stage]]
    return [suite_of(table) for table in of_stage if tables is None or table.qualified in tables]


def suite_of(table: Table) -> Suite:
    """Return all checks of one table: columns, key, allowed values, ranges, vectors, rules."""
    columns = [*_column_checks(table), *_scalar_checks(table), *_vector_checks(table)]
    checks = [*_table_checks(table), *columns, *_rules(table)]
    return Suite(table, ExpectationSuite(name=table.qualified, expectations=checks))


def _table_checks(table: Table) -> Iterator[Expectation]:
    yield gxe.ExpectTableColumnsToMatchOrderedList(
        column_list=list(table.columns), **_description(table, "columns match the schema", ", ".join(table.columns))
    )
    minimum = int(table.qualified in MUST_HAVE_ROWS)
    description = _description(table, ROW_COUNT, "at least one row" if minimum else "any number of rows")
    yield gxe.ExpectTableRowCountToBeBetween(min_value=minimum, **description)
    key = ", ".join(table.key)
    description = _description(table, "unique key", f"no two rows with the same {key}", key)
    if len(table.key) == 1:
        yield gxe.ExpectColumnValuesToBeUnique(column=table.key[0], **description)
    else:
        yield gxe.ExpectCompoundColumnsToBeUnique(column_list=list(table.key), **description)


def _column_checks(table: Table) -> Iterator[Expectation]:
    scalars = SCALAR_TABLES[table.qualified].column_names if table.qualified in SCALAR_TABLES else ()
    for name in (name for name in table.columns if name not in scalars):
        field = FIELDS[name]
        if name not in table.nullable:
            description = _description(table, "not null", f"no NULL: {field.meaning}", name)
            yield gxe.ExpectColumnValuesToNotBeNull(column=name, **description)
        if field.allowed_values:
            description = _description(table, "value in allowed set", ", ".join(field.allowed_values), name)
            yield gxe.ExpectColumnValuesToBeInSet(column=name, value_set=list(field.allowed_values), **description)
        if name == "emotion":
            expected = "the eight, the classes that corpora declare, and unknown"
            description = _description(table, "value in allowed set", expected, name)
            yield ExpectEmotionsToBeKnown(column=name, key=", ".join(table.key), **description)
        if field.sql_type in _NUMBERS:
            yield _range(table, field)


def _scalar_checks(table: Table) -> Iterator[Expectation]:
    """Check all numbers of a scalar feature view at once; rows with one out of range are quarantined."""
    view = SCALAR_TABLES.get(table.qualified)
    if not view:
        return
    key = _arguments(table)["key"]
    description = _description(table, "not null", "no NULL in any column")
    yield ExpectNoOffendingRows(unexpected_rows_query=rows_with_null(view, key), **description)
    expected = "every number finite and in the range of its column"
    description = _description(table, "finite and in range", expected, severity=QUARANTINE)
    query = rows_out_of_range(view, key, _ROWS_TO_CHECK)
    yield ExpectNoOffendingRows(unexpected_rows_query=query, max_rows=0, **description)


def _range(table: Table, field: Field) -> Expectation:
    """Give both ends: with a lower bound alone NaN would pass, which DuckDB orders above all numbers."""
    low = -MAX_DOUBLE if field.low is None else field.low
    high = MAX_DOUBLE if field.high is None else field.high
    description = _description(table, "finite and in range", _range_in_words(field), field.name)
    return gxe.ExpectColumnValuesToBeBetween(column=field.name, min_value=low, max_value=high, **description)


def _range_in_words(field: Field) -> str:
    """Describe the range, e.g. 'finite, from 0 to 180, degrees'."""
    bounds = (
        f"from {field.low:g}" if field.low is not None else "",
        f"to {field.high:g}" if field.high is not None else "",
    )
    return ", ".join(filter(None, ("finite", " ".join(bounds).strip(), field.unit)))


def _arguments(table: Table) -> dict[str, Any]:
    """Return the arguments of expectations whose query names offending rows: key, rows to check, and rows to keep."""
    key = ", ".join(name for name in table.key if name != "created_at")
    source = {"source": _ROWS_TO_CHECK} if table.qualified in CHECKED_IN_PART else {}
    return {"key": key, **source, **({"max_rows": 0} if table.qualified in FEATURE_TABLES else {})}


def _vector_checks(table: Table) -> Iterator[Expectation]:
    """Check each vector column; rows of feature tables are quarantined, so only their valid rows are checked."""
    severity = QUARANTINE if table.qualified in FEATURE_TABLES else STOP
    shared = _arguments(table)
    for name in table.columns:
        if FIELDS[name].is_vector:
            description = _description(table, "finite vectors", "no NaN, infinity or NULL in a vector", name, severity)
            yield ExpectVectorsToBeFinite(column=name, **shared, **description)
            length = arrow_type(FIELDS[name]).list_size
            description = _description(table, "vector length", f"{length} numbers in each vector", name, severity)
            yield ExpectVectorsToHaveLength(column=name, length=length, **shared, **description)
    if table.qualified == "features.deltas":
        expected = f"norm 1 within {NORM_TOLERANCE:g}, or exactly 0, in deltas of kind frontal_unit"
        description = _description(table, UNIT_NORM, expected, "xyz", severity, measure="measure/norms")
        arguments = {**shared, "source": _ON_UNIT, **description}
        yield ExpectVectorsToHaveUnitNorm(column="xyz", tolerance=NORM_TOLERANCE, **arguments)


def _rules(table: Table) -> Iterator[Expectation]:
    for rule in RULES:
        if rule.table == table.qualified:
            query = sql(rule.sql)
            expected = _GRAIN.sub("no ", query.splitlines()[0]).rstrip(".")
            description = _description(table, rule.name, expected, rule.column, rule.severity, measure=rule.measure)
            max_rows = 0 if rule.severity == QUARANTINE else rule.max_rows
            yield ExpectNoOffendingRows(unexpected_rows_query=query, max_rows=max_rows, **description)


def _description(
    table: Table, check: str, expected: str, column: str = "", severity: str = STOP, *, measure: str = ""
) -> dict[str, Any]:
    """Return the keyword arguments that describe an expectation."""
    meta = {
        "table": table.qualified, "check": check, "expected": expected, "column": column, "severity": severity,
        "measure": measure,
    }  # fmt: skip
    location = f"{table.qualified}.{column}" if column and "," not in column else table.qualified
    return {"meta": meta, "severity": _SEVERITIES[severity], "description": f"{location}: {check} ({expected})"}
