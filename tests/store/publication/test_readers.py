"""Readers and runs do not block each other: a second process reads continuously while this one publishes.

Six publications in `make deployed`, 200 in `make soak`.
"""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from affect_store.store.engine import clock, write
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.settings import put_setting
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.publication import publish
from tests import soak

PUBLICATIONS = soak.times(6, 200)
LONGEST_S = 30.0

READER = """
import json, signal, sys
import duckdb

is_running = True
def stop(*_):
    global is_running
    is_running = False
signal.signal(signal.SIGTERM, stop)

query = '''SELECT (SELECT count(*) FROM catalogue.rejects), (SELECT count(*) FROM features.misses),
                    (SELECT setting::BIGINT FROM quality.settings WHERE key = 'marker')'''
path, read, torn, newest, kept = sys.argv[1], 0, [], 0, duckdb.connect(sys.argv[1], read_only=True)
first = kept.execute(query).fetchone()
print("reading", flush=True)
while is_running:
    with duckdb.connect(path, read_only=True) as store:  # the link is resolved again
        counts = store.execute(query).fetchone()
        again = store.execute(query).fetchone()
    read += 1
    newest = max(newest, counts[2])
    if len({*counts, *again}) != 1:
        torn.append([counts, again])
print(json.dumps({"read": read, "torn": torn, "newest": newest, "kept": kept.execute(query).fetchone() == first}))
"""


def add(connection: Connection, number: int) -> None:
    """Add a row to two tables, and set the marker to their number of rows."""
    moment = [clock.now()]
    reject = {
        "corpus": ["lab"],
        "path": [f"{number}.jpg"],
        "reason": ["bad name"],
        "detail": ["why"],
        "seen_at": moment,
    }
    write.append(connection, "catalogue.rejects", write.batch("catalogue.rejects", reject))
    miss = {"image_id": [f"{number}"], "view": ["landmarks"], "version": ["v"], "reason": ["no face"]}
    write.append(connection, "features.misses", write.batch("features.misses", {**miss, "created_at": moment}))
    put_setting(connection, "marker", str(number))


def run(home: Home, number: int) -> float:
    """Write to the work store and publish; returns the seconds that it took."""
    started = time.monotonic()
    with open_work(home) as connection:
        add(connection, number)
    publish.publish(home, f"{number:06d}", lambda folder: publish.write_store(home.work, folder / STORE_FILE))
    return time.monotonic() - started


@contextmanager
def reader(home: Home) -> Iterator[dict[str, object]]:
    """A process that reads continuously; its report is available after the block."""
    store = home.published_store
    process = subprocess.Popen([sys.executable, "-c", READER, str(store)], stdout=subprocess.PIPE, text=True)
    report: dict[str, object] = {}
    try:
        assert process.stdout is not None and process.stdout.readline() == "reading\n"
        yield report
        process.send_signal(signal.SIGTERM)
        report.update(json.loads(process.communicate(timeout=LONGEST_S)[0]))
    finally:
        process.kill()
        process.wait()


@pytest.mark.long
def test_a_reader_sees_whole_publications_while_runs_publish(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    run(home, 1)
    with reader(home) as report:
        took = [run(home, number) for number in range(2, PUBLICATIONS + 2)]
    assert report["torn"] == []
    assert report["kept"], "the connection that was opened first still reads the same, though its folder was removed"
    assert isinstance(report["read"], int) and report["read"] > len(took)
    assert isinstance(report["newest"], int) and report["newest"] >= PUBLICATIONS
    assert max(took) < LONGEST_S


def test_a_run_that_holds_the_work_store_blocks_no_reader(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    run(home, 1)
    with open_work(home) as connection, reader(home) as report:
        add(connection, 2)
        time.sleep(0.5)
    assert report["torn"] == [] and report["newest"] == 1
    assert isinstance(report["read"], int) and report["read"] > 0


def test_the_reader_detects_a_torn_publication(tmp_path: Path) -> None:
    """A store whose marker does not match its rows is torn; this shows that the tests above can fail."""
    home = Home(tmp_path / "home")
    with open_work(home) as connection:
        add(connection, 1)
        put_setting(connection, "marker", "2")
    publish.publish(home, "1", lambda folder: publish.write_store(home.work, folder / STORE_FILE))
    with reader(home) as report:
        time.sleep(0.3)
    assert report["torn"]
