"""Forgetting a person is finished, whatever was killed on the way, and what killed runs left goes, too."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows import forgetting
from store.tables import forget, publications
from store.tables.connection import open_work
from store.tables.home import Home
from store.tables.weights import NOTE
from tests import soak
from tests.flows import keep_home
from tests.flows.forgotten import SUBJECT, TESTED, assert_forgotten, interrupt, naming, reject, rejected
from tests.flows.keep_home import FEELINGS, FIRST, SECOND, TRAINED, affect, image_id

pytestmark = pytest.mark.skipif(not soak.IS_PATIENT, reason="takes most of a minute: `make deployed` runs it")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return keep_home.copy(tmp_path)


KILLED_AFTER = (
    "forget.entomb",  # the hash is stored
    "publications.build",  # the first publication is made anew, the old one still there
    "publications._hide",  # the old one is half removed
    "publications.point",  # the link has moved to the second one
    "weights.drop",
    "forgetting._keep_report",  # the new work store is ready, but not in its place
)
CODE = """
import os, sys
from pathlib import Path
from flows import forgetting, publish
from store.tables import forget, publications, weights
from store.tables.home import Home

def die_after(step):
    def killed(*arguments, **options):
        step(*arguments, **options)
        os.kill(os.getpid(), 9)
    return killed

for where in sys.argv[3:]:
    if os.fork() == 0:
        module, name = where.split(".")
        module = globals()[module]
        setattr(module, name, die_after(getattr(module, name)))
        forgetting.forget_person(Home(Path(sys.argv[1])), sys.argv[2])
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
    assert forgetting.finish_forgetting(home) == 1
    assert forgetting.finish_forgetting(home) == 0
    assert_forgotten(home)


def test_what_a_kill_left_half_removed_goes_too(home: Home) -> None:
    going = home.publications / f".{FIRST}.going"
    (home.publications / FIRST).rename(going)
    shutil.copyfile(home.work, home.root / f".{home.work.name}.migrating")
    forgetting.forget_person(home, SUBJECT)
    assert naming(home, SUBJECT) == set() and not going.exists()


def test_weights_that_no_run_points_to_go_too(home: Home) -> None:
    """A run was killed after it had saved its model and before it could record it: nobody knows on whom."""
    for name in ("killed-before-its-row", ".half"):
        (home.artifacts / name).mkdir()
        (home.artifacts / name / "weights.npz").write_bytes(b"weights")
    (home.artifacts / "pruned").mkdir()
    (home.artifacts / "pruned" / NOTE).write_text("pruned")
    code, output = affect(home, "forget", TESTED, "--yes")  # no model was trained on this person
    assert code == 0 and "killed-before-its-row" in output
    assert sorted(path.name for path in home.artifacts.iterdir()) == ["pruned", TRAINED]
    (path,) = home.reports.iterdir()
    told = json.loads(path.read_text(encoding="utf-8"))
    assert told["unrecorded_weights_removed"] == ["killed-before-its-row"] and told["weights_removed"] == []


def test_what_duckdb_had_put_aside_when_it_was_killed_goes_and_the_lock_of_migrations_stays(home: Home) -> None:
    aside = home.root / f".{home.work.name}.compact.tmp"
    aside.mkdir()
    (aside / "duckdb_temp_storage-0.tmp").write_bytes(image_id(SUBJECT, FEELINGS[0]).encode())
    lock = home.root / f".{home.work.name}.migrating.lock"
    lock.write_text("4711")
    told = forgetting.forget_person(home, SUBJECT)
    assert told is not None and naming(home, SUBJECT) == set()
    assert not aside.exists() and lock.read_text() == "4711"


def test_a_person_of_whom_only_files_were_set_aside_can_be_forgotten(home: Home) -> None:
    path, other = (f"/photographs/Rafd090_{number}_Caucasian_male_happy_frontal.jpg" for number in ("07", "08"))
    reject(home, path)
    reject(home, other)
    code, output = affect(home, "forget", "lab-06", "--yes")
    assert code == 1 and "lab-07" in output
    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(forget, "leave_work", interrupt)
        forgetting.forget_person(home, "lab-07")
    assert path in rejected(home) and forgetting.finish_forgetting(home) == 1
    assert path not in rejected(home) and other in rejected(home)
    with open_work(home) as connection:
        assert forget.is_forgotten(connection)("lab-07")
    assert affect(home, "forget", "lab-07", "--yes")[1].startswith("lab-07 was forgotten on")


def test_an_unfinished_forgetting_is_told_of_until_it_is_finished(home: Home) -> None:
    from flows.cli import app

    def asked(*arguments: str) -> list[bool]:
        environment = {"AFFECT_HOME": str(home.root), "COLUMNS": "200"}
        answers = [CliRunner().invoke(app, [*one.split(" ", 1)], env=environment) for one in arguments]
        assert all("Traceback" not in one.output for one in answers)
        return ["finishes it" in one.output for one in answers]

    commands = ("publications", "sql from leaderboard", f"rollback --to={SECOND}")
    assert asked(*commands) == [False] * 3
    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(forget, "leave_work", interrupt)
        forgetting.forget_person(home, SUBJECT)
    publications.point(home, publications.folders(home)[-1])
    assert asked("publications", "sql from leaderboard", "rollback") == [True] * 3
    forgetting.finish_forgetting(home)
    assert asked(*commands[:2]) == [False] * 2
