"""Worker processes exit with the process that started them, however it ends."""

import multiprocessing
import signal
import subprocess
import sys
import time
from pathlib import Path

from affect_store.store.features.extract import Extractor

PARENT = """
import multiprocessing
from affect_store.store.features.extract import extract

results = extract([(f"{number:064x}", "/nowhere") for number in range(40)], processes=1)
print(next(results).unreadable, flush=True)
print(*(child.pid for child in multiprocessing.active_children()), flush=True)
input()
"""


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_workers_of_a_killed_process_exit(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"  # without `if __name__ == "__main__"`: workers do not import it
    script.write_text(PARENT)
    with subprocess.Popen([sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None and "/nowhere" in parent.stdout.readline()
        workers = [int(pid) for pid in parent.stdout.readline().split()]
        assert workers and all(map(is_alive, workers))
        parent.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 30
    while any(map(is_alive, workers)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(map(is_alive, workers))


def test_a_few_photographs_wait_for_the_worker_that_was_started(tmp_path: Path) -> None:
    photographs: list[tuple[str | None, str]] = [(None, str(tmp_path / f"{number}.jpg")) for number in range(3)]
    before = set(multiprocessing.active_children())
    with Extractor(4, finds_faces=False) as extractor:
        extractor.start()
        results = list(extractor.results(photographs))
        assert ["No such file" in result.unreadable for result in results] == [True] * 3
        assert len(set(multiprocessing.active_children()) - before) == 1
