"""Exports contain the result of the query, appear complete or not at all, and write no other file."""

import csv
import io
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq
import pytest

from affect_store.store.engine.export import export
from affect_store.store.engine.export_files import WIDE_GROUP
from affect_store.store.engine.query import run_query
from affect_store.store.errors import QueryError
from affect_store.store.offline.feature_store import FeatureStore
from affect_store.store.vocabulary import VECTOR_LENGTH
from tests.stores.known import small_home

DELTAS = "FROM features.present JOIN features.deltas USING (image_id, version, created_at) WHERE feature = 'aligned'"


def test_vectors_are_lists_in_parquet_with_the_values_of_the_store(tmp_path: Path) -> None:
    target = tmp_path / "deltas.parquet"
    size = export(small_home(), f"{DELTAS} ORDER BY image_id", target)
    exported = pl.read_parquet(target)
    with FeatureStore.open(small_home()) as store:
        ids, matrix = store.get_features("aligned", image_ids=exported["image_id"].to_list()).matrix()
    assert exported["image_id"].to_list() == ids and size == target.stat().st_size
    assert np.array_equal(np.array(exported["xyz"].to_list(), np.float32), matrix)


def test_vectors_are_text_in_csv(tmp_path: Path) -> None:
    export(small_home(), f"{DELTAS} LIMIT 1", tmp_path / "delta.csv")
    text = pl.read_csv(tmp_path / "delta.csv")["xyz"][0]
    assert text.startswith("[") and len(text.strip("[]").split(", ")) == VECTOR_LENGTH


@pytest.mark.parametrize("name", ["leaderboard", " features.current ", "catalogue.images", "from leaderboard"])
def test_a_bare_name_exports_all_rows_of_that_table_or_view(tmp_path: Path, name: str) -> None:
    export(small_home(), name, tmp_path / "all.csv")
    result = run_query(small_home(), f"FROM {name.replace('from ', '')}")
    exported = pl.read_csv(tmp_path / "all.csv", infer_schema=False)
    assert tuple(exported.columns) == result.columns and len(exported) == len(result.rows) > 0


@pytest.mark.parametrize("query", ["SELECT 1 AS a;  -- done", "WITH x AS (SELECT 1 AS a) FROM x", "VALUES (1)"])
def test_any_single_select_is_exported(tmp_path: Path, query: str) -> None:
    export(small_home(), query, tmp_path / "x.parquet")
    assert pl.read_parquet(tmp_path / "x.parquet").row(0) == (1,)


@pytest.mark.parametrize("name", ["a';drop.parquet", "*.parquet", "{0}.csv", "ü ü.csv", "$x.PARQUET", "-n.csv"])
def test_special_characters_in_file_names_are_taken_literally(tmp_path: Path, name: str) -> None:
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
def test_anything_but_a_single_select_is_refused_and_writes_nothing(
    tmp_path: Path, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(QueryError, match="one SELECT|not allowed|query is empty"):
        export(small_home(), query, tmp_path / "x.csv")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT nothing FROM leaderboard", "nothing"),
        ("FROM no_such_table", "no_such_table"),
        ("target", "target"),  # also the name of a Python variable
        ("SELEC 1", "syntax error"),
        ("SELECT error('boom') FROM range(3)", "boom"),
    ],
)
def test_a_failing_query_reports_the_reason_and_leaves_no_file(tmp_path: Path, query: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        export(small_home(), query, tmp_path / "x.parquet")
    assert os.listdir(tmp_path) == []


def test_another_suffix_and_a_missing_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match=r"\.csv, \.parquet, \.arrow or \.xlsx"):
        export(small_home(), "leaderboard", tmp_path / "x.xls")
    with pytest.raises(QueryError, match="does not exist"):
        export(small_home(), "leaderboard", tmp_path / "none" / "x.csv")
    (tmp_path / "f.csv").mkdir()
    with pytest.raises(QueryError, match="is a folder"):
        export(small_home(), "leaderboard", tmp_path / "f.csv", force=True)


def test_a_file_is_replaced_only_with_force_and_only_by_a_complete_one(tmp_path: Path) -> None:
    target = tmp_path / "x.csv"
    target.write_text("mine")
    with pytest.raises(QueryError, match="--force"):
        export(small_home(), "SELECT 1 AS a", target)
    with pytest.raises(QueryError):
        export(small_home(), "SELECT error('boom') FROM range(3)", target, force=True)
    assert target.read_text() == "mine"
    export(small_home(), "SELECT 1 AS a", target, force=True)
    assert target.read_text() == "a\n1\n" and os.listdir(tmp_path) == ["x.csv"]


def test_vectors_are_written_in_small_row_groups(tmp_path: Path) -> None:
    rows = WIDE_GROUP + 10
    query = f"SELECT i, [i, 0.5]::FLOAT[2] AS v FROM range({rows}) AS r (i)"
    export(small_home(), query, tmp_path / "x.parquet")
    metadata = pq.ParquetFile(tmp_path / "x.parquet").metadata
    assert metadata.num_row_groups == 2 and metadata.num_rows == rows
    assert pl.read_parquet(tmp_path / "x.parquet")["i"].is_sorted()


def test_a_reader_in_the_same_process_is_not_disturbed(tmp_path: Path) -> None:
    with FeatureStore.open(small_home()) as store:
        before = store._connection.execute("SELECT current_setting('threads')").fetchone()
        export(small_home(), "leaderboard", tmp_path / "x.csv")
        assert store._connection.execute("SELECT current_setting('threads')").fetchone() == before
        assert store.get_features("aligned").image_ids


def test_a_query_with_a_variable_gets_the_hint_to_use_a_subquery(tmp_path: Path) -> None:
    query = "SET VARIABLE n = 1; SELECT getvariable('n')"
    with pytest.raises(QueryError, match="received .*SELECT; replace SET VARIABLE by a subquery"):
        export(small_home(), query, tmp_path / "rows.csv")


def test_csv_is_safe_in_text_and_in_the_names_of_columns(tmp_path: Path) -> None:
    query = """SELECT '=cmd()' AS "=head""\", '@SUM(1)'::ENUM ('@SUM(1)') AS kind, -5 AS number, NULL::VARCHAR AS none,
               '"quoted", text' AS text, ['=1'] AS list"""
    assert csv_rows(query, tmp_path / "safe.csv") == [
        ["'=head\"", "kind", "number", "none", "text", "list"],
        ["'=cmd()", "'@SUM(1)", "-5", "", '"quoted", text', "['=1']"],
    ]
    assert csv_rows(query, tmp_path / "raw.csv", raw=True)[1][:2] == ["=cmd()", "@SUM(1)"]


def csv_rows(query: str, target: Path, *, raw: bool = False) -> list[list[str]]:
    export(small_home(), query, target, raw=raw)
    return list(csv.reader(io.StringIO(target.read_text())))


@pytest.mark.parametrize("name", ["aligned", "landmarks", "head_pose"])
def test_the_name_of_a_feature_exports_its_current_values_with_labels(tmp_path: Path, name: str) -> None:
    export(small_home(), name, tmp_path / "x.parquet")
    exported = pl.read_parquet(tmp_path / "x.parquet")
    with FeatureStore.open(small_home()) as store:
        ids = store.get_features(name).image_ids
    assert sorted(ids) == exported["image_id"].to_list() and exported["emotion"].null_count() == 0


@pytest.mark.parametrize("suffix", [".csv", ".arrow"])
def test_a_killed_export_leaves_no_file_of_that_name(tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"x{suffix}"
    code = (
        "import sys\nfrom pathlib import Path\nfrom affect_store.store.engine.export import export\n"
        "from affect_store.store.home import Home\n"
        "export(Home(Path(sys.argv[1])), 'FROM range(100000000000)', Path(sys.argv[2]))"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(small_home().root), str(target)])
    while process.poll() is None and not any(path.stat().st_size for path in tmp_path.iterdir()):
        time.sleep(0.02)
    assert process.poll() is None, "the export ended before it was killed"
    process.kill()
    process.wait()
    assert not target.exists() and list(tmp_path.iterdir())


def test_the_file_before_the_query_is_named(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="expected the query before the file: `affect export aligned x.parquet`"):
        export(small_home(), "x.parquet", Path("aligned"))


@pytest.mark.parametrize("query", ["FROM read_text('/etc/passwd')", "FROM glob('/*')", "FROM '{target}'"])
def test_no_other_file_is_read(tmp_path: Path, query: str) -> None:
    with pytest.raises(QueryError, match="switched off|does not exist"):
        export(small_home(), query, tmp_path / "x.csv")
    assert os.listdir(tmp_path) == []
