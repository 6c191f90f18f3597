import json
from datetime import UTC, datetime

import pytest

from flows import query
from store.tables.query import Answer

FOUND = Answer(
    ("name", "share", "vector", "moment"),
    [("[bold]x[/bold]", 0.123456, [1.0] * 9, datetime(2026, 1, 2, tzinfo=UTC)), ("y", None, None, None)],
)


def test_a_table_shows_text_as_it_is_and_shortens_numbers_and_vectors(capsys: pytest.CaptureFixture[str]) -> None:
    query.print_table(FOUND)
    shown = capsys.readouterr().out
    assert "[bold]x[/bold]" in shown and "0.1235" in shown and "9 values" in shown


def test_a_wide_table_keeps_each_row_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    query.print_table(Answer(tuple(f"column_{n}" for n in range(40)), [("value",) * 40]))
    lines = capsys.readouterr().out.strip().splitlines()
    assert len(lines) == 3 and lines[0].count("column_") == 40 and lines[2].count("value") == 40


def test_json_keeps_columns_of_equal_name_and_writes_no_nan(capsys: pytest.CaptureFixture[str]) -> None:
    query.print_json(Answer(("a", "a", "b"), [(1, 2, float("nan"))]))
    assert json.loads(capsys.readouterr().out) == [{"a": 1, "a_2": 2, "b": None}]


def test_many_rows_are_cut_with_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    query.print_table(Answer(("n",), [(n,) for n in range(query.SHOWN_ROWS + 5)]))
    assert "5 more rows" in capsys.readouterr().out


def test_csv_and_json_hold_every_value_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    query.print_csv(FOUND)
    assert capsys.readouterr().out.splitlines()[1].startswith("[bold]x[/bold],0.123456,")
    query.print_json(FOUND)
    rows = json.loads(capsys.readouterr().out)
    assert rows[0]["vector"] == [1.0] * 9 and rows[1]["share"] is None
