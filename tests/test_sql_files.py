"""Statements that DuckDB 1.5.5 cannot run reliably."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import affect_store

ROOT = Path(affect_store.__file__).parent
FOLDERS = ("dashboards", "flows", "models", "store", "validation")
STATEMENTS = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in {".sql", ".py"})
AGGREGATE_OVER_ALL = re.compile(r"(?<!\brow_number\(\) )\bOVER\s*\(\s*\)", re.IGNORECASE)


@pytest.mark.parametrize(
    "statement", ["SELECT count(*) OVER () FROM t", "select sum(a)\nover (\n) from t", "arg_max(a, b) OVER()"]
)
def test_an_aggregate_over_all_rows_is_recognised(statement: str) -> None:
    assert AGGREGATE_OVER_ALL.search(statement)
    assert not AGGREGATE_OVER_ALL.search("SELECT row_number() OVER () FROM t")


def test_no_statement_computes_an_aggregate_over_all_rows_as_a_window() -> None:
    """In DuckDB 1.5.5 it stops if a branch of a UNION ALL is empty ("Attempted to access index 0"); 1.5.6 mended it.

    The open database is unusable then. https://github.com/duckdb/duckdb/issues/25713
    """
    assert len(STATEMENTS) > 500
    offending = [
        f"{path.relative_to(ROOT)}: {line}"
        for path in STATEMENTS
        for line in path.read_text(encoding="utf-8").splitlines()
        if AGGREGATE_OVER_ALL.search(line)
    ]
    assert not offending
