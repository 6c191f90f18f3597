"""Matrices hold the stored values of the wanted rows, in any order, and few other rows are read."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affect_store.store.engine.arrow_columns import MAX_CHUNKS, masked_vectors, packed_thumbnails, packed_vectors
from affect_store.store.engine.duckdb import open_file
from affect_store.store.engine.store_file import StoreFile
from affect_store.store.offline import matrix
from affect_store.store.offline.matrix import GAP, PIXELS, read_matrix
from affect_store.store.vocabulary import PIXEL_BYTES, VECTOR_LENGTH

N = 700
VECTORS = np.random.default_rng(7).normal(size=(N, VECTOR_LENGTH)).astype(np.float32)
THUMBNAILS = np.random.default_rng(8).integers(0, 256, (N, PIXEL_BYTES), dtype=np.uint8)
STORED = {"landmarks": VECTORS, PIXELS: THUMBNAILS}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreFile]:
    path = tmp_path_factory.mktemp("stores") / "store.duckdb"
    connection = open_file(path)
    connection.execute("CREATE SCHEMA features")
    for view, column, values in (
        ("landmarks", "xyz", masked_vectors(VECTORS, np.ones(N, bool))),
        (PIXELS, "rgb", packed_thumbnails(THUMBNAILS, np.ones(N, bool))),
    ):
        connection.register("arriving", pa.table({column: values}))
        connection.execute(f"CREATE TABLE features.{view} AS FROM arriving")
        connection.unregister("arriving")
    connection.close()
    with StoreFile(path) as opened:
        yield opened


def wanted(rows: list[int], positions: list[int]) -> pl.DataFrame:
    return pl.DataFrame(
        {"row_number": rows, "position": positions}, schema={"row_number": pl.Int64, "position": pl.Int64}
    )


@settings(max_examples=30, deadline=None)
@given(data=st.data(), view=st.sampled_from(list(STORED)), narrow=st.booleans())
def test_each_row_is_at_its_place_and_all_others_are_zero(
    source: StoreFile, data: st.DataObject, view: str, narrow: bool
) -> None:
    n = data.draw(st.integers(1, 40))
    positions = data.draw(st.lists(st.integers(0, n - 1), unique=True, max_size=n))
    rows = data.draw(st.lists(st.integers(0, N - 1), min_size=len(positions), max_size=len(positions)))
    expected = np.zeros((n, STORED[view].shape[1]), STORED[view].dtype)
    expected[positions] = STORED[view][rows]
    assert np.array_equal(read_matrix(source, view, wanted(rows, positions), n, narrow=narrow), expected)


@pytest.mark.parametrize("view", STORED)
def test_several_threads_read_all_rows(source: StoreFile, view: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "SPAN", 64)
    order = np.random.default_rng(9).permutation(N)
    values = read_matrix(source, view, wanted(order.tolist(), list(range(N))), N, narrow=True)
    assert np.array_equal(values, STORED[view][order])


def rows_read(source: StoreFile, monkeypatch: pytest.MonkeyPatch, rows: list[int]) -> int:
    """The number of rows that DuckDB returns to read these."""
    sizes = []
    copy_rows = matrix._copy_rows
    monkeypatch.setattr(matrix, "_copy_rows", lambda v, batch, w: (sizes.append(len(batch)), copy_rows(v, batch, w)))
    read_matrix(source, "landmarks", wanted(rows, list(range(len(rows)))), len(rows))
    return sum(sizes)


def test_a_few_scattered_rows_are_read_without_the_whole_table(
    source: StoreFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rows_read(source, monkeypatch, [0, 2 * GAP, N - 1]) == 3
    assert rows_read(source, monkeypatch, [0, 2, 4]) <= 3 + 5


def test_arrow_columns_share_the_memory_of_the_matrix(source: StoreFile) -> None:
    present = np.array([True, False, True, True, False])
    for column in (
        masked_vectors(VECTORS[:5], present),
        packed_vectors(VECTORS[:3], present),
        packed_thumbnails(THUMBNAILS[:3], present),
    ):
        assert [value is not None for value in column.to_pylist()] == present.tolist()
    column = packed_vectors(VECTORS[:3], present)
    valid_chunks = [chunk for chunk in column.chunks if not chunk.null_count]
    assert [np.shares_memory(chunk.flatten().to_numpy(), VECTORS) for chunk in valid_chunks] == [True, True]
    thumbnails = packed_thumbnails(THUMBNAILS[:3], present)
    assert np.shares_memory(np.frombuffer(thumbnails.buffers()[2], np.uint8), THUMBNAILS)
    assert [value for value in thumbnails.to_pylist() if value] == [row.tobytes() for row in THUMBNAILS[:3]]


def test_missing_values_may_be_many_and_scattered() -> None:
    present = np.arange(2 * MAX_CHUNKS + 2) % 2 == 0
    values = np.zeros((present.sum(), VECTOR_LENGTH), np.float32) + np.arange(present.sum())[:, None]
    column = packed_vectors(values.astype(np.float32), present)
    assert column.is_valid().to_pylist() == present.tolist()
    assert column.chunk(0).drop_null().flatten().to_numpy()[::VECTOR_LENGTH].tolist() == list(range(present.sum()))


def test_no_rows_give_an_empty_matrix(source: StoreFile) -> None:
    assert read_matrix(source, "landmarks", wanted([], []), 0).shape == (0, VECTOR_LENGTH)


@pytest.mark.parametrize(("view", "n"), [("landmarks", 9000), (PIXELS, 1600)])
def test_the_small_memory_limit_is_enough_for_many_rows(view: str, n: int, tmp_path: Path) -> None:
    """All threads at once read a table that is larger than the memory limit of DuckDB."""
    column, kind = ("rgb", "BLOB") if view == PIXELS else ("xyz", f"FLOAT[{VECTOR_LENGTH}]")
    value = f"repeat(chr(97 + (i % 26)::INT), {PIXEL_BYTES})::BLOB" if view == PIXELS else (
        f"list_transform(range({VECTOR_LENGTH}), lambda k: i + k)"
    )  # fmt: skip
    connection = open_file(tmp_path / "store.duckdb")
    connection.execute("SET force_compression = 'uncompressed'")
    connection.execute("CREATE SCHEMA features")
    connection.execute(f"CREATE TABLE features.{view} AS SELECT ({value})::{kind} AS {column} FROM range({n}) AS t(i)")
    connection.close()
    with StoreFile(tmp_path / "store.duckdb") as source:
        values = read_matrix(source, view, wanted(list(range(n)), list(range(n))), n, narrow=True)
    assert values.nbytes > 48 * 10**6
    firsts = np.arange(n) if view == "landmarks" else 97 + np.arange(n) % 26
    assert np.array_equal(values[:, 0], firsts)
