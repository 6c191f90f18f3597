"""One run at a time in a home, across processes and nested flows."""

import contextvars
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from affect_store.flows.audit import audit
from affect_store.flows.deltas import deltas
from affect_store.flows.ingest import ingest
from affect_store.flows.landmarks import landmarks
from affect_store.flows.publish import publish
from affect_store.flows.split import split
from affect_store.flows.train import train
from affect_store.store.engine.locks import hold
from affect_store.store.errors import StoreLockedError
from affect_store.store.home import Home
from affect_store.store.publication import publish as publishing
from tests.store.holder import at_work


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def is_free(home: Home) -> bool:
    """Return whether another process can take the lock."""
    code = (
        "import pathlib; from affect_store.store.home import Home; from affect_store.store.engine.locks import hold\n"
        f"with hold(Home(pathlib.Path({str(home.root)!r}))): pass"
    )
    return subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0


def test_a_second_run_is_refused_and_given_the_pid_of_the_first(home: Home) -> None:
    with at_work(home.root) as pid, pytest.raises(StoreLockedError, match=rf"PID {pid}\)"), hold(home):
        pass
    with hold(home):
        assert not is_free(home)
    assert is_free(home)


def test_a_waiting_run_announces_the_holder_and_proceeds_when_it_has_ended(home: Home) -> None:
    messages: list[str] = []
    with at_work(home.root) as pid:
        with pytest.raises(StoreLockedError, match="let it finish"), hold(home, wait_s=0.2, say=messages.append):
            pass
        threading.Timer(1.0, os.kill, (pid, signal.SIGTERM)).start()
        with hold(home, wait_s=30, say=messages.append):
            assert not is_free(home)
    message = f"another run holds the lock on '{home.root}' (PID {pid}); waiting for it to finish"
    assert messages == [message] * 2


def test_nested_flows_share_the_lock_and_do_not_release_it(home: Home) -> None:
    with hold(home):
        with pytest.raises(RuntimeError), hold(Home(home.root / "." / ".." / home.root.name)):
            raise RuntimeError
        assert not is_free(home)
    assert is_free(home)


def in_another_thread(home: Home, within: Callable[..., object] = lambda take: take()) -> str:
    """Return what a thread gets that takes the lock inside `within`: '' or the error."""
    outcomes: list[str] = []

    def take() -> None:
        try:
            with hold(home):
                outcomes.append("")
        except StoreLockedError as error:
            outcomes.append(str(error))

    thread = threading.Thread(target=within, args=(take,))
    thread.start()
    thread.join()
    return outcomes[0]


def test_two_threads_of_one_process_exclude_each_other(home: Home) -> None:
    with hold(home):
        message = in_another_thread(home)
        assert f"(PID {os.getpid()}, another thread of this process)" in message
        assert "let it finish" in in_another_thread(home)
        with hold(home):
            pass
        assert not is_free(home)
    assert in_another_thread(home) == "" and is_free(home)


def test_a_flow_that_is_called_in_a_thread_of_its_own_shares_the_lock_of_its_caller(home: Home) -> None:
    with hold(home):
        context = contextvars.copy_context()
        assert in_another_thread(home, context.run) == ""
        assert not is_free(home)
    with hold(home):
        assert "another thread" in in_another_thread(home, context.run), "the lock of that context was released"


def test_a_killed_run_leaves_no_lock(home: Home) -> None:
    code = (
        "import os, pathlib\n"
        "from affect_store.store.home import Home; from affect_store.store.engine.locks import hold\n"
        f"with hold(Home(pathlib.Path({str(home.root)!r}))): os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == -9
    with hold(home):
        pass


@pytest.mark.parametrize(
    "write",
    [
        lambda home, images: ingest.fn(images=images, home=home, layout="rafd"),
        lambda home, _: landmarks.fn(home=home),
        lambda home, _: deltas.fn(home=home),
        lambda home, _: split.fn(home=home),
        lambda home, _: audit.fn(home=home),
        lambda home, _: train.fn(home=home),
        lambda home, _: publish.fn(home=home),
        lambda home, _: publishing.publish(Home(Path(home)), "1", lambda folder: None),
    ],
    ids=["ingest", "landmarks", "deltas", "split", "audit", "train", "publish", "a publication"],
)
def test_every_flow_that_writes_takes_the_lock(write: Callable[[str, str], object], home: Home, tmp_path: Path) -> None:
    with at_work(home.root), pytest.raises(StoreLockedError, match="another run holds the lock"):
        write(str(home.root), str(tmp_path))
    assert [path.name for path in home.root.iterdir()] == [".lock"]
