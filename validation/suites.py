"""Suites of Great Expectations, one a table: what the catalogue says of its columns, and the rules of `relations.py`.

Every expectation carries in `meta` the table, the sentence that names the check, what it expects, its column and its
severity, so that a result explains itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from great_expectations import ExpectationSuite
from great_expectations import expectations as gxe
from great_expectations.expectations.expectation import Expectation

from store.tables.catalog import FIELDS, TABLES, Field, Table
from validation.bounds import LARGEST_DOUBLE
from validation.expectations import ExpectNoOffendingRows
from validation.relations import RELATIONS, ROWS_COUNTED, STOP, WARN

STAGES: dict[str, tuple[str, ...]] = {
    "features": ("catalogue", "features", "splits"),
    "results": ("registry",),
}
"""The schemas of the two moments of an audit: before training, and before publication."""

MUST_HAVE_ROWS = frozenset({
    "catalogue.images", "catalogue.labels", "features.views", "splits.sets", "splits.assignments", "registry.runs",
})  # fmt: skip
"""Tables that are never empty when they are audited: without this, every other check of theirs would pass."""

_NUMBERS = frozenset({"FLOAT", "DOUBLE", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"})
_GRAIN = re.compile(r"^-- One row an? ")
"""How the first comment of a SQL file begins; the rest says what an offending row is."""

_SEVERITIES = {STOP: "critical", WARN: "info"}


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
    """Everything that is checked of one table: columns, keys, words, ranges, relations."""
    checks = [*_table_checks(table), *_column_checks(table), *_relations(table)]
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


def _relations(table: Table) -> Iterator[Expectation]:
    for relation in RELATIONS:
        if relation.table == table.qualified:
            query = _sql(relation.sql)
            expected = _GRAIN.sub("no ", query.splitlines()[0]).rstrip(".")
            told = _told(table, relation.name, expected, relation.column, relation.severity)
            yield ExpectNoOffendingRows(unexpected_rows_query=query, **told)


@cache
def _sql(name: str) -> str:
    return files("validation").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def _told(table: Table, check: str, expected: str, column: str = "", severity: str = STOP) -> dict[str, object]:
    """The keyword arguments by which an expectation says what it is."""
    meta = {
        "table": table.qualified, "check": check, "expected": expected, "column": column, "severity": severity,
    }  # fmt: skip
    return {"meta": meta, "severity": _SEVERITIES[severity]}
