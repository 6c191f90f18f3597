"""The command `sql`: where its query comes from, and its output."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from affect_store.flows.cli.app import app
from tests.stores.known import small_home

QUERY = """SELECT '=cmd()' AS a, -5 AS b"""


def sql(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(app, ["sql", *arguments, "--home", str(small_home().root)], input=stdin)


@pytest.mark.parametrize("encoded", [QUERY.encode(), b"\xef\xbb\xbf" + QUERY.encode(), f"{QUERY};\r\n".encode()])
def test_a_query_is_an_argument_a_file_or_standard_input(encoded: bytes, tmp_path: Path) -> None:
    (tmp_path / "query.sql").write_bytes(encoded)
    given = (sql(QUERY, "--json"), sql("--file", str(tmp_path / "query.sql"), "--json"))
    piped = (sql("-", "--json", stdin=encoded), sql("--file", "-", "--json", stdin=encoded))
    assert [json.loads(done.stdout) for done in (*given, *piped)] == [[{"a": "=cmd()", "b": -5}]] * 4


@pytest.mark.parametrize("comment", ["-- what I want to know\n", "--\n", "--\ttabbed\n-- twice\n"])
def test_a_query_may_begin_with_a_comment(comment: str) -> None:
    assert json.loads(sql(f"{comment}SELECT 1 AS a", "--json").stdout) == [{"a": 1}]


def test_a_mistyped_option_is_still_an_error() -> None:
    done = sql(QUERY, "--jsn")
    assert done.exit_code == 2 and "--jsn" in done.stderr


def test_none_two_and_unreadable_queries_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "latin.sql").write_bytes(b"select 'caf\xe9'")
    (tmp_path / "empty.sql").write_bytes(b"")
    for arguments, words in (
        ([], "expected one query"),
        ([QUERY, "--file", "x.sql"], "received an argument and --file"),
        (["--file", str(tmp_path / "none.sql")], "there is no file"),
        (["--file", str(tmp_path)], "is a folder, expected a file"),
        (["--file", str(tmp_path / "latin.sql")], "is not UTF-8 text"),
        (["--file", str(tmp_path / "empty.sql")], "the query is empty"),
        ([";"], "the query is empty"),
        (["copy (select 1) to 'x'"], "not allowed: copy (select 1) to 'x'. SQL reads"),
        (["explain analyze copy (select 1) to 'x'"], "not allowed: explain analyze copy (select 1) to 'x'"),
        (["use memory"], "not allowed: use memory"),
    ):
        done = sql(*arguments)
        assert done.exit_code == 1 and words in done.stderr and done.stderr.count("\n") == 1, done.stderr


def test_csv_is_safe_in_a_spreadsheet_unless_raw() -> None:
    assert list(csv.reader(io.StringIO(sql(QUERY, "--csv").stdout)))[1] == ["'=cmd()", "-5"]
    assert list(csv.reader(io.StringIO(sql(QUERY, "--raw").stdout)))[1] == ["=cmd()", "-5"]
    assert list(csv.reader(io.StringIO(sql(QUERY, "--csv", "--raw").stdout)))[1] == ["=cmd()", "-5"]


def test_an_empty_result_and_many_rows_are_valid_json() -> None:
    assert json.loads(sql("FROM range(0)", "--json").stdout) == []
    assert [row["range"] for row in json.loads(sql("FROM range(1200)", "--json").stdout)] == list(range(1200))
    assert "1,000 more rows" in sql("FROM range(1200)").stdout
