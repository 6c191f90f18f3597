import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.audit import audit
from flows.deltas import deltas
from flows.ingest import ingest
from flows.landmarks import landmarks
from flows.publish import publish
from flows.split import split
from flows.train import train
from store.errors import StoreLockedError
from store.tables import publish as publishing
from store.tables.home import Home
from store.tables.lock import hold
from tests.store.tables.holder import at_work


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def is_free(home: Home) -> bool:
    """Whether another process gets in."""
    code = (
        "import pathlib; from store.tables.home import Home; from store.tables.lock import hold\n"
        f"with hold(Home(pathlib.Path({str(home.root)!r}))): pass"
    )
    return subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0


def test_a_second_run_is_kept_out_and_told_who_is_in(home: Home) -> None:
    with at_work(home.root) as process, pytest.raises(StoreLockedError, match=f"process {process}"), hold(home):
        pass
    with hold(home):
        assert not is_free(home)
    assert is_free(home)


def test_a_run_that_waits_is_told_for_whom_and_gets_in_when_that_one_is_done(home: Home) -> None:
    told: list[str] = []
    with at_work(home.root) as process:
        with pytest.raises(StoreLockedError, match="let it finish"), hold(home, wait_s=0.2, say=told.append):
            pass
        threading.Timer(1.0, os.kill, (process, signal.SIGTERM)).start()
        with hold(home, wait_s=30, say=told.append):
            assert not is_free(home)
    assert told == [f"another run is at work in '{home.root}' (process {process}): waiting for it"] * 2


def test_what_a_run_calls_is_let_in_and_does_not_open_the_door(home: Home) -> None:
    with hold(home):
        with pytest.raises(RuntimeError), hold(Home(home.root / "." / ".." / home.root.name)):
            raise RuntimeError
        assert not is_free(home)
    assert is_free(home)


def test_a_killed_run_leaves_no_lock(home: Home) -> None:
    code = (
        "import os, pathlib; from store.tables.home import Home; from store.tables.lock import hold\n"
        f"with hold(Home(pathlib.Path({str(home.root)!r}))): os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == -9
    with hold(home):
        pass


@pytest.mark.parametrize(
    "write",
    [
        lambda home, images: ingest.fn(images, home, "rafd"),
        lambda home, _: landmarks.fn(home),
        lambda home, _: deltas.fn(home),
        lambda home, _: split.fn(home),
        lambda home, _: audit.fn(home),
        lambda home, _: train.fn(home),
        lambda home, _: publish.fn(home),
        lambda home, _: publishing.publish(Home(Path(home)), "1", lambda folder: None),
    ],
    ids=["ingest", "landmarks", "deltas", "split", "audit", "train", "publish", "a publication"],
)
def test_every_flow_that_writes_keeps_others_out(
    write: Callable[[str, str], object], home: Home, tmp_path: Path
) -> None:
    with at_work(home.root), pytest.raises(StoreLockedError, match="another run is at work"):
        write(str(home.root), str(tmp_path))
    assert [path.name for path in home.root.iterdir()] == [".lock"]
