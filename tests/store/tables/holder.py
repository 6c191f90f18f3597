"""Another process that has a store open for writing."""

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
    """Hold the store until the end of the block, or for so many seconds."""
    code = HOLDER if for_s is None else HOLDER.replace("sys.stdin.readline()", f"import time; time.sleep({for_s})")
    command = [sys.executable, "-c", code, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "held\n"
        try:
            yield
        finally:
            process.kill()
