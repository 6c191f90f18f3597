"""The reference page `docs/store.md`, made from the catalogue, the views and the questions in `docs/questions`.

`python -m store.tables.reference` prints it. It reads no user's store: an empty one tells the columns of the views.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

from store.tables.catalog import FIELDS, SCHEMAS, TABLES, Field, Table
from store.tables.duck import Connection, prepare, sql
from store.tables.markdown import table
from store.tables.meanings import macros, meaning, short_type, values_of, views
from store.tables.publish import VIEWS
from store.vocabulary import LANDMARK_GROUPS

DOCS = Path(__file__).parents[2] / "docs"
QUESTIONS = DOCS / "questions"
TEMPLATE = DOCS / "store.in.md"
_ANSWER = "Answer: "
_SCHEMA_WORDS = {
    "catalogue": "the photographs, what is known of them, and what was set aside",
    "features": "what was computed from the photographs, in versions, and what could not be",
    "splits": "which photographs train, validate and test",
    "registry": "trained models, their predictions, scores and comparisons",
    "quality": "results of the audit, and settings of the store",
}


@dataclass(frozen=True)
class Question:
    """A researcher's question as SQL: the first comment asks, the others explain, the last says what a row is."""

    name: str
    title: str
    explanation: str
    answer: str
    statement: str


def questions(folder: Path = QUESTIONS) -> list[Question]:
    """The questions in `docs/questions`, in the order of their file names."""
    return [_question(path.stem, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.sql"))]


def _question(name: str, text: str) -> Question:
    lines = text.splitlines()
    length = next(number for number, line in enumerate(lines) if not line.startswith("--"))
    title, *told = (line.removeprefix("--").strip() for line in lines[:length])
    start = next(number for number, line in enumerate(told) if line.startswith(_ANSWER))
    answer = " ".join(told[start:]).removeprefix(_ANSWER)
    return Question(name, title, " ".join(told[:start]), answer, "\n".join(lines[length:]).strip())


def empty_store() -> Connection:
    """A store in memory with all tables, views and macros and no rows."""
    connection = duckdb.connect()
    prepare(connection)
    for view in VIEWS:
        connection.execute(sql(f"view_{view}"))
    return connection


def page() -> str:
    """The whole page, Markdown. Raises `ValueError` where the template lacks a place for a part."""
    connection = empty_store()
    try:
        parts = {
            "macros": _macros(), "landmarks": _landmarks(), "questions": _questions(connection),
            "views": _views(connection), "tables": _tables(),
        }  # fmt: skip
    finally:
        connection.close()
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, part in parts.items():
        place = f"<!-- {name} -->"
        if text.count(place) != 1:
            raise ValueError(f"{TEMPLATE.name}: expected one place {place!r}, found {text.count(place)}")
        text = text.replace(place, part.strip())
    return text


def _macros() -> str:
    rows = [(f"`{one.name}({', '.join(one.parameters)})`", one.grain) for one in macros()]
    return table(("macro", "its rows"), rows)


def _landmarks() -> str:
    rows = [(name, str(len(members)), " ".join(map(str, members))) for name, members in LANDMARK_GROUPS.items()]
    return table(("group", "landmarks", "indices from 0"), rows)


def _questions(connection: Connection) -> str:
    return "\n".join(_asked(connection, one) for one in questions())


def _asked(connection: Connection, one: Question) -> str:
    columns = ", ".join(f"`{name}` {kind}" for name, kind in _columns(connection, one.statement))
    return (
        f"### {one.title}\n\n{one.explanation}\n\n```sql\n{one.statement}\n```\n\n"
        f"{one.answer[0].upper()}{one.answer[1:]} Columns: {columns}.\n"
    )


def _columns(connection: Connection, statement: str) -> list[tuple[str, str]]:
    return [(row[0], short_type(row[1])) for row in connection.execute(f"DESCRIBE {statement}").fetchall()]


def _views(connection: Connection) -> str:
    pieces = []
    for name, grain in sorted(views().items(), key=lambda one: ("." in one[0], one[0])):
        rows = [(f"`{column}`", kind, meaning(name, column)) for column, kind in _columns(connection, f"FROM {name}")]
        pieces.append(f"### {name}\n\n{_sentence(grain)}\n\n{table(('column', 'type', 'meaning'), rows)}")
    return "\n".join(pieces)


def _tables() -> str:
    pieces = []
    for schema in SCHEMAS:
        pieces.append(f"### Schema {schema}: {_SCHEMA_WORDS[schema]}\n")
        pieces += [_one_table(one) for one in TABLES if one.schema == schema]
    return "\n".join(pieces)


def _one_table(one: Table) -> str:
    head = ("column", "type", "unit", "values", "NULL", "meaning")
    rows = [_column(one, FIELDS[name]) for name in one.columns]
    return f"#### {one.qualified}\n\n{_sentence(one.grain)}\n\n{table(head, rows)}"


def _column(within: Table, one: Field) -> tuple[str, ...]:
    name = f"**`{one.name}`**" if one.name in within.key else f"`{one.name}`"
    is_null = "yes" if one.name in within.nullable else "without faces" if one.name == "rgb" else ""
    return name, one.sql_type, one.unit, values_of(one), is_null, one.meaning


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


if __name__ == "__main__":
    sys.stdout.write(page())
