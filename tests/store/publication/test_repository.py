"""The repository of publications: listing, rollback, retention, and atomic replacement."""

import dataclasses
import json
import os
from pathlib import Path

import pytest

from affect_store.store.engine.duckdb import open_file
from affect_store.store.engine.query import run_query
from affect_store.store.engine.settings import put_setting
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import NotPublishedError, StoreError, StoreLockedError, UnknownNameError
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.publication import publish, repository
from affect_store.store.publication.listing import list_publications
from affect_store.store.publication.manifest import is_as_published, read_manifest, write_manifest
from tests.store.holder import at_work
from tests.store.publishing import ABOUT, add_reject, change_and_publish, fill, names, writable


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_the_listing_shows_time_size_contents_and_which_is_current(home: Home) -> None:
    assert list_publications(home) == []
    change_and_publish(home, "1")
    change_and_publish(home, "2")
    second, first = list_publications(home)
    assert (second.name, second.is_current, first.name, first.is_current) == ("2", True, "1", False)
    assert second.about == ABOUT and second.published_at == ABOUT["published_at"]
    assert second.rows == {"photographs": 0, "deltas": 0, "runs": 0} and second.schema_version
    assert second.size_bytes == sum(path.stat().st_size for path in (home.publications / "2").iterdir())


def test_the_newest_publications_are_kept_and_at_least_one(home: Home) -> None:
    for name in "123":
        change_and_publish(home, name, keep=2)
    assert names(home) == ["2", "3"]
    with pytest.raises(StoreError, match="at least 1 publication, received 0"):
        repository.expired(home, 0)


def test_a_rollback_goes_to_the_previous_or_to_a_named_publication(home: Home) -> None:
    for name in "123":
        change_and_publish(home, name)
    assert repository.rollback(home).name == "2"
    assert run_query(home, "SELECT count(*) FROM catalogue.rejects").rows == [(2,)]
    assert [publication.is_rolled_back for publication in list_publications(home)] == [True, False, False]
    assert repository.rollback(home).name == "1"
    with pytest.raises(StoreError, match="no earlier publication to roll back to; available: 1, 2, 3; current: 1"):
        repository.rollback(home)
    assert repository.rollback(home, "3").name == "3" and not repository.is_rolled_back(home.publications / "3")
    assert os.readlink(home.published) == "publications/3"


def test_similar_names_are_suggested_for_an_unknown_publication(home: Home) -> None:
    with pytest.raises(NotPublishedError, match="no publication"):
        repository.rollback(home)
    change_and_publish(home, "20261123T06")
    with pytest.raises(UnknownNameError, match="no publication '20261123T07'; did you mean 20261123T06"):
        repository.rollback(home, "20261123T07")
    with pytest.raises(UnknownNameError):
        repository.rollback(home, "../publications/20261123T06")


@pytest.mark.long
def test_the_current_publication_never_expires(home: Home) -> None:
    for name in "123":
        change_and_publish(home, name)
    repository.rollback(home, "1")
    assert [folder.name for folder in repository.expired(home, 1)] == ["2"]


def test_a_state_that_was_rolled_back_is_not_published_again(home: Home) -> None:
    change_and_publish(home, "1")
    change_and_publish(home, "2")
    repository.rollback(home)
    assert publish.is_current(home)
    with open_work(home) as connection:
        add_reject(connection, "new.jpg")
    assert not publish.is_current(home)


@pytest.mark.long
def test_a_second_rollback_skips_publications_that_were_rolled_back(home: Home) -> None:
    for name in "12":
        change_and_publish(home, name)
    repository.rollback(home)
    change_and_publish(home, "3")
    assert repository.rollback(home).name == "1"


def test_a_run_killed_before_the_link_moved_is_not_a_rollback(home: Home) -> None:
    change_and_publish(home, "1")
    with open_work(home) as connection:
        add_reject(connection, "2.jpg")
    repository.build(home, "2", lambda folder: fill(home, folder))
    assert os.readlink(home.published) == "publications/1" and not publish.is_current(home)


def test_a_publication_of_another_schema_version_is_listed_but_not_current(home: Home) -> None:
    def of_version_1(folder: Path) -> None:
        fill(home, folder)
        connection = open_file(folder / STORE_FILE)
        put_setting(connection, "schema_version", "1")
        connection.execute("DROP VIEW lineage; DROP VIEW coverage; DROP TABLE features.deltas CASCADE")
        connection.execute("CHECKPOINT")
        write_manifest(connection, folder)
        connection.close()

    with open_work(home) as connection:
        add_reject(connection, "1.jpg")
    folder = publish.publish(home, "1", of_version_1)
    manifest = read_manifest(folder)
    assert manifest is not None and is_as_published(folder, manifest) and not publish.is_current(home)
    (publication,) = list_publications(home)
    assert publication.schema_version == "1" and publication.rows == {"photographs": 0, "deltas": None, "runs": 0}


def test_a_damaged_publication_is_listed_without_a_schema_version(home: Home) -> None:
    folder = change_and_publish(home, "1")
    writable(folder).write_bytes(b"not a store")
    (publication,) = list_publications(home)
    assert publication.schema_version is None and publication.rows == {}


@pytest.mark.long
def test_a_revision_replaces_its_publication(home: Home) -> None:
    first, second = change_and_publish(home, "1"), change_and_publish(home, "2")
    revision = repository.replace(home, first, lambda folder: fill(home, folder))
    assert revision.name == "1~2" and repository.current(home) == second
    revision = repository.replace(home, second, lambda folder: fill(home, folder))
    assert repository.current(home) == revision
    revision = repository.replace(home, revision, lambda folder: fill(home, folder))
    assert names(home) == ["1~2", "2~3"] and repository.current(home) == revision


def test_a_replacement_is_completed_after_a_kill(home: Home) -> None:
    first = change_and_publish(home, "1")
    repository.build(home, "1~2", lambda folder: fill(home, folder))

    def never(folder: Path) -> None:
        raise AssertionError("the new folder is complete already")

    repository.replace(home, first, never)
    assert names(home) == ["1~2"] and repository.current(home) == home.publications / "1~2"


@pytest.mark.long
def test_the_newest_other_publication_becomes_current_when_the_current_one_is_dropped(home: Home) -> None:
    first, second = change_and_publish(home, "1"), change_and_publish(home, "2")
    repository.remove_publication(home, second)
    assert repository.current(home) == first
    repository.remove_publication(home, first)
    assert repository.current(home) is None and not home.published.is_symlink()


@pytest.mark.long
def test_rolled_back_publications_are_removed_first_and_the_current_one_stays(home: Home) -> None:
    for name in "123":
        change_and_publish(home, name)
    repository.rollback(home, "1")
    change_and_publish(home, "4", keep=3)
    assert names(home) == ["1", "3", "4"]
    change_and_publish(home, "5", keep=2)
    assert names(home) == ["4", "5"]


@pytest.mark.long
def test_a_rolled_back_state_is_remembered_whatever_is_removed(home: Home) -> None:
    for name in "123":
        change_and_publish(home, name)
    repository.rollback(home, "1")
    repository.remove_expired(home, 1)
    assert names(home) == ["1", "3"] and publish.is_current(home)


def test_the_next_run_removes_what_a_killed_run_built_but_did_not_publish(home: Home) -> None:
    change_and_publish(home, "1")
    repository.build(home, "2", lambda folder: fill(home, folder))
    change_and_publish(home, "3", keep=2)
    assert names(home) == ["1", "3"]


@pytest.mark.long
def test_a_revision_of_a_rolled_back_publication_is_rolled_back_from_the_start(home: Home) -> None:
    for name in "12":
        change_and_publish(home, name)
    repository.rollback(home)

    def killed(folder: Path) -> None:
        """The process dies as soon as the new folder is in place: nothing after `build` happens."""
        fill(home, folder)

    with pytest.raises(KeyboardInterrupt), pytest.MonkeyPatch.context() as patch:
        build = repository.build
        patch.setattr(repository, "build", lambda *arguments: (build(*arguments), interrupt()))
        repository.replace(home, home.publications / "2", killed)
    assert names(home) == ["1", "2", "2~2"] and repository.is_rolled_back(home.publications / "2~2")


def interrupt() -> None:
    raise KeyboardInterrupt


def test_two_runs_cannot_publish_at_the_same_time(home: Home) -> None:
    with at_work(home.root), pytest.raises(StoreLockedError, match="another run holds the lock"):
        change_and_publish(home, "1")
    assert not home.publications.exists()


def test_a_preliminary_publication_that_a_killed_run_left_expires_and_is_not_counted(home: Home) -> None:
    change_and_publish(home, "1")
    change_and_publish(home, "2")
    mark_preliminary(home.publications / "2")
    assert repository.expired(home, 1) == [], "it is the current one"
    change_and_publish(home, "3")
    assert names(home) == ["1", "3"]
    mark_preliminary(home.publications / "1")  # as if the process had been killed before it was removed
    repository.remove_expired(home, 3)
    assert names(home) == ["3"]


def mark_preliminary(folder: Path) -> None:
    manifest = read_manifest(folder)
    assert manifest is not None
    changed = dataclasses.asdict(manifest) | {"is_preliminary": True}
    (folder / "publication.json").write_text(json.dumps(changed), encoding="utf-8")
