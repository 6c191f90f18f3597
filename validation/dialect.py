"""How SQLAlchemy, and so Great Expectations, reads the store: a DuckDB dialect that fetches rows at once.

This is the second door to duckdb. It opens the file read-only and never writes.

Great Expectations reads a result after the connection that made it went back to the pool. duckdb-engine 0.17.0 has
one cursor a connection, so by then the rows are gone (`list index out of range`). Here the rows are buffered the moment
that a statement ends. The values that the checks compare with (`validation/bounds.py`) are set as DuckDB variables on
each connection, so that the SQL files name them and nothing is formatted into a statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import duckdb_engine
import sqlalchemy
from sqlalchemy.dialects.postgresql.psycopg2 import PGExecutionContext_psycopg2
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy
from sqlalchemy.engine.url import URL
from sqlalchemy.types import NullType

from validation.bounds import VARIABLES

_COLUMNS = """
SELECT column_name, data_type, is_nullable FROM duckdb_columns()
WHERE schema_name = :schema AND table_name = :table ORDER BY column_index
"""
_OFFLINE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


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
        """Open the file read-only and set the variables of `validation/bounds.py`."""
        connection = super().connect(*cargs, **{**cparams, "read_only": True, "config": dict(_OFFLINE)})
        self.opened.setdefault(cparams["database"], []).append(connection)
        connection.execute("SET TimeZone = 'UTC'")
        for name, value in VARIABLES.items():
            connection.execute(f"SET VARIABLE {name} = ?", [value])
        return connection

    def get_columns(self, connection: Any, table_name: str, schema: str | None = None, **_: Any) -> list[Any]:
        """Name, type and nullability in order, from DuckDB itself: ten times faster than through `pg_catalog`.

        Types that SQLAlchemy does not know, as vectors, have none; no check asks for them.
        """
        found = connection.execute(sqlalchemy.text(_COLUMNS), {"schema": schema or "main", "table": table_name})
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


@contextmanager
def reading(path: Path) -> Iterator[dict[str, Any]]:
    """What Great Expectations' SQL data source needs to read the store; at the end the file is closed for certain.

    The path travels beside the URL, so that no character of it is taken for a part of the URL.
    """
    sqlalchemy.dialects.registry.register("duckdb", __name__, BufferingDialect.__name__)
    database = str(path.absolute())
    try:
        yield {"connection_string": "duckdb:///store", "kwargs": {"connect_args": {"database": database}}}
    finally:
        for connection in BufferingDialect.opened.pop(database, []):
            connection.close()
