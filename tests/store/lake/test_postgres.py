"""A lake with its catalogue in PostgreSQL: homes that publish at once, readers meanwhile, and a killed process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from docs.scripts import store_reference as reference_page
from polars.testing import assert_frame_equal

from affect_store.store.engine.duckdb import Connection
from affect_store.store.home import Home
from affect_store.store.lake import connect, publish, snapshots
from affect_store.store.lake.address import LakeAddress, parse
from affect_store.store.lake.publish import Written
from affect_store.store.lake.reading import open_store
from tests.flows.deployed import postgres
from tests.store.lake.lakes import (
    FIRST,
    SECOND,
    contents,
    copied,
    frame,
    opened_file,
    other_home,
    published,
    store_of,
)
from tests.store.lake.test_lake import KILLED
from tests.stores.known import small_home

pytest.importorskip("duckdb_extension_postgres_scanner")
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LakeAddress]:
    """A lake into which two homes have published at once, for the first time."""
    with postgres() as url:
        if url is None:
            pytest.skip("PostgreSQL is not installed")
        port = url.rpartition(":")[2].partition("/")[0]
        data = tmp_path_factory.mktemp("lake") / "files"
        address = parse(f"ducklake:postgres:dbname=postgres host=127.0.0.1 port={port} user=prefect", str(data))
        homes: list[tuple[Home, str]] = [(small_home(), FIRST), (other_home(), SECOND)]

        def publish_home(home: tuple[Home, str]) -> Written:
            return published(address, *home)

        with ThreadPoolExecutor(len(homes)) as pool:
            assert all(written.snapshot for written in pool.map(publish_home, homes))
        yield address


def differing(connection: Connection, home: Home) -> list[str]:
    """Return the tables that a lake has otherwise than the store of a home."""
    expected, read = contents(opened_file(store_of(home))), contents(connection)
    return [name for name, table in read.items() if not table.equals(expected[name])]


def test_two_homes_publish_at_once(lake: LakeAddress) -> None:
    for home, home_id in ((small_home(), FIRST), (other_home(), SECOND)):
        connection = open_store(lake, alias="store", home_id=home_id)
        assert differing(connection, home) == []
        connection.close()
    assert {each.home_id for each in snapshots.list_snapshots(lake)} == {FIRST, SECOND}


def test_the_ten_questions_have_the_same_answers(lake: LakeAddress) -> None:
    connection, file = open_store(lake, alias="store", home_id=FIRST), opened_file(store_of())
    for question in reference_page.questions():
        read, expected = (frame(each, question.statement) for each in (connection, file))
        assert_frame_equal(read, expected, rel_tol=1e-5, abs_tol=1e-7)
    connection.close()


def test_readers_keep_their_snapshot_while_a_home_publishes_and_returns(lake: LakeAddress, tmp_path: Path) -> None:
    reader = open_store(lake, alias="store", home_id=SECOND)
    store = copied(tmp_path, "UPDATE catalogue.images SET age = 30", home=other_home())

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(publish.publish, lake, store, home_id=SECOND, publication="2")
        while not writing.done():
            assert differing(reader, other_home()) == []
        assert writing.result().n_new == 12
    assert differing(reader, other_home()) == []
    reader.close()
    later = open_store(lake, alias="store", home_id=SECOND)
    assert differing(later, other_home()) == ["catalogue.images"]
    later.close()
    assert snapshots.roll_back(lake, SECOND).n_new == 12
    restored = open_store(lake, alias="store", home_id=SECOND)
    assert differing(restored, other_home()) == []
    restored.close()


def test_a_killed_publication_leaves_the_last_snapshot(lake: LakeAddress, tmp_path: Path) -> None:
    before = snapshots.list_snapshots(lake)
    store = copied(tmp_path, "UPDATE features.landmarks SET seal = 'x' || seal")
    arguments = [sys.executable, "-c", KILLED, lake.url, str(store), FIRST]
    assert subprocess.run(arguments, check=False).returncode == 9
    assert snapshots.list_snapshots(lake) == before
    connection = open_store(lake, alias="store", home_id=FIRST)
    assert differing(connection, small_home()) == [] and connect.snapshot(connection) == before[-1].number
    connection.close()
    assert published(lake).snapshot is None
