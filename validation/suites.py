"""Suites of Great Expectations, one a table: what the catalogue says of its columns, and the rules of `relations.py`.

Every expectation carries in `meta` the table, the sentence that names the check, what it expects, its column, its
severity and the file that measures it, so that a result explains itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from great_expectations import ExpectationSuite
from great_expectations import expectations as gxe
from great_expectations.expectations.expectation import Expectation

from store.tables.catalog import FIELDS, TABLES, Field, Table, arrow_type
from validation.bounds import LARGEST_DOUBLE, NORM_TOLERANCE
from validation.dialect import sql
from validation.expectations import (
    ExpectNoOffendingRows,
    ExpectVectorsToBeFinite,
    ExpectVectorsToHaveLength,
    ExpectVectorsToHaveUnitNorm,
)
from validation.relations import ON_UNIT, QUARANTINE, RELATIONS, ROWS_COUNTED, STOP, WARN

STAGES: dict[str, tuple[str, ...]] = {
    "rows": ("catalogue", "features"),
    "splits": ("splits",),
    "features": ("catalogue", "features", "splits"),
    "results": ("registry",),
}
"""The schemas of the moments of an audit: before rows are split, before training, both at once, before publication."""

MUST_HAVE_ROWS = frozenset({
    "catalogue.emotions", "catalogue.images", "catalogue.labels", "features.views", "features.services", "splits.sets",
    "splits.assignments", "registry.runs",
})  # fmt: skip
"""Tables that are never empty when they are audited: without this, every other check of theirs would pass."""

SET_ASIDE = {"features.landmarks": "landmarks", "features.deltas": "deltas", "features.pixels": "pixels"}
"""The view whose rows a table holds; of these, single rows can be set aside."""

_NUMBERS = frozenset({"FLOAT", "DOUBLE", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"})
_GRAIN = re.compile(r"^-- One row an? ")
"""How the first comment of a SQL file begins; the rest says what an offending row is."""

_SEVERITIES = {STOP: "critical", QUARANTINE: "warning", WARN: "info"}
_COUNTING = "counting('{batch}')"
_ON_UNIT = f"(FROM {_COUNTING} SEMI JOIN (FROM features.views WHERE kind = 'frontal_unit') AS kept USING (version))"


@dataclass(frozen=True)
class Suite:
    """The checks of one table."""

    table: Table
    suite: ExpectationSuite


def suites(stage: str, tables: Collection[str] | None = None) -> list[Suite]:
    """The suites of a stage, in the catalogue's order, or those of some `schema.table` of it.

    Raises `KeyError` on a stage that does not exist.
    """
    schemas = STAGES[stage]
    wanted = [table for table in TABLES if table.schema in schemas]
    return [suite_of(table) for table in wanted if tables is None or table.qualified in tables]


def suite_of(table: Table) -> Suite:
    """Everything that is checked of one table: columns, keys, words, ranges, vectors, relations."""
    checks = [*_table_checks(table), *_column_checks(table), *_vector_checks(table), *_relations(table)]
    return Suite(table, ExpectationSuite(name=table.qualified, expectations=checks))


def _table_checks(table: Table) -> Iterator[Expectation]:
    yield gxe.ExpectTableColumnsToMatchOrderedList(
        column_list=list(table.columns), **_told(table, "columns are the catalogue's", ", ".join(table.columns))
    )
    at_least = int(table.qualified in MUST_HAVE_ROWS)
    told = _told(table, ROWS_COUNTED, "at least one row" if at_least else "any number of rows")
    yield gxe.ExpectTableRowCountToBeBetween(min_value=at_least, **told)
    key = ", ".join(table.key)
    told = _told(table, "keys are unique", f"no two rows of the same {key}", key)
    if len(table.key) == 1:
        yield gxe.ExpectColumnValuesToBeUnique(column=table.key[0], **told)
    else:
        yield gxe.ExpectCompoundColumnsToBeUnique(column_list=list(table.key), **told)


def _column_checks(table: Table) -> Iterator[Expectation]:
    for name in table.columns:
        field = FIELDS[name]
        if name not in table.nullable:
            told = _told(table, "value is there", f"no NULL: {field.meaning}", name)
            yield gxe.ExpectColumnValuesToNotBeNull(column=name, **told)
        if field.words:
            told = _told(table, "word is in the vocabulary", ", ".join(field.words), name)
            yield gxe.ExpectColumnValuesToBeInSet(column=name, value_set=list(field.words), **told)
        if field.sql_type in _NUMBERS:
            yield _range(table, field)


def _range(table: Table, field: Field) -> Expectation:
    """Both ends are always given: with a lower bound alone NaN would pass, since DuckDB holds it to be the greatest."""
    low = -LARGEST_DOUBLE if field.low is None else field.low
    high = LARGEST_DOUBLE if field.high is None else field.high
    told = _told(table, "number is finite and in range", _in_words(field), field.name)
    return gxe.ExpectColumnValuesToBeBetween(column=field.name, min_value=low, max_value=high, **told)


def _in_words(field: Field) -> str:
    """The range as a reader of the page sees it, e.g. 'finite, from 0 to 180, degrees'."""
    bounds = (
        f"from {field.low:g}" if field.low is not None else "",
        f"to {field.high:g}" if field.high is not None else "",
    )
    return ", ".join(word for word in ("finite", " ".join(bounds).strip(), field.unit) if word)


def _vector_checks(table: Table) -> Iterator[Expectation]:
    """Of every column of vectors; offending rows of features are set aside, so only rows that count are looked at."""
    severity = QUARANTINE if table.qualified in SET_ASIDE else STOP
    source = {"source": _COUNTING} if table.qualified in SET_ASIDE else {}
    key = ", ".join(name for name in table.key if name != "created_at")
    shared = {**source, "key": key, **({"most_rows": 0} if severity == QUARANTINE else {})}
    for name in table.columns:
        if FIELDS[name].is_vector:
            told = _told(table, "vectors are finite", "no vector with NaN, infinity or NULL in it", name, severity)
            yield ExpectVectorsToBeFinite(column=name, **shared, **told)
            length = arrow_type(FIELDS[name]).list_size
            told = _told(table, "vectors have their length", f"{length} numbers in each vector", name, severity)
            yield ExpectVectorsToHaveLength(column=name, length=length, **shared, **told)
    if table.qualified == "features.deltas":
        expected = f"norm 1 within {NORM_TOLERANCE:g}, or exactly 0, in deltas of kind frontal_unit"
        told = _told(table, ON_UNIT, expected, "xyz", severity) | {"source": _ON_UNIT}
        told["meta"]["measure"] = "measure_norms"
        yield ExpectVectorsToHaveUnitNorm(column="xyz", tolerance=NORM_TOLERANCE, **{**shared, **told})


def _relations(table: Table) -> Iterator[Expectation]:
    for relation in RELATIONS:
        if relation.table == table.qualified:
            query = sql(relation.sql)
            expected = _GRAIN.sub("no ", query.splitlines()[0]).rstrip(".")
            told = _told(table, relation.name, expected, relation.column, relation.severity)
            told["meta"]["measure"] = relation.measure
            most_rows = 0 if relation.severity == QUARANTINE else relation.most_rows
            yield ExpectNoOffendingRows(unexpected_rows_query=query, most_rows=most_rows, **told)


def _told(table: Table, check: str, expected: str, column: str = "", severity: str = STOP) -> dict[str, Any]:
    """The keyword arguments by which an expectation says what it is."""
    meta = {
        "table": table.qualified, "check": check, "expected": expected, "column": column, "severity": severity,
        "measure": "",
    }  # fmt: skip
    place = f"{table.qualified}.{column}" if column and "," not in column else table.qualified
    return {"meta": meta, "severity": _SEVERITIES[severity], "description": f"{place}: {check} ({expected})"}
