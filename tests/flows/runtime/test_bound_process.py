"""A child process ends with its parent, however the parent ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SLEEPER = """
import sys
from affect_store.flows.runtime.bound_process import start_module
print(start_module("timeit", "-n1", "-r1", "-s", "import time", "time.sleep(60)").pid, flush=True)
sys.stdin.read()
"""

FOLLOWER = """
import os, time
from affect_store.flows.runtime.bound_process import follow_parent
follow_parent()
print(os.getpid(), flush=True)
time.sleep(60)
"""
STARTER = """
import subprocess, sys
from affect_store.flows.runtime import bound_process
bound_process.bind_children_of_libraries()
subprocess.Popen([sys.executable, "-c", sys.argv[1]], start_new_session=True)
sys.stdin.read()
"""


def is_alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at /proc")
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, None], ids=["killed", "terminated", "ends"])
@pytest.mark.parametrize("code", [(SLEEPER,), (STARTER, FOLLOWER)], ids=["pipe", "started-by-a-library"])
def test_a_child_ends_with_its_parent(code: tuple[str, ...], end: signal.Signals | None) -> None:
    with subprocess.Popen([sys.executable, "-c", *code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert is_alive(child)
        os.kill(parent.pid, end) if end else parent.stdin.close()  # type: ignore[union-attr]
        parent.wait(timeout=120)
    deadline = time.monotonic() + 20
    while is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_alive(child)
