"""Polars schemas of the frames that this folder returns, derived from the catalogue of tables (`store.schema`)."""

from __future__ import annotations

from functools import cache

import polars as pl

from affect_store.store.schema.tables import BY_NAME, arrow_schema


@cache
def frame_schema(table: str, *, without: tuple[str, ...] = ()) -> dict[str, pl.DataType]:
    """Return column -> dtype of a table such as `registry.metrics`, in its order, less the columns `without`.

    Integers are Int64 and floats Float64 whatever width the table stores, so that rows of Python numbers fit; the
    store narrows them on writing.
    """
    stored = pl.DataFrame(arrow_schema(BY_NAME[table]).empty_table()).schema
    return {name: _widest(dtype) for name, dtype in stored.items() if name not in without}


def _widest(dtype: pl.DataType) -> pl.DataType:
    if dtype.is_integer():
        return pl.Int64()
    return pl.Float64() if dtype.is_float() else dtype
