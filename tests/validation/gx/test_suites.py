"""Suites follow the schema, and every SQL file is used, starts with its grain and is one statement."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from great_expectations import expectations as gxe

from affect_store import validation
from affect_store.store.schema.declarations import Table
from affect_store.store.schema.fields import FIELDS
from affect_store.store.schema.tables import BY_NAME, TABLES
from affect_store.validation.gx.expectations import ExpectNoOffendingRows
from affect_store.validation.gx.suites import MUST_HAVE_ROWS, STAGES, suite_of
from affect_store.validation.rules import RULES, SCALAR_TABLES

FOLDER = Path(validation.__path__[0]) / "sql"
SQL = sorted(path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.sql"))
USED_ELSEWHERE = {
    "find/any_row", "find/scalars_out_of_range", "find/scalars_with_null", "find/vectors_not_finite",
    "find/vectors_of_other_length", "find/vectors_off_unit", "find/unknown_emotions",
}  # fmt: skip
"""Files of `find` that are no rules."""

PER_TABLE = (
    "select/scalars", "select/scalars_with_landmarks", "select/scalars_with_references", "select/stored_checksums",
    "select/changed_rows",
    "select/vectors",
)  # fmt: skip
"""Files of `select` that take a table."""
CODE = "".join(path.read_text(encoding="utf-8") for path in sorted(Path(validation.__path__[0]).rglob("*.py")))
AUDITED = [table for table in TABLES if any(table.schema in schemas for schemas in STAGES.values())]


@pytest.mark.parametrize("table", AUDITED, ids=[table.qualified for table in AUDITED])
def test_suite_follows_the_catalogue(table: Table) -> None:
    checks = suite_of(table).suite.expectations
    names = [(check.meta["check"], check.meta["column"]) for check in checks]
    assert len(names) == len(set(names)), "two checks of a suite share a name"
    not_null = {check.column for check in checks if isinstance(check, gxe.ExpectColumnValuesToNotBeNull)}
    scalars = _scalars(table)
    assert not_null == set(table.columns) - table.nullable - scalars
    words = {check.column: check.value_set for check in checks if isinstance(check, gxe.ExpectColumnValuesToBeInSet)}
    assert words == {name: list(FIELDS[name].allowed_values) for name in table.columns if FIELDS[name].allowed_values}
    ranges = [check for check in checks if isinstance(check, gxe.ExpectColumnValuesToBeBetween)]
    assert all(check.min_value is not None and check.max_value is not None for check in ranges), (
        "NaN passes a half-open range"
    )
    bounded = {name for name in table.columns if FIELDS[name].low is not None and not FIELDS[name].is_vector}
    assert bounded - scalars <= {check.column for check in ranges}
    queries = {check.meta["check"]: check.unexpected_rows_query for check in checks if _is_query(check)}
    for name in scalars:
        field = FIELDS[name]
        assert f"{name} IS NULL" in queries["not null"]
        assert f"NOT {name} BETWEEN {field.low} AND {field.high}" in queries["finite and in range"]


def _is_query(check: Any) -> bool:
    return isinstance(check, ExpectNoOffendingRows)


def _scalars(table: Table) -> set[str]:
    """The columns that are checked all at once: those of a scalar feature view."""
    return set(SCALAR_TABLES[table.qualified].column_names) if table.qualified in SCALAR_TABLES else set()


def test_rules_name_tables_and_files() -> None:
    assert {rule.table for rule in RULES} <= set(BY_NAME)
    assert set(BY_NAME) >= MUST_HAVE_ROWS
    named = {rule.sql for rule in RULES}
    measures = {rule.measure for rule in RULES if rule.measure} | {"measure/norms"}
    files = {name for name in SQL if name.startswith(("find/", "measure/"))}
    assert named | measures == files - USED_ELSEWHERE


def test_every_other_file_is_used_by_name() -> None:
    for name in SQL:
        if name.startswith(("select/", "macros/")):
            assert f'"{name}"' in CODE, name


@pytest.mark.parametrize("name", SQL)
def test_sql_file_is_one_documented_statement(name: str) -> None:
    text = (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    statement = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    assert name.startswith(("find/", "measure/", "select/", "macros/", "scope/"))
    assert text.startswith(("-- One row per ", "-- One row: ", "-- One row if ")) and text.splitlines()[0].endswith(
        (".", ":")
    )
    assert ";" not in statement
    of_column = name.startswith(("find/vectors_", "find/scalars_out", "find/unknown_emotions"))
    if not name.startswith("scope/"):
        assert ("{batch}" in statement) == (name.startswith("find/") and not of_column or name in PER_TABLE)
    assert ("{source}" in statement) == of_column
