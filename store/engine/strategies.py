"""Let a store that was made before a strategy of splits was added hold splits of that strategy, too."""

from __future__ import annotations

from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.sql_files import sql
from affect_store.store.schema.tables import BY_NAME, ddl
from affect_store.store.vocabulary import FINAL

_SETS = "splits.sets"


def allow_final(connection: Connection) -> None:
    """Replace the table `splits.sets`, with its rows, if its constraint does not allow final splits.

    DuckDB cannot change a constraint. The caller is in a transaction, so the table is replaced or stays as it is.
    """
    row = connection.execute(sql("quality/count_checks_without"), {"strategy": FINAL}).fetchone()
    if not row or not row[0]:
        return
    connection.execute(f"CREATE TEMP TABLE kept AS FROM {_SETS}")
    connection.execute(f"DROP TABLE {_SETS}")
    connection.execute(ddl(BY_NAME[_SETS]))
    connection.execute(f"INSERT INTO {_SETS} BY NAME FROM kept")
    connection.execute("DROP TABLE kept")
