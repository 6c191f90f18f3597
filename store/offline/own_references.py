"""Zero deltas of photographs that are their own reference, as the 2022 notebook had them. Nothing is stored here.

The store holds no value for them, and a row of `features.misses`. Only the published recipe reads zeros.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from affect_store.store.engine.arrow_columns import masked_vectors
from affect_store.store.vocabulary import VECTOR_LENGTH

FEATURE = "frontal_unit"


def with_zeros(rows: pa.Table, own_references: Collection[str]) -> pa.Table:
    """Return the rows, which have image_id and frontal_unit, with zeros where a photograph is its own reference."""
    column, image_ids = (rows.column(name).combine_chunks() for name in (FEATURE, "image_id"))
    present = column.is_valid().to_numpy(zero_copy_only=False).astype(bool)
    is_own = pc.is_in(image_ids, pa.array(list(own_references), image_ids.type)).to_numpy(zero_copy_only=False)
    vectors = np.zeros((len(rows), VECTOR_LENGTH), np.float32)
    vectors[present] = column.drop_null().flatten().to_numpy().reshape(-1, VECTOR_LENGTH)
    index = rows.schema.get_field_index(FEATURE)
    return rows.set_column(index, FEATURE, masked_vectors(vectors, present | is_own.astype(bool)))
