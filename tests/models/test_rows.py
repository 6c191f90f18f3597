import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rows import select
from store.errors import ShapeError
from store.vocabulary import PIXEL_BYTES, VECTOR_LENGTH
from tests.models.corpus import frame, without

TABLE = frame(2)
COLUMNS = {"pixels": "rgb", "delta": "aligned"}


def plain(table, column):
    return table.column(column).to_pylist()


def test_values_are_views_of_arrows_buffers():
    rows = select(TABLE, COLUMNS)
    vectors = TABLE.column("aligned").chunk(0).values.to_numpy()
    image = np.frombuffer(TABLE.column("rgb").chunk(0).buffers()[2], np.uint8)
    assert np.shares_memory(rows.inputs["delta"].blocks[0], vectors)
    assert np.shares_memory(rows.inputs["pixels"].blocks[0], image)
    assert rows.inputs["pixels"].blocks[0].dtype == np.uint8


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_whatever_the_chunks_and_gaps_the_values_are_those_of_their_rows(data):
    gaps = {c: np.array(data.draw(st.lists(st.booleans(), min_size=16, max_size=16))) for c in COLUMNS.values()}
    table = TABLE
    for column, missing in gaps.items():
        table = without(table, column, missing)
    cuts = sorted(data.draw(st.lists(st.integers(0, 16), max_size=3)))
    pieces = [table.slice(low, high - low) for low, high in zip([0, *cuts], [*cuts, 16], strict=True)]
    table = pa.concat_tables(pieces)
    rows = select(table, COLUMNS)
    assert rows.numbers.tolist() == np.flatnonzero(~(gaps["rgb"] | gaps["aligned"])).tolist()
    taken = rows.take(np.arange(len(rows)))
    for row, number in enumerate(rows.numbers):
        assert taken["pixels"][row].tobytes() == plain(table, "rgb")[number]
        assert taken["delta"][row].tolist() == plain(table, "aligned")[number]
        assert rows.labels[row] == plain(table, "label")[number]


@pytest.mark.parametrize("column", ["aligned", "rgb"])
def test_a_value_that_rows_share_is_held_once(column):
    shared = TABLE.column(column).combine_chunks().take(pa.array([3, 5, None]))
    entries = pa.array([0, 1, 1, 2, None, 0])
    table = pa.table(
        {"label": pa.array([0] * 6, pa.uint8()), "shared": pa.DictionaryArray.from_arrays(entries, shared)}
    )
    rows = select(pa.concat_tables([table, table.slice(1, 2)]), {"delta": "shared"})
    assert rows.numbers.tolist() == [0, 1, 2, 5, 6, 7]
    assert [len(block) for block in rows.inputs["delta"].blocks] == [len(shared)] * 2 or column == "rgb"
    taken = rows.take(np.arange(len(rows)))["delta"]
    expected = [plain(TABLE, column)[row] for row in (3, 5, 5, 3, 5, 5)]
    assert [one.tobytes() if column == "rgb" else one.tolist() for one in taken] == expected
    assert len(select(table.slice(4, 1), {"delta": "shared"})) == 0


def test_a_vector_with_a_missing_number_is_no_vector():
    values = [[1.0] * VECTOR_LENGTH, [None] * VECTOR_LENGTH, [None] + [1.0] * (VECTOR_LENGTH - 1)]
    column = pa.array(values, pa.list_(pa.float32(), VECTOR_LENGTH))
    table = pa.table({"label": pa.array([0, 1, 2], pa.uint8()), "aligned": column})
    assert select(table, {"delta": "aligned"}).numbers.tolist() == [0]


def test_an_empty_frame_has_no_rows():
    assert len(select(TABLE.slice(0, 0), COLUMNS)) == 0
    assert len(select(without(TABLE, "rgb", np.ones(16, bool)), COLUMNS)) == 0


@pytest.mark.parametrize(
    "column",
    [
        pa.array([b"short"]),
        pa.array([[1.0, 2.0]], pa.list_(pa.float32(), 2)),
        pa.array([[0.0] * VECTOR_LENGTH], pa.list_(pa.float64(), VECTOR_LENGTH)),
        pa.array(["a" * PIXEL_BYTES]),
    ],
)
def test_a_column_of_another_kind_is_refused_by_name(column):
    table = pa.table({"label": pa.array([0], pa.uint8()), "odd": column})
    with pytest.raises(ShapeError, match="column 'odd': expected"):
        select(table, {"delta": "odd"})
