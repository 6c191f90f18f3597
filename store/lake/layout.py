"""What a lake holds: one table in the schema `stored` per table of the store, and the store's views and macros on them.

Each table has two more columns: `home_id`, the home that published the row, and `row_hash`, by which a publication
finds the rows that differ. The views have the names, columns and types of the store, so that queries are the same.
"""

from __future__ import annotations

import hashlib

from affect_store.store.engine import definitions
from affect_store.store.engine.duckdb import DEFINITIONS, Connection, identifier, quoted
from affect_store.store.engine.feature_sql import feature_definitions
from affect_store.store.engine.sql_files import sql
from affect_store.store.lake.connect import LAKE
from affect_store.store.schema.declarations import Field, Table
from affect_store.store.schema.fields import FIELDS
from affect_store.store.schema.tables import BY_NAME, NOT_PUBLISHED, SCHEMAS, TABLES
from affect_store.store.vocabulary import PARTS

STORED = "stored"
HOME, HASH = "home_id", "row_hash"
ROWS_PER_GROUP = 2048
"""Rows per row group of a Parquet file, 12 MB of vectors."""

FILE_OPTIONS = {"parquet_row_group_size": str(ROWS_PER_GROUP), "parquet_compression": "'uncompressed'"}
"""Options of data files: vectors hardly shrink and are read faster without compression."""


_SPLIT_PARTS = frozenset(f"splits.{part}" for part in PARTS)
_OWNED = frozenset({
    "image_id", "subject_id", "corpus", "run_id", "split_id", "prediction_id", "audit_id", "published_at",
})  # fmt: skip
_NUMBERED = "rowid"

STORED_TABLES = tuple(table for table in TABLES if table.qualified not in (*NOT_PUBLISHED, *_SPLIT_PARTS))
"""Tables of the lake. The three parts of the current split are views: every new person changes all of their rows."""

SHARED = frozenset(table.qualified for table in STORED_TABLES if not _OWNED & set(table.key))
"""Tables of which several homes may have rows with the same key: a reader of all homes sees those of the first one."""


def stored_name(table: Table) -> str:
    """Return the name of a table in the schema `stored`."""
    return f"{table.schema}_{table.name}"


def stored_type(field: Field) -> str:
    """Return the type of a column in the lake, which has lists but no arrays."""
    return f"{field.sql_type.partition('[')[0]}[]" if field.is_vector else field.sql_type


def table_statements(table: Table) -> list[str]:
    """Return the statements that create a table of the lake with its comments."""
    name = f"{LAKE}.{STORED}.{stored_name(table)}"
    columns = [f"{HOME} VARCHAR", f"{HASH} UBIGINT"]
    columns += [f"{identifier(column)} {stored_type(FIELDS[column])}" for column in table.columns]
    comments = [
        f"COMMENT ON TABLE {name} IS {quoted(table.grain)}",
        f"COMMENT ON COLUMN {name}.{HOME} IS {quoted('home that published the row')}",
        f"COMMENT ON COLUMN {name}.{HASH} IS {quoted('hash of the values, to find rows that differ')}",
        *(
            f"COMMENT ON COLUMN {name}.{identifier(column)} IS {quoted(column_comment(FIELDS[column]))}"
            for column in table.columns
        ),
    ]
    return [f"CREATE TABLE {name} ({', '.join(columns)})", *comments]


def column_comment(field: Field) -> str:
    """Return the comment of a column: its meaning and unit."""
    return f"{field.meaning} [{field.unit}]" if field.unit else field.meaning


def view_statements(prefix: str = "", home_id: str | None = None, *, numbered: bool = False) -> list[str]:
    """Return the statements that define the store's tables as views on the lake's, and then its views and macros.

    `prefix` qualifies the schema `stored`, such as `lake.` for views outside the lake. `home_id` restricts the rows to
    one home; with None, they are those of all homes. With `numbered`, the views of features have row numbers, too.
    """
    schemas = [f"CREATE SCHEMA IF NOT EXISTS {schema}" for schema in SCHEMAS]
    tables = [_view_of(table, prefix, home_id, numbered=numbered) for table in STORED_TABLES]
    empty = [_empty_view(BY_NAME[name]) for name in NOT_PUBLISHED]
    parts = [sql("lake/define_part").replace("{part}", part) for part in PARTS]
    return [
        *schemas, *tables, *empty, *parts, *feature_definitions(), *map(sql, DEFINITIONS),
        *(sql(f"views/{view}") for view in definitions.VIEWS),
    ]  # fmt: skip


def _view_of(table: Table, prefix: str, home_id: str | None, *, numbered: bool) -> str:
    names = [_selected(FIELDS[name]) for name in table.columns]
    if numbered and table.schema == "features":
        names.insert(0, f"{_NUMBERED} AS {_NUMBERED}")
    text = f"SELECT {', '.join(names)} FROM {prefix}{STORED}.{stored_name(table)}"
    if home_id is not None:
        text += f" WHERE {HOME} = {quoted(home_id)}"
    elif table.qualified in SHARED:
        key = ", ".join(map(identifier, table.key))
        text += f" QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {HOME}) = 1"
    return f"CREATE OR REPLACE VIEW {table.qualified} AS {text}"


def _selected(field: Field) -> str:
    name = identifier(field.name)
    return f"{name}::{field.sql_type} AS {name}" if field.is_vector else name


def _empty_view(table: Table) -> str:
    names = ", ".join(f"NULL::{FIELDS[name].sql_type} AS {identifier(name)}" for name in table.columns)
    return f"CREATE OR REPLACE VIEW {table.qualified} AS SELECT {names} WHERE false"


def lake_definitions() -> list[str]:
    """Return the statements that define the views in the lake itself, for readers without affect-store.

    DuckLake has comments of views, none of their columns: those of the tables in `stored` have them.
    """
    grains = {
        table.qualified: table.grain for table in TABLES if table.qualified not in NOT_PUBLISHED
    } | definitions.views()
    comments = [f"COMMENT ON VIEW {name} IS {quoted(text)}" for name, text in grains.items()]
    return [*view_statements(), sql("lake/define_homes"), *comments]


def definitions_hash() -> str:
    """Return the sha256 of the definitions of a lake: they are written again where it has changed."""
    return hashlib.sha256("\n".join(lake_definitions()).encode()).hexdigest()


def missing_tables(connection: Connection) -> list[Table]:
    """Return the tables that the attached lake lacks."""
    rows = connection.execute(
        f"FROM duckdb_tables() SELECT table_name WHERE database_name = '{LAKE}' AND schema_name = '{STORED}'"
    ).fetchall()
    known = {name for (name,) in rows}
    return [table for table in STORED_TABLES if stored_name(table) not in known]


def add_missing_columns(connection: Connection) -> bool:
    """Add the columns that tables of an earlier version lack; returns whether there are any."""
    rows = connection.execute(
        "FROM duckdb_columns() SELECT table_name, column_name "
        f"WHERE database_name = '{LAKE}' AND schema_name = '{STORED}'"
    ).fetchall()
    known = set(rows)
    missing = [
        (stored_name(table), FIELDS[column])
        for table in STORED_TABLES
        for column in table.columns
        if (stored_name(table), column) not in known
    ]
    for table, field in missing:
        name = f"{LAKE}.{STORED}.{table}"
        connection.execute(f"ALTER TABLE {name} ADD COLUMN {identifier(field.name)} {stored_type(field)}")
        comment = quoted(column_comment(field))
        connection.execute(f"COMMENT ON COLUMN {name}.{identifier(field.name)} IS {comment}")
    return bool(missing)
