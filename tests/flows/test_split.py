from pathlib import Path

import pytest

from flows import services, split
from store.errors import StoreError
from store.features import views
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
    connection.execute(
        "INSERT INTO catalogue.labels BY NAME "
        "SELECT image_id, now() AS known_at, COLUMNS(l -> l IN $labels) "
        "FROM catalogue.images ANTI JOIN catalogue.labels USING (image_id)",
        {"labels": ["subject_id", "sex", "population", "age", "emotion", "camera_angle_deg", "gaze"]},
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


def use(home: Home, decode_scale: float) -> dict[str, str]:
    with open_work(home) as connection:
        return services.make_current(connection, views.chosen(decode_scale))


def test_a_split_that_is_current_again_is_the_newest_and_keeps_its_moment(home: Home) -> None:
    first = split.store_splits(home, 1)["by_person"]
    query = "SELECT split_id, created_at = as_of, requested_at > as_of FROM splits.current WHERE strategy = 'by_person'"
    use(home, 0.5)
    other = split.store_splits(home, 1)["by_person"]
    use(home, 1.0)
    split.store_splits(home, 1)
    with open_work(home) as connection:
        assert connection.execute(query).fetchone() == (first, True, True) and other != first


def test_a_split_is_of_one_corpus(home: Home) -> None:
    alone = split.store_splits(home, 1, "lab")["by_person"]
    with open_work(home) as connection:
        add_people(connection, 8, 12)
        connection.execute("UPDATE catalogue.images SET corpus = 'other' WHERE image_id >= '8' OR image_id LIKE '1_-%'")
    assert split.store_splits(home, 1, "lab")["by_person"] == alone
    assert len(parts(home, alone)) == 24
    assert len(parts(home, split.store_splits(home, 1, "other")["by_person"])) == 12


def add_deltas(home: Home, version: str, value: float) -> None:
    with open_work(home) as connection:
        connection.execute(
            "INSERT INTO features.deltas SELECT image_id, $version, 'r', 'rule', "
            "list_resize([$value::FLOAT], $length, 0)::FLOAT[1404], "
            "list_resize([0::FLOAT], $landmarks, 0)::FLOAT[468], "
            "0, 'seal ' || $value, now() FROM catalogue.images",
            {"version": version, "value": value, "length": VECTOR_LENGTH, "landmarks": LANDMARK_COUNT},
        )


def test_the_tables_follow_a_new_version_of_a_feature_and_newer_rows(home: Home) -> None:
    for scale, value in ((1.0, 1.0), (0.5, 2.0)):
        add_deltas(home, use(home, scale)["aligned"], value)
        split.store_splits(home, 1)
        assert first_values(home) == {value}
    made = split.store_splits(home, 1)
    add_deltas(home, use(home, 0.5)["aligned"], 3.0)
    assert split.store_splits(home, 1) != made
    assert first_values(home) == {3.0}


def first_values(home: Home) -> set[float]:
    with open_work(home) as connection:
        return {row[0] for row in connection.execute("SELECT aligned[1] FROM splits.train").fetchall()}


def test_in_folds_everybody_is_tested_once_a_repeat_and_nobody_is_in_two_parts(home: Home) -> None:
    split.store_splits(home, 1, folds=4, repeats=2)
    with open_work(home) as connection:
        tested = connection.execute(
            'SELECT "repeat", image_id, count(*) FROM splits.folds GROUP BY ALL ORDER BY ALL'
        ).fetchall()
        across = connection.execute(
            "SELECT split_id, subject_id FROM splits.assignments JOIN catalogue.images USING (image_id) "
            "SEMI JOIN (FROM splits.sets WHERE strategy = 'fold') AS folds USING (split_id) "
            "GROUP BY ALL HAVING count(DISTINCT part) > 1"
        ).fetchall()
        shown = connection.execute("SELECT strategy, count(*) FROM splits.current GROUP BY ALL ORDER BY ALL").fetchall()
        pooled = connection.execute(
            "SELECT DISTINCT part FROM splits.assignments JOIN splits.current USING (split_id) WHERE strategy = 'folds'"
        ).fetchall()
    assert len(tested) == 2 * 24 and {count for *_, count in tested} == {1}
    assert across == [] and pooled == [("test",)]
    assert shown == [("by_image", 1), ("by_person", 1), ("folds", 2)]


def test_folds_that_are_asked_for_again_are_those_that_are_there(home: Home) -> None:
    for _ in range(2):
        split.store_splits(home, 1, folds=4)
    with open_work(home) as connection:
        assert write.count(connection, "splits.sets") == 2 + 4 + 1


def test_folds_must_leave_people_to_train_on(home: Home) -> None:
    with pytest.raises(StoreError, match="expected from 3 to the number of people, 8; received 2"):
        split.store_splits(home, 1, folds=2)
