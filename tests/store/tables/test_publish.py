import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from store.errors import NotPublishedError, QueryError, StoreError, StoreLockedError
from store.tables import meanings, publish, write
from store.tables.catalog import TABLES
from store.tables.connection import open_work
from store.tables.home import STORE_FILE, Home
from store.tables.published import open_published
from store.tables.query import ask
from store.vocabulary import NEUTRAL
from tests.store.tables.publishing import add_reject, writable


@pytest.fixture
def home(tmp_path: Path) -> Home:
    place = Home(tmp_path / "home")
    with open_work(place) as connection:
        add_reject(connection, "x'y.jpg")
    return place


def publish_store(home: Home, name: str) -> Path:
    return publish.publish(home, name, lambda folder: publish.write_store(home.work, folder / STORE_FILE))


def test_a_publication_is_read_through_one_link_with_views_and_comments(home: Home) -> None:
    publish_store(home, "1")
    assert ask(home, "SELECT path FROM catalogue.rejects").rows == [("x'y.jpg",)]
    for view in publish.VIEWS:
        assert ask(home, f"FROM {view}").columns


def test_every_table_view_column_and_macro_of_a_publication_carries_a_comment(home: Home) -> None:
    publish_store(home, "1")
    kinds = {
        "duckdb_tables() WHERE NOT internal": len(TABLES),
        "duckdb_views() WHERE NOT internal": len(meanings.views()),
        "duckdb_columns() WHERE NOT internal": sum(len(one.columns) for one in TABLES) + 1,
        "duckdb_functions() WHERE function_type = 'table_macro' AND NOT internal": len(meanings.macros()),
    }
    for kind, least in kinds.items():
        found = ask(home, f"SELECT count(*), count(*) FILTER (coalesce(comment, '') = '') FROM {kind}").rows
        assert found[0][0] >= least and found[0][1] == 0, kind


def test_a_failure_on_the_way_leaves_the_publication_as_it_was(home: Home) -> None:
    publish_store(home, "1")
    before = home.published_store.read_bytes()

    def fail(folder: Path) -> None:
        publish.write_store(home.work, folder / STORE_FILE)
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        publish.publish(home, "2", fail)
    assert home.published_store.read_bytes() == before
    assert [path.name for path in home.publications.iterdir()] == ["1"]


def test_an_open_reader_keeps_its_publication_and_old_ones_go(home: Home) -> None:
    publish_store(home, "1")
    reader = open_published(home)
    for name in ("2", "3", "4"):
        publish_store(home, name)
    assert reader.execute("SELECT count(*) FROM catalogue.rejects").fetchone() == (1,)
    reader.close()
    assert sorted(path.name for path in home.publications.iterdir()) == ["2", "3", "4"]
    assert os.readlink(home.published) == "publications/4"


def test_a_publication_is_current_until_the_work_store_has_more(home: Home) -> None:
    assert not publish.is_current(home)
    publish_store(home, "1")
    assert publish.is_current(home)
    with open_work(home) as connection:
        add_reject(connection, "z.jpg")
    assert not publish.is_current(home)


def test_a_moved_photograph_and_another_wish_about_faces_are_changes_too(home: Home) -> None:
    publish_store(home, "1")
    assert not publish.is_current(home, with_faces=True)
    with open_work(home) as connection:
        connection.execute(
            "INSERT INTO catalogue.images VALUES "
            "('a', 'lab', 'old', 'p', 'male', 'Kid', NULL, $emotion, 90, 'frontal', 1, 1, 1, now(), NULL)",
            {"emotion": NEUTRAL},
        )
    assert publish.is_current(home)  # written past the functions that count
    with open_work(home) as connection:
        write.move_photo(connection, "nobody", "new")
    assert publish.is_current(home)
    with open_work(home) as connection:
        write.move_photo(connection, "a", "new")
    assert not publish.is_current(home)


def test_without_a_publication_the_message_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotPublishedError, match="affect demo"):
        open_published(Home(tmp_path))


@pytest.mark.parametrize("query", ["SELECT nonsense", "DELETE FROM catalogue.rejects", "selec 1"])
def test_a_refused_query_is_one_clear_error(home: Home, query: str) -> None:
    publish_store(home, "1")
    with pytest.raises(QueryError, match="the query was refused"):
        ask(home, query)


@contextmanager
def held_by_another_process(path: Path) -> Iterator[int]:
    """A DuckDB file open for writing elsewhere; yields the holder's process id."""
    code = f"import duckdb; c = duckdb.connect({str(path)!r}); print(1, flush=True); input()"
    holder = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None and holder.stdout.readline()
        yield holder.pid
    finally:
        holder.communicate(b"\n")


def test_a_locked_store_names_its_holder_after_a_bounded_wait(home: Home) -> None:
    with (
        held_by_another_process(home.work) as holder,
        pytest.raises(StoreLockedError, match=f"process {holder}"),
        open_work(home, wait_s=0.3),
    ):
        pass


def test_a_file_that_is_no_store_is_named(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.work.write_text("not a database")
    with pytest.raises(StoreError, match="work.duckdb"), open_work(home):
        pass


def test_another_schema_version_is_refused(home: Home) -> None:
    with open_work(home) as connection:
        connection.execute("UPDATE quality.settings SET setting = '99' WHERE key = 'schema_version'")
    with pytest.raises(StoreError, match="version 99"), open_work(home):
        pass


def test_a_published_store_that_is_open_for_writing_is_named(home: Home) -> None:
    publish_store(home, "1")
    store = writable(home.published.resolve())
    with held_by_another_process(store), pytest.raises(StoreLockedError, match="open for writing"):
        ask(home, "select 1")
