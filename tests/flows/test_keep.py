"""What is kept and what goes, as a user asks for it: going back, pruning, and a person who withdrew consent."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from flows import commands_keep, keep
from flows.split import store_splits
from store.errors import StoreError
from store.tables import forget, prune, publications, publish, read, write
from store.tables.compact import pattern_of
from store.tables.connection import open_file, open_work
from store.tables.home import STORE_FILE, Home
from store.tables.lock import hold
from store.tables.query import ask
from tests.flows import keep_home
from tests.flows.keep_home import FEELINGS, FIRST, PEOPLE, SECOND, TRAINED, image_id
from tests.store.tables import small_store

SUBJECT, VALIDATED, TESTED = PEOPLE


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keep_home.build(tmp_path_factory.mktemp("homes") / "home").root


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Home:
    shutil.copytree(built, tmp_path / "home", symlinks=True)
    return Home(tmp_path / "home")


def affect(home: Home, *arguments: str, answer: str = "") -> tuple[int, str]:
    """Exit code and output of a command."""
    app = typer.Typer(pretty_exceptions_enable=False)
    commands_keep.add_to(app)
    environment = {"COLUMNS": "200", "AFFECT_HOME": str(home.root)}
    done = CliRunner().invoke(app, list(arguments), input=answer, env=environment)
    return done.exit_code, done.output


def naming(home: Home, person: str) -> set[str]:
    """Every file below the home whose bytes hold the person's id or the id of a photograph of theirs."""
    ids = [image_id(person, feeling).encode() for feeling in FEELINGS]
    name = re.compile(pattern_of([person]).encode(), re.MULTILINE)
    found = {path: path.read_bytes() for path in home.root.rglob("*") if path.is_file()}
    return {
        str(path.relative_to(home.root))
        for path, raw in found.items()
        if name.search(raw) or any(one in raw for one in ids)
    }


def people_by_publication(home: Home) -> dict[str, list[str]]:
    found = {}
    for folder in publications.folders(home):
        with publish.open_folder(folder) as store:
            found[folder.name] = keep_home.people_in(store)
    return found


def assert_forgotten(home: Home) -> None:
    assert naming(home, SUBJECT) == set()
    assert people_by_publication(home) == {f"{FIRST}~2": [VALIDATED, TESTED], f"{SECOND}~2": [VALIDATED, TESTED]}
    assert os.readlink(home.published) == f"publications/{SECOND}~2" and home.dashboards.is_file()
    assert not (home.artifacts / TRAINED).exists()
    with open_work(home) as connection:
        assert keep_home.people_in(connection) == [VALIDATED, TESTED]
        assert list(forget.forgotten(connection)) == [forget.subject_hash(connection, SUBJECT)]


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
    with hold(home):
        for arguments in (("forget", SUBJECT, "--yes"), ("rollback",), ("prune",)):
            code, output = affect(home, *arguments)
            assert code == 1 and f"process {os.getpid()}" in output


KILLED_AFTER = (
    "forget.entomb",  # the hash is stored
    "publications.build",  # the first publication is made anew, the old one still there
    "publications._hide",  # the old one is half removed
    "publications.point",  # the link has moved to the second one
    "forget.drop_weights",
    "keep._keep_report",  # the new work store is ready, but not in its place
)
CODE = """
import os, sys
from pathlib import Path
from flows import keep, publish
from store.tables import forget, publications
from store.tables.home import Home

def die_after(step):
    def killed(*arguments, **options):
        step(*arguments, **options)
        os.kill(os.getpid(), 9)
    return killed

for where in sys.argv[3:]:
    if os.fork() == 0:
        module, name = where.split(".")
        module = {"keep": keep, "forget": forget, "publications": publications}[module]
        setattr(module, name, die_after(getattr(module, name)))
        keep.forget_person(Home(Path(sys.argv[1])), sys.argv[2])
        os._exit(0)
    print(where, os.waitstatus_to_exitcode(os.wait()[1]), flush=True)
"""


def test_kills_on_the_way_are_made_good(home: Home) -> None:
    """Each attempt starts from what the killed one before it left."""
    command = [sys.executable, "-c", CODE, str(home.root), SUBJECT, *KILLED_AFTER]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert [line for line in done.stdout.splitlines() if "." in line.split()[0]] == [
        f"{one} -9" for one in KILLED_AFTER
    ]
    assert naming(home, SUBJECT) and publications.current(home) is not None
    with open_work(home) as connection:
        assert forget.pending(connection) == [SUBJECT]
    with hold(home):
        assert keep.finish_forgetting(home) == 1
        assert keep.finish_forgetting(home) == 0
    assert_forgotten(home)


def test_what_a_kill_left_half_removed_goes_too(home: Home) -> None:
    going = home.publications / f".{FIRST}.going"
    (home.publications / FIRST).rename(going)
    shutil.copyfile(home.work, home.root / f".{home.work.name}.migrating")
    keep.forget_person(home, SUBJECT)
    assert naming(home, SUBJECT) == set() and not going.exists()


def test_a_publication_that_cannot_be_made_anew_is_removed(home: Home) -> None:
    connection = open_file(home.publications / SECOND / STORE_FILE)
    write.put_setting(connection, "schema_version", "1")
    connection.close()
    told = keep.forget_person(home, SUBJECT)
    assert told is not None and told.publications_removed == [SECOND]
    assert naming(home, SUBJECT) == set()
    assert os.readlink(home.published) == f"publications/{FIRST}~2"


def test_the_only_person_takes_the_publications_along(home: Home) -> None:
    for person in PEOPLE:
        keep.forget_person(home, person)
        assert naming(home, person) == set()
    assert publications.folders(home) == [] and publications.current(home) is None
    with open_work(home) as connection:
        assert write.count(connection, "catalogue.images") == 0 and len(forget.forgotten(connection)) == len(PEOPLE)


def test_scores_are_measured_again_and_the_next_split_is_without_the_person(tmp_path: Path) -> None:
    shutil.copytree(small_store.small_home().root, tmp_path / "home", symlinks=True)
    home, person = Home(tmp_path / "home"), small_store.PEOPLE[0]
    query = "SELECT run_id, accuracy, n_people FROM leaderboard WHERE split = 'by_image' ORDER BY run_id"
    before, compared = ask(home, query).rows, ask(home, "SELECT count(*) FROM registry.comparisons").rows
    told = keep.forget_person(home, person)
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


def test_publications_are_listed_and_gone_back_to(home: Home) -> None:
    code, output = affect(home, "publications")
    first, second = (line.split() for line in output.splitlines()[:1:-1])
    assert code == 0 and (second[0], second[-1], first[0]) == (SECOND, "current", FIRST) and "6" in first
    assert keep.on_rollback(home) is None
    code, output = affect(home, "rollback")
    assert code == 0 and f"{FIRST} is current; before, {SECOND} was" in output
    assert "rolled back" in affect(home, "publications")[1]
    told = keep.on_rollback(home)
    assert told is not None and FIRST in told and f"affect rollback --to {SECOND}" in told
    code, output = affect(home, "rollback")
    assert code == 1 and "no earlier publication" in output
    code, output = affect(home, "rollback", "--to", "20261121")
    assert code == 1 and f"near it: {SECOND}" in output
    assert affect(home, "rollback", "--to", SECOND)[0] == 0 and publications.current(home) == home.publications / SECOND


def test_a_home_without_publications_says_what_to_do(tmp_path: Path) -> None:
    home = Home(tmp_path / "new")
    assert "affect run" in affect(home, "publications")[1]
    for arguments in (("rollback",), ("prune",)):
        code, output = affect(home, *arguments)
        assert code == 1 and "there is no store in" in output
    assert not home.root.exists()


def leave_old_things(home: Home) -> None:
    """Weights of no run, weights of a run on a split that is no longer current, old audits, unfinished folders."""
    (home.artifacts / "of-nobody").mkdir()
    (home.artifacts / "of-nobody" / "weights.npz").write_bytes(bytes(2_000_000))
    for name in (home.artifacts / ".half", home.publications / ".half"):
        name.mkdir()
    for number in range(prune.AUDITS_KEPT):
        (home.audits / f"2026112{number}T07").mkdir()
    with open_work(home) as connection:
        connection.execute("INSERT INTO splits.sets BY NAME SELECT * REPLACE ('by_person-2' AS split_id, "
                           "now() AS requested_at) FROM splits.sets")  # fmt: skip
        write.note_change(connection)


def test_pruning_says_first_and_then_does(home: Home) -> None:
    leave_old_things(home)
    before = sorted(path for path in home.root.rglob("*") if path.is_dir())
    code, output = affect(home, "prune", "--keep", "1", "--dry-run")
    assert code == 0 and "would be freed" in output and "2.0 MB  weights of runs: of-nobody" in output
    assert f"publications: {FIRST}" in output and f"audits: {FIRST}-results" in output
    assert sorted(path for path in home.root.rglob("*") if path.is_dir()) == before
    assert affect(home, "prune", "--keep", "1")[0] == 0
    assert [folder.name for folder in publications.folders(home)] == [SECOND]
    assert sorted(path.name for path in home.artifacts.iterdir()) == [TRAINED]
    kept = {path.name for path in home.audits.iterdir()}
    assert f"{SECOND}-results" in kept and f"{FIRST}-results" not in kept  # the older is named by the kept publication
    assert "Nothing to remove" in affect(home, "prune", "--keep", "1")[1]


def test_lineage_says_that_weights_were_pruned(home: Home) -> None:
    leave_old_things(home)
    third = "20261122T060000000000"
    for name in (third, "20261122T070000000000"):
        publish.publish(home, name, lambda folder: publish.write_store(home.work, folder / STORE_FILE))
    assert affect(home, "prune", "--keep", "2")[0] == 0
    note = (home.artifacts / TRAINED / prune.NOTE).read_text(encoding="utf-8")
    assert "weights pruned on" in note and [path.name for path in (home.artifacts / TRAINED).iterdir()] == [prune.NOTE]
    with open_work(home) as connection:
        row = connection.execute("SELECT artifact_path, status_detail FROM registry.runs WHERE run_id = $run_id",
                                 {"run_id": TRAINED}).fetchone()  # fmt: skip
    assert row is not None and row[0] is None and "weights pruned on" in row[1]
    assert not publish.is_current(home)
    for name in ("20261122T080000000000", "20261122T090000000000"):
        publish.publish(home, name, lambda folder: publish.write_store(home.work, folder / STORE_FILE), keep=2)
    affect(home, "prune", "--keep", "2")
    assert not (home.artifacts / TRAINED).exists()  # no kept publication points to it any more


def test_pruning_refuses_to_keep_nothing(home: Home) -> None:
    assert affect(home, "prune", "--keep", "0")[0] == 2
    with pytest.raises(StoreError, match="at least 1"):
        keep.prune(home, 0)
