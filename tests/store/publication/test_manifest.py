"""The manifest describes a publication without opening it, and detects a store that was modified since."""

import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import StoreLockedError
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.publication import publish, repository
from affect_store.store.publication.listing import list_publications
from tests.store.holder import held
from tests.store.publishing import add_reject, change_and_publish, writable


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_a_client_that_has_a_publication_open_for_writing_does_not_stop_a_run(home: Home) -> None:
    folder = change_and_publish(home, "1")
    with held(writable(folder)):
        assert publish.is_current(home)
        (publication,) = list_publications(home)
        assert publication.is_held and publication.schema_version and publication.rows == {}
        with pytest.raises(StoreLockedError, match=r"held by process \d+ .*; waited 0 s"):
            repository.open_store(folder, wait_s=0.3)
    with held(writable(folder), for_s=1.0):
        repository.open_store(folder).close()


@pytest.mark.parametrize("is_killed", [False, True])
def test_a_publication_that_a_client_modified_is_not_current(home: Home, is_killed: bool) -> None:
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


def test_a_published_store_is_read_only(home: Home) -> None:
    folder = change_and_publish(home, "1")
    assert stat.S_IMODE((folder / STORE_FILE).stat().st_mode) == 0o444


def test_a_copied_home_is_still_current(home: Home, tmp_path: Path) -> None:
    change_and_publish(home, "1")
    shutil.copytree(home.root, tmp_path / "copy", symlinks=True, copy_function=shutil.copyfile)
    assert publish.is_current(Home(tmp_path / "copy"))


def test_a_restored_work_store_is_not_current(home: Home, tmp_path: Path) -> None:
    """An equal number of changes does not make an equal state: a backup catches up with the count of what was lost."""
    change_and_publish(home, "1")
    shutil.copyfile(home.work, tmp_path / "backup")
    change_and_publish(home, "2")
    shutil.copyfile(tmp_path / "backup", home.work)
    with open_work(home) as connection:
        add_reject(connection, "another.jpg")
    assert not publish.is_current(home)
