"""A publication in a lake: the same contents and answers as the store's file, and only differences are written."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from docs.scripts import store_reference as reference_page
from polars.testing import assert_frame_equal

from affect_store.store.engine.duckdb import Connection
from affect_store.store.errors import StoreError
from affect_store.store.lake import connect, layout, publish
from affect_store.store.lake.address import LakeAddress
from affect_store.store.lake.reading import add_comments, open_store
from affect_store.store.offline.feature_store import FeatureStore
from affect_store.store.schema.tables import TABLES
from tests.store.lake.lakes import (
    FIRST,
    SECOND,
    contents,
    copied,
    data_files,
    frame,
    lake_at,
    opened_file,
    other_home,
    published,
    store_of,
)
from tests.stores.known import PEOPLE, small_home

pytest.importorskip("duckdb_extension_ducklake")

QUESTIONS = reference_page.questions()


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> LakeAddress:
    """A lake with the publication of the small home; read-only."""
    address = lake_at(tmp_path_factory.mktemp("lake"))
    assert published(address).snapshot is not None
    return address


@pytest.fixture(scope="module")
def reader(lake: LakeAddress) -> Iterator[Connection]:
    """The lake as a store."""
    connection = open_store(lake, alias="store")
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def file() -> Iterator[Connection]:
    """The file of the same publication."""
    connection = opened_file(store_of())
    yield connection
    connection.close()


def test_the_tables_of_a_lake_equal_those_of_the_file(reader: Connection, file: Connection) -> None:
    read, expected = contents(reader), contents(file)
    assert sum(table.num_rows for table in expected.values()) > 5000
    assert {name: table.schema for name, table in read.items()} == {
        name: table.schema for name, table in expected.items()
    }
    assert [name for name, table in read.items() if not table.equals(expected[name])] == []


@pytest.mark.parametrize("number", range(len(QUESTIONS)))
def test_the_ten_questions_have_the_same_answers(reader: Connection, file: Connection, number: int) -> None:
    statement = QUESTIONS[number].statement
    # sums of 32-bit numbers differ in the last digits with the order in which rows are added
    assert_frame_equal(frame(reader, statement), frame(file, statement), rel_tol=1e-5, abs_tol=1e-7)


@pytest.mark.long
def test_a_reader_without_affect_store_gets_the_same_answers(lake: LakeAddress, file: Connection) -> None:
    connection = connect.open_to_read(lake)
    connection.execute("USE lake")
    for question in QUESTIONS:
        assert_frame_equal(
            frame(connection, question.statement), frame(file, question.statement), rel_tol=1e-5, abs_tol=1e-7
        )
    assert frame(connection, "FROM homes")["corpora"].to_list() == [["small"]]
    ordered = "FROM splits.train ORDER BY image_id"
    assert frame(connection, ordered).equals(frame(file, ordered))
    assert frame(connection, "FROM features.deltas SELECT typeof(xyz) AS t LIMIT 1")["t"].to_list() == ["FLOAT[1404]"]
    connection.close()


def test_tables_views_and_columns_have_comments(lake: LakeAddress, file: Connection) -> None:
    query = """
        FROM duckdb_columns() SELECT schema_name || '.' || table_name AS t, column_name, comment
        WHERE database_name = '{}' AND schema_name <> 'stored' ORDER BY ALL
    """
    connection = open_store(lake, alias="store")
    add_comments(connection)
    database = frame(file, "SELECT current_database() AS d")["d"][0]
    expected = frame(file, query.format(database))
    assert expected["comment"].null_count() == 0 and len(expected) > 500
    received = frame(connection, query.format("store"))  # with a view that a file lacks
    assert received.filter(pl.col("t") != "main.homes").equals(expected)
    stored = frame(connection, "FROM duckdb_columns() SELECT comment WHERE schema_name = 'stored' AND comment IS NULL")
    assert len(stored) < 10  # of `homes` and `definitions`
    connection.close()


@pytest.mark.long
def test_the_feature_store_reads_a_lake_like_a_file(lake: LakeAddress) -> None:
    with FeatureStore.open(lake.url) as store, FeatureStore.open(small_home()) as expected:
        for name in ("aligned", "landmarks", "head_pose"):
            (ids, matrix), (other_ids, other_matrix) = (each.get_features(name).matrix() for each in (store, expected))
            assert ids == other_ids and np.array_equal(matrix, other_matrix)
        few = ids[5:8][::-1]
        assert store.polars("aligned", few, labels=True).equals(expected.polars("aligned", few, labels=True))
        assert store.latest(ids[3])["aligned"].tolist() == expected.latest(ids[3])["aligned"].tolist()
        for split_id in expected.sql("FROM splits.sets")["split_id"][:2]:
            assert store.fingerprint(split_id) == expected.fingerprint(split_id)
            pairs = zip(
                store.training_batches(split_id, "train", "aligned"),
                expected.training_batches(split_id, "train", "aligned"),
                strict=True,
            )
            assert all(batch.equals(other) for batch, other in pairs)
        assert store.sql("FROM leaderboard").equals(expected.sql("FROM leaderboard"))
        assert lake.url in repr(store) and "254 photographs" in repr(store)


def test_publishing_the_same_again_makes_no_snapshot(lake: LakeAddress) -> None:
    before = data_files(lake)
    assert published(lake) == publish.Written(None, 0, 0)
    assert data_files(lake) == before


@pytest.mark.long
def test_only_rows_that_differ_are_written(tmp_path: Path) -> None:
    address = lake_at(tmp_path)
    first = published(address)
    before = data_files(address)
    store = copied(
        tmp_path,
        f"UPDATE catalogue.images SET age = 44 WHERE subject_id = '{PEOPLE[0]}'",
        "DELETE FROM features.head_pose WHERE image_id IN "
        f"(FROM catalogue.images SELECT image_id WHERE subject_id = '{PEOPLE[1]}')",
    )
    changed = opened_file(store)
    n_changed = frame(changed, f"FROM catalogue.images WHERE subject_id = '{PEOPLE[0]}'").height
    written = publish.publish(address, store, home_id=FIRST, publication="2")
    assert written.n_new == n_changed and written.n_gone > written.n_new
    assert first.snapshot is not None and written.snapshot == first.snapshot + 1
    new = [path for path in data_files(address) if path not in before]
    assert {path.parent.name for path in new} == {"catalogue_images", "features_head_pose", "homes"}
    connection = open_store(address, alias="store")
    assert [name for name, table in contents(connection).items() if not table.equals(contents(changed)[name])] == []
    connection.close()


@pytest.mark.long
def test_homes_share_a_lake_and_leave_each_others_rows_alone(tmp_path: Path) -> None:
    address = lake_at(tmp_path)
    published(address)
    published(address, other_home(), SECOND)
    for home, home_id in ((small_home(), FIRST), (other_home(), SECOND)):
        connection, expected = open_store(address, alias="store", home_id=home_id), opened_file(store_of(home))
        read = contents(connection)
        assert [name for name, table in contents(expected).items() if not table.equals(read[name])] == []
        connection.close()
    assert published(address).snapshot is None and published(address, other_home(), SECOND).snapshot is None
    both = open_store(address, alias="store")
    corpora = frame(both, "FROM catalogue.images JOIN features.landmarks USING (image_id) SELECT DISTINCT corpus")
    assert sorted(corpora["corpus"]) == ["other", "small"]
    labels = frame(both, "FROM catalogue.emotions")["label"]
    assert labels.is_unique().all() and len(labels) == 8
    for table in layout.SHARED:
        key = ", ".join(next(each.key for each in TABLES if each.qualified == table))
        assert frame(both, f"FROM {table} SELECT {key} GROUP BY ALL HAVING count(*) > 1").is_empty()
    both.close()


def test_a_corpus_of_another_home_is_refused(lake: LakeAddress) -> None:
    before = data_files(lake)
    with pytest.raises(StoreError, match=f"another home \\({FIRST}\\) has published .* homes that share a lake"):
        published(lake, home_id=SECOND)
    assert [path for path in before if path not in data_files(lake)] == []
    connection = connect.open_to_read(lake)
    assert frame(connection, "FROM lake.stored.homes")["home_id"].to_list() == [FIRST]
    connection.close()


KILLED = """
import os, sys
from pathlib import Path
from affect_store.store.lake import address, publish, rows

write_table = rows.write_table
def write_and_die(connection, table, *arguments):
    if table.qualified == "registry.runs":
        os._exit(9)
    return write_table(connection, table, *arguments)
rows.write_table = write_and_die
publish.publish(address.parse(sys.argv[1]), Path(sys.argv[2]), home_id=sys.argv[3], publication="2")
"""


@pytest.mark.long
def test_a_killed_publication_leaves_the_last_snapshot(tmp_path: Path) -> None:
    address = lake_at(tmp_path)
    first = published(address)
    store = copied(tmp_path, "UPDATE features.landmarks SET seal = 'x' || seal")
    arguments = [sys.executable, "-c", KILLED, address.url, str(store), FIRST]
    assert subprocess.run(arguments, check=False).returncode == 9
    connection = open_store(address, alias="store")
    assert contents(connection)["features.landmarks"].equals(contents(opened_file(store_of()))["features.landmarks"])
    assert connect.snapshot(connection) == first.snapshot
    connection.close()
    written = publish.publish(address, store, home_id=FIRST, publication="2")
    assert written.n_new == written.n_gone == len(pl.read_parquet(_landmarks(address), columns=["image_id"]))


def _landmarks(address: LakeAddress) -> Path:
    return max(data_files(address), key=lambda path: (path.parent.name == "features_landmarks", path.stat().st_mtime))
