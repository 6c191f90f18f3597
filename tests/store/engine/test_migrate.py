"""A home of schema version 3 is migrated when it is opened for writing, completely or not at all."""

import fcntl
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest

from affect_store.store.engine import migrate, write
from affect_store.store.engine.duckdb import SCHEMA_VERSION, Connection
from affect_store.store.engine.settings import get_setting
from affect_store.store.engine.sql_files import sql
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import StoreError, StoreLockedError
from affect_store.store.home import Home
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.store.schema.tables import TABLES
from affect_store.store.vocabulary import EMOTIONS, GAZES, PARTS, PIXEL_BYTES, SEXES
from tests.store.holder import held

DDL = Path(__file__).with_name("schema_3.sql").read_text(encoding="utf-8")
LOCK = ".work.duckdb.migrating.lock"
START = datetime(2026, 11, 22, tzinfo=UTC)
N_ROWS = 3
"""Rows of every table."""

WORDS = {
    "sex": SEXES,
    "emotion": EMOTIONS,
    "gaze": GAZES,
    "part": PARTS,
    "landmark_group": ("mouth", "nose", "left eye"),
    "axis": ("x", "y", "z"),
    "strategy": ("by_person", "by_image", "folds"),
    "status": ("completed", "failed", "completed"),
    "severity": ("stop", "quarantine", "warn"),
}
"""Values of columns with a fixed vocabulary."""

SETTINGS = {
    "about": (SettingKey.PUBLICATION, '{"home": "x"}'),
    "faces are published": (SettingKey.FACES_PUBLISHED, "True"),
    "spread of pictures": (SettingKey.PICTURE_STATISTICS, "{}"),
    "split of the tables train, validate and test": (SettingKey.MATERIALIZED_SPLIT, "by_person-1"),
    "runs that are compared": (SettingKey.COMPARED_RUNS, "f00d"),
    "key of the hashes of forgotten people": (SettingKey.ERASURE_KEY, "secret"),
    "lost a person who withdrew consent: by_person-1": (SettingKey.SHORTENED_SPLIT.of("by_person-1"), "2026-11-22"),
    "origin of corpus: a: b": (SettingKey.CORPUS_LAYOUT.of("a: b"), "rafd"),
    "what retraining last decided on: lab": (SettingKey.RETRAINING_DECISION.of("lab"), "beef"),
    "decision that was announced: lab": (SettingKey.ANNOUNCED_DECISION.of("lab"), "cafe"),
    "audited features": (SettingKey.AUDITED.of("features"), "{}"),
    "change": (SettingKey.CHANGE, "41"),
}
"""Settings by their old key: the new key and the value."""


def value_of(name: str, sql_type: str, row: int) -> Any:
    """Return a valid value of a column, different in every row where its type allows that."""
    if name in WORDS:
        return WORDS[name][row % len(WORDS[name])]
    if "[" in sql_type:
        length = int(sql_type[sql_type.index("[") + 1 : -1])
        return np.random.default_rng(row).normal(0, 0.1, length).astype(np.float32).tolist()
    values = {
        "VARCHAR": f"{name}-{row}",
        "JSON": f'{{"row": {row}}}',
        "BLOB": bytes([row]) * PIXEL_BYTES,
        "BOOLEAN": row == 0,
        "TIMESTAMP WITH TIME ZONE": START + timedelta(hours=row),
    }
    is_bounded = sql_type in ("FLOAT", "DOUBLE") and name != "mean_rank"
    return values.get(sql_type, (1 + row) / 4 if is_bounded else 1 + row)


def fill(connection: Connection) -> None:
    """Store rows in every table, and settings under their old keys."""
    connection.execute("SET TimeZone = 'UTC'")
    for table, columns in columns_of(connection).items():
        if table not in ("catalogue.emotions", "quality.settings"):
            rows = [[value_of(name, sql_type, row) for name, sql_type in columns] for row in range(N_ROWS)]
            connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})", rows)
    connection.executemany("INSERT INTO catalogue.emotions VALUES (?, ?)", list(enumerate(EMOTIONS)))
    settings = [("schema_version", "3"), *((key, setting) for key, (_, setting) in SETTINGS.items())]
    connection.executemany("INSERT INTO quality.settings VALUES (?, ?)", settings)


def columns_of(connection: Connection) -> dict[str, list[tuple[str, str]]]:
    """Return names and types of the columns of every table, in their order."""
    columns = connection.execute(
        "FROM duckdb_columns() SELECT schema_name || '.' || table_name, column_name, data_type "
        "WHERE NOT internal AND table_name IN (SELECT table_name FROM duckdb_tables()) ORDER BY table_oid, column_index"
    ).pl()
    return columns.rows_by_key(columns.columns[0])  # type: ignore[return-value]


def frames_of(connection: Connection) -> dict[str, pl.DataFrame]:
    """Return the rows of every table, in the order in which they are stored."""
    return {table: connection.execute(f"FROM {table} ORDER BY rowid").pl() for table in columns_of(connection)}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    with duckdb.connect(str(home.work)) as connection:
        connection.execute(DDL)
        fill(connection)
    return home


def test_every_row_arrives_and_columns_of_both_versions_are_equal(home: Home) -> None:
    with duckdb.connect(str(home.work), read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        before = frames_of(connection)
    with open_work(home) as connection:
        after = frames_of(connection)
    assert set(after) == {table.qualified for table in TABLES}
    for name in before.keys() - {"catalogue.emotions", "quality.settings"}:
        shared = [column for column in before[name].columns if column in after[name].columns]
        assert len(before[name]) == len(after[name]) == N_ROWS and len(shared) > 1, name
        assert before[name][shared].equals(after[name][shared]), name


def test_settings_arrive_under_their_new_keys(home: Home) -> None:
    with open_work(home) as connection:
        settings = dict(connection.execute("FROM quality.settings SELECT key, setting").fetchall())
    assert settings == {str(key): setting for key, setting in SETTINGS.values()} | {"schema_version": SCHEMA_VERSION}


def test_a_migrated_store_is_not_migrated_again_and_nothing_is_left_beside(home: Home) -> None:
    with open_work(home):
        pass
    inode = home.work.stat().st_ino
    with open_work(home):
        assert home.work.stat().st_ino == inode
    assert sorted(path.name for path in home.root.iterdir()) == [LOCK, home.work.name]


CONCURRENT = """
import sys, time
from pathlib import Path
from affect_store.store.engine import write
from affect_store.store.engine.settings import put_setting
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home

home, delay_s = Home(Path(sys.argv[1])), float(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
time.sleep(delay_s)
with open_work(home, wait_s=120) as connection:
    put_setting(connection, sys.argv[2], "was here")
    print(write.count(connection, "features.landmarks"), write.count(connection, "features.deltas"))
"""


@pytest.mark.long
def test_processes_that_open_an_older_store_at_once_all_see_it_migrated(home: Home) -> None:
    """Each writes a setting, which would be lost if another process replaced the file afterwards."""
    delays = [f"{0.15 * number:.2f}" for number in range(4)]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", CONCURRENT, str(home.root), delay], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True,
        )
        for delay in delays
    ]  # fmt: skip
    for process in processes:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    outputs = [process.communicate(timeout=180)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * len(delays)
    assert outputs == [f"{N_ROWS} {N_ROWS}\n"] * len(delays)
    with open_work(home) as connection:
        assert [get_setting(connection, delay) for delay in delays] == ["was here"] * len(delays)
    assert sorted(path.name for path in home.root.iterdir()) == [LOCK, home.work.name]


def test_a_process_that_waits_in_vain_is_given_the_pid_of_the_migrating_one(home: Home) -> None:
    with (home.root / LOCK).open("a+") as file:
        file.write("4711")
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(StoreLockedError, match=r"is migrating the store .* \(PID 4711\)"):
            open_work(home, wait_s=0.3).__enter__()
    with open_work(home) as connection:
        assert write.count(connection, "features.landmarks") == N_ROWS


def test_a_migration_waits_for_a_process_that_holds_the_store(home: Home) -> None:
    with held(home.work), pytest.raises(StoreLockedError, match=r"held by process \d+"):
        migrate.migrate(home.work, wait_s=0.3)
    assert not list(home.root.glob(".*.migrating"))
    migrate.migrate(home.work)


KILLED = """
import os, sys
from pathlib import Path
from affect_store.store.engine import file_replacement, migrate
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home

def kill(*arguments):
    os.kill(os.getpid(), 9)

copy, copied = migrate._copy, []

def copy_some(connection, table, columns):
    copy(connection, table, columns)
    copied.append(table)
    if len(copied) == 10:
        kill()

if sys.argv[2] == "copying":
    migrate._copy = copy_some
else:
    file_replacement.os.replace = kill
with open_work(Home(Path(sys.argv[1]))):
    pass
"""


@pytest.mark.long
@pytest.mark.parametrize("moment", ["copying", "replacing"])
def test_a_migration_that_is_killed_leaves_the_old_store_and_the_next_opening_completes_it(
    home: Home, moment: str
) -> None:
    before = home.work.read_bytes()
    killed = subprocess.run([sys.executable, "-c", KILLED, str(home.root), moment])
    assert killed.returncode == -signal.SIGKILL and home.work.read_bytes() == before
    assert list(home.root.glob(".*.migrating"))
    with open_work(home) as connection:
        assert all(len(rows) >= N_ROWS for rows in frames_of(connection).values() if len(rows))
        assert write.count(connection, "registry.promotions") == N_ROWS
    assert sorted(path.name for path in home.root.iterdir()) == [LOCK, home.work.name]


def test_rows_in_the_log_of_a_killed_process_arrive_too(home: Home) -> None:
    code = (
        f"import os, duckdb; store = duckdb.connect({str(home.work)!r})\n"
        "store.execute(\"INSERT INTO splits.assignments VALUES ('late', 'a', 'test')\"); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code])
    assert (home.root / f"{home.work.name}.wal").exists()
    with open_work(home) as connection:
        assert write.count(connection, "splits.assignments") == N_ROWS + 1


def test_a_migration_that_fails_leaves_the_old_store(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    before = home.work.read_bytes()
    with monkeypatch.context() as patch:
        patch.setitem(migrate._CHANGED, "splits.assignments", ("new column", "test/loses_rows"))
        lossy = "SELECT * FROM old.splits.assignments LIMIT 1"
        patch.setattr(migrate, "sql", lambda name: lossy if name == "test/loses_rows" else sql(name))
        with pytest.raises(StoreError, match=r"splits.assignments has 3 rows, but 1 arrived"):
            open_work(home).__enter__()
    assert home.work.read_bytes() == before and not list(home.root.glob(".*.migrating"))
    with open_work(home) as connection:
        assert write.count(connection, "splits.assignments") == N_ROWS


@pytest.mark.parametrize("version", ["1", "2", "99"])
def test_other_schema_versions_are_refused_and_left_as_they_are(home: Home, version: str) -> None:
    with duckdb.connect(str(home.work)) as connection:
        connection.execute("UPDATE quality.settings SET setting = ? WHERE key = 'schema_version'", [version])
    before = home.work.read_bytes()
    with pytest.raises(StoreError, match=f"version {SCHEMA_VERSION}, received version {version}"):
        open_work(home).__enter__()
    assert home.work.read_bytes() == before


def test_a_file_that_is_not_a_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.work.write_bytes(b"not a database " * 1000)
    with pytest.raises(StoreError, match="cannot be opened as a DuckDB store"):
        open_work(home).__enter__()
    assert home.work.read_bytes() == b"not a database " * 1000
