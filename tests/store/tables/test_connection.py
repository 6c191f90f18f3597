"""A store that somebody else holds: everything that reads it waits, and then says who it is."""

import time
from pathlib import Path

import duckdb
import pytest

from store.errors import StoreError, StoreLockedError
from store.tables import compact, duck, publish
from store.tables.connection import open_work
from store.tables.duck import attach, open_file
from store.tables.home import STORE_FILE, Home
from store.tables.person import Gone
from tests.store.tables.holder import held


@pytest.fixture
def home(tmp_path: Path) -> Home:
    place = Home(tmp_path / "home")
    with open_work(place):
        pass
    return place


def test_attaching_waits_for_the_holder_and_names_it(home: Home) -> None:
    reader = open_file(Path(":memory:"))
    with held(home.work), pytest.raises(StoreLockedError, match=r"held by process \d+ .*; waited 0 s"):
        attach(reader, home.work, "source", wait_s=0.3)
    with held(home.work, for_s=1.0):
        attach(reader, home.work, "source", wait_s=30)
    assert reader.execute("SELECT count(*) FROM source.catalogue.images").fetchall() == [(0,)]
    reader.close()


def test_what_publishes_and_what_rewrites_wait_too(home: Home, tmp_path: Path) -> None:
    with held(home.work, for_s=1.0):
        publish.write_store(home.work, tmp_path / STORE_FILE)
    with held(home.work, for_s=1.0):
        compact.rewrite_work(home.work, Gone("nobody"), lambda _: None)


def test_a_store_that_is_none_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear reader " * 1000)
    reader, started = open_file(Path(":memory:")), time.monotonic()
    with pytest.raises(StoreError, match="cannot be opened as a DuckDB store"):
        attach(reader, tmp_path / "letter.txt", "source")
    assert time.monotonic() - started < duck.WAIT_S / 2
    reader.close()


def test_a_notebook_of_this_process_that_has_it_open_is_told(home: Home) -> None:
    with (
        duckdb.connect(str(home.work), read_only=True),
        pytest.raises(StoreLockedError, match="this process has"),
        open_work(home),
    ):
        pass
    reader = open_file(Path(":memory:"))
    with open_work(home), pytest.raises(StoreLockedError, match="this process has"):
        attach(reader, home.work, "source")
    reader.close()
