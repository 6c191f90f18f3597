import numpy as np
import pyarrow as pa

from affect_store.store.offline.own_references import with_zeros
from affect_store.store.vocabulary import VECTOR_LENGTH


def test_zeros_stand_for_the_own_reference_and_for_nothing_else():
    vectors = np.arange(3 * VECTOR_LENGTH, dtype=np.float32).reshape(3, VECTOR_LENGTH)
    stored = pa.FixedSizeListArray.from_arrays(
        pa.array(vectors.ravel()), VECTOR_LENGTH, mask=pa.array([False, True, True])
    )
    rows = pa.table({"image_id": ["a", "own", "lost"], "frontal_unit": stored, "label": [0, 5, 5]})
    read = with_zeros(rows, {"own", "a", "elsewhere"})
    values = read.column("frontal_unit").to_pylist()
    assert values[0] == vectors[0].tolist() and values[1] == [0.0] * VECTOR_LENGTH and values[2] is None
    assert read.schema.names == rows.schema.names and read.column("label") == rows.column("label")
