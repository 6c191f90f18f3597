"""Generate the reference page `docs/reference/store.md` from tables, views and the questions in `docs/questions`.

`python docs/scripts/store_reference.py` prints it. It reads no user's store: an empty one provides the columns of the
views. The text around the generated parts is in `store_reference.in.md`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

from affect_store.store.engine.definitions import VIEWS, macros, views
from affect_store.store.engine.duckdb import Connection, prepare
from affect_store.store.engine.sql_files import sql
from affect_store.store.publication.markdown import table
from affect_store.store.schema.column_docs import meaning, short_type, values_of
from affect_store.store.schema.declarations import Field, Table
from affect_store.store.schema.fields import FIELDS
from affect_store.store.schema.tables import SCHEMAS, TABLES
from affect_store.store.vocabulary import LANDMARK_GROUPS

DOCS = Path(__file__).parents[1]
QUESTIONS = DOCS / "questions"
TEMPLATE = Path(__file__).with_name("store_reference.in.md")
_ANSWER = "Answer: "
_SCHEMA_DESCRIPTIONS = {
    "catalogue": "photographs, their labels, and rejected files",
    "features": "versioned features of the photographs, and reasons for missing values",
    "splits": "training, validation and test parts",
    "registry": "training runs, predictions, metrics and comparisons",
    "quality": "audit results and settings of the store",
}


@dataclass(frozen=True)
class Question:
    """A researcher's question as SQL, with the comments at the head of its file.

    The first comment is the title, those after it the explanation, the last describes a row of the answer.
    """

    name: str
    title: str
    explanation: str
    answer: str
    statement: str


def questions(folder: Path = QUESTIONS) -> list[Question]:
    """Return the questions in `docs/questions`, in the order of their file names."""
    return [_parse(path.stem, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.sql"))]


def _parse(name: str, text: str) -> Question:
    lines = text.splitlines()
    length = next(number for number, line in enumerate(lines) if not line.startswith("--"))
    title, *comments = (line.removeprefix("--").strip() for line in lines[:length])
    start = next(number for number, line in enumerate(comments) if line.startswith(_ANSWER))
    answer = " ".join(comments[start:]).removeprefix(_ANSWER)
    return Question(name, title, " ".join(comments[:start]), answer, "\n".join(lines[length:]).strip())


def empty_store() -> Connection:
    """Return an in-memory store with all tables, views and macros and no rows."""
    connection = duckdb.connect()
    prepare(connection)
    for view in VIEWS:
        connection.execute(sql(f"views/{view}"))
    return connection


def page() -> str:
    """Return the page as Markdown. Raises `ValueError` unless the template has each placeholder exactly once."""
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
        placeholder = f"<!-- {name} -->"
        if text.count(placeholder) != 1:
            raise ValueError(
                f"{TEMPLATE.name}: expected {placeholder!r} once, received it {text.count(placeholder)} times"
            )
        text = text.replace(placeholder, part.strip())
    return text


def _macros() -> str:
    rows = [(f"`{macro.name}({', '.join(macro.parameters)})`", macro.grain) for macro in macros()]
    return table(("macro", "rows"), rows)


def _landmarks() -> str:
    rows = [(name, str(len(members)), " ".join(map(str, members))) for name, members in LANDMARK_GROUPS.items()]
    return table(("group", "landmarks", "indices from 0"), rows)


def _questions(connection: Connection) -> str:
    return "\n".join(_question(connection, question) for question in questions())


def _question(connection: Connection, question: Question) -> str:
    columns = ", ".join(f"`{name}` {sql_type}" for name, sql_type in _columns(connection, question.statement))
    return (
        f"### {question.title}\n\n{question.explanation}\n\n```sql\n{question.statement}\n```\n\n"
        f"{_sentence(question.answer)} Columns: {columns}.\n"
    )


def _columns(connection: Connection, statement: str) -> list[tuple[str, str]]:
    return [(row[0], short_type(row[1])) for row in connection.execute(f"DESCRIBE {statement}").fetchall()]


def _views(connection: Connection) -> str:
    sections = []
    for name, grain in sorted(views().items(), key=lambda view: ("." in view[0], view[0])):
        columns = _columns(connection, f"FROM {name}")
        rows = [(f"`{column}`", sql_type, meaning(name, column)) for column, sql_type in columns]
        sections.append(f"### {name}\n\n{_sentence(grain)}\n\n{table(('column', 'type', 'meaning'), rows)}")
    return "\n".join(sections)


def _tables() -> str:
    sections = []
    for schema in SCHEMAS:
        sections.append(f"### Schema {schema}: {_SCHEMA_DESCRIPTIONS[schema]}\n")
        sections += [_table(definition) for definition in TABLES if definition.schema == schema]
    return "\n".join(sections)


def _table(definition: Table) -> str:
    head = ("column", "type", "unit", "values", "NULL", "meaning")
    rows = [_column(definition, FIELDS[name]) for name in definition.columns]
    return f"#### {definition.qualified}\n\n{_sentence(definition.grain)}\n\n{table(head, rows)}"


def _column(definition: Table, field: Field) -> tuple[str, ...]:
    name = f"**`{field.name}`**" if field.name in definition.key else f"`{field.name}`"
    is_null = "yes" if field.name in definition.nullable else "without faces" if field.name == "rgb" else ""
    return name, field.sql_type, field.unit, values_of(field), is_null, field.meaning


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:].removesuffix('.')}."


if __name__ == "__main__":
    sys.stdout.write(page())
