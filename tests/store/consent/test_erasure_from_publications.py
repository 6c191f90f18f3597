"""Erasure of a subject from published stores, of this version and of earlier ones."""

from pathlib import Path

from affect_store.store.consent import erasure
from affect_store.store.engine import definitions, filtered_copy, write
from affect_store.store.engine.duckdb import Connection, open_file
from affect_store.store.engine.primary_comparison import declare
from affect_store.store.engine.settings import get_setting, renew_change_token
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.publication import publish, repository
from affect_store.store.publication.readability import is_readable
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.store.schema.tables import ADDED_LATER
from tests.store.consent.finishing import do_nothing
from tests.stores import clean, subjects
from tests.stores.subjects import PEOPLE

TRAINED_ON, VALIDATED, TESTED = PEOPLE


def test_a_rewritten_published_store_keeps_its_description(home: Home) -> None:
    about = {"published_at": "then", "audit": "a1"}
    folder = publish.publish(
        home, "1", lambda new: publish.write_store(home.work, new / STORE_FILE, with_faces=True, about=about)
    )
    with publish.open_folder(folder) as store:
        change = get_setting(store, "change")
    target = home.root / "new"
    target.mkdir()

    def note(connection: Connection) -> None:
        renew_change_token(connection)

    publish.rewrite_store(folder / STORE_FILE, target / STORE_FILE, erasure.erasure_request_for(home, TRAINED_ON), note)
    with publish.open_folder(target) as store:
        assert list(repository.about(store).items()) == list(about.items())  # in the given order
        assert get_setting(store, "change") == change
        assert get_setting(store, SettingKey.FACES_PUBLISHED) == "True"
        assert subjects.people_in(store) == [VALIDATED, TESTED]
        for view in definitions.VIEWS:
            assert store.execute(f"FROM {view}").description


def test_the_statistics_of_a_rewritten_store_are_of_the_remaining_subjects(tmp_path: Path) -> None:
    home = clean.copy(tmp_path)
    publish.publish(home, "1", lambda new: publish.write_store(home.work, new / STORE_FILE))
    target = tmp_path / STORE_FILE
    publish.rewrite_store(
        home.published_store.resolve(), target, erasure.erasure_request_for(home, clean.PEOPLE[1]), do_nothing
    )
    query = "SELECT max(n_images) FROM features.statistics WHERE feature = 'landmarks'"
    connection = open_file(target)
    after = connection.execute(query).fetchone()
    expected = connection.execute("SELECT count(*) FROM features.landmarks").fetchone()
    connection.close()
    with publish.open_folder(home.publications / "1") as store:
        before = store.execute(query).fetchone()
    assert after == expected and before != after


def test_a_publication_from_before_a_table_is_rewritten_with_the_table_empty(tmp_path: Path) -> None:
    home = clean.copy(tmp_path)
    publish.publish(home, "1", lambda folder: publish.write_store(home.work, folder / STORE_FILE))
    with open_file(home.published_store.resolve()) as older:
        for name in ("effects", "declarations"):
            older.execute(f"DROP VIEW IF EXISTS registry.declared; DROP TABLE registry.{name}")
        runs = write.count(older, "registry.runs")
    target = tmp_path / STORE_FILE
    request = erasure.erasure_request_for(home, clean.PEOPLE[1])
    publish.rewrite_store(home.published_store.resolve(), target, request, do_nothing)
    with open_file(target) as rewritten:
        counts = {name: write.count(rewritten, f"registry.{name}") for name in ("effects", "declarations", "runs")}
    assert counts == {"effects": 0, "declarations": 0, "runs": runs}


def test_declarations_and_effects_are_published(tmp_path: Path) -> None:
    home = clean.copy(tmp_path)
    with open_work(home) as connection:
        declare(connection, (("mm1", "corrected"), ("lda", "corrected")), "by_person", 0.05)
        expected = {name: write.count(connection, f"registry.{name}") for name in ("effects", "declarations")}
    publish.publish(home, "1", lambda folder: publish.write_store(home.work, folder / STORE_FILE))
    with publish.open_folder(home.publications / "1") as store:
        assert {name: write.count(store, f"registry.{name}") for name in expected} == expected
        assert store.execute("SELECT count(*) FROM registry.declared WHERE is_latest").fetchall() == [(1,)]
    assert all(expected.values())


def test_a_publication_from_before_a_table_was_added_is_readable_and_rewritten(home: Home, tmp_path: Path) -> None:
    folder = publish.publish(home, "1", lambda new: publish.write_store(home.work, new / STORE_FILE))
    connection = open_file(folder / STORE_FILE)
    for table in ADDED_LATER:
        connection.execute(f"DROP TABLE {table}")
    connection.close()
    request = erasure.erasure_request_for(home, TRAINED_ON)
    with publish.open_folder(folder) as store:
        assert is_readable(store)
        assert filtered_copy.count_mentions(store, request)["catalogue.labels"] == 2
    assert erasure.publications_mentioning(home, request) == ([folder], [])
    (tmp_path / "new").mkdir()
    publish.rewrite_store(folder / STORE_FILE, tmp_path / "new" / STORE_FILE, request, do_nothing)
    with publish.open_folder(tmp_path / "new") as store:
        assert subjects.people_in(store) == [VALIDATED, TESTED]
        assert all(write.count(store, table) == 0 for table in ADDED_LATER)


def test_a_work_store_from_before_a_table_was_added_gets_it_when_opened(home: Home) -> None:
    connection = open_file(home.work)
    for table in ADDED_LATER:
        connection.execute(f"DROP TABLE {table}")
    connection.close()
    with open_work(home) as connection:
        assert all(write.count(connection, table) == 0 for table in ADDED_LATER)
        assert subjects.people_in(connection) == list(PEOPLE)


def test_a_publication_of_schema_version_4_is_rewritten_and_found_by_every_mention(home: Home, tmp_path: Path) -> None:
    """It lacks columns that were added in version 5; removing it would leave the home without a publication."""
    folder = publish.publish(home, "1", lambda new: publish.write_store(home.work, new / STORE_FILE))
    connection = open_file(folder / STORE_FILE)
    for table in ADDED_LATER:
        connection.execute(f"DROP TABLE {table}")
    for table, column in (("splits.sets", "further_emotions"), ("registry.predictions", "further_chances")):
        connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * EXCLUDE ({column}) FROM {table}")
    connection.execute("UPDATE quality.settings SET setting = '4' WHERE key = 'schema_version'")
    other_label = "UPDATE catalogue.images SET subject_id = $other WHERE subject_id = $person"
    connection.execute(other_label, {"other": TESTED, "person": TRAINED_ON})
    connection.execute("UPDATE catalogue.labels SET subject_id = $other WHERE subject_id = $person",
                       {"other": TESTED, "person": TRAINED_ON})  # fmt: skip
    connection.close()
    request = erasure.erasure_request_for(home, TRAINED_ON)
    assert erasure.publications_mentioning(home, request) == ([folder], []), "its photographs are known by their bytes"
    (tmp_path / "new").mkdir()
    publish.rewrite_store(folder / STORE_FILE, tmp_path / "new" / STORE_FILE, request, do_nothing)
    with publish.open_folder(tmp_path / "new") as store:
        assert filtered_copy.count_mentions(store, request) == {}
        assert write.count(store, "splits.sets") > 0 < write.count(store, "catalogue.images")
