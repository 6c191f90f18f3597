"""After an erasure, neither the rows nor the bytes of a store contain the subject; all other subjects stay."""

import hashlib
import re
from pathlib import Path

import pytest

from affect_store.store.consent import erasure, tombstones
from affect_store.store.engine import filtered_copy, reader, write
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.primary_comparison import declare
from affect_store.store.engine.settings import get_setting
from affect_store.store.engine.work_store import open_work
from affect_store.store.erasure_request import pattern_of
from affect_store.store.errors import StoreError, UnknownNameError
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.publication import model_weights, publish
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.store.schema.tables import TABLES
from affect_store.store.vocabulary import NEUTRAL, PARTS
from tests.store.consent.finishing import do_nothing
from tests.stores import clean, subjects
from tests.stores.subjects import FEELINGS, PEOPLE, path_of, photograph

TRAINED_ON, VALIDATED, TESTED = PEOPLE


def rows_of(connection: Connection) -> dict[str, int]:
    return {table.qualified: write.count(connection, table.qualified) for table in TABLES}


def test_the_request_has_every_photograph_and_file_of_the_subject(home: Home) -> None:
    request = erasure.erasure_request_for(home, TRAINED_ON)
    assert request.image_ids == {photograph(TRAINED_ON, feeling) for feeling in FEELINGS}
    assert request.paths == {path_of(TRAINED_ON, feeling) for feeling in FEELINGS}
    with pytest.raises(UnknownNameError, match="no person 'lab-04'; did you mean lab-0"):
        erasure.erasure_request_for(home, "lab-04")


def test_a_photograph_once_labelled_with_the_subject_is_in_the_request(home: Home) -> None:
    with open_work(home) as connection:
        connection.execute(
            "INSERT INTO catalogue.labels BY NAME SELECT * REPLACE ($person AS subject_id, now() AS known_at) "
            "FROM catalogue.labels WHERE image_id = $image",
            {"person": TRAINED_ON, "image": photograph(TESTED, NEUTRAL)},
        )
    assert photograph(TESTED, NEUTRAL) in erasure.erasure_request_for(home, TRAINED_ON).image_ids


def test_every_table_loses_the_subject_and_keeps_the_others(home: Home) -> None:
    request = erasure.erasure_request_for(home, TRAINED_ON)
    with open_work(home) as connection:
        before, mentions = rows_of(connection), filtered_copy.count_mentions(connection, request)
    assert mentions == {
        "catalogue.images": 2, "catalogue.labels": 2, "catalogue.ratings": 2, "catalogue.rejects": 2,
        "features.landmarks": 2, "features.pixels": 2, "features.deltas": 2, "features.misses": 4,
        "features.head_pose": 2, "features.measures": 2, "features.measure_changes": 1,
        "features.action_unit_proxies": 1, "splits.assignments": 4, "splits.train": 2, "quality.results": 1,
    }  # fmt: skip
    erasure.erase_from_work_store(home, request, do_nothing)
    with open_work(home) as connection:
        after = rows_of(connection)
        assert filtered_copy.count_mentions(connection, request) == {}
        assert subjects.people_in(connection) == [VALIDATED, TESTED]
    mentions.pop("quality.results")  # results of checks stay, without the texts that mention the subject
    assert after == {table: count - mentions.get(table, 0) for table, count in before.items()}


def test_a_subject_whose_id_has_the_same_prefix_is_kept(home: Home) -> None:
    erasure.erase_from_work_store(home, erasure.erasure_request_for(home, TRAINED_ON), do_nothing)
    with open_work(home) as connection:
        details = {path: detail for _, path, _, detail, _ in connection.execute("FROM catalogue.rejects").fetchall()}
    assert details["/photographs/other.jpg"] == f"{TRAINED_ON}0 is another person"
    assert "/photographs/odd.jpg" not in details and "/photographs/copy.jpg" not in details


def test_the_bytes_of_the_store_do_not_contain_the_subject(home: Home) -> None:
    words = {person: [person, *(photograph(person, feeling) for feeling in FEELINGS)] for person in PEOPLE}
    raw = home.work.read_bytes()
    assert all(word.encode() in raw for person in PEOPLE for word in words[person])
    erasure.erase_from_work_store(home, erasure.erasure_request_for(home, TRAINED_ON), do_nothing)
    raw = home.work.read_bytes()
    assert not [word for word in words[TRAINED_ON][1:] if word.encode() in raw]
    assert re.findall(pattern_of(words[TRAINED_ON][:1]).encode(), raw) == []
    assert all(word.encode() in raw for person in (VALIDATED, TESTED) for word in words[person])
    assert not [row for row in subjects.vectors(TRAINED_ON) if row.tobytes()[:64] in raw]
    assert not home.work.with_name("work.duckdb.wal").exists() and not list(home.root.glob(".work*"))


def test_a_delete_statement_leaves_the_bytes(home: Home) -> None:
    """This shows that the test above can fail."""
    with open_work(home) as connection:
        connection.execute("DELETE FROM catalogue.images WHERE subject_id = $person", {"person": TRAINED_ON})
        connection.execute("DELETE FROM catalogue.labels WHERE subject_id = $person", {"person": TRAINED_ON})
        connection.execute("CHECKPOINT")
    assert TRAINED_ON.encode() in home.work.read_bytes()


def test_a_failure_during_the_rewrite_leaves_the_work_store_as_it_was(home: Home) -> None:
    def fail(connection: Connection) -> None:
        raise RuntimeError("power cut")

    request = erasure.erasure_request_for(home, TRAINED_ON)
    with pytest.raises(RuntimeError):
        erasure.erase_from_work_store(home, request, fail)
    with open_work(home) as connection:
        assert subjects.people_in(connection) == list(PEOPLE)
    assert not list(home.root.glob(".work*"))


def test_the_tombstone_stays_and_shows_pending_erasures(home: Home) -> None:
    request = erasure.erasure_request_for(home, TRAINED_ON)
    erasure.write_tombstone(home, request)
    erasure.write_tombstone(home, request)
    with open_work(home) as connection:
        assert list(tombstones.tombstones(connection)) == [tombstones.subject_hash(connection, TRAINED_ON)]
        assert erasure.pending_erasures(connection) == [TRAINED_ON]
        first = tombstones.erased_at(connection, TRAINED_ON)
        assert first is not None and tombstones.erased_at(connection, TESTED) is None
    erasure.erase_from_work_store(home, request, do_nothing)
    with open_work(home) as connection:
        assert erasure.pending_erasures(connection) == [] and tombstones.erased_at(connection, TRAINED_ON) == first


def test_the_tombstone_cannot_be_reversed_by_trying_ids(home: Home, tmp_path: Path) -> None:
    with open_work(home) as connection:
        assert tombstones.erased_at(connection, TRAINED_ON) is None and erasure.pending_erasures(connection) == []
        assert get_setting(connection, SettingKey.ERASURE_KEY) is None  # reading creates no key
        first, second = (tombstones.subject_hash(connection, TRAINED_ON) for _ in range(2))
    with open_work(Home(tmp_path / "other")) as connection:
        in_another_home = tombstones.subject_hash(connection, TRAINED_ON)
    assert first == second and re.fullmatch("[0-9a-f]{64}", first)
    assert len({first, in_another_home, hashlib.sha256(TRAINED_ON.encode()).hexdigest()}) == 3


def test_a_tombstone_covers_photographs_and_spellings_of_the_id(home: Home) -> None:
    erasure.write_tombstone(home, erasure.erasure_request_for(home, TESTED))
    with open_work(home) as connection:
        people = tombstones.erased_people(connection)
    assert len(people.other_hashes) == len(FEELINGS) + 1
    assert all(people.has_photograph(photograph(TESTED, feeling)) for feeling in FEELINGS)
    assert not any(people.has_photograph(photograph(TRAINED_ON, feeling)) for feeling in FEELINGS)
    assert people.has_form("lab", "lab-3") and people.has_form("LAB", "LAB-sub-003")
    assert not people.has_form("lab", "lab-2") and not people.has_form("other", "other-3")


def test_neither_the_tombstones_nor_their_key_are_published(home: Home) -> None:
    erasure.write_tombstone(home, erasure.erasure_request_for(home, TESTED))
    with open_work(home) as connection:
        key, (tombstone,) = get_setting(connection, SettingKey.ERASURE_KEY), tombstones.tombstones(connection)
        hashes = tombstones.erased_people(connection).other_hashes
    folder = publish.publish(home, "1", lambda new: publish.write_store(home.work, new / STORE_FILE))
    (folder / "rewritten").mkdir()
    publish.rewrite_store(
        folder / STORE_FILE,
        folder / "rewritten" / STORE_FILE,
        erasure.erasure_request_for(home, TRAINED_ON),
        do_nothing,
    )
    assert key is not None
    for publication in (folder, folder / "rewritten"):
        raw = (publication / STORE_FILE).read_bytes()
        assert not [text for text in (key, tombstone, *hashes) if text.encode() in raw]
        with publish.open_folder(publication) as store:
            assert tombstones.erased_people(store) == tombstones.ErasedPeople(None, frozenset(), frozenset())
            assert get_setting(store, "schema_version") is not None


@pytest.mark.parametrize(("person", "loses"), [(TRAINED_ON, True), (VALIDATED, True), (TESTED, False)])
def test_weights_of_models_that_saw_the_subject_are_removed(home: Home, person: str, loses: bool) -> None:
    request = erasure.erasure_request_for(home, person)
    with open_work(home) as connection:
        weights, splits = model_weights.trained_on(connection, request), erasure.splits_with(connection, request)
    assert weights == ({subjects.TRAINED: f"artifacts/{subjects.TRAINED}"} if loses else {})
    erasure.erase_from_work_store(home, request, lambda connection: erasure.record_losses(connection, weights, splits))
    with open_work(home) as connection:
        query = "SELECT run_id, status_detail, artifact_path, artifact_sha256 FROM registry.runs"
        rows = {run_id: values for run_id, *values in connection.execute(query).fetchall()}
        assert list(erasure.shortened_splits(connection)) == splits and len(splits) == 2
    assert (rows[subjects.TRAINED] == [erasure.WEIGHTS_REMOVED, None, None]) is loses
    assert rows[subjects.UNTRAINED] == ["one class cannot be learnt", None, None]


def test_folders_outside_the_artifacts_are_not_removed(home: Home, tmp_path: Path) -> None:
    (tmp_path / "holiday").mkdir()
    with pytest.raises(StoreError, match="nothing was removed"):
        model_weights.remove_weights(home, ["../holiday"])
    assert (tmp_path / "holiday").is_dir()


def test_metrics_and_comparisons_that_included_the_subject_are_removed(tmp_path: Path) -> None:
    home = clean.copy(tmp_path)
    in_train, in_test = clean.DESIGN.people_in(PARTS[0])[0], clean.DESIGN.people_in(PARTS[2])[0]
    with open_work(home) as connection:
        declare(connection, (("mm1", "corrected"), ("lda", "corrected")), "by_person", 0.05)
    erasure.erase_from_work_store(home, erasure.erasure_request_for(home, in_train), do_nothing)
    with open_work(home) as connection:
        assert measured_parts(connection) == set(PARTS[1:]) and write.count(connection, "registry.comparisons") == 5
        assert write.count(connection, "registry.effects") and write.count(connection, "registry.declarations") == 1
        assert reader.query_frame(connection, "registry/select_unmeasured_runs").height == 2
    erasure.erase_from_work_store(home, erasure.erasure_request_for(home, in_test), do_nothing)
    with open_work(home) as connection:
        assert measured_parts(connection) == {PARTS[1]} and write.count(connection, "registry.comparisons") == 0
        assert (
            write.count(connection, "registry.effects") == 0 and write.count(connection, "registry.declarations") == 1
        )


@pytest.mark.long
def test_thirds_of_intensity_are_those_of_the_remaining_people(tmp_path: Path) -> None:
    from affect_store.flows.steps.comparisons import recompute_metrics

    home = clean.rated_copy(tmp_path)
    in_train = clean.DESIGN.people_in(PARTS[0])[0]
    erasure.erase_from_work_store(home, erasure.erasure_request_for(home, in_train), do_nothing)
    with open_work(home) as connection:
        assert measured_parts(connection) == set()
        bounds = "SELECT round(quantile_cont(intensity, [1/3, 2/3])[1], 3) FROM catalogue.ratings "
        bounds += "JOIN splits.assignments USING (image_id) JOIN registry.runs USING (split_id)"
        (lower,) = connection.execute(bounds).fetchall()[0]
        recompute_metrics(connection, {})
        assert measured_parts(connection) == set(PARTS)
        methods = "SELECT DISTINCT method FROM registry.metrics WHERE slice = 'intensity=low' AND metric = 'accuracy'"
        assert all(f"at most {lower}" in method for (method,) in connection.execute(methods).fetchall())


def measured_parts(connection: Connection) -> set[str]:
    """The parts that have metrics."""
    return {part for (part,) in connection.execute("SELECT DISTINCT part FROM registry.metrics").fetchall()}


@pytest.mark.long
def test_the_audit_of_the_results_passes_without_the_person(tmp_path: Path) -> None:
    from affect_store.flows.steps.comparisons import recompute_metrics
    from affect_store.validation.audit import audit

    home = clean.copy(tmp_path)
    request = erasure.erasure_request_for(home, clean.DESIGN.people_in(PARTS[0])[0])
    with open_work(home) as connection:
        splits = erasure.splits_with(connection, request)

    def repair(connection: Connection) -> None:
        erasure.record_losses(connection, [clean.DESIGN.runs[0].run_id], splits)
        recompute_metrics(connection, {})

    erasure.erase_from_work_store(home, request, repair)
    for stage in ("features", "results"):
        verdict = audit(home.work, audit_id=stage, stage=stage)
        assert [finding.check for finding in verdict.failures if finding.stops] == []


def test_words_are_matched_in_json_and_html() -> None:
    word = "o'Neil é"
    for text in (word, f"({word})", '"o\'Neil \\u00e9"', "<b>o&#x27;Neil é</b>"):
        assert re.search(pattern_of([word]), text), text
    assert not re.search(pattern_of([word]), f"{word}s")
