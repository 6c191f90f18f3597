"""Appends to the work store as in schema version 6, for comparison.

Every vector has a CHECK and every table a primary key; DuckDB's own groups of rows, threads and compression are used.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import polars as pl
import pyarrow as pa

from affect_store.store.engine import write
from affect_store.store.engine.duckdb import OFFLINE, Connection, define
from affect_store.store.engine.settings import renew_change_token
from affect_store.store.home import Home
from affect_store.store.schema.tables import BY_NAME, SCHEMAS, TABLES, arrow_schema, ddl

SLICE = 512
"""Number of deltas that were stored at once."""


def create(home: Home) -> None:
    """Create the work store with the tables of schema version 6."""
    home.root.mkdir(parents=True)
    with opened(home) as connection:
        for schema in SCHEMAS:
            connection.execute(f"CREATE SCHEMA {schema}")
        for table in TABLES:
            connection.execute(ddl(table))
        define(connection)


@contextmanager
def opened(home: Home) -> Iterator[Connection]:
    """Open the work store; `write.append` is the earlier one meanwhile."""
    connection = duckdb.connect(str(home.work), config=dict(OFFLINE))
    current = write.append
    write.append = append
    try:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET checkpoint_threshold = '1GB'")
        yield connection
    finally:
        write.append = current
        connection.close()


def append(connection: Connection, table: str, rows: pa.Table) -> int:
    """Append the rows whose key is not stored yet, in their order, and return their number."""
    target = BY_NAME[table]
    rows = rows.select(list(target.columns)).cast(arrow_schema(target))
    keys = pl.DataFrame(pl.from_arrow(rows.select(list(target.key))))
    rows = rows.filter(keys.select(pl.struct(pl.all()).is_first_distinct()).to_series().to_arrow())
    before = write.count(connection, table)
    connection.register("new_rows", rows.append_column("position", pa.array(range(len(rows)))))
    try:
        connection.execute(
            f"INSERT INTO {target.qualified} BY NAME SELECT * EXCLUDE (position) FROM new_rows "
            f"ANTI JOIN {target.qualified} USING ({', '.join(target.key)}) ORDER BY position"
        )
    finally:
        connection.unregister("new_rows")
    added = write.count(connection, table) - before
    if added:
        renew_change_token(connection)
    return added
