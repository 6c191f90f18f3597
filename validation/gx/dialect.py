"""A DuckDB dialect of SQLAlchemy that buffers rows, for Great Expectations and the audit's own queries, read-only.

Great Expectations reads a result after its connection went back to the pool. duckdb-engine 0.17.0 has one cursor per
connection, so the rows are no longer available by then (`list index out of range`). Here rows are buffered when a
statement ends. Each connection gets the thresholds (`thresholds.py`) as DuckDB variables, so that no value is formatted
into a statement, the functions of `udfs.py`, the views of `scope_views.py`, and the macros of `MACROS`.
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

from affect_store.store.engine.duckdb import OFFLINE, WAIT_S, wait_for
from affect_store.validation.gx import scope_views
from affect_store.validation.gx.scope_views import EVERYTHING, RowScope
from affect_store.validation.gx.udfs import FUNCTIONS
from affect_store.validation.thresholds import VARIABLES

MACROS = (
    "macros/rows_to_check", "macros/turned_faces", "macros/moved_neutrals", "macros/hashed_thumbnails",
    "macros/signed_thumbnails", "macros/candidate_pairs", "macros/near_duplicates", "macros/corpora_in_use",
    "macros/splits_in_use", "macros/runs_in_use",
)  # fmt: skip


@cache
def sql(name: str) -> str:
    """Return the statement in `validation/sql/NAME.sql`."""
    return files("affect_store.validation").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


class BufferingContext(PGExecutionContext_psycopg2):
    """Buffers all rows of a statement before the cursor is used for the next one."""

    def post_exec(self) -> None:
        """Buffer the rows of a statement that returns any."""
        super().post_exec()  # type: ignore[no-untyped-call]
        if self.cursor.description:
            self.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(self.cursor)


class BufferingDialect(duckdb_engine.Dialect):  # type: ignore[misc]  # duckdb-engine has no types
    """The dialect of duckdb-engine with buffered results, read-only connections and thresholds as variables."""

    execution_ctx_cls = BufferingContext
    supports_statement_cache = False
    opened: ClassVar[dict[str, list[Any]]] = {}
    """Connections by file, so that `open_reader` can close all of them, whatever engine holds them."""
    scopes: ClassVar[dict[str, RowScope]] = {}
    """The rows that the audit of a file looks at; all, where there is none."""

    @classmethod
    def get_pool_class(cls, url: URL) -> type[sqlalchemy.Pool]:
        """Keep one connection per engine until it is closed."""
        return sqlalchemy.StaticPool

    def connect(self, *cargs: Any, **cparams: Any) -> Any:
        """Open the file read-only, with the variables, functions and macros that SQL files use."""
        connection = super().connect(*cargs, **{**cparams, "read_only": True, "config": dict(OFFLINE)})
        self.opened.setdefault(cparams["database"], []).append(connection)
        _prepare(connection, self.scopes.get(cparams["database"], EVERYTHING))
        return connection

    def get_columns(self, connection: Any, table_name: str, schema: str | None = None, **_: Any) -> list[Any]:
        """Read names, types and nullability from DuckDB itself: ten times faster than through `pg_catalog`.

        Types unknown to SQLAlchemy, such as vectors, become NullType; no check needs them.
        """
        parameters = {"schema": schema or "main", "table": table_name}
        rows = connection.execute(sqlalchemy.text(sql("select/columns")), parameters)
        return [
            {
                "name": name,
                "type": self.ischema_names.get(kind.lower(), NullType)(),
                "nullable": nullable,
                "default": None,
            }
            for name, kind, nullable in rows
        ]

    def get_pk_constraint(self, *_: Any, **__: Any) -> dict[str, Any]:
        """Return none: the audit checks keys itself."""
        return {"constrained_columns": [], "name": None}

    def get_indexes(self, *_: Any, **__: Any) -> list[Any]:
        """Return none: duckdb-engine warns that it cannot reflect indexes, and no check needs them."""
        return []


def _prepare(connection: Any, scope: RowScope) -> None:
    connection.execute("SET TimeZone = 'UTC'")
    for name, value in VARIABLES.items():
        connection.execute(f"SET VARIABLE {name} = ?", [value])
    known = {row[0] for row in connection.execute(sql("select/functions")).fetchall()}
    for name, (function, arguments, result) in FUNCTIONS.items():
        if name not in known:  # otherwise another connection to the file registered it
            connection.create_function(name, function, arguments, result, type="arrow")
    with suppress(duckdb.Error):
        connection.execute(sql("macros/valid_rows"))
    scope_views.define(connection, scope)
    for macro in MACROS:
        with suppress(duckdb.Error):  # a table is missing: the checks that use the macro report it
            connection.execute(sql(macro))


@dataclass(frozen=True)
class StoreReader:
    """A store opened for reading: by Great Expectations' SQL data source, and as whole columns."""

    source: dict[str, Any]
    connection: Any
    database: str = ""

    def limit(self, scope: RowScope) -> None:
        """Let the checks look at these rows only, on this connection and on those that Great Expectations opens."""
        BufferingDialect.scopes[self.database] = scope
        for connection in BufferingDialect.opened[self.database]:
            scope_views.define(connection, scope)

    def arrow(self, query: str, parameters: dict[str, Any] | None = None) -> pa.Table:
        """Return the rows of a statement as one Arrow table; `$name` is bound to a parameter."""
        return self.connection.execute(query, parameters or {}).to_arrow_table()

    def batches(self, query: str, parameters: dict[str, Any] | None = None, *, rows: int) -> pa.RecordBatchReader:
        """Stream the rows of a statement in batches; run no other statement before the last batch is read."""
        return self.connection.execute(query, parameters or {}).to_arrow_reader(rows)


@contextmanager
def open_reader(path: Path, *, wait_s: float = WAIT_S) -> Iterator[StoreReader]:
    """Open the store at `path`, read-only; on exit all connections to the file are closed.

    The path is passed separately from the URL, because it may contain characters with a meaning in URLs. Raise
    `StoreLockedError`, naming the holder, if another process holds the file for longer than `wait_s` seconds, and
    `StoreError` if it cannot be opened.
    """
    sqlalchemy.dialects.registry.register("duckdb", __name__, BufferingDialect.__name__)
    database = str(path.absolute())
    source = {"connection_string": "duckdb:///store", "kwargs": {"connect_args": {"database": database}}}
    try:
        opening = partial(BufferingDialect().connect, database=database)
        yield StoreReader(source, wait_for(path, opening, wait_s=wait_s), database)
    finally:
        BufferingDialect.scopes.pop(database, None)
        for connection in BufferingDialect.opened.pop(database, []):
            connection.close()
