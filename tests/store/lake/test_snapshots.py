"""Snapshots of a lake: their list, reading at an earlier one, and rollback; errors of readers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from affect_store.store.errors import NotPublishedError, QueryError, StoreError, StoreLockedError, UnknownNameError
from affect_store.store.lake import connect, publish, snapshots
from affect_store.store.lake.address import LakeAddress, parse
from affect_store.store.lake.lake_sql import running
from affect_store.store.offline.feature_store import FeatureStore
from tests.store.lake.lakes import FIRST, SECOND, copied, lake_at, other_home, published
from tests.stores.known import CORPUS

pytest.importorskip("duckdb_extension_ducklake")

AGES = "FROM catalogue.images SELECT count(age) AS n WHERE corpus = 'other'"


def _published_twice(folder: Path) -> LakeAddress:
    address = lake_at(folder)
    published(address, other_home(), SECOND)
    store = copied(folder, "UPDATE catalogue.images SET age = 30", home=other_home())
    publish.publish(address, store, home_id=SECOND, publication="2")
    return address


@pytest.fixture
def lake(tmp_path: Path) -> LakeAddress:
    """A lake with two publications of the second home: in the later one, everybody has an age."""
    return _published_twice(tmp_path)


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> LakeAddress:
    """Such a lake that no test changes."""
    return _published_twice(tmp_path_factory.mktemp("unchanged"))


def ages(address: LakeAddress, at: connect.Moment | None = None) -> int:
    with running(address, AGES, at=at) as result:
        return int(next(result.rows)[0])


@pytest.mark.long
def test_snapshots_are_publications_that_can_be_read_and_returned_to(lake: LakeAddress) -> None:
    first, second = snapshots.list_snapshots(lake)
    assert (first.publication, second.publication, second.home_id) == ("1", "2", SECOND)
    assert "12 photographs of 6 people, corpora other" in second.message
    assert (first.is_current, second.is_current) == (False, True)
    assert ages(lake, first.number) == 0 and ages(lake) == ages(lake, second.moment + timedelta(seconds=1)) == 12
    with FeatureStore.open(lake.url, as_of=first.number) as store:
        assert store.sql(AGES)["n"].to_list() == [0]
        back = snapshots.roll_back(lake, SECOND)
        assert (back.n_new, back.n_gone) == (12, 12) and ages(lake) == 0
        assert ages(lake, second.number) == 12
    assert "rollback to snapshot" in snapshots.list_snapshots(lake)[-1].message
    assert snapshots.roll_back(lake, SECOND, second.number).n_new == 12 and ages(lake) == 12


@pytest.mark.long
def test_a_reader_keeps_its_snapshot_and_sees_the_next_one_when_it_opens_again(
    lake: LakeAddress, tmp_path: Path
) -> None:
    with FeatureStore.open(lake.url) as store:
        snapshots.roll_back(lake, SECOND)
        assert store.sql(AGES)["n"].to_list() == [12]
    with FeatureStore.open(lake.url) as store:
        assert store.sql(AGES)["n"].to_list() == [0]


@pytest.mark.long
def test_a_rollback_leaves_other_homes_alone(lake: LakeAddress) -> None:
    number = published(lake).snapshot
    assert number is not None
    with pytest.raises(StoreError, match=f"had published nothing by snapshot {number - 1}"):
        snapshots.roll_back(lake, FIRST, number - 1)
    snapshots.roll_back(lake, SECOND)
    with running(lake, "FROM catalogue.images SELECT count(*)", home_id=FIRST) as result:
        assert next(result.rows) == (254,)
    with running(lake, "FROM catalogue.images SELECT count(DISTINCT corpus)") as result:
        assert next(result.rows) == (2,)
    assert CORPUS in snapshots.list_snapshots(lake)[-2].message


def test_what_is_not_there_is_one_sentence(unchanged: LakeAddress, tmp_path: Path) -> None:
    lake = unchanged
    for call, error, words in (
        (lambda: snapshots.roll_back(lake, SECOND, 99), UnknownNameError, "no snapshot '99'"),
        (lambda: snapshots.roll_back(lake, FIRST), StoreError, "has 0 snapshots"),
        (lambda: FeatureStore.open(lake.url, as_of=99), StoreError, "no such snapshot"),
        (lambda: FeatureStore.open(lake.url, as_of=0), NotPublishedError, "nothing has been published"),
        (lambda: FeatureStore.open(lake.url, as_of=datetime(2000, 1, 1, tzinfo=UTC)), StoreError, "no such snapshot"),
        (lambda: FeatureStore.open(lake.url, home_id="3c"), UnknownNameError, "has no home '3c'"),
        (lambda: FeatureStore.open(f"ducklake:{tmp_path}/none.ducklake"), NotPublishedError, "there is no lake"),
        (lambda: FeatureStore.open("home", as_of=1), StoreError, "are for lakes"),
        (
            lambda: connect.open_to_read(parse("ducklake:postgres:host=127.0.0.1 port=1 dbname=x"), wait_s=0.1),
            StoreError,
            "cannot be reached",
        ),
        (lambda: connect.moment_of("yesterday"), StoreError, "neither the number of a snapshot nor a time"),
        (
            lambda: connect.open_to_write(parse(lake.url, str(tmp_path / "elsewhere"))),
            StoreError,
            "its data files elsewhere",
        ),
    ):
        with pytest.raises(error, match=words):
            call()


def test_a_catalogue_in_a_file_is_held_by_its_writer(tmp_path: Path) -> None:
    address = parse(f"ducklake:{tmp_path}/lake.ducklake")
    published(address, other_home(), SECOND)
    writer = connect.open_to_write(address)
    with pytest.raises(StoreLockedError, match="holds the catalogue"):
        connect.open_to_read(address, wait_s=0.3)
    writer.close()
    assert ages(address) == 0


@pytest.mark.long
def test_a_later_schema_version_is_refused(lake: LakeAddress) -> None:
    version = "8"
    connection = connect.open_to_write(lake)
    connection.execute("UPDATE lake.stored.homes SET schema_version = $1", [version])
    connection.close()
    for call in (lambda: FeatureStore.open(lake.url), lambda: published(lake)):
        with pytest.raises(StoreError, match=f"schema version {version}, expected 7 at most: .* update affect-store"):
            call()


@pytest.mark.parametrize(
    "query",
    [
        "FROM ducklake_cleanup_old_files('lake', cleanup_all => true)",
        "FROM lake.cleanup_old_files(cleanup_all => true)",
        "FROM \"postgres_scan\"('host=127.0.0.1', 'public', 't')",
        "FROM query('SELECT 1')",
        "FROM __ducklake_metadata_lake.main.ducklake_snapshot",
        "FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
        "FROM read_csv('/etc/passwd')",
        "DELETE FROM lake.stored.homes",
        "ATTACH '/tmp/x.db'",
        "SET enable_external_access = true",
    ],
)
def test_sql_reads_the_lake_and_nothing_else(unchanged: LakeAddress, query: str) -> None:
    with pytest.raises(QueryError), running(unchanged, query) as result:
        list(result.rows)
