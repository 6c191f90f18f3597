"""A work store that is written anew: nobody's changes are lost, and nobody's are taken for the new file's."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from store.errors import StoreError
from store.tables import compact, disk, forget
from store.tables.connection import Connection
from store.tables.home import Home
from store.tables.person import Gone
from tests.flows import keep_home

TRAINED_ON = keep_home.PEOPLE[0]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return keep_home.build(tmp_path / "home", published=False)


def nothing(connection: Connection) -> None:
    pass


def test_nobody_can_write_to_the_work_store_while_it_is_written_anew(home: Home) -> None:
    """What a process wrote meanwhile would be lost with the old file."""
    code = f"import duckdb; duckdb.connect({str(home.work)!r}).execute('CREATE TABLE mine (a INT)')"
    refused = []

    def write_too(connection: Connection) -> None:
        refused.append(subprocess.run([sys.executable, "-c", code], capture_output=True).returncode)

    replace = os.replace
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "replace", lambda *paths: (write_too(home), replace(*paths)))  # type: ignore[arg-type]
        forget.leave_work(home, forget.whom(home, TRAINED_ON), write_too)
    assert refused == [1, 1]
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_the_new_file_is_whole_before_it_takes_its_place(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing it afterwards, while others may have it, changes nothing in it."""
    seen = []
    flush = disk.flush
    monkeypatch.setattr(disk, "flush", lambda path: (seen.append(home.work.read_bytes()), flush(path)))
    forget.leave_work(home, forget.whom(home, TRAINED_ON), nothing)
    assert seen == [home.work.read_bytes()]


def test_changes_that_a_killed_process_left_are_not_taken_for_the_new_files(home: Home) -> None:
    changes = home.root / f"{home.work.name}.wal"
    code = (
        f"import os, duckdb; store = duckdb.connect({str(home.work)!r})\n"
        "store.execute('CREATE TABLE mine (a INT)'); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code])
    assert changes.exists()
    with pytest.raises(StoreError, match="changes that a process left"):
        compact.rewrite_work(home.work, Gone("nobody"), nothing)
    assert changes.exists() and not list(home.root.glob(".work*"))
    forget.leave_work(home, forget.whom(home, TRAINED_ON), nothing)
    assert not changes.exists()
