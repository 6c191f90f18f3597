"""Whatever a run left in a home, the next run with good photographs is split, audited and published."""

from __future__ import annotations

from pathlib import Path

import pytest

from affect_store.flows.steps.corpora import use_corpora
from affect_store.flows.steps.splits import store_splits
from affect_store.store.engine import reader, write
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import CorpusError
from affect_store.store.home import Home
from affect_store.store.vocabulary import EMOTIONS
from tests.flows.steps.test_splits import add_people, parts
from tests.stores.build import built, copy

RARE = EMOTIONS[7]


def add_eight_people(home: Home) -> Home:
    """Catalogue eight people."""
    with open_work(home) as connection:
        add_people(connection, 0, 8)
    return home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return copy(built(add_eight_people), tmp_path)


def count_splits(home: Home) -> int:
    with open_work(home) as connection:
        return write.count(connection, "splits.sets")


def exclude(home: Home, reason: str | None, condition: str = "true") -> None:
    with open_work(home) as connection:
        connection.execute(f"UPDATE catalogue.images SET excluded_reason = ? WHERE {condition}", [reason])


def show(connection: Connection, person: str, emotion: str) -> None:
    """Let all photographs of a person's first emotion show another one."""
    for table in ("images", "labels"):
        connection.execute(
            f"UPDATE catalogue.{table} SET emotion = $emotion WHERE subject_id = $person AND emotion = $first",
            {"emotion": emotion, "person": person, "first": EMOTIONS[0]},
        )


def test_a_run_without_usable_photographs_stores_no_split_and_says_why(home: Home) -> None:
    exclude(home, "missing file")
    for attempt in (use_corpora, lambda home, corpora: store_splits(home, 1, corpora)):
        with pytest.raises(
            CorpusError, match=r"no photograph of the corpus 'lab' can be used: 24 missing file"
        ) as raised:
            attempt(home, ["lab"])
        assert "run `affect run` again" in str(raised.value)
        with pytest.raises(CorpusError, match="the corpus 'other' can be used: none is catalogued"):
            attempt(home, ["other"])
    assert count_splits(home) == 0
    exclude(home, None)
    store_splits(home, 1, ["lab"])
    assert count_splits(home) == 2


def test_an_untrainable_split_is_not_stored_and_the_earlier_one_stays(home: Home) -> None:
    before = store_splits(home, 1)
    exclude(home, "missing file", f"emotion <> '{EMOTIONS[0]}'")
    with pytest.raises(CorpusError, match=f"all 8 photographs in use show {EMOTIONS[0]}"):
        store_splits(home, 1)
    assert count_splits(home) == 2
    exclude(home, None)
    assert store_splits(home, 1) == before


def test_folds_that_are_refused_store_nothing(home: Home) -> None:
    with pytest.raises(Exception, match="Run again with `--folds 5`"):
        store_splits(home, 1, folds=9)
    assert count_splits(home) == 0


def test_an_empty_split_of_an_earlier_version_is_replaced(home: Home) -> None:
    with open_work(home) as connection:
        members_row = {"split_id": "by_person-empty", "strategy": "by_person", "fingerprint": "0"}
        connection.execute(
            "INSERT INTO splits.sets BY NAME SELECT $split_id AS split_id, $strategy AS strategy, 1 AS seed, "
            "'{}' AS fractions, $fingerprint AS fingerprint, '{}' AS feature_versions, now() AS as_of, "
            "now() AS created_at, now() AS requested_at",
            members_row,
        )
    split_id = store_splits(home, 1)["by_person"]
    with open_work(home) as connection:
        current = reader.query_frame(connection, "splits/select_newest_splits").filter(strategy="by_person")
    assert current["split_id"].to_list() == [split_id] and len(parts(home, split_id)) == 24


def test_damaged_assignments_are_stored_again(home: Home) -> None:
    split_id = store_splits(home, 1)["by_person"]
    before = parts(home, split_id)
    with open_work(home) as connection:
        connection.execute("DELETE FROM splits.assignments WHERE image_id = '3-1'")
        connection.execute("UPDATE splits.assignments SET part = 'test' WHERE image_id = '2-1'")
    assert store_splits(home, 1)["by_person"] == split_id and parts(home, split_id) == before


def test_a_rare_emotion_whose_person_an_untrained_split_put_elsewhere_is_trained_on(home: Home) -> None:
    """The dead end of a home whose audit refused the first split: nobody had been trained yet, so people may move."""
    split_id = store_splits(home, 1)["by_person"]
    tested = next(image_id for image_id, part in parts(home, split_id).items() if part == "test").partition("-")[0]
    with open_work(home) as connection:
        show(connection, f"p{tested}", RARE)
    assert parts(home, store_splits(home, 1)["by_person"])[f"{tested}-0"] == "train"


def test_a_rare_emotion_of_a_tested_person_is_left_out_and_the_split_says_so(home: Home) -> None:
    split_id = store_splits(home, 1)["by_person"]
    tested = next(image_id for image_id, part in parts(home, split_id).items() if part == "test").partition("-")[0]
    with open_work(home) as connection:
        show(connection, f"p{tested}", RARE)
        connection.execute(
            "INSERT INTO registry.runs BY NAME SELECT 'run' AS run_id, 'c' AS configuration, 'lda' AS model, "
            "'corrected' AS recipe, $split_id AS split_id, 's' AS service, 'v' AS service_version, "
            "'{}' AS feature_versions, 1 AS seed, 'c' AS code_version, '{}' AS library_versions, now() AS started_at, "
            "now() AS requested_at, 1.0 AS duration_s, 'completed' AS status, '{}' AS parameters",
            {"split_id": split_id},
        )
    second = store_splits(home, 1)["by_person"]
    assert f"{tested}-0" not in parts(home, second) and parts(home, second)[f"{tested}-1"] == "test"
    with open_work(home) as connection:
        row = reader.query_frame(connection, "splits/select_split", {"split_id": second}).row(0, named=True)
    assert row["left_out_emotions"] == f'["{RARE}"]'


def test_another_corpus_is_audited_from_its_rows_on(home: Home) -> None:
    from affect_store.flows.steps import audit_state
    from affect_store.store.engine.table_hashes import hash_tables

    use_corpora(home, ["lab"])
    with open_work(home) as connection:
        audit_state.record_audited(connection, hash_tables(connection, audit_state.ROWS))
    for same in (["lab"], []):
        use_corpora(home, same)
        assert audit_state.is_audited(home, audit_state.ROWS)
    with open_work(home) as connection:
        connection.execute("UPDATE catalogue.images SET corpus = 'new' WHERE subject_id = 'p7'")
        audit_state.record_audited(connection, hash_tables(connection, audit_state.ROWS))
    use_corpora(home, ["new"])
    assert not audit_state.is_audited(home, audit_state.ROWS)
