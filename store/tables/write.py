"""Rows into the work store: columns become one Arrow batch with the catalogue's schema, appended in one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from store.errors import StoreError
from store.tables.catalog import BY_NAME, FIELDS, arrow_schema, arrow_type
from store.tables.clock import now as now  # the moment of every row that is written
from store.tables.code import code_version as code_version  # and the code that made it
from store.tables.duck import Connection, sql
from store.tables.read import FrozenSplit
from store.vocabulary import PARTS, PROFILE_ANGLES_DEG, PROFILE_REASON

SPLIT_SHOWN = "split of the tables train, validate and test"
OF_A_RUN = ("epochs", "predictions", "metrics", "attributions", "importances", "row")
"""What goes where a run is trained again; its own row last."""

_NOT_COUNTED = ("quality.results",)
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
    """Append rows whose key is not there yet, in their order; returns how many were new. What is stored is never
    changed, and of several rows with one key the first counts.
    """
    known = BY_NAME[table]
    rows = rows.select(list(known.columns)).cast(arrow_schema(known))
    keys = pl.DataFrame(pl.from_arrow(rows.select(list(known.key))))
    rows = rows.filter(keys.select(pl.struct(pl.all()).is_first_distinct()).to_series().to_arrow())
    before = count(connection, table)
    connection.register("arriving", rows.append_column("place", pa.array(range(len(rows)))))
    try:  # ON CONFLICT would store the rows in any order, and sums over them would differ from run to run
        connection.execute(
            f"INSERT INTO {known.qualified} BY NAME SELECT * EXCLUDE (place) FROM arriving "
            f"ANTI JOIN {known.qualified} USING ({', '.join(known.key)}) ORDER BY place"
        )
    finally:
        connection.unregister("arriving")
    added = count(connection, table) - before
    if added and table not in _NOT_COUNTED:
        note_change(connection)
    return added


def note_change(connection: Connection) -> None:
    """Renew the token that tells a published store from a changed work store; every writing function here does."""
    connection.execute(sql("note_change"))


def _update(connection: Connection, statement: str, parameters: Mapping[str, Any]) -> None:
    """Run a statement that returns the rows that it changed, and note the change where there are any."""
    if connection.execute(sql(statement), dict(parameters)).fetchall():
        note_change(connection)


def put_setting(connection: Connection, key: str, setting: str) -> None:
    """Store a setting, or replace it."""
    connection.execute(sql("replace_setting"), {"key": key, "setting": setting})


def setting(connection: Connection, key: str) -> str | None:
    """A setting's value, or None."""
    found = connection.execute(sql("select_setting"), {"key": key}).fetchone()
    return found[0] if found else None


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


def move_photo(connection: Connection, image_id: str, path: str) -> None:
    """Note that a photograph's file is now elsewhere."""
    _update(connection, "update_photo_path", {"image_id": image_id, "path": path})


def fill_perceptual_hashes(connection: Connection, hash_of: Callable[[bytes], str]) -> None:
    """Give thumbnails of a migrated store the hash that `hash_of` takes of their bytes."""
    found = connection.execute(sql("select_unhashed_pictures")).fetchall()
    if not found:
        return
    ids, versions, hashes = zip(*((one, version_, hash_of(rgb)) for one, version_, rgb in found), strict=True)
    connection.register("hashed", pa.table({"image_id": ids, "version": versions, "perceptual_hash": hashes}))
    try:
        _update(connection, "fill_perceptual_hashes", {})
    finally:
        connection.unregister("hashed")


def correct_labels(connection: Connection, image_id: str, labels: Mapping[str, Any]) -> None:
    """Let `catalogue.images` show these labels of a photograph, and why it is not used, if so."""
    _update(connection, "correct_labels", {**labels, "image_id": image_id})


def exclude_photo(connection: Connection, image_id: str, reason: str) -> None:
    """Take a photograph out of use."""
    _update(connection, "exclude_photo", {"image_id": image_id, "reason": reason})


def release_photos(connection: Connection, image_ids: Sequence[str]) -> int:
    """Let photographs back in that were set aside; returns how many rows of misses were released."""
    ids = list(image_ids)
    released = connection.execute(sql("release_misses"), {"image_ids": ids, "released_at": now()}).fetchall()
    profiles = {"profiles": list(PROFILE_ANGLES_DEG), "profile_reason": PROFILE_REASON}
    _update(connection, "release_photos", {"image_ids": ids, **profiles})
    if released:
        note_change(connection)
    return len(released)


def make_split_current(connection: Connection, split_id: str) -> None:
    """The split of a strategy that was asked for last is the current one: note that this one is asked for again."""
    _update(connection, "touch_split", {"split_id": split_id, "requested_at": now()})


def forget_run(connection: Connection, run_id: str) -> None:
    """Remove a run and all that it gave: it is trained again."""
    for table in OF_A_RUN:
        connection.execute(sql(f"delete_run_{table}"), {"run_id": run_id})
    note_change(connection)


def request_run(connection: Connection, run_id: str, pooled_run_id: str | None = None) -> None:
    """Let a run that was trained before count before the later ones of its model, recipe and split."""
    told = {"run_id": run_id, "pooled_run_id": pooled_run_id, "requested_at": now()}
    _update(connection, "request_run", told)


def forget_comparisons(connection: Connection, run_ids: Sequence[str]) -> None:
    """Remove the comparisons and ranks of these runs, to be made anew together."""
    for statement in ("delete_comparisons", "delete_ranks"):
        connection.execute(sql(statement), {"run_ids": list(run_ids)})
    note_change(connection)


def drop_healed_rejects(connection: Connection, corpus: str, paths: Sequence[str]) -> None:
    """Remove a corpus's rejects of other files than these: they are gone or good by now."""
    _update(connection, "delete_healed_rejects", {"corpus": corpus, "paths": list(paths)})


def replace_split_tables(connection: Connection, split: FrozenSplit) -> None:
    """Fill `splits.train`, `splits.validate` and `splits.test` with the rows of one split, in one transaction."""
    with transaction(connection):
        for part in PARTS:
            target = BY_NAME[f"splits.{part}"].qualified
            connection.execute(f"DELETE FROM {target}")
            connection.execute(
                f"INSERT INTO {target} BY NAME {sql('select_training_rows')}",
                {**split.parameters, "part": part},
            )
        put_setting(connection, SPLIT_SHOWN, split.split_id)
        note_change(connection)


def as_json(value: Any) -> str:
    """JSON with sorted keys, for the catalogue's JSON columns."""
    return json.dumps(value, sort_keys=True)
