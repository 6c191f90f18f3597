"""Results as tables, CSV and JSON."""

import json
import os
import pty
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from affect_store.flows.cli import output
from affect_store.flows.cli.options import Form
from affect_store.flows.runtime import console
from affect_store.store.engine.query import QueryResult
from tests.stores.known import small_home

RESULT = QueryResult(
    ("name", "share", "vector", "moment"),
    [("[bold]x[/bold]", 0.123456, [1.0] * 9, datetime(2026, 1, 2, tzinfo=UTC)), ("y", None, None, None)],
)
REASON = "the model cannot be trained because its training part has no photographs of three emotions at all"


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "terminal_width", lambda: 80)


def test_a_table_shows_markup_as_text_and_shortens_numbers_and_vectors(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_table(RESULT)
    shown = capsys.readouterr().out
    assert "[bold]x[/bold]" in shown and "0.1235" in shown and "9 values" in shown


def test_redirected_output_has_every_column_and_each_row_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_table(QueryResult(tuple(f"column_{n}" for n in range(40)), [("value",) * 39 + (REASON,)]))
    lines = capsys.readouterr().out.strip().splitlines()
    assert len(lines) == 3 and lines[0].count("column_") == 40 and lines[2].endswith(REASON)


@pytest.mark.usefixtures("narrow")
def test_a_terminal_shows_the_columns_that_fit_and_names_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_table(QueryResult(tuple(f"column_{n}" for n in range(40)), [("value",) * 40]))
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    assert all(f"column_{n}" in shown for n in range(40)) and "33 more columns (`| less -S` shows them)" in shown


@pytest.mark.usefixtures("narrow")
def test_a_reason_wraps_and_is_never_cut(capsys: pytest.CaptureFixture[str]) -> None:
    columns = ("model", "a", "b", "note")
    output.print_table(QueryResult(columns, [("mm2", "x" * 40, "y" * 30, REASON)]), first=("model", "note"))
    lines = capsys.readouterr().out.splitlines()
    cells = [line.split("│")[-1].strip() for line in lines if "│" in line]
    assert " ".join(cells) == REASON and max(map(len, lines)) <= 80


@pytest.mark.usefixtures("narrow")
def test_the_wide_form_has_every_column_on_a_terminal_too(capsys: pytest.CaptureFixture[str]) -> None:
    output.show(QueryResult(tuple(f"column_{n}" for n in range(40)), [("v",) * 40]), form=Form.WIDE)
    assert capsys.readouterr().out.splitlines()[0].count("column_") == 40


def test_the_leaderboard_fits_a_terminal_of_80_columns() -> None:
    command = [sys.executable, "-c", "from affect_store.flows.cli.app import main; main()"]
    main, terminal = pty.openpty()
    with os.fdopen(terminal, "wb") as stdout:
        arguments = ["sql", "from leaderboard", "--home", str(small_home().root)]
        subprocess.run([*command, *arguments], stdout=stdout, check=True, env=os.environ | {"COLUMNS": "80"})
    with os.fdopen(main, "rb") as reader:
        lines = reader.read1(65536).decode().replace("\x1b[1m", "").replace("\x1b[0m", "").splitlines()
    header = [name.strip() for name in lines[0].split("┃")]
    assert header[:4] == ["model", "recipe", "split", "accuracy"] and max(map(len, lines)) <= 80
    assert "--wide shows them" in " ".join(lines)


def test_json_keeps_columns_of_equal_name_and_writes_no_nan(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_json(QueryResult(("a", "a", "b"), [(1, 2, float("nan"))]))
    assert json.loads(capsys.readouterr().out) == [{"a": 1, "a_2": 2, "b": None}]


def test_a_table_says_how_many_rows_it_leaves_out(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_table(QueryResult(("n",), [(n,) for n in range(output.SHOWN_ROWS + 5)]))
    assert "5 more rows" in capsys.readouterr().out


def test_csv_and_json_hold_every_value_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_csv(RESULT)
    assert capsys.readouterr().out.splitlines()[1].startswith("[bold]x[/bold],0.123456,")
    output.print_json(RESULT)
    rows = json.loads(capsys.readouterr().out)
    assert rows[0]["vector"] == [1.0] * 9 and rows[1]["share"] is None
