"""Rows into the work store: columns become one Arrow batch with the catalogue's schema, appended in one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import numpy as np
import pyarrow as pa

from store.errors import StoreError
from store.tables.catalog import BY_NAME, FIELDS, arrow_schema, arrow_type
from store.tables.connection import Connection, sql
from store.vocabulary import PARTS

Columns = Mapping[str, Sequence[Any] | np.ndarray | pa.Array]


def batch(table: str, columns: Columns) -> pa.Table:
    """An Arrow table with exactly the catalogue's columns of `schema.table`; 2-D arrays become fixed-size lists.

    Columns that are absent are NULL, which the schema refuses where the catalogue does. Raises `StoreError` on a
    column that the catalogue does not know.
    """
    schema = arrow_schema(BY_NAME[table])
    unknown = sorted(set(columns) - set(schema.names))
    if unknown:
        raise StoreError(f"{table} has no column {', '.join(unknown)}; it has {', '.join(schema.names)}")
    length = len(next(iter(columns.values())))
    arrays = [_array(columns.get(name), name, length) for name in schema.names]
    return pa.Table.from_arrays(arrays, schema=schema)


def _array(values: Sequence[Any] | np.ndarray | pa.Array | None, name: str, length: int) -> pa.Array:
    kind = arrow_type(FIELDS[name])
    if values is None:
        return pa.nulls(length, kind)
    if isinstance(values, np.ndarray) and pa.types.is_fixed_size_list(kind):
        flat = np.ascontiguousarray(values, np.float32).reshape(-1)
        return pa.FixedSizeListArray.from_arrays(pa.array(flat), kind.list_size)
    if isinstance(values, pa.Array):
        return values.cast(kind)
    return pa.array(values, kind)


def append(connection: Connection, table: str, rows: pa.Table) -> int:
    """Append rows whose key is not there yet; returns how many were new. What is stored is never changed."""
    known = BY_NAME[table]
    rows = rows.select(list(known.columns)).cast(arrow_schema(known))
    before = count(connection, table)
    connection.register("arriving", rows)
    try:
        connection.execute(f"INSERT INTO {known.qualified} BY NAME SELECT * FROM arriving ON CONFLICT DO NOTHING")
    finally:
        connection.unregister("arriving")
    return count(connection, table) - before


def count(connection: Connection, table: str) -> int:
    """Number of rows in a table of the catalogue."""
    found = connection.execute(f"SELECT count(*) FROM {BY_NAME[table].qualified}").fetchone()
    return int(found[0]) if found else 0


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """All of the block's writes, or none."""
    connection.execute("BEGIN")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def move_photo(connection: Connection, image_id: str, path: str) -> None:
    """Note that a photograph's file is now elsewhere."""
    connection.execute(sql("update_photo_path"), {"image_id": image_id, "path": path})


def drop_resolved_misses(connection: Connection, deltas_version: str) -> None:
    """Remove the misses of photographs that have a delta of this version by now."""
    connection.execute(sql("delete_resolved_misses"), {"version": deltas_version})


def make_split_current(connection: Connection, split_id: str) -> None:
    """The newest split of a strategy is the current one: renew the moment of one that has become it again."""
    connection.execute(sql("touch_split"), {"split_id": split_id, "created_at": now()})


def replace_split_tables(connection: Connection, split_id: str, parameters: Mapping[str, Any]) -> None:
    """Fill `splits.train`, `splits.validate` and `splits.test` with the rows of one split, in one transaction."""
    with transaction(connection):
        for part in PARTS:
            target = BY_NAME[f"splits.{part}"].qualified
            connection.execute(f"DELETE FROM {target}")
            connection.execute(
                f"INSERT INTO {target} BY NAME {sql('select_training_rows')}",
                {**parameters, "split_id": split_id, "part": part},
            )


def as_json(value: Any) -> str:
    """JSON with sorted keys, for the catalogue's JSON columns."""
    return json.dumps(value, sort_keys=True)


def code_version() -> str:
    """The installed version of affect-store."""
    return version("affect-store")
