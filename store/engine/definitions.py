"""The views and table macros of a store, and their documentation: the comments at the head of their SQL files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files

from affect_store.store.engine.duckdb import Connection, quoted
from affect_store.store.engine.feature_sql import feature_definitions
from affect_store.store.engine.sql_files import sql
from affect_store.store.schema.column_docs import meaning

VIEWS = (
    "leaderboard", "critical_difference", "confusion", "reliability", "fairness", "hardest_images", "unlabelled",
    "cross_corpus", "coverage", "lineage", "feature_stats", "repeatability",
)  # fmt: skip
"""Views in `sql/views` that only published stores have."""

_GRAIN = re.compile(r"\A((?:--[^\n]*\n)+)")
_VIEW = re.compile(r"VIEW (\S+) AS")
_MACRO = re.compile(r"MACRO (\S+)\(([^)]*)\) AS TABLE")


@dataclass(frozen=True)
class Macro:
    """A table macro: its name, its parameters, and the grain of its result."""

    name: str
    parameters: tuple[str, ...]
    grain: str


def grain(statement: str) -> str:
    """Return the comment at the head of a statement as one line; empty if there is none."""
    head = _GRAIN.match(statement)
    lines = head[1].splitlines() if head else []
    return " ".join(line.removeprefix("--").strip() for line in lines)


def views() -> dict[str, str]:
    """Return the grain of every view by its name as SQL writes it."""
    return {match[1]: grain(statement) for statement in _every("views") if (match := _VIEW.search(statement))}


def macros() -> list[Macro]:
    """Return every table macro."""
    matches = [(statement, _MACRO.search(statement)) for statement in _every("macros")]
    return [Macro(match[1], tuple(match[2].split(", ")), grain(statement)) for statement, match in matches if match]


def _every(folder: str) -> list[str]:
    """Return the statements of a folder, and those of the feature views, which are made from templates."""
    return [*_statements(folder), *feature_definitions()]


def _statements(folder: str) -> list[str]:
    names = (path.name for path in files("affect_store.store.engine").joinpath("sql", folder).iterdir())
    return [sql(f"{folder}/{name.removesuffix('.sql')}") for name in sorted(names)]


def comment(connection: Connection) -> None:
    """Store the documentation of every view, view column and macro as comments in the database."""
    for name, text in views().items():
        connection.execute(f"COMMENT ON VIEW {name} IS {quoted(text)}")
        for column, *_ in connection.execute(f"DESCRIBE {name}").fetchall():
            connection.execute(f'COMMENT ON COLUMN {name}."{column}" IS {quoted(meaning(name, column))}')
    for macro in macros():
        connection.execute(f"COMMENT ON MACRO TABLE {macro.name} IS {quoted(macro.grain)}")
