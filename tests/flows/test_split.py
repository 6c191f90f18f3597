from pathlib import Path

import pytest

from flows import split
from store.tables import write
from store.tables.connection import Connection, open_work
from store.tables.home import Home
from store.vocabulary import EMOTIONS, LANDMARK_COUNT, VECTOR_LENGTH


def add_people(connection: Connection, first: int, last: int) -> None:
    for person in range(first, last):
        for index, emotion in enumerate(EMOTIONS[:3]):
            connection.execute(
                "INSERT INTO catalogue.images "
                "VALUES (?, 'lab', 'x', ?, ?, 'Kid', NULL, ?, 90, 'frontal', 1, 1, 1, now(), NULL)",
                [f"{person}-{index}", f"p{person}", "female" if person % 2 else "male", emotion],
            )


@pytest.fixture
def home(tmp_path: Path) -> Home:
    place = Home(tmp_path / "home")
    with open_work(place) as connection:
        add_people(connection, 0, 8)
    return place


def parts(home: Home, split_id: str) -> dict[str, str]:
    with open_work(home) as connection:
        query = "SELECT image_id, part FROM splits.assignments WHERE split_id = ?"
        return dict(connection.execute(query, [split_id]).fetchall())


def test_people_keep_their_part_when_others_join(home: Home) -> None:
    first = parts(home, split.store_splits(home, 1)["by_person"])
    with open_work(home) as connection:
        add_people(connection, 8, 12)
    second = parts(home, split.store_splits(home, 1)["by_person"])
    assert len(first) == 24 and len(second) == 36
    assert {image_id: second[image_id] for image_id in first} == first


def test_the_tables_hold_the_current_split_and_a_second_call_changes_nothing(home: Home) -> None:
    made = split.store_splits(home, 1)
    assigned = parts(home, made["by_person"])
    with open_work(home) as connection:
        for part in ("train", "validate", "test"):
            ids = {row[0] for row in connection.execute(f"SELECT image_id FROM splits.{part}").fetchall()}
            assert ids == {image_id for image_id, its in assigned.items() if its == part}
    assert split.store_splits(home, 1) == made
    with open_work(home) as connection:
        assert write.count(connection, "splits.sets") == 2


def test_a_split_that_is_current_again_is_the_newest(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    versions = split.feature_versions()
    first = split.store_splits(home, 1)["by_person"]
    monkeypatch.setattr(split, "feature_versions", lambda: {**versions, "aligned": "other"})
    assert split.store_splits(home, 1)["by_person"] != first
    monkeypatch.undo()
    split.store_splits(home, 1)
    with open_work(home) as connection:
        newest = "SELECT split_id FROM splits.sets WHERE strategy = 'by_person' ORDER BY created_at DESC LIMIT 1"
        assert connection.execute(newest).fetchone() == (first,)


def test_a_split_is_of_one_corpus(home: Home) -> None:
    alone = split.store_splits(home, 1, "lab")["by_person"]
    with open_work(home) as connection:
        add_people(connection, 8, 12)
        connection.execute("UPDATE catalogue.images SET corpus = 'other' WHERE image_id >= '8' OR image_id LIKE '1_-%'")
    assert split.store_splits(home, 1, "lab")["by_person"] == alone
    assert len(parts(home, alone)) == 24
    assert len(parts(home, split.store_splits(home, 1, "other")["by_person"])) == 12


def test_the_tables_follow_a_new_version_of_a_feature(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    versions = split.feature_versions()
    split.store_splits(home, 1)
    with open_work(home) as connection:
        for version, value in ((versions["aligned"], 1.0), ("other", 2.0)):
            connection.execute(
                "INSERT INTO features.deltas SELECT image_id, $version, 'r', 'rule', "
                "list_resize([$value::FLOAT], $length, 0)::FLOAT[1404], "
                "list_resize([0::FLOAT], $landmarks, 0)::FLOAT[468], "
                "0, now() FROM catalogue.images",
                {"version": version, "value": value, "length": VECTOR_LENGTH, "landmarks": LANDMARK_COUNT},
            )
    split.store_splits(home, 1)
    assert first_values(home) == {1.0}
    monkeypatch.setattr(split, "feature_versions", lambda: {**versions, "aligned": "other"})
    split.store_splits(home, 1)
    assert first_values(home) == {2.0}


def first_values(home: Home) -> set[float]:
    with open_work(home) as connection:
        return {row[0] for row in connection.execute("SELECT aligned[1] FROM splits.train").fetchall()}
