"""The history of publications: carried forward, robust against damage, and updated by an erasure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from affect_store.store.consent import erasure
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.publication import history, publish
from affect_store.store.publication.history import HistoryEntry
from affect_store.store.vocabulary import PARTS
from tests.store import publishing
from tests.stores import clean, subjects

MOMENTS = [datetime(2026, 11, day, 3, tzinfo=UTC) for day in (23, 24, 25)]


def write_store(home: Home, folder: Path, index: int, previous: Path | None) -> Path:
    folder.mkdir()
    entry = HistoryEntry(MOMENTS[index], f"code {index}", previous)
    publish.write_store(home.work, folder / STORE_FILE, history_entry=entry)
    return folder / STORE_FILE


def entries(path: Path, columns: str = "published_at, code_version") -> list[tuple[object, ...]]:
    with publish.open_folder(path.parent) as connection:
        return connection.execute(f"FROM quality.publications SELECT {columns} ORDER BY published_at").fetchall()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    with open_work(home) as connection:
        publishing.add_reject(connection, "x.jpg")
    return home


def test_each_store_has_the_entries_of_all_earlier_ones(home: Home, tmp_path: Path) -> None:
    first = write_store(home, tmp_path / "1", 0, None)
    second = write_store(home, tmp_path / "2", 1, first)
    third = write_store(home, tmp_path / "3", 2, second)
    assert entries(third) == [(moment, f"code {index}") for index, moment in enumerate(MOMENTS)]
    assert entries(first) == [(MOMENTS[0], "code 0")], "earlier stores are not changed"


def test_a_store_that_replaces_a_preliminary_one_has_its_place_in_the_history(home: Home, tmp_path: Path) -> None:
    first = write_store(home, tmp_path / "1", 0, None)
    second = write_store(home, tmp_path / "2", 1, first)
    (tmp_path / "3").mkdir()
    entry = HistoryEntry(MOMENTS[2], "code 2", second, replaces=True)
    publish.write_store(home.work, tmp_path / "3" / STORE_FILE, history_entry=entry)
    assert entries(tmp_path / "3" / STORE_FILE) == [(MOMENTS[0], "code 0"), (MOMENTS[2], "code 2")]


def test_a_damaged_previous_store_loses_only_its_history(home: Home, tmp_path: Path) -> None:
    first = write_store(home, tmp_path / "1", 0, None)
    first.write_bytes(first.read_bytes()[:5000] + b"x" * 5000)
    assert entries(write_store(home, tmp_path / "2", 1, first)) == [(MOMENTS[1], "code 1")]
    assert entries(write_store(home, tmp_path / "3", 2, tmp_path / "nowhere")) == [(MOMENTS[2], "code 2")]


def test_a_previous_store_without_the_table_is_accepted(home: Home, tmp_path: Path) -> None:
    first = write_store(home, tmp_path / "1", 0, None)
    with publish.open_folder(tmp_path / "1"):
        pass
    connection = history.duckdb.connect(str(first))
    connection.execute("DROP TABLE quality.publications")
    connection.close()
    assert entries(write_store(home, tmp_path / "2", 1, first)) == [(MOMENTS[1], "code 1")]


def test_an_entry_counts_the_contents_of_its_store(tmp_path: Path) -> None:
    home = clean.copy(tmp_path)
    path = write_store(home, tmp_path / "1", 0, None)
    ((images, people, runs, run_id, value),) = entries(path, "n_images, n_people, n_runs, run_id, value")
    with publish.open_folder(path.parent) as connection:
        counts = "SELECT count(*), count(DISTINCT subject_id) FROM catalogue.images WHERE excluded_reason IS NULL"
        assert (images, people) == connection.execute(counts).fetchone()
        assert (runs,) == connection.execute("SELECT count(*) FROM registry.runs").fetchone()
        best = (
            "SELECT run_id, accuracy FROM leaderboard WHERE split = 'by_person' ORDER BY accuracy DESC, run_id LIMIT 1"
        )
        assert (run_id, value) == connection.execute(best).fetchone()


@pytest.mark.long
def test_an_erased_subject_is_in_no_score_of_the_history(tmp_path: Path) -> None:
    home = clean.copy(tmp_path)
    previous = None
    for name, moment in zip("12", MOMENTS, strict=False):
        write = partial(publish.write_store, home.work, history_entry=HistoryEntry(moment, name, previous))
        publish.publish(home, name, lambda folder, write=write: write(folder / STORE_FILE))
        previous = home.published_store.resolve()
    assert previous is not None
    (_, (people, value)) = entries(previous, "n_people, value")
    assert value is not None
    tested = clean.DESIGN.people_in(PARTS[2])[0]
    target = tmp_path / "new" / STORE_FILE
    target.parent.mkdir()
    publish.rewrite_store(previous, target, erasure.erasure_request_for(home, tested), lambda _: None)
    rows = entries(target, "n_people, run_id, value, low, high")
    assert [row[1:] for row in rows] == [(None, None, None, None)] * 2, "the runs were tested on the subject"
    assert rows[-1][0] == people - 1


@pytest.mark.long
def test_an_erasure_keeps_the_mean_of_the_seeds_that_a_publication_had(tmp_path: Path) -> None:
    home = clean.copy(tmp_path)
    with open_work(home) as connection:
        connection.execute("UPDATE registry.runs SET started_at = $moment", {"moment": MOMENTS[0] - timedelta(hours=1)})
    first = write_store(home, tmp_path / "1", 0, None)
    ((run_id, value),) = entries(first, "run_id, value")
    add_seed(home, str(run_id), 2, value=1.0, started_at=MOMENTS[0] + timedelta(hours=1))
    second = write_store(home, tmp_path / "2", 1, first)
    (_, (_, mean)) = entries(second, "run_id, value")
    assert isinstance(value, float)
    assert mean == pytest.approx((value + 1) / 2)
    add_seed(home, str(run_id), 3, value=0.0, started_at=MOMENTS[1] + timedelta(hours=1))
    third = write_store(home, tmp_path / "3", 2, second)
    published = entries(third, "run_id, value, low, high")
    target = tmp_path / "new" / STORE_FILE
    target.parent.mkdir()
    trained_on = clean.DESIGN.people_in(PARTS[0])[0]
    publish.rewrite_store(third, target, erasure.erasure_request_for(home, trained_on), lambda _: None)
    assert [row[0] for row in entries(target, "value")] == pytest.approx([value, (value + 1) / 2, (value + 1) / 3])
    assert entries(target, "run_id, value, low, high") == published


@pytest.mark.long
def test_an_erasure_keeps_the_entry_of_a_run_that_was_trained_again_since(tmp_path: Path) -> None:
    home = clean.copy(tmp_path)
    first = write_store(home, tmp_path / "1", 0, None)
    with open_work(home) as connection:
        connection.execute("UPDATE registry.runs SET started_at = $moment", {"moment": MOMENTS[0] + timedelta(hours=1)})
    second = write_store(home, tmp_path / "2", 1, first)
    published = entries(second, "run_id, value, low, high")
    target = tmp_path / "new" / STORE_FILE
    target.parent.mkdir()
    trained_on = clean.DESIGN.people_in(PARTS[0])[0]
    publish.rewrite_store(second, target, erasure.erasure_request_for(home, trained_on), lambda _: None)
    assert entries(target, "run_id, value, low, high") == published


def add_seed(home: Home, run_id: str, seed: int, *, value: float, started_at: datetime) -> None:
    """Add a copy of a run with another seed, test accuracy and start."""
    with open_work(home) as connection:
        connection.execute(
            "INSERT INTO registry.runs FROM registry.runs SELECT * REPLACE "
            "($name AS run_id, $seed AS seed, $started_at AS started_at) WHERE run_id = $run_id",
            {"name": f"{run_id}-{seed}", "seed": seed, "started_at": started_at, "run_id": run_id},
        )
        connection.execute(
            "INSERT INTO registry.metrics FROM registry.metrics SELECT * REPLACE "
            "($name AS run_id, $value AS value, NULL AS low, NULL AS high) "
            "WHERE run_id = $run_id AND metric = 'accuracy' AND part = 'test' AND slice = 'all'",
            {"name": f"{run_id}-{seed}", "value": value, "run_id": run_id},
        )


@pytest.mark.long
def test_publications_of_a_home_are_in_its_history(tmp_path: Path) -> None:
    home = subjects.copy(tmp_path)
    with publish.open_folder(home.published.resolve()) as connection:
        rows = connection.execute("FROM quality.publications").fetchall()
    assert len(rows) == 2, "both publications of the home"
