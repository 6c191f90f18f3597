"""Readers and runs do not wait for each other: a second process reads while this one publishes, again and again.

Six publications in `make test`, 200 in `make soak`.
"""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store.tables import publish, write
from store.tables.connection import Connection, open_work
from store.tables.home import STORE_FILE, Home
from tests import soak

PUBLICATIONS = soak.times(6, 200)
LONGEST_S = 30.0

READER = """
import json, signal, sys
import duckdb

going_on = True
def stop(*_):
    global going_on
    going_on = False
signal.signal(signal.SIGTERM, stop)

counted = '''SELECT (SELECT count(*) FROM catalogue.rejects), (SELECT count(*) FROM features.misses),
                    (SELECT setting::BIGINT FROM quality.settings WHERE key = 'marker')'''
path, read, torn, newest, kept = sys.argv[1], 0, [], 0, duckdb.connect(sys.argv[1], read_only=True)
first = kept.execute(counted).fetchone()
print("reading", flush=True)
while going_on:
    with duckdb.connect(path, read_only=True) as store:  # the link is followed anew
        found = store.execute(counted).fetchone()
        again = store.execute(counted).fetchone()
    read += 1
    newest = max(newest, found[2])
    if len({*found, *again}) != 1:
        torn.append([found, again])
print(json.dumps({"read": read, "torn": torn, "newest": newest, "kept": kept.execute(counted).fetchone() == first}))
"""


def add(connection: Connection, number: int) -> None:
    """One more row in each of two tables, and the marker that counts them."""
    moment = [write.now()]
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
    write.put_setting(connection, "marker", str(number))


def run(home: Home, number: int) -> float:
    """Store, then publish; returns how many seconds it took."""
    started = time.monotonic()
    with open_work(home) as connection:
        add(connection, number)
    publish.publish(home, f"{number:06d}", lambda folder: publish.write_store(home.work, folder / STORE_FILE))
    return time.monotonic() - started


@contextmanager
def reader(home: Home) -> Iterator[dict[str, object]]:
    """A process that reads on and on; what it saw is there after the block."""
    store = home.published_store
    process = subprocess.Popen([sys.executable, "-c", READER, str(store)], stdout=subprocess.PIPE, text=True)
    seen: dict[str, object] = {}
    try:
        assert process.stdout is not None and process.stdout.readline() == "reading\n"
        yield seen
        process.send_signal(signal.SIGTERM)
        seen.update(json.loads(process.communicate(timeout=LONGEST_S)[0]))
    finally:
        process.kill()
        process.wait()


def test_a_reader_sees_whole_publications_while_runs_publish(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    run(home, 1)
    with reader(home) as seen:
        took = [run(home, number) for number in range(2, PUBLICATIONS + 2)]
    assert seen["torn"] == []
    assert seen["kept"], "a connection that was opened first reads what it read first, though its folder is pruned"
    assert isinstance(seen["read"], int) and seen["read"] > len(took)
    assert isinstance(seen["newest"], int) and seen["newest"] >= PUBLICATIONS
    assert max(took) < LONGEST_S


def test_a_run_that_holds_the_work_store_blocks_no_reader(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    run(home, 1)
    with open_work(home) as connection, reader(home) as seen:
        add(connection, 2)
        time.sleep(0.5)
    assert seen["torn"] == [] and seen["newest"] == 1
    assert isinstance(seen["read"], int) and seen["read"] > 0


def test_the_reader_would_notice_a_torn_publication(tmp_path: Path) -> None:
    """A store whose marker does not count its rows is seen as torn: otherwise the tests above would always pass."""
    home = Home(tmp_path / "home")
    with open_work(home) as connection:
        add(connection, 1)
        write.put_setting(connection, "marker", "2")
    publish.publish(home, "1", lambda folder: publish.write_store(home.work, folder / STORE_FILE))
    with reader(home) as seen:
        time.sleep(0.3)
    assert seen["torn"]
