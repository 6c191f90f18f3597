"""A person who withdrew consent, as a user asks for it: gone from every file below the home, whatever was killed."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from flows import forgetting
from flows.split import store_splits
from store.tables import forget, publications, publish, read, write
from store.tables.connection import open_file, open_work
from store.tables.home import STORE_FILE, Home
from store.tables.query import ask
from tests.flows import keep_home
from tests.flows.forgotten import SUBJECT, TESTED, VALIDATED, assert_forgotten, naming, reject, rejected
from tests.flows.keep_home import FEELINGS, FIRST, PEOPLE, SECOND, TRAINED, affect, image_id
from tests.store.tables import small_store
from tests.store.tables.holder import at_work
from tests.store.tables.publishing import writable


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return keep_home.copy(tmp_path)


def test_no_byte_below_the_home_names_the_person_afterwards(home: Home) -> None:
    stores = {"work.duckdb", *(f"publications/{name}/{STORE_FILE}" for name in (FIRST, SECOND))}
    assert stores | {f"audits/{SECOND}-results/audit.html"} <= naming(home, SUBJECT)
    of_others = naming(home, VALIDATED)
    code, output = affect(home, "forget", SUBJECT, "--yes")
    assert code == 0, output
    assert_forgotten(home)
    assert naming(home, VALIDATED) == {re.sub("^(publications/[^/]*)", r"\1~2", name) for name in of_others}
    log = (home.logs / "run.log").read_text(encoding="utf-8").splitlines()
    assert log == ["all is well", f"seen {VALIDATED}", f"{SUBJECT}0"]
    for said in ("2 photographs", "nothing in it was changed", "Prefect's own records"):
        assert said in output


def test_the_report_is_kept_without_the_name(home: Home) -> None:
    affect(home, "forget", SUBJECT, "--yes")
    (path,) = (home.root / "forgotten").iterdir()
    told = json.loads(path.read_text(encoding="utf-8"))
    with open_work(home) as connection:
        assert told["subject_hash"] == forget.subject_hash(connection, SUBJECT)
    assert SUBJECT not in path.read_text(encoding="utf-8")
    assert told["photographs"] == 2 and told["weights_removed"] == [TRAINED] and told["log_lines_removed"] == 1
    assert told["publications_rewritten"] == [f"{FIRST}~2", f"{SECOND}~2"] and told["still_named_in"] == []
    assert told["audits_removed"] == [f"{SECOND}-results"] and told["splits_shortened"] == ["by_person-1"]


def test_the_photographs_and_a_reader_of_the_old_store_are_left_alone(home: Home, tmp_path: Path) -> None:
    photograph = tmp_path / "photographs" / f"{SUBJECT}.jpg"
    photograph.parent.mkdir()
    photograph.write_bytes(b"picture")
    reader = publications.open_store(home.published.resolve())
    affect(home, "forget", SUBJECT, "--yes")
    assert photograph.read_bytes() == b"picture"
    assert keep_home.people_in(reader) == list(PEOPLE)
    reader.close()


def test_without_a_yes_it_shows_what_would_go_and_nothing_goes(home: Home) -> None:
    before = naming(home, SUBJECT)
    code, output = affect(home, "forget", SUBJECT, answer="n\n")
    assert code == 1 and "2 of catalogue.images" in output and TRAINED in output and "Nothing was changed" in output
    assert naming(home, SUBJECT) == before
    code, output = affect(home, "forget", SUBJECT)
    assert code == 1 and naming(home, SUBJECT) == before


def test_an_unknown_person_is_named_with_the_near_ones(home: Home, tmp_path: Path) -> None:
    code, output = affect(home, "forget", "lab-1", "--yes")
    assert code == 1 and "there is no person 'lab-1'; near it: lab-0" in output
    code, output = affect(Home(tmp_path / "nowhere"), "forget", SUBJECT, "--yes")
    assert code == 1 and "there is no store in" in output and not (tmp_path / "nowhere").exists()


def test_forgetting_again_says_when_it_was_done(home: Home) -> None:
    affect(home, "forget", SUBJECT, "--yes")
    code, output = affect(home, "forget", SUBJECT, "--yes")
    assert code == 0 and f"{SUBJECT} was forgotten on " in output


def test_a_run_at_work_is_not_disturbed(home: Home) -> None:
    with at_work(home.root) as process:
        for arguments in (("forget", SUBJECT, "--yes"), ("rollback",), ("prune",)):
            code, output = affect(home, *arguments)
            assert code == 1 and f"process {process}" in output


def test_a_publication_that_cannot_be_made_anew_is_removed(home: Home) -> None:
    connection = open_file(writable(home.publications / SECOND))
    write.put_setting(connection, "schema_version", "1")
    connection.close()
    told = forgetting.forget_person(home, SUBJECT)
    assert told is not None and told.publications_removed == [SECOND]
    assert naming(home, SUBJECT) == set()
    assert os.readlink(home.published) == f"publications/{FIRST}~2"


def test_the_only_person_takes_the_publications_along(home: Home) -> None:
    for person in PEOPLE:
        forgetting.forget_person(home, person)
        assert naming(home, person) == set()
    assert publications.folders(home) == [] and publications.current(home) is None
    with open_work(home) as connection:
        assert write.count(connection, "catalogue.images") == 0 and len(forget.forgotten(connection)) == len(PEOPLE)


def test_scores_are_measured_again_and_the_next_split_is_without_the_person(tmp_path: Path) -> None:
    shutil.copytree(small_store.small_home().root, tmp_path / "home", symlinks=True)
    home, person = Home(tmp_path / "home"), small_store.PEOPLE[0]
    query = "SELECT run_id, accuracy, n_people FROM leaderboard WHERE split = 'by_image' ORDER BY run_id"
    before, compared = ask(home, query).rows, ask(home, "SELECT count(*) FROM registry.comparisons").rows
    told = forgetting.forget_person(home, person)
    assert told is not None and told.still_named_in == [] and told.runs_measured_again
    after = ask(home, query).rows
    assert [(run_id, people - 1) for run_id, _, people in before] == [(run_id, people) for run_id, _, people in after]
    found = ask(home, "SELECT avg((truth = predicted)::INT) FROM registry.predictions WHERE part = 'test' "
                      f"AND run_id = '{after[0][0]}'").rows  # fmt: skip
    assert after[0][1] == pytest.approx(found[0][0])
    assert ask(home, "SELECT count(*) FROM registry.comparisons").rows >= compared
    assert not publish.is_current(home)
    _check_next_split(home, person)


def _check_next_split(home: Home, person: str) -> None:
    """People who stay keep their part, and the one who went has none."""
    with open_work(home) as connection:
        before = {row["subject_id"]: row["part"] for row in _people(connection)}
    made = store_splits(home, seed=1, corpus=small_store.CORPUS)
    with open_work(home) as connection:
        after = {row["subject_id"]: row["part"] for row in _people(connection)}
        assert made["by_person"] not in forget.shortened_splits(connection)
    assert after == before and person not in after and len(after) == len(small_store.PEOPLE) - 1


def _people(connection: object) -> list[dict[str, str]]:
    return read.frame(connection, "select_people", {"corpora": [small_store.CORPUS]}).rows(named=True)  # type: ignore[arg-type]


def test_a_damaged_publication_is_removed_and_reported(home: Home) -> None:
    store = writable(home.publications / SECOND)
    store.write_bytes(store.read_bytes()[: 2**14])
    told = forgetting.forget_person(home, SUBJECT)
    assert told is not None and told.publications_removed == [SECOND]
    assert told.publications_rewritten == [f"{FIRST}~2"] and naming(home, SUBJECT) == set()


def test_nobody_whose_longer_id_holds_the_persons_is_lost(home: Home) -> None:
    longer = f"{SUBJECT}-b"
    with open_work(home) as connection:
        for table in ("catalogue.images", "catalogue.labels"):
            connection.execute(
                f"INSERT INTO {table} BY NAME SELECT * REPLACE ($id AS subject_id, $id AS image_id) "
                f"FROM {table} WHERE image_id = $like",
                {"id": longer, "like": image_id(TESTED, FEELINGS[0])},
            )
    reject(home, "/photographs/of-another.jpg", f"{longer} is male here")
    reject(home, "/photographs/of-both.jpg", f"{longer} and {SUBJECT} have the same face")
    reject(home, "/photographs/of-the-person.jpg", f"{SUBJECT}-7 cannot be read")
    (home.logs / "run.log").write_text(f"seen {longer}\nseen {SUBJECT}\nseen {SUBJECT}.jpg\n", encoding="utf-8")
    (home.audits / "of-another").mkdir()
    (home.audits / "of-another" / "audit.html").write_text(f"<b>{longer}</b>")
    told = forgetting.forget_person(home, SUBJECT)
    kept = {path.rpartition("/")[2] for path in rejected(home)}
    assert "of-another.jpg" in kept and not {"of-both.jpg", "of-the-person.jpg"} & kept
    assert (home.logs / "run.log").read_text(encoding="utf-8") == f"seen {longer}\n"
    assert (home.audits / "of-another").is_dir() and told is not None and told.still_named_in == []
