"""The Polars frame of a query's Arrow table: repeated columns are numbered, types that Polars lacks are refused."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl
import pyarrow as pa

from affect_store.store.errors import QueryError


def frame_of(table: pa.Table) -> pl.DataFrame:
    """Return the rows of a query. Raises `QueryError` for a column whose type Polars lacks."""
    table = table.rename_columns(numbered(table.column_names))
    for field in table.schema:
        if _is_foreign(field.type):
            raise _refused(f"the column {field.name!r} is of the type {field.type}")
    try:
        return pl.DataFrame(table)
    except pl.exceptions.PolarsError as error:
        raise _refused(str(error)) from error


def numbered(names: Iterable[str]) -> list[str]:
    """Number repeated names as DuckDB does in tables and exports: a, A, a_1 become a, A_1, a_1_1."""
    repeats: dict[str, int] = {}
    result = []
    for name in names:
        unique = name
        while unique.lower() in repeats:
            repeats[name.lower()] += 1
            unique = f"{name}_{repeats[name.lower()]}"
        repeats[unique.lower()] = 0
        result.append(unique)
    return result


def _is_foreign(kind: pa.DataType) -> bool:
    """Return whether Polars lacks a type or one within it, at which it would panic."""
    if pa.types.is_interval(kind) or pa.types.is_union(kind):
        return True
    return any(_is_foreign(kind.field(number).type) for number in range(kind.num_fields))


def _refused(reason: str) -> QueryError:
    return QueryError(f"the result has no Polars form: {reason}; cast the column in the SELECT")
