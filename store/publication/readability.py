"""Whether the store of a publication can be read, table by table."""

from __future__ import annotations

import duckdb

from affect_store.store.engine import reader
from affect_store.store.engine.duckdb import SCHEMA_VERSION, Connection, schema_version
from affect_store.store.engine.sql_files import sql
from affect_store.store.schema.tables import ADDED_LATER, TABLES

_CHECKSUM = "seal"


def is_readable(connection: Connection) -> bool:
    """Whether the key and the checksums of every table can be read.

    A store of another schema version may lack tables: it counts as readable. So does one that was made before a table
    was added.
    """
    if schema_version(connection) != SCHEMA_VERSION:
        return True
    try:
        for table in TABLES:
            if table.qualified in ADDED_LATER and not reader.has_table(connection, table.qualified):
                continue
            for column in (table.columns[0], _CHECKSUM):
                if column in table.columns:
                    statement = sql("quality/select_largest").replace("{column}", column)
                    connection.execute(statement.replace("{table}", table.qualified)).fetchall()
    except duckdb.Error:
        return False
    return True
