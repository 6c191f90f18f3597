"""The history of publications: carried from one to the next, whatever state that one is in, and without a person."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from store.tables import forget, history, publish
from store.tables.connection import open_work
from store.tables.history import Made
from store.tables.home import STORE_FILE, Home
from tests.flows import keep_home
from tests.store.tables import publishing
from tests.validation import fabricate

MOMENTS = [datetime(2026, 11, day, 3, tzinfo=UTC) for day in (23, 24, 25)]


def store(home: Home, folder: Path, place: int, before: Path | None) -> Path:
    folder.mkdir()
    publish.write_store(home.work, folder / STORE_FILE, made=Made(MOMENTS[place], f"code {place}", before))
    return folder / STORE_FILE


def told(path: Path, columns: str = "published_at, code_version") -> list[tuple[object, ...]]:
    with publish.open_folder(path.parent) as connection:
        return connection.execute(f"FROM quality.publications SELECT {columns} ORDER BY published_at").fetchall()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    found = Home(tmp_path / "home")
    with open_work(found) as connection:
        publishing.add_reject(connection, "x.jpg")
    return found


def test_each_store_tells_all_that_led_to_it(home: Home, tmp_path: Path) -> None:
    one = store(home, tmp_path / "1", 0, None)
    two = store(home, tmp_path / "2", 1, one)
    three = store(home, tmp_path / "3", 2, two)
    assert told(three) == [(moment, f"code {place}") for place, moment in enumerate(MOMENTS)]
    assert told(one) == [(MOMENTS[0], "code 0")], "the others stay as they are"


def test_a_damaged_store_before_loses_its_history_alone(home: Home, tmp_path: Path) -> None:
    one = store(home, tmp_path / "1", 0, None)
    one.write_bytes(one.read_bytes()[:5000] + b"x" * 5000)
    assert told(store(home, tmp_path / "2", 1, one)) == [(MOMENTS[1], "code 1")]
    assert told(store(home, tmp_path / "3", 2, tmp_path / "nowhere")) == [(MOMENTS[2], "code 2")]


def test_a_store_before_that_is_older_than_the_table_is_no_obstacle(home: Home, tmp_path: Path) -> None:
    one = store(home, tmp_path / "1", 0, None)
    with publish.open_folder(tmp_path / "1"):
        pass
    connection = history.duckdb.connect(str(one))
    connection.execute("DROP TABLE quality.publications")
    connection.close()
    assert told(store(home, tmp_path / "2", 1, one)) == [(MOMENTS[1], "code 1")]


def test_a_publication_counts_what_it_holds(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.root.mkdir()
    fabricate.fabricate(home.work)
    found = store(home, tmp_path / "1", 0, None)
    ((images, people, runs, run_id, value),) = told(found, "n_images, n_people, n_runs, run_id, value")
    with publish.open_folder(found.parent) as connection:
        counted = "SELECT count(*), count(DISTINCT subject_id) FROM catalogue.images WHERE excluded_reason IS NULL"
        assert (images, people) == connection.execute(counted).fetchone()
        assert (runs,) == connection.execute("SELECT count(*) FROM registry.runs").fetchone()
        best = (
            "SELECT run_id, accuracy FROM leaderboard WHERE split = 'by_person' ORDER BY accuracy DESC, run_id LIMIT 1"
        )
        assert (run_id, value) == connection.execute(best).fetchone()


def test_who_is_forgotten_is_in_no_score_of_the_history(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.root.mkdir()
    fabricate.fabricate(home.work)
    publish.publish(home, "1", lambda new: publish.write_store(home.work, new / STORE_FILE, made=Made(MOMENTS[0], "a")))
    before = home.published_store.resolve()
    publish.publish(
        home, "2", lambda new: publish.write_store(home.work, new / STORE_FILE, made=Made(MOMENTS[1], "b", before))
    )
    now = home.published_store.resolve()
    (_, (people, value)) = told(now, "n_people, value")
    assert value is not None
    tested = fabricate.person(5)
    target = tmp_path / "new" / STORE_FILE
    target.parent.mkdir()
    publish.rewrite_store(now, target, forget.whom(home, tested), lambda _: None)
    rows = told(target, "n_people, run_id, value, low, high")
    assert [row[1:] for row in rows] == [(None, None, None, None)] * 2, "the runs were tested on the person"
    assert rows[-1][0] == people - 1


def test_the_product_keeps_it(tmp_path: Path) -> None:
    home = keep_home.copy(tmp_path)

    with publish.open_folder(home.published.resolve()) as connection:
        rows = connection.execute("FROM quality.publications").fetchall()
    assert len(rows) == 2, "both publications of the home"
