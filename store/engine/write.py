"""Append rows to the work store as Arrow batches with the catalogue's schema, and change photographs stored already."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from affect_store.store.engine.clock import now
from affect_store.store.engine.duckdb import Connection, transaction
from affect_store.store.engine.settings import renew_change_token, update
from affect_store.store.engine.sql_files import sql
from affect_store.store.engine.value_checks import require_valid
from affect_store.store.errors import StoreError
from affect_store.store.schema.declarations import Table
from affect_store.store.schema.fields import FIELDS
from affect_store.store.schema.tables import APPENDED, BY_NAME, arrow_schema, arrow_type
from affect_store.store.vocabulary import MISSING_REASON, PROFILE_ANGLES_DEG, PROFILE_REASON, REMOVED_REASON

Columns = Mapping[str, Sequence[Any] | NDArray[Any] | pa.Array]

_NO_CHANGE = ("quality.results", "catalogue.forgotten_hashes")
"""Tables whose rows do not renew the change token, since they change nothing that would be published."""


def batch(table: str, columns: Columns) -> pa.Table:
    """Build an Arrow table with exactly the columns of `schema.table`; 2-D arrays become fixed-size lists.

    Missing columns are NULL; storing them fails if the column is not nullable. Raises `StoreError` if the table has no
    column of a given name.
    """
    schema = arrow_schema(BY_NAME[table])
    unknown = sorted(set(columns) - set(schema.names))
    if unknown:
        raise StoreError(f"{table} has no column {', '.join(unknown)}; it has {', '.join(schema.names)}")
    length = len(next(iter(columns.values())))
    arrays = [_array(columns.get(name), name, length) for name in schema.names]
    return pa.Table.from_arrays(arrays, schema=schema)


def _array(values: Sequence[Any] | NDArray[Any] | pa.Array | None, name: str, length: int) -> pa.Array:
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
    """Append the rows whose key is not stored yet, in their order, and return their number.

    Stored rows are never changed; of several given rows with the same key, the first is stored. Rows and change token
    are written in one transaction. Raises `ShapeError`, and stores nothing, if a vector or thumbnail is not valid.
    """
    target = BY_NAME[table]
    rows = rows.select(list(target.columns)).cast(arrow_schema(target))
    if table in APPENDED:
        require_valid(target, rows)
    with transaction(connection):
        new = _without_stored(connection, target, rows)
        if not len(new):
            return 0
        with _registered(connection, new) as name:
            connection.execute(f"INSERT INTO {target.qualified} BY NAME FROM {name}")
        if table not in _NO_CHANGE:
            renew_change_token(connection)
    return len(new)


def _without_stored(connection: Connection, target: Table, rows: pa.Table) -> pa.Table:
    """Leave out the rows whose key is stored or was given before. Only keys are joined, since rows hold vectors."""
    keys = rows.select(list(target.key))
    names = ", ".join(target.key)
    with _registered(connection, keys) as name:
        query = f"FROM {target.qualified} SEMI JOIN {name} USING ({names}) SELECT {names}"
        stored = connection.execute(query).to_arrow_table().cast(keys.schema)
    frame = pl.DataFrame(pl.from_arrow(keys))
    is_new = frame.select(pl.struct(pl.all()).is_first_distinct()).to_series()
    if len(stored):
        known = pl.DataFrame(pl.from_arrow(stored)).to_struct()
        is_new &= ~frame.to_struct().is_in(known.implode())
    return rows if is_new.all() else rows.filter(is_new.to_arrow())


@contextmanager
def _registered(connection: Connection, rows: pa.Table) -> Iterator[str]:
    """Yield the name by which statements of the block can read the rows."""
    connection.register("new_rows", rows)
    try:
        yield "new_rows"
    finally:
        connection.unregister("new_rows")


def count(connection: Connection, table: str) -> int:
    """Return the number of rows of `schema.table`."""
    row = connection.execute(f"SELECT count(*) FROM {BY_NAME[table].qualified}").fetchone()
    return int(row[0]) if row else 0


def move_photos(connection: Connection, moves: Sequence[tuple[str, str]]) -> None:
    """Record the new paths of photographs whose files were moved: pairs of image_id and path."""
    image_ids, paths = [image_id for image_id, _ in moves], [path for _, path in moves]
    update(connection, "catalogue/update_photo_paths", {"image_ids": image_ids, "paths": paths})


def adopt_photo(connection: Connection, image_id: str, corpus: str) -> None:
    """Record the new corpus of a photograph whose file was moved into that corpus's folder."""
    update(connection, "catalogue/adopt_photo", {"image_id": image_id, "corpus": corpus})


def correct_labels(connection: Connection, image_id: str, labels: Mapping[str, Any]) -> None:
    """Replace the labels of a photograph in `catalogue.images`; `renew_exclusions` is to be called afterwards."""
    update(connection, "catalogue/correct_labels", {**labels, "image_id": image_id})


def renew_exclusions(connection: Connection) -> None:
    """Derive from the other columns, and from the quarantine, which photographs are excluded, and why."""
    parameters = {
        "removed": REMOVED_REASON, "missing": MISSING_REASON, "profile": PROFILE_REASON,
        "profiles": list(PROFILE_ANGLES_DEG),
    }  # fmt: skip
    update(connection, "catalogue/renew_exclusions", parameters)


def release_photos(connection: Connection, image_ids: Sequence[str]) -> int:
    """Release photographs from quarantine; return the number of rows of `features.misses` that were released."""
    parameters = {"image_ids": list(image_ids), "released_at": now()}
    released = connection.execute(sql("features/release_misses"), parameters).fetchall()
    if released:
        renew_change_token(connection)
    renew_exclusions(connection)
    return len(released)


def delete_obsolete_rejects(connection: Connection, corpus: str, paths: Sequence[str]) -> None:
    """Delete the rejects of a corpus except those of `paths`: the other files were removed or are valid now."""
    update(connection, "catalogue/delete_obsolete_rejects", {"corpus": corpus, "paths": list(paths)})


def as_json(value: Any) -> str:
    """Return JSON with sorted keys, for JSON columns."""
    return json.dumps(value, sort_keys=True)
