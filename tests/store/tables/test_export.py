"""Exports hold what the query gives, appear whole or not at all, and nothing is written that was not asked for."""

import os
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq
import pytest

from store.errors import QueryError
from store.tables.export import WIDE_GROUP, export
from store.tables.query import ask
from store.tables.store import Store
from store.vocabulary import VECTOR_LENGTH
from tests.store.tables.small_store import small_home

DELTAS = "FROM features.present JOIN features.deltas USING (image_id, version, created_at) WHERE feature = 'aligned'"


def test_vectors_are_lists_in_parquet_with_the_values_of_the_store(tmp_path: Path) -> None:
    target = tmp_path / "deltas.parquet"
    size = export(small_home(), f"{DELTAS} ORDER BY image_id", target)
    found = pl.read_parquet(target)
    with Store.open(small_home()) as store:
        ids, matrix = store.features("aligned", image_ids=found["image_id"].to_list()).matrix()
    assert found["image_id"].to_list() == ids and size == target.stat().st_size
    assert np.array_equal(np.array(found["xyz"].to_list(), np.float32), matrix)


def test_vectors_are_text_in_csv(tmp_path: Path) -> None:
    export(small_home(), f"{DELTAS} LIMIT 1", tmp_path / "one.csv")
    text = pl.read_csv(tmp_path / "one.csv")["xyz"][0]
    assert text.startswith("[") and len(text.strip("[]").split(", ")) == VECTOR_LENGTH


@pytest.mark.parametrize("name", ["leaderboard", " features.current ", "catalogue.images", "from leaderboard"])
def test_a_name_alone_is_all_of_that_table_or_view(tmp_path: Path, name: str) -> None:
    export(small_home(), name, tmp_path / "all.csv")
    answer = ask(small_home(), f"FROM {name.replace('from ', '')}")
    found = pl.read_csv(tmp_path / "all.csv", infer_schema=False)
    assert tuple(found.columns) == answer.columns and len(found) == len(answer.rows) > 0


@pytest.mark.parametrize("query", ["SELECT 1 AS a;  -- done", "WITH x AS (SELECT 1 AS a) FROM x", "VALUES (1)"])
def test_any_select_will_do(tmp_path: Path, query: str) -> None:
    export(small_home(), query, tmp_path / "x.parquet")
    assert pl.read_parquet(tmp_path / "x.parquet").row(0) == (1,)


@pytest.mark.parametrize("name", ["a';drop.parquet", "*.parquet", "{0}.csv", "ü ü.csv", "$x.PARQUET", "-n.csv"])
def test_hostile_names_of_files_are_names_of_files(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "it's"
    folder.mkdir()
    export(small_home(), "SELECT 1 AS a", folder / name)
    assert os.listdir(folder) == [name]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 1; SELECT 2",
        "DROP TABLE catalogue.images",
        "COPY (SELECT 1) TO 'stolen.csv'",
        "CREATE TABLE t (a INT)",
        "ATTACH 'other.duckdb'",
        "SET threads = 2",
        "EXPLAIN SELECT 1",
        "",
        "-- nothing",
    ],
)
def test_what_is_no_single_select_is_refused_and_writes_nothing(
    tmp_path: Path, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(QueryError, match="one SELECT"):
        export(small_home(), query, tmp_path / "x.csv")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT nothing FROM leaderboard", "nothing"),
        ("FROM no_such_table", "no_such_table"),
        ("target", "target"),  # a variable of ours has this name
        ("SELEC 1", "syntax error"),
        ("SELECT error('boom') FROM range(3)", "boom"),
    ],
)
def test_a_refused_query_says_why_and_leaves_nothing(tmp_path: Path, query: str, told: str) -> None:
    with pytest.raises(QueryError, match=told):
        export(small_home(), query, tmp_path / "x.parquet")
    assert os.listdir(tmp_path) == []


def test_another_suffix_and_a_missing_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match=r"\.parquet or \.csv"):
        export(small_home(), "leaderboard", tmp_path / "x.xlsx")
    with pytest.raises(QueryError, match="no folder"):
        export(small_home(), "leaderboard", tmp_path / "none" / "x.csv")
    (tmp_path / "f.csv").mkdir()
    with pytest.raises(QueryError, match="is a folder"):
        export(small_home(), "leaderboard", tmp_path / "f.csv", force=True)


def test_a_file_is_replaced_only_with_force_and_only_by_a_whole_one(tmp_path: Path) -> None:
    target = tmp_path / "x.csv"
    target.write_text("mine")
    with pytest.raises(QueryError, match="--force"):
        export(small_home(), "SELECT 1 AS a", target)
    with pytest.raises(QueryError):
        export(small_home(), "SELECT error('boom') FROM range(3)", target, force=True)
    assert target.read_text() == "mine"
    export(small_home(), "SELECT 1 AS a", target, force=True)
    assert target.read_text() == "a\n1\n" and os.listdir(tmp_path) == ["x.csv"]


def test_vectors_go_to_the_file_in_small_groups(tmp_path: Path) -> None:
    rows = WIDE_GROUP + 10
    query = f"SELECT i, [i, 0.5]::FLOAT[2] AS v FROM range({rows}) AS r (i)"
    export(small_home(), query, tmp_path / "x.parquet")
    found = pq.ParquetFile(tmp_path / "x.parquet").metadata
    assert found.num_row_groups == 2 and found.num_rows == rows
    assert pl.read_parquet(tmp_path / "x.parquet")["i"].is_sorted()


def test_a_reader_in_the_same_process_is_not_disturbed(tmp_path: Path) -> None:
    with Store.open(small_home()) as store:
        before = store._connection.execute("SELECT current_setting('threads')").fetchone()
        export(small_home(), "leaderboard", tmp_path / "x.csv")
        assert store._connection.execute("SELECT current_setting('threads')").fetchone() == before
        assert store.features("aligned").image_ids


def test_a_variable_is_told_to_belong_into_the_select(tmp_path: Path) -> None:
    query = "SET VARIABLE n = 1; SELECT getvariable('n')"
    with pytest.raises(QueryError, match="received .*SELECT: put what SET VARIABLE holds into the SELECT"):
        export(small_home(), query, tmp_path / "rows.csv")
