"""The suites follow the catalogue, and every SQL file is used, explains itself and is one statement."""

from __future__ import annotations

from pathlib import Path

import pytest
from great_expectations import expectations as gxe

import validation
from store.tables.catalog import BY_NAME, FIELDS, TABLES, Table
from validation.relations import RELATIONS
from validation.suites import MUST_HAVE_ROWS, STAGES, suite_of

SQL = sorted((Path(validation.__path__[0]) / "sql").glob("*.sql"))
CODE = "".join(path.read_text(encoding="utf-8") for path in sorted(Path(validation.__path__[0]).glob("*.py")))
AUDITED = [table for table in TABLES if any(table.schema in schemas for schemas in STAGES.values())]


@pytest.mark.parametrize("table", AUDITED, ids=[table.qualified for table in AUDITED])
def test_suite_follows_the_catalogue(table: Table) -> None:
    checks = suite_of(table).suite.expectations
    names = [(one.meta["check"], one.meta["column"]) for one in checks]
    assert len(names) == len(set(names)), "two checks of a suite have one name"
    not_null = {one.column for one in checks if isinstance(one, gxe.ExpectColumnValuesToNotBeNull)}
    assert not_null == set(table.columns) - table.nullable
    words = {one.column: one.value_set for one in checks if isinstance(one, gxe.ExpectColumnValuesToBeInSet)}
    assert words == {name: list(FIELDS[name].words) for name in table.columns if FIELDS[name].words}
    ranges = [one for one in checks if isinstance(one, gxe.ExpectColumnValuesToBeBetween)]
    assert all(one.min_value is not None and one.max_value is not None for one in ranges), (
        "NaN passes a half-open range"
    )
    bounded = {name for name in table.columns if FIELDS[name].low is not None and not FIELDS[name].is_vector}
    assert bounded <= {one.column for one in ranges}


def test_rules_name_tables_and_files() -> None:
    assert {relation.table for relation in RELATIONS} <= set(BY_NAME)
    assert set(BY_NAME) >= MUST_HAVE_ROWS
    named = {relation.sql for relation in RELATIONS}
    measures = {relation.measure for relation in RELATIONS if relation.measure} | {"measure_norms"}
    files = {path.stem for path in SQL if path.stem.startswith(("find_", "measure_"))}
    assert named | measures == files - {"find_any_row"}


def test_every_other_file_is_asked_by_name() -> None:
    for path in SQL:
        if path.stem.startswith(("select_", "macro_", "vectors_")) and not path.stem.startswith("select_seals_of_"):
            assert f'"{path.stem}"' in CODE, path.stem


@pytest.mark.parametrize("path", SQL, ids=[path.stem for path in SQL])
def test_sql_file_is_one_explained_statement(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    statement = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    assert path.stem.startswith(("find_", "measure_", "select_", "macro_", "vectors_"))
    assert text.startswith("-- One row") and text.splitlines()[0].endswith((".", ":"))
    assert ";" not in statement
    assert ("{batch}" in statement) == (path.stem.startswith("find_") or path.stem == "select_vectors")
