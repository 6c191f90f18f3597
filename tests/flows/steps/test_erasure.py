"""Erasure of a person from the command line: no file below the home names the person afterwards."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from affect_store.flows.steps import erasure
from affect_store.flows.steps.splits import store_splits
from affect_store.store.consent import erasure as consent
from affect_store.store.consent import tombstones
from affect_store.store.engine import reader, write
from affect_store.store.engine.duckdb import open_file
from affect_store.store.engine.query import run_query
from affect_store.store.engine.settings import put_setting
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.publication import publish, repository
from tests.flows.forgotten import SUBJECT, TESTED, VALIDATED, assert_forgotten, naming, reject, rejected
from tests.store.holder import at_work
from tests.store.publishing import writable
from tests.stores import known, subjects
from tests.stores.subjects import FEELINGS, FIRST, PEOPLE, SECOND, TRAINED, affect, photograph


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return subjects.copy(tmp_path)


def test_no_file_below_the_home_names_the_person_afterwards(home: Home) -> None:
    stores = {"work.duckdb", *(f"publications/{name}/{STORE_FILE}" for name in (FIRST, SECOND))}
    assert stores | {f"audits/{SECOND}-results/audit.html"} <= naming(home, SUBJECT)
    of_others = naming(home, VALIDATED)
    code, output = affect(home, "forget", SUBJECT, "--yes")
    assert code == 0, output
    assert_forgotten(home)
    assert naming(home, VALIDATED) == {re.sub("^(publications/[^/]*)", r"\1~2", name) for name in of_others}
    log = (home.logs / "run.log").read_text(encoding="utf-8").splitlines()
    assert log == ["all is well", f"seen {VALIDATED}", f"{SUBJECT}0"]
    for text in ("2 photographs", "nothing in their folder was changed", "Prefect's own records"):
        assert text in output


@pytest.mark.long
def test_the_report_is_kept_without_the_name(home: Home) -> None:
    affect(home, "forget", SUBJECT, "--yes")
    (path,) = (home.root / "forgotten").iterdir()
    report = json.loads(path.read_text(encoding="utf-8"))
    with open_work(home) as connection:
        assert report["subject_hash"] == tombstones.subject_hash(connection, SUBJECT)
    assert SUBJECT not in path.read_text(encoding="utf-8")
    assert report["photographs"] == 2 and report["weights_removed"] == [TRAINED] and report["log_lines_removed"] == 1
    assert report["publications_rewritten"] == [f"{FIRST}~2", f"{SECOND}~2"] and report["still_named_in"] == []
    assert report["audits_removed"] == [f"{SECOND}-results"]
    assert [split_id.rpartition("-")[0] for split_id in report["splits_shortened"]] == ["by_image", "by_person"]


@pytest.mark.long
def test_photographs_and_readers_of_the_old_store_are_left_alone(home: Home, tmp_path: Path) -> None:
    photograph = tmp_path / "photographs" / f"{SUBJECT}.jpg"
    photograph.parent.mkdir()
    photograph.write_bytes(b"picture")
    store = repository.open_store(home.published.resolve())
    affect(home, "forget", SUBJECT, "--yes")
    assert photograph.read_bytes() == b"picture"
    assert subjects.people_in(store) == list(PEOPLE)
    store.close()


def test_without_confirmation_it_shows_the_preview_and_changes_nothing(home: Home) -> None:
    before = naming(home, SUBJECT)
    code, output = affect(home, "forget", SUBJECT, answer="n\n")
    assert code == 1 and "2 of catalogue.images" in output and TRAINED in output and "Nothing was changed" in output
    assert naming(home, SUBJECT) == before
    code, output = affect(home, "forget", SUBJECT)
    assert code == 1 and naming(home, SUBJECT) == before


def test_an_unknown_person_is_an_error_with_similar_ids(home: Home, tmp_path: Path) -> None:
    code, output = affect(home, "forget", "lab-1", "--yes")
    assert code == 1 and "there is no person 'lab-1'; did you mean lab-0" in output
    code, output = affect(Home(tmp_path / "nowhere"), "forget", SUBJECT, "--yes")
    assert code == 1 and "there is no store in" in output and not (tmp_path / "nowhere").exists()


@pytest.mark.long
def test_similar_ids_are_named_and_a_second_erasure_says_when_the_person_was_erased(home: Home) -> None:
    other = SUBJECT.replace("-0", "-")
    with open_work(home) as connection:
        for table in ("catalogue.images", "catalogue.labels"):
            change = f"UPDATE {table} SET subject_id = $id WHERE subject_id = $person"
            connection.execute(change, {"id": other, "person": TESTED})
    code, output = affect(home, "forget", SUBJECT, "--yes")
    assert code == 0 and f"{other} is still in this home and may be the same person: `affect forget {other}`" in output
    assert VALIDATED not in output
    code, output = affect(home, "forget", SUBJECT, "--yes")
    assert code == 0 and f"{SUBJECT} was erased on " in output


def test_nothing_is_erased_while_a_run_holds_the_lock(home: Home) -> None:
    with at_work(home.root) as process:
        for arguments in (("forget", SUBJECT, "--yes"), ("rollback",), ("prune",)):
            code, output = affect(home, *arguments)
            assert code == 1 and f"PID {process}" in output


@pytest.mark.long
def test_a_publication_that_cannot_be_rewritten_is_removed(home: Home) -> None:
    connection = open_file(writable(home.publications / SECOND))
    put_setting(connection, "schema_version", "1")
    connection.close()
    report = erasure.erase_person(home, SUBJECT)
    assert report is not None and report.publications_removed == [SECOND]
    assert naming(home, SUBJECT) == set()
    assert os.readlink(home.published) == f"publications/{FIRST}~2"


@pytest.mark.long
def test_erasing_the_last_person_removes_the_publications(home: Home) -> None:
    for person in PEOPLE:
        erasure.erase_person(home, person)
        assert naming(home, person) == set()
    assert repository.folders(home) == [] and repository.current(home) is None
    with open_work(home) as connection:
        assert write.count(connection, "catalogue.images") == 0 and len(tombstones.tombstones(connection)) == len(
            PEOPLE
        )


@pytest.mark.long
def test_metrics_are_recomputed_and_the_next_split_lacks_the_person(tmp_path: Path) -> None:
    shutil.copytree(known.small_home().root, tmp_path / "home", symlinks=True)
    home, person = Home(tmp_path / "home"), known.PEOPLE[0]
    query = "SELECT run_id, accuracy, n_people FROM leaderboard WHERE split = 'by_image' ORDER BY run_id"
    before, compared = run_query(home, query).rows, run_query(home, "SELECT count(*) FROM registry.comparisons").rows
    report = erasure.erase_person(home, person)
    assert report is not None and report.still_named_in == [] and report.runs_measured_again
    after = run_query(home, query).rows
    assert [(run_id, people - 1) for run_id, _, people in before] == [(run_id, people) for run_id, _, people in after]
    shares = run_query(home, "SELECT avg((truth = predicted)::INT) FROM registry.predictions WHERE part = 'test' "
                      f"AND run_id = '{after[0][0]}'").rows  # fmt: skip
    assert after[0][1] == pytest.approx(shares[0][0])
    assert run_query(home, "SELECT count(*) FROM registry.comparisons").rows >= compared
    assert not publish.is_current(home)
    _check_next_split(home, person)


def _check_next_split(home: Home, person: str) -> None:
    """The others keep their part, and the erased person has none."""
    with open_work(home) as connection:
        before = {row["subject_id"]: row["part"] for row in _people(connection)}
    split_ids = store_splits(home, seed=1, corpora=[known.CORPUS])
    with open_work(home) as connection:
        after = {row["subject_id"]: row["part"] for row in _people(connection)}
        assert split_ids["by_person"] not in consent.shortened_splits(connection)
    assert after == before and person not in after and len(after) == len(known.PEOPLE) - 1


def _people(connection: object) -> list[dict[str, str]]:
    return reader.query_frame(connection, "splits/select_people", {"corpora": [known.CORPUS]}).rows(named=True)  # type: ignore[arg-type]


@pytest.mark.long
def test_a_damaged_publication_is_removed_and_reported(home: Home) -> None:
    store = writable(home.publications / SECOND)
    store.write_bytes(store.read_bytes()[: 2**14])
    report = erasure.erase_person(home, SUBJECT)
    assert report is not None and report.publications_removed == [SECOND]
    assert report.publications_rewritten == [f"{FIRST}~2"] and naming(home, SUBJECT) == set()


@pytest.mark.long
def test_a_person_whose_id_contains_the_id_is_kept(home: Home) -> None:
    longer = f"{SUBJECT}-b"
    with open_work(home) as connection:
        for table in ("catalogue.images", "catalogue.labels"):
            connection.execute(
                f"INSERT INTO {table} BY NAME SELECT * REPLACE ($id AS subject_id, $id AS image_id) "
                f"FROM {table} WHERE image_id = $like",
                {"id": longer, "like": photograph(TESTED, FEELINGS[0])},
            )
    reject(home, "/photographs/of-another.jpg", f"{longer} is male here")
    reject(home, "/photographs/of-both.jpg", f"{longer} and {SUBJECT} have the same face")
    reject(home, "/photographs/of-the-person.jpg", f"{SUBJECT}-7 cannot be read")
    (home.logs / "run.log").write_text(f"seen {longer}\nseen {SUBJECT}\nseen {SUBJECT}.jpg\n", encoding="utf-8")
    (home.audits / "of-another").mkdir()
    (home.audits / "of-another" / "audit.html").write_text(f"<b>{longer}</b>")
    report = erasure.erase_person(home, SUBJECT)
    kept = {path.rpartition("/")[2] for path in rejected(home)}
    assert "of-another.jpg" in kept and not {"of-both.jpg", "of-the-person.jpg"} & kept
    assert (home.logs / "run.log").read_text(encoding="utf-8") == f"seen {longer}\n"
    assert (home.audits / "of-another").is_dir() and report is not None and report.still_named_in == []
