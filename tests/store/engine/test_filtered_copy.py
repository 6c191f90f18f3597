"""A work store that is rewritten: no changes of other processes are lost, and none leak into the new file."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from affect_store.store.consent import erasure
from affect_store.store.engine import durable_files, filtered_copy
from affect_store.store.engine.duckdb import Connection
from affect_store.store.erasure_request import ErasureRequest
from affect_store.store.errors import StoreError
from affect_store.store.home import Home
from tests.stores import subjects

TRAINED_ON = subjects.PEOPLE[0]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return subjects.copy(tmp_path, published=False)


def do_nothing(connection: Connection) -> None:
    pass


def test_no_process_can_write_to_the_work_store_while_it_is_rewritten(home: Home) -> None:
    """Such writes would be lost with the old file."""
    code = f"import duckdb; duckdb.connect({str(home.work)!r}).execute('CREATE TABLE mine (a INT)')"
    returncodes = []

    def write_too(connection: Connection) -> None:
        returncodes.append(subprocess.run([sys.executable, "-c", code], capture_output=True).returncode)

    replace = os.replace
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "replace", lambda *paths: (write_too(home), replace(*paths)))  # type: ignore[arg-type]
        erasure.erase_from_work_store(home, erasure.erasure_request_for(home, TRAINED_ON), write_too)
    assert returncodes == [1, 1]
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_the_new_file_is_complete_before_it_replaces_the_old_one(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing it afterwards, when others may have it open, changes nothing in it."""
    seen = []
    flush = durable_files.flush
    monkeypatch.setattr(durable_files, "flush", lambda path: (seen.append(home.work.read_bytes()), flush(path)))
    erasure.erase_from_work_store(home, erasure.erasure_request_for(home, TRAINED_ON), do_nothing)
    assert seen == [home.work.read_bytes()]


def test_the_log_of_a_killed_process_is_not_applied_to_the_new_file(home: Home) -> None:
    log = home.root / f"{home.work.name}.wal"
    code = (
        f"import os, duckdb; store = duckdb.connect({str(home.work)!r})\n"
        "store.execute('CREATE TABLE mine (a INT)'); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code])
    assert log.exists()
    with pytest.raises(StoreError, match="changes that a killed process has left"):
        filtered_copy.rewrite_work(home.work, ErasureRequest("nobody"), do_nothing)
    assert log.exists() and not list(home.root.glob(".work*"))
    erasure.erase_from_work_store(home, erasure.erasure_request_for(home, TRAINED_ON), do_nothing)
    assert not log.exists()
