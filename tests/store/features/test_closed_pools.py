"""Closing a pool ends, and so does the interpreter, whatever its workers do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LIMIT_S = 8.0
TIMEOUT_S = 90.0

FAILING_CONSUMER = """
import multiprocessing, sys
from affect_store.store.features.extract import Extractor

with Extractor(1, finds_faces=False) as extractor:
    next(extractor.results([(None, "/nowhere")] * 40))
    with open(sys.argv[1], "w") as file:
        print(*(child.pid for child in multiprocessing.active_children()), file=file)
    input()
    raise OSError("No space left on device")
"""

WAITING_CONSUMER = """
import sys
from affect_store.store.features.watched_pool import WatchedPool
from tests.store.features import test_closed_pools as this

pool = WatchedPool(1, this.nothing, lambda _: (), 600.0)
list(pool.results([sys.argv[1]], getattr(this, sys.argv[2]), (), 1))
"""

CLOSING_CONSUMER = """
import os, sys, time
from affect_store.store.features.watched_pool import WatchedPool
from tests.store.features import test_closed_pools as this

pool = WatchedPool(1, this.nothing, lambda _: (), this.LIMIT_S)
results = pool.results(["", sys.argv[1]], this.hang, (), 1)
next(results)
while not os.path.exists(sys.argv[1]):
    time.sleep(0.01)
pool.close()
print("closed")
"""


def nothing() -> None:
    """An initializer."""


def hang(path: str) -> None:
    """Write the id of this process, which then ignores Ctrl-C and SIGTERM and hangs; do nothing without a path."""
    if path:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        _write_process(path)
        time.sleep(1200)


def hang_halfway(path: str) -> None:
    """Send the beginning of a result to the executor, and hang."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    frame = sys._getframe()
    while "result_queue" not in frame.f_locals:
        assert frame.f_back is not None
        frame = frame.f_back
    os.write(frame.f_locals["result_queue"]._writer.fileno(), (1_000).to_bytes(4, "big") + b"half")
    _write_process(path)
    time.sleep(1200)


def _write_process(path: str) -> None:
    written = Path(f"{path}.new")
    written.write_text(str(os.getpid()))
    written.rename(path)


@contextmanager
def consumer(script: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    command, pipe = [sys.executable, "-c", script, *arguments], subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=ROOT, text=True, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def process_in(path: Path) -> int:
    """Wait until a worker has written its id."""
    wait_until(lambda: path.exists() and path.read_text().strip() != "")
    return int(path.read_text())


def wait_until(is_reached: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + TIMEOUT_S
    while not is_reached():
        assert time.monotonic() < deadline_s
        time.sleep(0.05)


def has_ended(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_an_error_of_the_consumer_ends_workers_that_hang(tmp_path: Path) -> None:
    path = tmp_path / "worker"
    with consumer(FAILING_CONSUMER, str(path)) as parent:
        worker = process_in(path)
        os.kill(worker, signal.SIGSTOP)
        assert "No space left" in parent.communicate("\n", TIMEOUT_S)[1]
    wait_until(lambda: has_ended(worker))


@pytest.mark.parametrize("work", [hang, hang_halfway])
def test_ctrl_c_ends_workers_that_ignore_it(work: Callable[[str], None], tmp_path: Path) -> None:
    path = tmp_path / "worker"
    with consumer(WAITING_CONSUMER, str(path), work.__name__) as parent:
        worker = process_in(path)
        os.killpg(parent.pid, signal.SIGINT)
        assert "KeyboardInterrupt" in parent.communicate(timeout=TIMEOUT_S)[1]
    wait_until(lambda: has_ended(worker))


@pytest.mark.long
def test_closing_waits_for_a_worker_that_hangs_up_to_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "worker"
    with consumer(CLOSING_CONSUMER, str(path)) as parent:
        worker = process_in(path)
        assert parent.communicate(timeout=TIMEOUT_S)[0] == "closed\n"
    wait_until(lambda: has_ended(worker))
