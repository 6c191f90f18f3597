"""Splits in the store: stable parts, frozen rows, one corpus, folds."""

from pathlib import Path

import pytest

from affect_store.flows.steps import feature_services
from affect_store.flows.steps.splits import require_folds, store_splits
from affect_store.models.notebook_split import assign_parts
from affect_store.store.engine import write
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import CorpusError, StoreError
from affect_store.store.features import feature_views
from affect_store.store.features.feature_options import FeatureOptions
from affect_store.store.home import Home
from affect_store.store.vocabulary import EMOTIONS, LANDMARK_COUNT, VECTOR_LENGTH


def add_people(connection: Connection, first: int, last: int) -> None:
    for person in range(first, last):
        for index, emotion in enumerate(EMOTIONS[:3]):
            connection.execute(
                "INSERT INTO catalogue.images "
                "VALUES (?, 'lab', 'x', ?, ?, 'Kid', NULL, ?, 90, 'frontal', 1, 1, 1, now(), NULL, NULL, NULL)",
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
    home = Home(tmp_path / "home")
    with open_work(home) as connection:
        add_people(connection, 0, 8)
    return home


def parts(home: Home, split_id: str) -> dict[str, str]:
    with open_work(home) as connection:
        query = "SELECT image_id, part FROM splits.assignments WHERE split_id = ?"
        return dict(connection.execute(query, [split_id]).fetchall())


def test_people_keep_their_part_when_others_join(home: Home) -> None:
    first = parts(home, store_splits(home, 1)["by_person"])
    with open_work(home) as connection:
        add_people(connection, 8, 12)
    second = parts(home, store_splits(home, 1)["by_person"])
    assert len(first) == 24 and len(second) == 36
    assert {image_id: second[image_id] for image_id in first} == first


def folds_of(home: Home) -> dict[tuple[int, str], int]:
    """The fold in which each person is tested, by repeat and person, in the current folds."""
    with open_work(home) as connection:
        rows = connection.execute("SELECT folds_id FROM splits.current WHERE strategy = 'folds'").fetchall()
        return {
            (repeat, image_id.partition("-")[0]): fold
            for repeat, image_id, fold in connection.execute(
                "FROM splits.sets JOIN splits.assignments USING (split_id) SELECT \"repeat\", image_id, fold "
                "WHERE strategy = 'fold' AND part = 'test' AND folds_id = ?", [rows[0][0]],
            ).fetchall()
        }  # fmt: skip


def test_people_keep_their_fold_when_one_person_joins_and_the_folds_stay_even(home: Home) -> None:
    store_splits(home, 1, folds=4, repeats=2)
    first = folds_of(home)
    for joined in range(8, 11):
        with open_work(home) as connection:
            add_people(connection, joined, joined + 1)
        store_splits(home, 1, folds=4, repeats=2)
        now = folds_of(home)
        assert {key: now[key] for key in first} == first and len(now) == 2 * (joined + 1)
        sizes = [sum(fold == own and repeat == 0 for (repeat, _), own in now.items()) for fold in range(4)]
        assert max(sizes) - min(sizes) <= 1
        first = now
    with open_work(home) as connection:
        connection.execute("UPDATE catalogue.images SET excluded_reason = 'removed' WHERE subject_id = 'p10'")
    store_splits(home, 1, folds=4, repeats=2)
    assert folds_of(home) == {key: fold for key, fold in first.items() if key[1] != "10"}


def test_the_tables_hold_the_current_split_and_a_second_call_changes_nothing(home: Home) -> None:
    split_ids = store_splits(home, 1)
    assigned = parts(home, split_ids["by_person"])
    with open_work(home) as connection:
        for part in ("train", "validate", "test"):
            ids = {row[0] for row in connection.execute(f"SELECT image_id FROM splits.{part}").fetchall()}
            assert ids == {image_id for image_id, own in assigned.items() if own == part}
    assert store_splits(home, 1) == split_ids
    with open_work(home) as connection:
        assert write.count(connection, "splits.sets") == 2


def test_the_notebooks_split_is_drawn_on_request_in_the_order_of_the_file_names(home: Home) -> None:
    with open_work(home) as connection:
        connection.execute("UPDATE catalogue.images SET path = '/' || reverse(image_id) || '/' || image_id || '.jpg'")
    assert "notebook" not in store_splits(home, 1)
    split_ids = store_splits(home, 1, with_notebook=True)
    names = sorted(f"{person}-{index}" for person in range(8) for index in range(3))
    emotions = [EMOTIONS[int(name[-1])] for name in names]
    drawn = parts(home, split_ids["notebook"])
    assert drawn == dict(zip(names, assign_parts(emotions, seed=123321), strict=True))
    assert sorted(drawn.values()).count("test") == 6
    with open_work(home) as connection:
        current = "SELECT strategy FROM splits.current ORDER BY strategy"
        assert connection.execute(current).fetchall() == [("by_image",), ("by_person",), ("notebook",)]
        add_people(connection, 8, 12)
    store_splits(home, 1)
    with open_work(home) as connection:  # it is of other photographs now, until it is drawn again
        assert connection.execute(current).fetchall() == [("by_image",), ("by_person",)]


def test_the_notebooks_split_of_too_few_photographs_says_so(tmp_path: Path) -> None:
    few = Home(tmp_path / "few")
    with open_work(few) as connection:
        add_people(connection, 0, 3)
    with pytest.raises(CorpusError, match=r"the notebook's split of 9 photographs is not possible"):
        store_splits(few, 1, with_notebook=True)


def use(home: Home, decode_scale: float) -> dict[str, str]:
    with open_work(home) as connection:
        return feature_services.register(connection, feature_views.chosen(FeatureOptions(decode_scale)))


def test_a_split_that_is_current_again_is_the_newest_and_keeps_its_time(home: Home) -> None:
    first = store_splits(home, 1)["by_person"]
    query = "SELECT split_id, created_at = as_of, requested_at > as_of FROM splits.current WHERE strategy = 'by_person'"
    use(home, 0.5)
    other = store_splits(home, 1)["by_person"]
    use(home, 1.0)
    store_splits(home, 1)
    with open_work(home) as connection:
        assert connection.execute(query).fetchone() == (first, True, True) and other != first


def test_a_split_is_of_one_corpus(home: Home) -> None:
    alone = store_splits(home, 1, ["lab"])["by_person"]
    with open_work(home) as connection:
        add_people(connection, 8, 12)
        connection.execute("UPDATE catalogue.images SET corpus = 'other' WHERE image_id >= '8' OR image_id LIKE '1_-%'")
    assert store_splits(home, 1, ["lab"])["by_person"] == alone
    assert len(parts(home, alone)) == 24
    assert len(parts(home, store_splits(home, 1, ["other"])["by_person"])) == 12


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
        store_splits(home, 1)
        assert first_values(home) == {value}
    split_ids = store_splits(home, 1)
    add_deltas(home, use(home, 0.5)["aligned"], 3.0)
    assert store_splits(home, 1) != split_ids
    assert first_values(home) == {3.0}


def first_values(home: Home) -> set[float]:
    with open_work(home) as connection:
        return {row[0] for row in connection.execute("SELECT aligned[1] FROM splits.train").fetchall()}


def test_each_repeat_of_the_folds_tests_every_person_once_and_in_one_part(home: Home) -> None:
    store_splits(home, 1, folds=4, repeats=2)
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


def test_folds_are_stored_once(home: Home) -> None:
    for _ in range(2):
        store_splits(home, 1, folds=4)
    with open_work(home) as connection:
        assert write.count(connection, "splits.sets") == 2 + 4 + 1


def test_folds_must_leave_people_to_train_on(home: Home) -> None:
    for folds in (2, 9, 10**9):
        with pytest.raises(StoreError, match=f"at least 3 and at most the number of people, 8; received {folds}"):
            store_splits(home, 1, folds=folds)
        with pytest.raises(StoreError, match="--folds"):
            require_folds(home, ["lab"], folds)
    require_folds(home, ["lab"], 8)
    require_folds(home, ["lab"], 0)
    with open_work(home) as connection:
        assert connection.execute("SELECT count(*) FROM splits.sets").fetchone() == (0,), "a split was stored first"
