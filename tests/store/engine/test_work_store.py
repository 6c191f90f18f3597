"""A store that another process holds: every reader waits, and on timeout the error names the holder."""

import time
from pathlib import Path

import duckdb
import pytest

from affect_store.store.engine import duckdb as duckdb_files
from affect_store.store.engine import filtered_copy
from affect_store.store.engine.duckdb import WAIT_S, attach, open_file
from affect_store.store.engine.work_store import open_work
from affect_store.store.erasure_request import ErasureRequest
from affect_store.store.errors import StoreError, StoreLockedError
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.publication import publish
from tests.store.holder import held


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    with open_work(home):
        pass
    return home


def test_attaching_waits_for_the_holder_and_names_it(home: Home) -> None:
    reader = open_file(Path(":memory:"))
    with held(home.work), pytest.raises(StoreLockedError, match=r"held by process \d+ .*; waited 0 s"):
        attach(reader, home.work, "source", wait_s=0.3)
    with held(home.work, for_s=1.0):
        attach(reader, home.work, "source", wait_s=30)
    assert reader.execute("SELECT count(*) FROM source.catalogue.images").fetchall() == [(0,)]
    reader.close()


@pytest.mark.long
def test_publishing_and_rewriting_wait_too(home: Home, tmp_path: Path) -> None:
    with held(home.work, for_s=1.0):
        publish.write_store(home.work, tmp_path / STORE_FILE)
    with held(home.work, for_s=1.0):
        filtered_copy.rewrite_work(home.work, ErasureRequest("nobody"), lambda _: None)


def test_a_file_that_is_not_a_store_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear reader " * 1000)
    reader, started = open_file(Path(":memory:")), time.monotonic()
    with pytest.raises(StoreError, match="cannot be opened as a DuckDB store"):
        attach(reader, tmp_path / "letter.txt", "source")
    assert time.monotonic() - started < WAIT_S / 2
    reader.close()


def test_a_connection_of_this_process_with_other_settings_is_reported(home: Home) -> None:
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


def test_opening_a_store_changes_its_file_only_where_a_definition_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    with open_work(home) as connection:
        connection.execute("DROP VIEW features.current")
    assert_opening_changes_nothing(home)
    monkeypatch.setattr(duckdb_files, "_definitions", lambda: "of another version")
    with open_work(home) as connection:
        connection.execute("FROM features.current")
    assert_opening_changes_nothing(home)


def assert_opening_changes_nothing(home: Home) -> None:
    before = home.work.read_bytes()
    with open_work(home):
        pass
    assert home.work.read_bytes() == before
