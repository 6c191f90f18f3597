"""A store of schema version 1, as affect-store 0.1 made it, becomes one of today's and loses nothing."""

import fcntl
import hashlib
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from store.errors import StoreError, StoreLockedError
from store.tables import migrate, read, splits, training, write
from store.tables.connection import SCHEMA_VERSION, open_work
from store.tables.home import Home
from store.tables.source import Source
from store.types import seal_of
from store.vocabulary import EMOTIONS, LANDMARK_COUNT, NEUTRAL, PARTS, PIXEL_BYTES, VECTOR_LENGTH
from tests.store.tables.holder import held

DDL = Path(__file__).with_name("schema_1.sql").read_text(encoding="utf-8")
LOCK = ".work.duckdb.migrating.lock"
START = datetime(2026, 11, 22, tzinfo=UTC)
VERSIONS = {"landmarks": "l1", "pixels": "p1", "frontal_unit": "f1", "aligned": "a1"}
IDS = [hashlib.sha256(bytes([index])).hexdigest() for index in range(6)]
XYZ = np.random.default_rng(5).normal(0, 0.1, (len(IDS), VECTOR_LENGTH)).astype(np.float32)
RGB = bytes(range(256)) * (PIXEL_BYTES // 256) + bytes(PIXEL_BYTES % 256)


def vectors(values: np.ndarray) -> pa.Array:
    return pa.FixedSizeListArray.from_arrays(pa.array(values.reshape(-1)), values.shape[1])


def fill(connection: duckdb.DuckDBPyConnection) -> None:
    """Six photographs of three people with every feature, one split and one run."""
    run = connection.execute
    shots = [(one, f"lab-{index // 2}", (NEUTRAL, EMOTIONS[0])[index % 2]) for index, one in enumerate(IDS)]
    for one, person, emotion in shots:
        run(
            "INSERT INTO catalogue.images "
            "VALUES (?, 'lab', '/x.jpg', ?, 'male', 'Kid', 7, ?, 90, 'frontal', 9, 9, 9, ?, NULL)",
            [one, person, emotion, START],
        )
        run(
            "INSERT INTO catalogue.labels VALUES (?, ?, ?, 'male', 'Kid', 7, ?, 90, 'frontal')",
            [one, START, person, emotion],
        )
    for view, kind, version in (
        ("landmarks", "facemesh", "l1"),
        ("pixels", "area", "p1"),
        ("deltas", "frontal_unit", "f1"),
        ("deltas", "aligned", "a1"),
    ):
        run(
            "INSERT INTO features.views VALUES (?, ?, ?, 'image', 'f', 's', 't', '{}', '0.1', '{}', 'd', ?)",
            [view, version, kind, START],
        )
    faces = pa.table({"image_id": IDS, "xyz": vectors(XYZ), "magnitude": vectors(np.abs(XYZ[:, :LANDMARK_COUNT]))})
    connection.register("faces", faces)
    run("INSERT INTO features.landmarks SELECT image_id, 'l1', xyz, NULL, $at FROM faces", {"at": START})
    for version in ("f1", "a1"):
        run(
            "INSERT INTO features.deltas SELECT image_id, $v, 'r', 'rule', xyz, magnitude, 0, $at FROM faces",
            {"v": version, "at": START},
        )
    run("INSERT INTO features.pixels SELECT image_id, 'p1', $rgb, $at FROM faces", {"rgb": RGB, "at": START})
    run("INSERT INTO features.misses VALUES ('gone', 'landmarks', 'l1', 'no face', NULL, $at)", {"at": START})
    later = START + timedelta(hours=1)
    run(
        "INSERT INTO splits.sets VALUES ('by_person-1', 'by_person', 7, '{}', 'old', $v, $at)",
        {"v": json.dumps(VERSIONS), "at": later},
    )
    for index, one in enumerate(IDS):
        run(
            "INSERT INTO splits.assignments VALUES ('by_person-1', ?, ?)",
            [one, ("train", "validate", "test")[index // 2]],
        )
    used = json.dumps({"aligned": "a1"})
    run(
        "INSERT INTO registry.runs "
        "VALUES ('run1', 'vector_mlp', 'corrected', 'by_person-1', ?, 7, '0.1', '{}', ?, ?, 1, 'completed', NULL, "
        "'{}', 'artifacts/run1', 'abc')",
        [used, later, later],
    )
    run("INSERT INTO features.services VALUES ('vector_mlp.corrected', 'deltas', 'a1', ?)", [later])
    run("INSERT INTO quality.settings VALUES ('schema_version', '1'), ('change', '41')")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    place = Home(tmp_path)
    with duckdb.connect(str(place.work)) as connection:
        connection.execute(DDL)
        fill(connection)
    return place


def test_every_row_arrives_with_what_version_1_did_not_have(home: Home) -> None:
    with open_work(home) as connection:
        one = connection.execute
        assert one("SELECT setting FROM quality.settings WHERE key = 'schema_version'").fetchall() == [
            (SCHEMA_VERSION,)
        ]
        found = one("SELECT image_id, xyz, seal FROM features.landmarks ORDER BY image_id").to_arrow_table().to_pylist()
        assert [row["seal"] for row in found] == [
            seal_of(row["image_id"], np.array(row["xyz"], np.float32).tobytes()) for row in found
        ]
        kept = {row["image_id"]: np.array(row["xyz"], np.float32) for row in found}
        assert all(np.array_equal(kept[image_id], XYZ[index]) for index, image_id in enumerate(IDS))
        assert one(
            "SELECT DISTINCT seal = $s FROM features.pixels WHERE image_id = $i",
            {"s": seal_of(IDS[0], RGB), "i": IDS[0]},
        ).fetchall() == [(True,)]
        assert one("SELECT feature, version FROM features.current ORDER BY feature").fetchall() == sorted(
            VERSIONS.items()
        )
        assert one("SELECT reason FROM features.misses_at(now())").fetchall() == [("no face",)]
        assert one("SELECT count(*) FROM features.deltas").fetchall() == [(2 * len(IDS),)]


def test_the_split_and_the_run_stay_what_they_were(home: Home) -> None:
    with open_work(home) as connection:
        split = read.frozen_split(connection, "by_person-1")
        assert split.fingerprint == splits.fingerprint(read.split_seals(connection, split), VERSIONS) != "old"
        run = connection.execute("SELECT service, service_version, artifact_path FROM registry.runs").fetchall()
        assert run == [("vector_mlp.corrected", splits.composition(["a1"]), "artifacts/run1")]
    with Source(home.work) as source:
        rows = {part: training.table(source, training.look(source, split, part)) for part in PARTS}
    assert [one.num_rows for one in rows.values()] == [2, 2, 2] and rows["test"]["aligned"].null_count == 0


def test_a_second_opening_finds_nothing_to_do_and_nothing_is_left_beside(home: Home) -> None:
    with open_work(home):
        pass
    written = home.work.stat().st_ino
    with open_work(home):
        assert home.work.stat().st_ino == written
    assert sorted(path.name for path in home.root.iterdir()) == [LOCK, home.work.name]


MEETING = """
import sys, time
from pathlib import Path
from store.tables.connection import open_work
from store.tables.home import Home
from store.tables import write

home, delay_s = Home(Path(sys.argv[1])), float(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
time.sleep(delay_s)
with open_work(home) as connection:
    write.put_setting(connection, sys.argv[2], "was here")
    print(write.count(connection, "features.landmarks"), write.count(connection, "features.deltas"))
"""


def test_processes_that_meet_an_older_store_at_once_all_find_it_migrated(home: Home) -> None:
    """Each writes a setting: one that wrote to a file that another then replaced would have lost it."""
    delays = [f"{0.15 * number:.2f}" for number in range(4)]
    started = [
        subprocess.Popen(
            [sys.executable, "-c", MEETING, str(home.root), delay], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True,
        )
        for delay in delays
    ]  # fmt: skip
    for process in started:
        assert process.stdout is not None and process.stdin is not None and process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60)[0] for process in started]
    assert [process.returncode for process in started] == [0] * len(delays)
    assert said == [f"{len(IDS)} {2 * len(IDS)}\n"] * len(delays)
    with open_work(home) as connection:
        assert [write.setting(connection, delay) for delay in delays] == ["was here"] * len(delays)
    assert sorted(path.name for path in home.root.iterdir()) == [LOCK, home.work.name]


def test_who_does_not_get_a_turn_is_told_who_is_at_it(home: Home) -> None:
    with (home.root / LOCK).open("a+") as file:
        file.write("4711")
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(StoreLockedError, match="process 4711 is bringing"), open_work(home, wait_s=0.3):
            pass
    with open_work(home) as connection:
        assert write.count(connection, "features.landmarks") == len(IDS)


def test_a_migration_waits_for_whoever_reads_the_store(home: Home) -> None:
    with held(home.work), pytest.raises(StoreLockedError, match=r"held by process \d+"):
        migrate.migrate(home.work, wait_s=0.3)
    assert not list(home.root.glob(".*.migrating"))
    migrate.migrate(home.work)


def test_what_goes_wrong_leaves_the_old_store_as_it_was(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    before = home.work.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "_append_sealed", lambda *_: None)
        with pytest.raises(StoreError, match=r"features.landmarks has \(6,\) rows"), open_work(home):
            pass
    assert home.work.read_bytes() == before
    with open_work(home) as connection:
        assert connection.execute("SELECT count(*) FROM features.landmarks").fetchall() == [(len(IDS),)]


def test_a_version_of_the_future_is_refused(home: Home) -> None:
    with duckdb.connect(str(home.work)) as connection:
        connection.execute("UPDATE quality.settings SET setting = '99' WHERE key = 'schema_version'")
    with pytest.raises(StoreError, match="version 99"), open_work(home):
        pass
