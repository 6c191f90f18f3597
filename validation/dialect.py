"""How SQLAlchemy, and so Great Expectations, reads the store: a DuckDB dialect that fetches rows at once.

This is the second door to duckdb. It opens the file read-only and never writes.

Great Expectations reads a result after the connection that made it went back to the pool. duckdb-engine 0.17.0 has
one cursor a connection, so by then the rows are gone (`list index out of range`). Here the rows are buffered the moment
that a statement ends. Each connection is given the values that the checks compare with (`bounds.py`) as DuckDB
variables, so that nothing is formatted into a statement, the functions of `functions.py`, and the macros of `MACROS`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import duckdb_engine
import pyarrow as pa
import sqlalchemy
from sqlalchemy.dialects.postgresql.psycopg2 import PGExecutionContext_psycopg2
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy
from sqlalchemy.engine.url import URL
from sqlalchemy.types import NullType

from store.tables.duck import OFFLINE, WAIT_S, wait_for
from validation.bounds import VARIABLES
from validation.functions import FUNCTIONS

MACROS = ("macro_counting", "macro_met_pictures", "macro_near_pictures")


@cache
def sql(name: str) -> str:
    """The statement in `validation/sql/NAME.sql`."""
    return files("validation").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


class BufferingContext(PGExecutionContext_psycopg2):
    """Takes over all rows of a statement before the cursor can be used for the next one."""

    def post_exec(self) -> None:
        """Buffer the rows of a statement that has any."""
        super().post_exec()  # type: ignore[no-untyped-call]
        if self.cursor.description:
            self.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(self.cursor)


class BufferingDialect(duckdb_engine.Dialect):
    """duckdb-engine's dialect with buffered results, read-only connections and the bounds as variables."""

    execution_ctx_cls = BufferingContext
    supports_statement_cache = False
    opened: ClassVar[dict[str, list[Any]]] = {}
    """Connections by file, so that `reading` can close every one, whatever engine holds it."""

    @classmethod
    def get_pool_class(cls, url: URL) -> type[sqlalchemy.Pool]:
        """One connection an engine, kept until it is closed."""
        return sqlalchemy.StaticPool

    def connect(self, *cargs: Any, **cparams: Any) -> Any:
        """Open the file read-only, with the variables, functions and macro that SQL files name."""
        connection = super().connect(*cargs, **{**cparams, "read_only": True, "config": dict(OFFLINE)})
        self.opened.setdefault(cparams["database"], []).append(connection)
        _equip(connection)
        return connection

    def get_columns(self, connection: Any, table_name: str, schema: str | None = None, **_: Any) -> list[Any]:
        """Name, type and nullability in order, from DuckDB itself: ten times faster than through `pg_catalog`.

        Types that SQLAlchemy does not know, as vectors, have none; no check asks for them.
        """
        named = {"schema": schema or "main", "table": table_name}
        found = connection.execute(sqlalchemy.text(sql("select_columns")), named)
        return [
            {
                "name": name,
                "type": self.ischema_names.get(kind.lower(), NullType)(),
                "nullable": nullable,
                "default": None,
            }
            for name, kind, nullable in found
        ]

    def get_pk_constraint(self, *_: Any, **__: Any) -> dict[str, Any]:
        """None: the audit checks keys itself and does not believe the declared ones."""
        return {"constrained_columns": [], "name": None}

    def get_indexes(self, *_: Any, **__: Any) -> list[Any]:
        """None: duckdb-engine would warn that it cannot reflect them, and no check needs them."""
        return []


def _equip(connection: Any) -> None:
    connection.execute("SET TimeZone = 'UTC'")
    for name, value in VARIABLES.items():
        connection.execute(f"SET VARIABLE {name} = ?", [value])
    known = {row[0] for row in connection.execute(sql("select_functions")).fetchall()}
    for name, (function, arguments, result) in FUNCTIONS.items():
        if name not in known:  # another connection to the file has brought it
            connection.create_function(name, function, arguments, result, type="arrow")
    for macro in MACROS:
        with suppress(duckdb.Error):  # a table that it reads is gone: whatever check uses it tells so
            connection.execute(sql(macro))


@dataclass(frozen=True)
class Reading:
    """A store that is open for reading, as Great Expectations' SQL data source needs it, and for whole columns."""

    source: dict[str, Any]
    connection: Any

    def arrow(self, query: str, parameters: dict[str, Any] | None = None) -> pa.Table:
        """The rows of a statement as one Arrow table; `$name` in it is bound."""
        return self.connection.execute(query, parameters or {}).to_arrow_table()

    def batches(self, query: str, parameters: dict[str, Any] | None = None, *, rows: int) -> pa.RecordBatchReader:
        """The rows of a statement, so many at once; nothing else may be asked before the last is read."""
        return self.connection.execute(query, parameters or {}).to_arrow_reader(rows)


@contextmanager
def reading(path: Path, *, wait_s: float = WAIT_S) -> Iterator[Reading]:
    """The store at `path`, read-only; at the end the file is closed for certain, whoever opened it meanwhile.

    The path travels beside the URL, so that no character of it is taken for a part of the URL. Raises
    `StoreLockedError`, naming the holder, where another process keeps the file for longer than `wait_s` seconds, and
    `StoreError` where it cannot be opened.
    """
    sqlalchemy.dialects.registry.register("duckdb", __name__, BufferingDialect.__name__)
    database = str(path.absolute())
    source = {"connection_string": "duckdb:///store", "kwargs": {"connect_args": {"database": database}}}
    try:
        opening = partial(BufferingDialect().connect, database=database)
        yield Reading(source, wait_for(path, opening, wait_s=wait_s))
    finally:
        for connection in BufferingDialect.opened.pop(database, []):
            connection.close()
