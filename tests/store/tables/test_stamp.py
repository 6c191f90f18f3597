"""What a publication holds is known without opening it, and a store that somebody has written to is told."""

import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from store.errors import StoreLockedError
from store.tables import publications, publish
from store.tables.connection import open_work
from store.tables.home import STORE_FILE, Home
from store.tables.listing import listed
from tests.store.tables.holder import held
from tests.store.tables.publishing import add_reject, change_and_publish, writable


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_a_client_that_opens_a_publication_for_writing_stops_no_run(home: Home) -> None:
    folder = change_and_publish(home, "1")
    with held(writable(folder)):
        assert publish.is_current(home)
        (only,) = listed(home)
        assert only.is_held and only.schema_version and only.rows == {}
        with pytest.raises(StoreLockedError, match=r"held by process \d+ .*; waited 0 s"):
            publications.open_store(folder, wait_s=0.3)
    with held(writable(folder), for_s=1.0):
        publications.open_store(folder).close()


@pytest.mark.parametrize("is_killed", [False, True])
def test_a_publication_that_a_client_wrote_to_is_published_anew(home: Home, is_killed: bool) -> None:
    folder = change_and_publish(home, "1")
    assert publish.is_current(home)
    end = "os.kill(os.getpid(), 9)" if is_killed else "store.close()"
    code = (
        f"import os, duckdb; store = duckdb.connect({str(writable(folder))!r})\n"
        f"store.execute('DELETE FROM catalogue.rejects'); {end}"
    )
    subprocess.run([sys.executable, "-c", code])
    assert (folder / f"{STORE_FILE}.wal").exists() is is_killed
    assert not publish.is_current(home)


def test_a_published_store_may_only_be_read(home: Home) -> None:
    folder = change_and_publish(home, "1")
    assert stat.S_IMODE((folder / STORE_FILE).stat().st_mode) == 0o444


def test_a_copy_of_a_home_knows_what_it_has_published(home: Home, tmp_path: Path) -> None:
    change_and_publish(home, "1")
    shutil.copytree(home.root, tmp_path / "copy", symlinks=True, copy_function=shutil.copyfile)
    assert publish.is_current(Home(tmp_path / "copy"))


def test_a_restored_work_store_is_not_taken_for_what_was_published(home: Home, tmp_path: Path) -> None:
    """As many changes make no equal state: the counts of a backup catch up with those of what was lost."""
    change_and_publish(home, "1")
    shutil.copyfile(home.work, tmp_path / "backup")
    change_and_publish(home, "2")
    shutil.copyfile(tmp_path / "backup", home.work)
    with open_work(home) as connection:
        add_reject(connection, "another.jpg")
    assert not publish.is_current(home)
