"""The reference page is what the catalogue says, everything in it is described, and its examples run."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from store.tables import markdown, meanings, reference
from store.tables.catalog import TABLES
from store.tables.published import open_published
from store.tables.write import now
from tests.store.tables.small_store import small_home

PAGE = (reference.DOCS / "store.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)


def test_the_page_is_what_would_be_generated() -> None:
    assert reference.page() == PAGE, "docs/store.md is old: run `make docs`"


def test_every_table_and_column_is_on_the_page() -> None:
    for one in TABLES:
        part = PAGE.split(f"#### {one.qualified}\n")[1].split("\n#")[0]
        assert [line.split("`")[1] for line in part.splitlines() if re.match(r"\| (\*\*)?`", line)] == list(one.columns)


def test_every_view_and_macro_of_a_store_is_described_and_nothing_else() -> None:
    connection = reference.empty_store()
    found = connection.execute("SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    names = {view if schema == "main" else f"{schema}.{view}" for schema, view in found}
    assert set(meanings.views()) == names == set(meanings.OF_VIEWS)
    for view in names:
        columns = {row[0] for row in connection.execute(f"DESCRIBE {view}").fetchall()}
        assert set(meanings.OF_VIEWS[view]) <= columns
        assert all(meanings.meaning(view, column) for column in columns) and meanings.views()[view]
    macros = connection.execute(
        "SELECT schema_name || '.' || function_name, parameters FROM duckdb_functions() "
        "WHERE function_type = 'table_macro' AND NOT internal"
    ).fetchall()
    assert {one.name: list(one.parameters) for one in meanings.macros()} == dict(macros)


def test_views_their_columns_and_macros_can_carry_their_meaning_as_comments() -> None:
    connection = reference.empty_store()
    meanings.comment(connection)
    without = connection.execute(
        "SELECT view_name FROM duckdb_views() WHERE NOT internal AND comment IS NULL UNION ALL "
        "SELECT table_name || '.' || column_name FROM duckdb_columns() JOIN duckdb_views() AS v "
        "ON (v.schema_name, v.view_name) = (duckdb_columns.schema_name, table_name) "
        "WHERE NOT v.internal AND duckdb_columns.comment IS NULL UNION ALL "
        "SELECT function_name FROM duckdb_functions() "
        "WHERE function_type = 'table_macro' AND NOT internal AND comment IS NULL"
    ).fetchall()
    assert without == []
    found = connection.execute("SELECT comment FROM duckdb_columns() WHERE table_name = 'confusion'").fetchall()
    assert ("predicted emotion",) in found


def test_there_are_ten_questions_and_each_is_a_question_with_an_answer() -> None:
    asked = reference.questions()
    assert len(asked) == 10 and len({one.title for one in asked}) == 10
    assert all(one.title.endswith("?") and one.explanation and one.answer.startswith("one row") for one in asked)


@contextlib.contextmanager
def at_home(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(small_home().root.parent)
    yield


@pytest.mark.parametrize("statements", blocks("sql"), ids=lambda text: text.strip().splitlines()[0])
def test_every_sql_on_the_page_runs(statements: str, monkeypatch: pytest.MonkeyPatch) -> None:
    attaches = "ATTACH" in statements
    with at_home(monkeypatch), duckdb.connect() if attaches else open_published(small_home()) as connection:
        assert connection.execute(statements).description


def test_a_macro_needs_use_as_the_page_says(monkeypatch: pytest.MonkeyPatch) -> None:
    attach = next(one for one in blocks("sql") if "ATTACH" in one).splitlines()
    with at_home(monkeypatch), duckdb.connect() as connection:
        connection.execute(attach[0])
        with pytest.raises(duckdb.CatalogException):
            connection.execute("FROM affect.catalogue.labels_at(now())")


def test_the_python_on_the_page_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    (text,) = blocks("python")
    with at_home(monkeypatch):
        found: dict[str, object] = {}
        exec(text.replace("2026-11-22T12:00:00+00:00", now().isoformat()), found)
    assert len(found["ids"]) == len(found["matrix"]) > 0  # type: ignore[arg-type]


def test_a_template_without_a_place_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    spoilt = tmp_path / "store.in.md"
    spoilt.write_text(reference.TEMPLATE.read_text(encoding="utf-8").replace("<!-- views -->", ""))
    monkeypatch.setattr(reference, "TEMPLATE", spoilt)
    with pytest.raises(ValueError, match="views"):
        reference.page()


def test_a_bar_stays_in_its_cell() -> None:
    assert markdown.table(("a", "b"), [("x|\ny<z", None)]).splitlines()[2:] == ["| x\\| y&lt;z |  |"]
