"""Text in CSV files is safe in a spreadsheet, in Python and in SQL alike."""

import duckdb
import pytest

from affect_store.store.engine import spreadsheet

DANGEROUS = ["=cmd()", "@SUM(1)", "+1+1", "-1-1", "\t=1", "\r=1", "\n=1", " =1", "＝1", "-", "=", "-2,5", "+49 30"]
HARMLESS = ["", "angry", "a=b", "-5", "+5", "-0.5e-3", ".5", "'=1", "[-1, 2]", "1 - 2", "Kid_-"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert spreadsheet.as_text(text) == in_sql(text) == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_stays(text: str) -> None:
    assert spreadsheet.as_text(text) == in_sql(text) == text


@pytest.mark.parametrize("value", [-5, -0.5, None, True, b"=x", [-1.0]])
def test_other_values_stay(value: object) -> None:
    assert spreadsheet.as_text(value) is value


def in_sql(text: str) -> object:
    with duckdb.connect() as connection:
        relation = connection.sql("SELECT $text::VARCHAR AS text", params={"text": text})
        row = relation.project(spreadsheet.projection(relation.columns, list(map(str, relation.types)))).fetchone()
    assert row is not None
    return row[0]
