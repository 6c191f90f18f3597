"""An erasure that was killed is completed, and leftovers of killed runs are erased, too."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from affect_store.flows.steps import erasure
from affect_store.store.consent import erasure as consent
from affect_store.store.consent import tombstones
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.store.publication import repository
from affect_store.store.publication.model_weights import NOTE
from tests.flows.forgotten import SUBJECT, TESTED, assert_forgotten, interrupt, naming, reject, rejected
from tests.stores import subjects
from tests.stores.subjects import FEELINGS, FIRST, SECOND, TRAINED, affect, photograph

pytestmark = pytest.mark.long


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return subjects.copy(tmp_path)


KILLED_AFTER = (
    "forget.write_tombstone",  # the hash is stored
    "publications.build",  # the first publication is rewritten, the old one still there
    "publications._hide",  # the old one is half removed
    "publications.set_current",  # the link has moved to the second one
    "weights.remove_weights",
    "forgetting._save_report",  # the new work store is ready, but not moved in place
)
CODE = """
import os, sys
from pathlib import Path
from affect_store.flows.steps import erasure as forgetting
from affect_store.store.consent import erasure as forget
from affect_store.store.publication import model_weights as weights, repository as publications
from affect_store.store.home import Home

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
        forgetting.erase_person(Home(Path(sys.argv[1])), sys.argv[2])
        os._exit(0)
    print(where, os.waitstatus_to_exitcode(os.wait()[1]), flush=True)
"""


def test_a_killed_erasure_is_completed(home: Home) -> None:
    """Each attempt starts from what the previous one left."""
    command = [sys.executable, "-c", CODE, str(home.root), SUBJECT, *KILLED_AFTER]
    result = subprocess.run(command, capture_output=True, text=True, timeout=300)
    lines = [line for line in result.stdout.splitlines() if "." in line.split()[0]]
    assert lines == [f"{step} -9" for step in KILLED_AFTER], result.stderr
    assert naming(home, SUBJECT) and repository.current(home) is not None
    with open_work(home) as connection:
        assert consent.pending_erasures(connection) == [SUBJECT]
    assert erasure.finish_erasures(home) == 1
    assert erasure.finish_erasures(home) == 0
    assert_forgotten(home)


def test_partly_removed_publications_are_erased_too(home: Home) -> None:
    going = home.publications / f".{FIRST}.going"
    (home.publications / FIRST).rename(going)
    shutil.copyfile(home.work, home.root / f".{home.work.name}.migrating")
    erasure.erase_person(home, SUBJECT)
    assert naming(home, SUBJECT) == set() and not going.exists()


def test_weights_without_a_run_are_erased_too(home: Home) -> None:
    """A run was killed between saving and recording its model: it is unknown on whom it was trained."""
    for name in ("killed-before-its-row", ".half"):
        (home.artifacts / name).mkdir()
        (home.artifacts / name / "weights.npz").write_bytes(b"weights")
    (home.artifacts / "pruned").mkdir()
    (home.artifacts / "pruned" / NOTE).write_text("pruned")
    code, output = affect(home, "forget", TESTED, "--yes")  # no model was trained on this person
    assert code == 0 and "killed-before-its-row" in output
    assert sorted(path.name for path in home.artifacts.iterdir()) == ["pruned", TRAINED]
    (path,) = home.erasure_reports.iterdir()
    report = json.loads(path.read_text(encoding="utf-8"))
    assert report["unrecorded_weights_removed"] == ["killed-before-its-row"] and report["weights_removed"] == []


def test_temporary_files_of_duckdb_are_removed_and_the_lock_of_migrations_stays(home: Home) -> None:
    temporary = home.root / f".{home.work.name}.compact.tmp"
    temporary.mkdir()
    (temporary / "duckdb_temp_storage-0.tmp").write_bytes(photograph(SUBJECT, FEELINGS[0]).encode())
    lock = home.root / f".{home.work.name}.migrating.lock"
    lock.write_text("4711")
    assert erasure.erase_person(home, SUBJECT) is not None and naming(home, SUBJECT) == set()
    assert not temporary.exists() and lock.read_text() == "4711"


def test_a_person_known_from_rejected_files_alone_can_be_erased(home: Home) -> None:
    path, other = (f"/photographs/Rafd090_{number}_Caucasian_male_happy_frontal.jpg" for number in ("07", "08"))
    reject(home, path)
    reject(home, other)
    code, output = affect(home, "forget", "lab-06", "--yes")
    assert code == 1 and "lab-07" in output
    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(consent, "erase_from_work_store", interrupt)
        erasure.erase_person(home, "lab-07")
    assert path in rejected(home) and erasure.finish_erasures(home) == 1
    assert path not in rejected(home) and other in rejected(home)
    with open_work(home) as connection:
        assert tombstones.is_erased(connection)("lab-07")
    assert affect(home, "forget", "lab-07", "--yes")[1].startswith("lab-07 was erased on")


def test_commands_warn_of_an_unfinished_erasure(home: Home) -> None:
    from affect_store.flows.cli.app import app

    def warned(*commands: str) -> list[bool]:
        environment = {"AFFECT_HOME": str(home.root), "COLUMNS": "200"}
        results = [CliRunner().invoke(app, [*command.split(" ", 1)], env=environment) for command in commands]
        assert all("Traceback" not in result.output for result in results)
        return ["completes it" in result.output for result in results]

    commands = ("publications", "sql from leaderboard", f"rollback --to={SECOND}")
    assert warned(*commands) == [False] * 3
    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(consent, "erase_from_work_store", interrupt)
        erasure.erase_person(home, SUBJECT)
    repository.set_current(home, repository.folders(home)[-1])
    assert warned("publications", "sql from leaderboard", "rollback") == [True] * 3
    erasure.finish_erasures(home)
    assert warned(*commands[:2]) == [False] * 2
