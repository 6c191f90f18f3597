"""Values come out of a store as they went in, whatever is wanted, in whatever order, and no more is read than that."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.tables import matrix
from store.tables.columns import MOST_RUNS, compact, pictures, spread
from store.tables.duck import open_file
from store.tables.matrix import GAP, PICTURES, fill
from store.tables.source import Source
from store.vocabulary import PIXEL_BYTES, VECTOR_LENGTH

N = 700
VECTORS = np.random.default_rng(7).normal(size=(N, VECTOR_LENGTH)).astype(np.float32)
DRAWN = np.random.default_rng(8).integers(0, 256, (N, PIXEL_BYTES), dtype=np.uint8)
STORED = {"landmarks": VECTORS, PICTURES: DRAWN}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    path = tmp_path_factory.mktemp("stores") / "store.duckdb"
    connection = open_file(path)
    connection.execute("CREATE SCHEMA features")
    for view, column, values in (
        ("landmarks", "xyz", spread(VECTORS, np.ones(N, bool))),
        (PICTURES, "rgb", pictures(DRAWN, np.ones(N, bool))),
    ):
        connection.register("arriving", pa.table({column: values}))
        connection.execute(f"CREATE TABLE features.{view} AS FROM arriving")
        connection.unregister("arriving")
    connection.close()
    with Source(path) as opened:
        yield opened


def wanted(rows: list[int], places: list[int]) -> pl.DataFrame:
    return pl.DataFrame({"row_number": rows, "place": places}, schema={"row_number": pl.Int64, "place": pl.Int64})


@settings(max_examples=30, deadline=None)
@given(data=st.data(), view=st.sampled_from(list(STORED)), narrow=st.booleans())
def test_each_row_comes_to_its_place_and_the_others_are_zero(
    source: Source, data: st.DataObject, view: str, narrow: bool
) -> None:
    n = data.draw(st.integers(1, 40))
    places = data.draw(st.lists(st.integers(0, n - 1), unique=True, max_size=n))
    rows = data.draw(st.lists(st.integers(0, N - 1), min_size=len(places), max_size=len(places)))
    expected = np.zeros((n, STORED[view].shape[1]), STORED[view].dtype)
    expected[places] = STORED[view][rows]
    assert np.array_equal(fill(source, view, wanted(rows, places), n, narrow=narrow), expected)


@pytest.mark.parametrize("view", STORED)
def test_all_rows_are_read_by_several_readers(source: Source, view: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "SPAN", 64)
    order = np.random.default_rng(9).permutation(N)
    found = fill(source, view, wanted(order.tolist(), list(range(N))), N, narrow=True)
    assert np.array_equal(found, STORED[view][order])


def read_rows(source: Source, monkeypatch: pytest.MonkeyPatch, rows: list[int]) -> int:
    """How many rows are read for these."""
    arrived = []
    place = matrix._place
    monkeypatch.setattr(matrix, "_place", lambda v, batch, w: (arrived.append(len(batch)), place(v, batch, w)))
    fill(source, "landmarks", wanted(rows, list(range(len(rows)))), len(rows))
    return sum(arrived)


def test_a_few_scattered_rows_do_not_cost_the_whole_table(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_rows(source, monkeypatch, [0, 2 * GAP, N - 1]) == 3
    assert read_rows(source, monkeypatch, [0, 2, 4]) <= 3 + 5


def test_what_is_held_by_the_values_is_not_copied(source: Source) -> None:
    present = np.array([True, False, True, True, False])
    for made in (spread(VECTORS[:5], present), compact(VECTORS[:3], present), pictures(DRAWN[:3], present)):
        kept = made.to_pylist()
        assert [one is not None for one in kept] == present.tolist()
    column = compact(VECTORS[:3], present)
    shared = [np.shares_memory(one.flatten().to_numpy(), VECTORS) for one in column.chunks if not one.null_count]
    assert shared == [True, True]
    drawn = pictures(DRAWN[:3], present)
    assert np.shares_memory(np.frombuffer(drawn.buffers()[2], np.uint8), DRAWN)
    assert [one for one in drawn.to_pylist() if one] == [row.tobytes() for row in DRAWN[:3]]


def test_photographs_without_a_value_may_be_many_and_scattered() -> None:
    present = np.arange(2 * MOST_RUNS + 2) % 2 == 0
    values = np.zeros((present.sum(), VECTOR_LENGTH), np.float32) + np.arange(present.sum())[:, None]
    found = compact(values.astype(np.float32), present)
    assert found.is_valid().to_pylist() == present.tolist()
    assert found.chunk(0).drop_null().flatten().to_numpy()[::VECTOR_LENGTH].tolist() == list(range(present.sum()))


def test_no_photograph_has_no_values(source: Source) -> None:
    assert fill(source, "landmarks", wanted([], []), 0).shape == (0, VECTOR_LENGTH)


@pytest.mark.parametrize(("view", "n"), [("landmarks", 9000), (PICTURES, 1600)])
def test_little_memory_is_enough_for_many_rows(view: str, n: int, tmp_path: Path) -> None:
    """All readers at once, over a table that is larger than what DuckDB may keep."""
    column, kind = ("rgb", "BLOB") if view == PICTURES else ("xyz", f"FLOAT[{VECTOR_LENGTH}]")
    value = f"repeat(chr(97 + (i % 26)::INT), {PIXEL_BYTES})::BLOB" if view == PICTURES else (
        f"list_transform(range({VECTOR_LENGTH}), lambda k: i + k)"
    )  # fmt: skip
    connection = open_file(tmp_path / "store.duckdb")
    connection.execute("SET force_compression = 'uncompressed'")
    connection.execute("CREATE SCHEMA features")
    connection.execute(f"CREATE TABLE features.{view} AS SELECT ({value})::{kind} AS {column} FROM range({n}) AS t(i)")
    connection.close()
    with Source(tmp_path / "store.duckdb") as source:
        found = fill(source, view, wanted(list(range(n)), list(range(n))), n, narrow=True)
    assert found.nbytes > 48 * 10**6
    firsts = np.arange(n) if view == "landmarks" else 97 + np.arange(n) % 26
    assert np.array_equal(found[:, 0], firsts)
