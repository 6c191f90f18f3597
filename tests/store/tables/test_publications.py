"""The kept publications: listed, gone back to, kept to a number, and never less than whole."""

import os
from pathlib import Path

import pytest

from store.errors import NotPublishedError, StoreError, StoreLockedError, UnknownNameError
from store.tables import publications, publish, write
from store.tables.connection import open_file, open_work
from store.tables.home import STORE_FILE, Home
from store.tables.listing import listed
from store.tables.query import ask
from store.tables.stamp import is_as_published, stamp_of, write_stamp
from tests.store.tables.holder import at_work
from tests.store.tables.publishing import ABOUT, add_reject, change_and_publish, fill, names, writable


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_the_list_tells_when_how_much_and_which_is_current(home: Home) -> None:
    assert listed(home) == []
    change_and_publish(home, "1")
    change_and_publish(home, "2")
    second, first = listed(home)
    assert (second.name, second.is_current, first.name, first.is_current) == ("2", True, "1", False)
    assert second.about == ABOUT and second.published_at == ABOUT["published_at"]
    assert second.rows == {"photographs": 0, "deltas": 0, "runs": 0} and second.schema_version
    assert second.size_bytes == sum(path.stat().st_size for path in (home.publications / "2").iterdir())


def test_the_newest_are_kept_and_never_fewer_than_one(home: Home) -> None:
    for name in "123":
        change_and_publish(home, name, keep=2)
    assert names(home) == ["2", "3"]
    with pytest.raises(StoreError, match="at least 1 publication, received 0"):
        publications.beyond(home, 0)


def test_a_rollback_goes_one_back_and_by_name(home: Home) -> None:
    for name in "123":
        change_and_publish(home, name)
    assert publications.rollback(home).name == "2"
    assert ask(home, "SELECT count(*) FROM catalogue.rejects").rows == [(2,)]
    assert [one.is_rolled_back for one in listed(home)] == [True, False, False]
    assert publications.rollback(home).name == "1"
    with pytest.raises(StoreError, match="no earlier publication to go back to: there are 1, 2, 3, and 1 is current"):
        publications.rollback(home)
    assert publications.rollback(home, "3").name == "3" and not publications.is_rolled_back(home.publications / "3")
    assert os.readlink(home.published) == "publications/3"


def test_a_publication_that_is_not_there_is_named_with_the_near_ones(home: Home) -> None:
    with pytest.raises(NotPublishedError, match="no publication"):
        publications.rollback(home)
    change_and_publish(home, "20261123T06")
    with pytest.raises(UnknownNameError, match="no publication '20261123T07'; near it: 20261123T06"):
        publications.rollback(home, "20261123T07")
    with pytest.raises(UnknownNameError):
        publications.rollback(home, "../publications/20261123T06")


def test_the_current_one_is_never_among_those_that_go(home: Home) -> None:
    for name in "123":
        change_and_publish(home, name)
    publications.rollback(home, "1")
    assert [folder.name for folder in publications.beyond(home, 1)] == ["2"]


def test_a_state_that_was_taken_back_is_not_published_once_more(home: Home) -> None:
    change_and_publish(home, "1")
    change_and_publish(home, "2")
    publications.rollback(home)
    assert publish.is_current(home)
    with open_work(home) as connection:
        add_reject(connection, "new.jpg")
    assert not publish.is_current(home)


def test_going_back_twice_skips_what_was_taken_back_before(home: Home) -> None:
    for name in "12":
        change_and_publish(home, name)
    publications.rollback(home)
    change_and_publish(home, "3")
    assert publications.rollback(home).name == "1"


def test_a_run_killed_before_the_link_moved_is_not_taken_for_a_rollback(home: Home) -> None:
    change_and_publish(home, "1")
    with open_work(home) as connection:
        add_reject(connection, "2.jpg")
    publications.build(home, "2", lambda folder: fill(home, folder))
    assert os.readlink(home.published) == "publications/1" and not publish.is_current(home)


def test_a_publication_of_another_schema_version_is_listed_but_not_current(home: Home) -> None:
    def of_version_1(folder: Path) -> None:
        fill(home, folder)
        connection = open_file(folder / STORE_FILE)
        write.put_setting(connection, "schema_version", "1")
        connection.execute("DROP VIEW lineage; DROP VIEW coverage; DROP TABLE features.deltas CASCADE")
        connection.execute("CHECKPOINT")
        write_stamp(connection, folder)
        connection.close()

    with open_work(home) as connection:
        add_reject(connection, "1.jpg")
    folder = publish.publish(home, "1", of_version_1)
    stamp = stamp_of(folder)
    assert stamp is not None and is_as_published(folder, stamp) and not publish.is_current(home)
    (only,) = listed(home)
    assert only.schema_version == "1" and only.rows == {"photographs": 0, "deltas": None, "runs": 0}


def test_an_unreadable_publication_is_listed_as_such(home: Home) -> None:
    folder = change_and_publish(home, "1")
    writable(folder).write_bytes(b"no store")
    (only,) = listed(home)
    assert only.schema_version is None and only.rows == {}


def test_a_publication_made_anew_takes_the_place_of_the_old_one(home: Home) -> None:
    first, second = change_and_publish(home, "1"), change_and_publish(home, "2")
    renewed = publications.replace(home, first, lambda folder: fill(home, folder))
    assert renewed.name == "1~2" and publications.current(home) == second
    renewed = publications.replace(home, second, lambda folder: fill(home, folder))
    assert publications.current(home) == renewed
    renewed = publications.replace(home, renewed, lambda folder: fill(home, folder))
    assert names(home) == ["1~2", "2~3"] and publications.current(home) == renewed


def test_making_anew_is_finished_after_a_kill(home: Home) -> None:
    first = change_and_publish(home, "1")
    publications.build(home, "1~2", lambda folder: fill(home, folder))

    def never(folder: Path) -> None:
        raise AssertionError("the new folder is whole already")

    publications.replace(home, first, never)
    assert names(home) == ["1~2"] and publications.current(home) == home.publications / "1~2"


def test_dropping_the_current_one_falls_back_to_the_newest_other(home: Home) -> None:
    first, second = change_and_publish(home, "1"), change_and_publish(home, "2")
    publications.drop(home, second)
    assert publications.current(home) == first
    publications.drop(home, first)
    assert publications.current(home) is None and not home.published.is_symlink()


def test_what_was_taken_back_goes_first_and_what_was_current_stays(home: Home) -> None:
    for name in "123":
        change_and_publish(home, name)
    publications.rollback(home, "1")
    change_and_publish(home, "4", keep=3)
    assert names(home) == ["1", "3", "4"]
    change_and_publish(home, "5", keep=2)
    assert names(home) == ["4", "5"]


def test_the_state_that_was_taken_back_is_remembered_whatever_is_pruned(home: Home) -> None:
    for name in "123":
        change_and_publish(home, name)
    publications.rollback(home, "1")
    publications.tidy(home, 1)
    assert names(home) == ["1", "3"] and publish.is_current(home)


def test_what_a_killed_run_has_built_but_nobody_has_seen_goes_with_the_next(home: Home) -> None:
    change_and_publish(home, "1")
    publications.build(home, "2", lambda folder: fill(home, folder))
    change_and_publish(home, "3", keep=2)
    assert names(home) == ["1", "3"]


def test_a_publication_made_anew_stays_rolled_back_from_its_first_moment(home: Home) -> None:
    for name in "12":
        change_and_publish(home, name)
    publications.rollback(home)

    def killed(folder: Path) -> None:
        """The process dies as soon as the new folder is in its place: nothing after `build` happens."""
        fill(home, folder)

    with pytest.raises(KeyboardInterrupt), pytest.MonkeyPatch.context() as patch:
        build = publications.build
        patch.setattr(publications, "build", lambda *given: (build(*given), interrupt()))
        publications.replace(home, home.publications / "2", killed)
    assert names(home) == ["1", "2", "2~2"] and publications.is_rolled_back(home.publications / "2~2")


def interrupt() -> None:
    raise KeyboardInterrupt


def test_two_builders_do_not_meet(home: Home) -> None:
    with at_work(home.root), pytest.raises(StoreLockedError, match="another run is at work"):
        change_and_publish(home, "1")
    assert not home.publications.exists()
