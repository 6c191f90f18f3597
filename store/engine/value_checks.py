"""Checks of vectors and thumbnails before they are stored, which the work store itself does not repeat.

The audit checks the stored rows again.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from affect_store.store.errors import ShapeError
from affect_store.store.schema.declarations import Field, Table
from affect_store.store.schema.fields import FIELDS
from affect_store.store.schema.tables import is_checked_when_written
from affect_store.store.vocabulary import PIXEL_BYTES


def require_valid(table: Table, rows: pa.Table) -> None:
    """Raise `ShapeError`, naming the first invalid row, unless all vectors and thumbnails are valid.

    Each element of a vector must be there and finite; a thumbnail must have its number of bytes. A value that may be
    NULL, and is, is valid. `rows` have the schema of the table.
    """
    for name in filter(lambda name: is_checked_when_written(FIELDS[name]), table.columns):
        is_valid = np.concatenate(
            [_are_valid(FIELDS[name], chunk) for chunk in rows[name].chunks] or [np.ones(0, bool)]
        )
        if not is_valid.all():
            row = rows.slice(int(np.argmin(is_valid)), 1).select(list(table.key)).to_pylist()[0]
            key = ", ".join(f"{column} {value}" for column, value in row.items())
            raise ShapeError(f"{table.qualified}: {name} of {key} is not valid: {_requirement(FIELDS[name])}")


def _are_valid(field: Field, values: pa.Array) -> NDArray[np.bool_]:
    """Return whether each of n values is NULL or valid, (n,)."""
    if not field.is_vector:
        is_valid: NDArray[np.bool_] = pc.fill_null(pc.equal(pc.binary_length(values), PIXEL_BYTES), True).to_numpy(
            zero_copy_only=False
        )
        return is_valid
    is_there = values.is_valid().to_numpy(zero_copy_only=False)
    elements = values.flatten().to_numpy(zero_copy_only=False)  # of vectors that are there; NULL elements become NaN
    is_valid = np.ones(len(values), bool)
    is_valid[is_there] = np.isfinite(elements).reshape(-1, values.type.list_size).all(axis=1)
    return is_valid


def _requirement(field: Field) -> str:
    if field.is_vector:
        return f"expected {field.sql_type} with finite elements, received NULL, NaN or infinity among them"
    return f"expected {PIXEL_BYTES} bytes, received another number"
