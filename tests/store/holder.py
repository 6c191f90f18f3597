"""Another process that has a store open for writing, or that holds the lock of a home."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOLDER = """
import sys, duckdb
with duckdb.connect(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def held(path: Path, *, for_s: float | None = None) -> Iterator[None]:
    """Hold the store until the end of the block, or for `for_s` seconds."""
    code = HOLDER if for_s is None else HOLDER.replace("sys.stdin.readline()", f"import time; time.sleep({for_s})")
    command = [sys.executable, "-c", code, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "held\n"
        try:
            yield
        finally:
            process.kill()


AT_WORK = """
import sys
from pathlib import Path
from affect_store.store.home import Home
from affect_store.store.engine.locks import hold
with hold(Home(Path(sys.argv[1]))):
    print("held", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def at_work(root: Path) -> Iterator[int]:
    """Hold the lock of a home until the end of the block; yields the process's id."""
    command = [sys.executable, "-c", AT_WORK, str(root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "held\n"
        try:
            yield process.pid
        finally:
            process.kill()
