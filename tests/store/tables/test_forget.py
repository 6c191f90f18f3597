"""A store that a person left holds nothing of the person, in its rows or in its bytes, and all of the others."""

import hashlib
import re
from pathlib import Path

import pytest

from store.errors import StoreError, UnknownNameError
from store.tables import compact, forget, publications, publish, read, weights, write
from store.tables.catalog import TABLES
from store.tables.connection import Connection, open_file, open_work
from store.tables.home import STORE_FILE, Home
from store.tables.person import pattern_of
from store.vocabulary import NEUTRAL, PARTS
from tests.flows import keep_home
from tests.flows.keep_home import FEELINGS, PEOPLE, image_id, path_of
from tests.validation import fabricate

TRAINED_ON, VALIDATED, TESTED = PEOPLE


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return keep_home.build(tmp_path / "home", published=False)


def nothing(connection: Connection) -> None:
    pass


def rows_of(connection: Connection) -> dict[str, int]:
    return {table.qualified: write.count(connection, table.qualified) for table in TABLES}


def test_the_person_is_found_with_every_photograph_and_file(home: Home) -> None:
    gone = forget.whom(home, TRAINED_ON)
    assert gone.image_ids == {image_id(TRAINED_ON, feeling) for feeling in FEELINGS}
    assert gone.paths == {path_of(TRAINED_ON, feeling) for feeling in FEELINGS}
    with pytest.raises(UnknownNameError, match="no person 'lab-04'; near it: lab-0"):
        forget.whom(home, "lab-04")


def test_a_photograph_that_was_once_labelled_as_theirs_is_theirs(home: Home) -> None:
    with open_work(home) as connection:
        connection.execute(
            "INSERT INTO catalogue.labels BY NAME SELECT * REPLACE ($person AS subject_id, now() AS known_at) "
            "FROM catalogue.labels WHERE image_id = $image",
            {"person": TRAINED_ON, "image": image_id(TESTED, NEUTRAL)},
        )
    assert image_id(TESTED, NEUTRAL) in forget.whom(home, TRAINED_ON).image_ids


def test_every_table_loses_the_person_and_keeps_the_others(home: Home) -> None:
    gone = forget.whom(home, TRAINED_ON)
    with open_work(home) as connection:
        before, named = rows_of(connection), compact.mentions(connection, gone)
    assert named == {
        "catalogue.images": 2, "catalogue.labels": 2, "catalogue.rejects": 2, "features.landmarks": 2,
        "features.deltas": 2, "splits.assignments": 2, "quality.results": 1,
    }  # fmt: skip
    forget.leave_work(home, gone, nothing)
    with open_work(home) as connection:
        after = rows_of(connection)
        assert compact.mentions(connection, gone) == {}
        assert keep_home.people_in(connection) == [VALIDATED, TESTED]
    named.pop("quality.results")  # of the audit's checks, only the words that name the person go
    assert after == {table: count - named.get(table, 0) for table, count in before.items()}


def test_nobody_whose_name_only_begins_alike_is_lost(home: Home) -> None:
    forget.leave_work(home, forget.whom(home, TRAINED_ON), nothing)
    with open_work(home) as connection:
        details = {path: detail for _, path, _, detail, _ in connection.execute("FROM catalogue.rejects").fetchall()}
    assert details["/photographs/other.jpg"] == f"{TRAINED_ON}0 is another person"
    assert "/photographs/odd.jpg" not in details and "/photographs/copy.jpg" not in details


def test_the_bytes_of_the_store_hold_nothing_of_the_person(home: Home) -> None:
    words = {one: [one, *(image_id(one, feeling) for feeling in FEELINGS)] for one in PEOPLE}
    raw = home.work.read_bytes()
    assert all(word.encode() in raw for one in PEOPLE for word in words[one])
    forget.leave_work(home, forget.whom(home, TRAINED_ON), nothing)
    raw = home.work.read_bytes()
    assert not [word for word in words[TRAINED_ON][1:] if word.encode() in raw]
    assert re.findall(pattern_of(words[TRAINED_ON][:1]).encode(), raw) == []
    assert all(word.encode() in raw for one in (VALIDATED, TESTED) for word in words[one])
    assert not [row for row in keep_home.vectors(TRAINED_ON) if row.tobytes()[:64] in raw]
    assert not home.work.with_name("work.duckdb.wal").exists() and not list(home.root.glob(".work*"))


def test_a_delete_would_have_left_the_bytes(home: Home) -> None:
    """What the test above looks for can be found: otherwise it would pass whatever happens."""
    with open_work(home) as connection:
        connection.execute("DELETE FROM catalogue.images WHERE subject_id = $one", {"one": TRAINED_ON})
        connection.execute("DELETE FROM catalogue.labels WHERE subject_id = $one", {"one": TRAINED_ON})
        connection.execute("CHECKPOINT")
    assert TRAINED_ON.encode() in home.work.read_bytes()


def test_a_failure_on_the_way_leaves_the_work_store_as_it_was(home: Home) -> None:
    def fail(connection: Connection) -> None:
        raise RuntimeError("power cut")

    gone = forget.whom(home, TRAINED_ON)
    with pytest.raises(RuntimeError):
        forget.leave_work(home, gone, fail)
    with open_work(home) as connection:
        assert keep_home.people_in(connection) == list(PEOPLE)
    assert not list(home.root.glob(".work*"))


def test_a_hash_stays_and_tells_what_is_still_to_be_done(home: Home) -> None:
    gone = forget.whom(home, TRAINED_ON)
    forget.entomb(home, gone)
    forget.entomb(home, gone)
    with open_work(home) as connection:
        assert list(forget.forgotten(connection)) == [forget.subject_hash(connection, TRAINED_ON)]
        assert forget.pending(connection) == [TRAINED_ON]
        first = forget.forgotten_at(connection, TRAINED_ON)
        assert first is not None and forget.forgotten_at(connection, TESTED) is None
    forget.leave_work(home, gone, nothing)
    with open_work(home) as connection:
        assert forget.pending(connection) == [] and forget.forgotten_at(connection, TRAINED_ON) == first


def test_the_hash_cannot_be_found_out_by_trying_ids(home: Home, tmp_path: Path) -> None:
    with open_work(home) as connection:
        assert forget.forgotten_at(connection, TRAINED_ON) is None and forget.pending(connection) == []
        assert write.setting(connection, forget.KEY) is None  # asking makes no key
        mine, again = (forget.subject_hash(connection, TRAINED_ON) for _ in range(2))
    with open_work(Home(tmp_path / "other")) as connection:
        of_another_home = forget.subject_hash(connection, TRAINED_ON)
    assert mine == again and re.fullmatch("[0-9a-f]{64}", mine)
    assert len({mine, of_another_home, hashlib.sha256(TRAINED_ON.encode()).hexdigest()}) == 3


def test_neither_the_hashes_nor_their_key_are_published(home: Home) -> None:
    forget.entomb(home, forget.whom(home, TESTED))
    with open_work(home) as connection:
        key, (one,) = write.setting(connection, forget.KEY), forget.forgotten(connection)
    folder = publish.publish(home, "1", lambda new: publish.write_store(home.work, new / STORE_FILE))
    (folder / "anew").mkdir()
    publish.rewrite_store(folder / STORE_FILE, folder / "anew" / STORE_FILE, forget.whom(home, TRAINED_ON), nothing)
    assert key is not None
    for place in (folder, folder / "anew"):
        raw = (place / STORE_FILE).read_bytes()
        assert key.encode() not in raw and one.encode() not in raw
        with publish.open_folder(place) as store:
            assert forget.forgotten(store) == {} and write.setting(store, forget.KEY) is None
            assert write.setting(store, "schema_version") is not None


@pytest.mark.parametrize(("person", "loses"), [(TRAINED_ON, True), (VALIDATED, True), (TESTED, False)])
def test_weights_go_where_the_model_has_seen_the_person(home: Home, person: str, loses: bool) -> None:
    gone = forget.whom(home, person)
    with open_work(home) as connection:
        going = weights.trained_on(connection, gone)
    assert going == ({keep_home.TRAINED: f"artifacts/{keep_home.TRAINED}"} if loses else {})
    forget.leave_work(home, gone, lambda connection: forget.mark_losses(connection, going, ["by_person-1"]))
    with open_work(home) as connection:
        found = connection.execute("SELECT run_id, status_detail, artifact_path, artifact_sha256 FROM registry.runs")
        rows = {run_id: told for run_id, *told in found.fetchall()}
        assert list(forget.shortened_splits(connection)) == ["by_person-1"]
    assert (rows[keep_home.TRAINED] == [forget.WITHDREW, None, None]) is loses
    assert rows[keep_home.UNTRAINED] == ["one class cannot be learnt", None, None]


def test_weights_outside_of_the_artifacts_are_not_removed(home: Home, tmp_path: Path) -> None:
    (tmp_path / "holiday").mkdir()
    with pytest.raises(StoreError, match="nothing was removed"):
        weights.drop(home, ["../holiday"])
    assert (tmp_path / "holiday").is_dir()


def test_a_published_store_is_written_anew_with_what_it_says_of_itself(home: Home) -> None:
    about = {"published_at": "then", "audit": "a1"}
    folder = publish.publish(
        home, "1", lambda new: publish.write_store(home.work, new / STORE_FILE, with_faces=True, about=about)
    )
    with publish.open_folder(folder) as store:
        change = write.setting(store, "change")
    target = home.root / "new"
    target.mkdir()

    def note(connection: Connection) -> None:
        write.note_change(connection)

    publish.rewrite_store(folder / STORE_FILE, target / STORE_FILE, forget.whom(home, TRAINED_ON), note)
    with publish.open_folder(target) as store:
        assert list(publications.about(store).items()) == list(about.items())  # in the order in which it was given
        assert write.setting(store, "change") == change
        assert write.setting(store, "faces are published") == "True"
        assert keep_home.people_in(store) == [VALIDATED, TESTED]
        for view in publish.VIEWS:
            assert store.execute(f"FROM {view}").description


def test_the_statistics_of_a_published_store_are_of_those_who_stay(tmp_path: Path) -> None:
    home = Home(tmp_path)
    fabricate.fabricate(home.work)
    publish.publish(home, "1", lambda new: publish.write_store(home.work, new / STORE_FILE))
    target = tmp_path / STORE_FILE
    publish.rewrite_store(home.published_store.resolve(), target, forget.whom(home, fabricate.person(1)), nothing)
    counted = "SELECT max(n_images) FROM features.statistics WHERE feature = 'landmarks'"
    connection = open_file(target)
    after = connection.execute(counted).fetchone()
    of_others = connection.execute("SELECT count(*) FROM features.landmarks").fetchone()
    connection.close()
    with publish.open_folder(home.publications / "1") as store:
        before = store.execute(counted).fetchone()
    assert after == of_others and before != after


def test_metrics_and_comparisons_that_counted_the_person_are_left_out(tmp_path: Path) -> None:
    home = Home(tmp_path)
    fabricate.fabricate(home.work)
    in_train, in_test = fabricate.person(0), fabricate.person(fabricate.Size().people - 1)
    assert fabricate.part_of(0, fabricate.Size().people) == PARTS[0]
    forget.leave_work(home, forget.whom(home, in_train), nothing)
    with open_work(home) as connection:
        assert measured(connection) == set(PARTS[1:]) and write.count(connection, "registry.comparisons") == 1
        assert read.frame(connection, "select_unmeasured_runs").height == 2
    forget.leave_work(home, forget.whom(home, in_test), nothing)
    with open_work(home) as connection:
        assert measured(connection) == {PARTS[1]} and write.count(connection, "registry.comparisons") == 0


def measured(connection: Connection) -> set[str]:
    """The parts in which anything is measured."""
    return {part for (part,) in connection.execute("SELECT DISTINCT part FROM registry.metrics").fetchall()}


def test_the_audit_of_the_results_passes_without_the_person(tmp_path: Path) -> None:
    from flows.measure import measure_again
    from validation.audit import audit

    home = Home(tmp_path)
    fabricate.fabricate(home.work)
    gone = forget.whom(home, fabricate.person(2))
    with open_work(home) as connection:
        splits = forget.splits_with(connection, gone)

    def made_good(connection: Connection) -> None:
        forget.mark_losses(connection, ["run00"], splits)
        measure_again(connection, {})

    forget.leave_work(home, gone, made_good)
    for stage in ("features", "results"):
        verdict = audit(home.work, audit_id=stage, stage=stage)
        assert [finding.check for finding in verdict.failures if finding.stops] == []


def test_words_are_found_as_json_and_html_write_them() -> None:
    word = "o'Neil é"
    for text in (word, f"({word})", '"o\'Neil \\u00e9"', "<b>o&#x27;Neil é</b>"):
        assert re.search(pattern_of([word]), text), text
    assert not re.search(pattern_of([word]), f"{word}s")
