"""The reference page is up to date, describes every table, view and macro, and its examples run."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from docs.scripts import store_reference as reference_page

from affect_store.store.engine import definitions
from affect_store.store.engine.clock import now
from affect_store.store.engine.published_store import open_published
from affect_store.store.publication import markdown
from affect_store.store.schema import column_docs
from affect_store.store.schema.tables import TABLES
from tests.stores.known import small_home

PAGE = (reference_page.DOCS / "reference" / "store.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)


def test_the_page_is_up_to_date() -> None:
    assert reference_page.page() == PAGE, "docs/reference/store.md is out of date: run `make docs`"


def test_every_table_and_column_is_on_the_page() -> None:
    for table in TABLES:
        section = PAGE.split(f"#### {table.qualified}\n")[1].split("\n#")[0]
        columns = [line.split("`")[1] for line in section.splitlines() if re.match(r"\| (\*\*)?`", line)]
        assert columns == list(table.columns)


def test_every_view_and_macro_of_a_store_is_described_and_nothing_else() -> None:
    connection = reference_page.empty_store()
    rows = connection.execute("SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    names = {view if schema == "main" else f"{schema}.{view}" for schema, view in rows}
    assert set(definitions.views()) == names == set(column_docs.OF_VIEWS)
    for view in names:
        columns = {row[0] for row in connection.execute(f"DESCRIBE {view}").fetchall()}
        assert set(column_docs.OF_VIEWS[view]) <= columns
        assert all(column_docs.meaning(view, column) for column in columns) and definitions.views()[view]
    macros = connection.execute(
        "SELECT schema_name || '.' || function_name, parameters FROM duckdb_functions() "
        "WHERE function_type = 'table_macro' AND NOT internal"
    ).fetchall()
    assert {macro.name: list(macro.parameters) for macro in definitions.macros()} == dict(macros)


def test_views_their_columns_and_macros_get_comments() -> None:
    connection = reference_page.empty_store()
    definitions.comment(connection)
    without = connection.execute(
        "SELECT view_name FROM duckdb_views() WHERE NOT internal AND comment IS NULL UNION ALL "
        "SELECT table_name || '.' || column_name FROM duckdb_columns() JOIN duckdb_views() AS v "
        "ON (v.schema_name, v.view_name) = (duckdb_columns.schema_name, table_name) "
        "WHERE NOT v.internal AND duckdb_columns.comment IS NULL UNION ALL "
        "SELECT function_name FROM duckdb_functions() "
        "WHERE function_type = 'table_macro' AND NOT internal AND comment IS NULL"
    ).fetchall()
    assert without == []
    comments = connection.execute("SELECT comment FROM duckdb_columns() WHERE table_name = 'confusion'").fetchall()
    assert ("predicted emotion",) in comments


def test_there_are_ten_questions_and_each_is_a_question_with_an_answer() -> None:
    questions = reference_page.questions()
    assert len(questions) == 10 and len({question.title for question in questions}) == 10
    assert all(question.title.endswith("?") and question.explanation for question in questions)
    assert all(question.answer.startswith("one row per") for question in questions)


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
    attach = next(block for block in blocks("sql") if "ATTACH" in block).splitlines()
    with at_home(monkeypatch), duckdb.connect() as connection:
        connection.execute(attach[0])
        with pytest.raises(duckdb.CatalogException):
            connection.execute("FROM affect.catalogue.labels_at(now())")


def test_the_python_on_the_page_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    (text,) = blocks("python")
    with at_home(monkeypatch):
        names: dict[str, object] = {}
        exec(text.replace("2026-11-22T12:00:00+00:00", now().isoformat()), names)
    assert len(names["ids"]) == len(names["matrix"]) > 0  # type: ignore[arg-type]


def test_a_template_without_a_placeholder_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    template = tmp_path / "store_reference.in.md"
    template.write_text(reference_page.TEMPLATE.read_text(encoding="utf-8").replace("<!-- views -->", ""))
    monkeypatch.setattr(reference_page, "TEMPLATE", template)
    with pytest.raises(ValueError, match="views"):
        reference_page.page()


def test_a_vertical_bar_is_escaped_in_a_cell() -> None:
    assert markdown.table(("a", "b"), [("x|\ny<z", None)]).splitlines()[2:] == ["| x\\| y&lt;z |  |"]
