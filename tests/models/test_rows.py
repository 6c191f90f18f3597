import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affect_store.models.rows import select_rows
from affect_store.store.errors import ShapeError
from affect_store.store.vocabulary import PIXEL_BYTES, VECTOR_LENGTH
from tests.models.corpus import frame, without

TABLE = frame(2)
COLUMNS = {"pixels": "rgb", "delta": "aligned"}


def values_of(table, column):
    return table.column(column).to_pylist()


def test_values_are_views_of_arrows_buffers():
    rows = select_rows(TABLE, COLUMNS)
    vectors = TABLE.column("aligned").chunk(0).values.to_numpy()
    image = np.frombuffer(TABLE.column("rgb").chunk(0).buffers()[2], np.uint8)
    assert np.shares_memory(rows.inputs["delta"].blocks[0], vectors)
    assert np.shares_memory(rows.inputs["pixels"].blocks[0], image)
    assert rows.inputs["pixels"].blocks[0].dtype == np.uint8


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_values_match_their_rows_for_any_chunks_and_nulls(data):
    nulls = {c: np.array(data.draw(st.lists(st.booleans(), min_size=16, max_size=16))) for c in COLUMNS.values()}
    table = TABLE
    for column, missing in nulls.items():
        table = without(table, column, missing)
    cuts = sorted(data.draw(st.lists(st.integers(0, 16), max_size=3)))
    pieces = [table.slice(low, high - low) for low, high in zip([0, *cuts], [*cuts, 16], strict=True)]
    table = pa.concat_tables(pieces)
    rows = select_rows(table, COLUMNS)
    assert rows.numbers.tolist() == np.flatnonzero(~(nulls["rgb"] | nulls["aligned"])).tolist()
    values = rows.take(np.arange(len(rows)))
    for row, number in enumerate(rows.numbers):
        assert values["pixels"][row].tobytes() == values_of(table, "rgb")[number]
        assert values["delta"][row].tolist() == values_of(table, "aligned")[number]
        assert rows.labels[row] == values_of(table, "label")[number]


@pytest.mark.parametrize("column", ["aligned", "rgb"])
def test_a_value_that_rows_share_is_stored_once(column):
    shared = TABLE.column(column).combine_chunks().take(pa.array([3, 5, None]))
    entries = pa.array([0, 1, 1, 2, None, 0])
    table = pa.table(
        {"label": pa.array([0] * 6, pa.uint8()), "shared": pa.DictionaryArray.from_arrays(entries, shared)}
    )
    rows = select_rows(pa.concat_tables([table, table.slice(1, 2)]), {"delta": "shared"})
    assert rows.numbers.tolist() == [0, 1, 2, 5, 6, 7]
    assert [len(block) for block in rows.inputs["delta"].blocks] == [len(shared)] * 2 or column == "rgb"
    values = rows.take(np.arange(len(rows)))["delta"]
    expected = [values_of(TABLE, column)[row] for row in (3, 5, 5, 3, 5, 5)]
    assert [value.tobytes() if column == "rgb" else value.tolist() for value in values] == expected
    assert len(select_rows(table.slice(4, 1), {"delta": "shared"})) == 0


def test_a_vector_with_a_null_element_is_missing():
    values = [[1.0] * VECTOR_LENGTH, [None] * VECTOR_LENGTH, [None] + [1.0] * (VECTOR_LENGTH - 1)]
    column = pa.array(values, pa.list_(pa.float32(), VECTOR_LENGTH))
    table = pa.table({"label": pa.array([0, 1, 2], pa.uint8()), "aligned": column})
    assert select_rows(table, {"delta": "aligned"}).numbers.tolist() == [0]


def test_an_empty_frame_has_no_rows():
    assert len(select_rows(TABLE.slice(0, 0), COLUMNS)) == 0
    assert len(select_rows(without(TABLE, "rgb", np.ones(16, bool)), COLUMNS)) == 0


def test_vectors_of_landmarks_have_their_length_and_features_of_the_users_own_any():
    column = pa.array([[1.0, 2.0]], pa.list_(pa.float32(), 2))
    assert select_rows(pa.table({"mouth": column}), {"mouth": "mouth"}).inputs["mouth"].shape == (2,)
    with pytest.raises(ShapeError, match=f"column 'aligned': expected lists of {VECTOR_LENGTH} float32"):
        select_rows(pa.table({"aligned": column}), {"delta": "aligned"})


@pytest.mark.parametrize(
    "column",
    [
        pa.array([b"short"]),
        pa.array([[]], pa.list_(pa.float32(), 0)),
        pa.array([[0.0] * VECTOR_LENGTH], pa.list_(pa.float64(), VECTOR_LENGTH)),
        pa.array(["a" * PIXEL_BYTES]),
    ],
)
def test_a_column_of_another_type_is_rejected_by_name(column):
    table = pa.table({"label": pa.array([0], pa.uint8()), "odd": column})
    with pytest.raises(ShapeError, match="column 'odd': expected"):
        select_rows(table, {"delta": "odd"})
