"""Publishing: atomic, complete with views and comments, and clear errors for locked or foreign files."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from affect_store.store.engine import definitions, write
from affect_store.store.engine.published_store import open_published
from affect_store.store.engine.query import run_query
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import NotPublishedError, QueryError, StoreError, StoreLockedError
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.publication import publish
from affect_store.store.schema.tables import TABLES
from affect_store.store.vocabulary import NEUTRAL
from tests.store.publishing import add_reject, writable


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    with open_work(home) as connection:
        add_reject(connection, "x'y.jpg")
    return home


def publish_store(home: Home, name: str) -> Path:
    return publish.publish(home, name, lambda folder: publish.write_store(home.work, folder / STORE_FILE))


def test_a_publication_is_read_through_one_link_with_views_and_comments(home: Home) -> None:
    publish_store(home, "1")
    assert run_query(home, "SELECT path FROM catalogue.rejects").rows == [("x'y.jpg",)]
    for view in definitions.VIEWS:
        assert run_query(home, f"FROM {view}").columns


def test_every_table_view_column_and_macro_of_a_publication_carries_a_comment(home: Home) -> None:
    publish_store(home, "1")
    least_counts = {
        "duckdb_tables() WHERE NOT internal": len(TABLES),
        "duckdb_views() WHERE NOT internal": len(definitions.views()),
        "duckdb_columns() WHERE NOT internal": sum(len(table.columns) for table in TABLES) + 1,
        "duckdb_functions() WHERE function_type = 'table_macro' AND NOT internal": len(definitions.macros()),
    }
    for kind, least in least_counts.items():
        query = f"SELECT count(*), count(*) FILTER (coalesce(comment, '') = '') FROM {kind}"
        ((total, without_comment),) = run_query(home, query).rows
        assert total >= least and without_comment == 0, kind


def test_a_failure_while_publishing_leaves_the_publication_as_it_was(home: Home) -> None:
    publish_store(home, "1")
    before = home.published_store.read_bytes()

    def fail(folder: Path) -> None:
        publish.write_store(home.work, folder / STORE_FILE)
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        publish.publish(home, "2", fail)
    assert home.published_store.read_bytes() == before
    assert [path.name for path in home.publications.iterdir()] == ["1"]


@pytest.mark.long
def test_an_open_reader_keeps_its_publication_when_old_ones_are_removed(home: Home) -> None:
    publish_store(home, "1")
    reader = open_published(home)
    for name in ("2", "3", "4"):
        publish_store(home, name)
    assert reader.execute("SELECT count(*) FROM catalogue.rejects").fetchone() == (1,)
    reader.close()
    assert sorted(path.name for path in home.publications.iterdir()) == ["2", "3", "4"]
    assert os.readlink(home.published) == "publications/4"


def test_a_publication_is_current_until_the_work_store_changes(home: Home) -> None:
    assert not publish.is_current(home)
    publish_store(home, "1")
    assert publish.is_current(home)
    with open_work(home) as connection:
        add_reject(connection, "z.jpg")
    assert not publish.is_current(home)


def test_a_moved_photograph_and_another_choice_about_faces_are_changes(home: Home) -> None:
    publish_store(home, "1")
    assert not publish.is_current(home, with_faces=True)
    with open_work(home) as connection:
        connection.execute(
            "INSERT INTO catalogue.images VALUES "
            "('a', 'lab', 'old', 'p', 'male', 'Kid', NULL, $emotion, 90, 'frontal', 1, 1, 1, now(), NULL, NULL, NULL)",
            {"emotion": NEUTRAL},
        )
    assert publish.is_current(home)  # the statement bypassed the functions that record changes
    with open_work(home) as connection:
        write.move_photos(connection, [("nobody", "new")])
    assert publish.is_current(home)
    with open_work(home) as connection:
        write.move_photos(connection, [("a", "new")])
    assert not publish.is_current(home)


def test_the_message_for_a_missing_publication_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotPublishedError, match="affect demo"):
        open_published(Home(tmp_path))


@pytest.mark.parametrize("query", ["SELECT nonsense", "selec 1"])
def test_a_rejected_query_is_a_query_error(home: Home, query: str) -> None:
    publish_store(home, "1")
    with pytest.raises(QueryError, match="the query failed"):
        run_query(home, query)


@contextmanager
def held_by_another_process(path: Path) -> Iterator[int]:
    """Another process has the DuckDB file open for writing; yields its process id."""
    code = f"import duckdb; c = duckdb.connect({str(path)!r}); print(1, flush=True); input()"
    holder = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None and holder.stdout.readline()
        yield holder.pid
    finally:
        holder.communicate(b"\n")


def test_the_error_for_a_locked_store_names_the_process_after_a_bounded_wait(home: Home) -> None:
    with (
        held_by_another_process(home.work) as holder,
        pytest.raises(StoreLockedError, match=f"process {holder}"),
        open_work(home, wait_s=0.3),
    ):
        pass


def test_the_error_for_a_file_that_is_not_a_store_names_the_file(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.work.write_text("not a database")
    with pytest.raises(StoreError, match="work.duckdb"), open_work(home):
        pass


def test_another_schema_version_is_rejected(home: Home) -> None:
    with open_work(home) as connection:
        connection.execute("UPDATE quality.settings SET setting = '99' WHERE key = 'schema_version'")
    with pytest.raises(StoreError, match="version 99"), open_work(home):
        pass


def test_the_error_for_a_published_store_open_for_writing_says_so(home: Home) -> None:
    publish_store(home, "1")
    store = writable(home.published.resolve())
    with held_by_another_process(store), pytest.raises(StoreLockedError, match="open for writing"):
        run_query(home, "select 1")
