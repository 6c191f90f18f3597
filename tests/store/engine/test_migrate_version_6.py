"""A work store of schema version 6 loses costly constraints when it is migrated, and none of its rows."""

import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest

from affect_store.store.engine import clock, write
from affect_store.store.engine.duckdb import SCHEMA_VERSION, Connection, schema_version
from affect_store.store.engine.settings import put_setting
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.store.schema.tables import APPENDED, TABLES, ddl
from affect_store.store.vocabulary import LANDMARK_COUNT, PIXEL_BYTES, VECTOR_LENGTH
from tests.store.engine.older_store import create_tables
from tests.store.engine.test_migrate import KILLED

N_ROWS = 300
GUARDS = "SELECT constraint_type, constraint_text FROM duckdb_constraints() WHERE schema_name || '.' || table_name = ?"


def rows_of(table: str, start: int, n_rows: int) -> dict[str, object]:
    """Valid values of all columns of these tables, for photographs numbered from `start`."""
    rng = np.random.default_rng(start)
    values: dict[str, object] = {
        "image_id": [f"{number:06d}" for number in range(start, start + n_rows)],
        "xyz": rng.normal(0, 0.1, (n_rows, VECTOR_LENGTH)).astype(np.float32),
        "magnitude": rng.uniform(0, 1, (n_rows, LANDMARK_COUNT)).astype(np.float32),
        "errors": [None, *rng.uniform(0, 1, (n_rows - 1, LANDMARK_COUNT)).astype(np.float32).tolist()],
        "rgb": [bytes([number % 256]) * PIXEL_BYTES for number in range(n_rows)],
        "created_at": [clock.now()] * n_rows,
        "n_passes": [1] * n_rows,
        "zero_norm_count": [0] * n_rows,
    }
    texts = ("version", "seal", "reference_image_id", "reference_rule")
    return values | {name: ["a"] * n_rows for name in texts}


def append(connection: Connection, table: str, start: int, n_rows: int) -> int:
    columns = next(item.columns for item in TABLES if item.qualified == table)
    values = {name: value for name, value in rows_of(table, start, n_rows).items() if name in columns}
    return write.append(connection, table, write.batch(table, values))


def guards_of(connection: Connection, table: str) -> str:
    return " ".join(f"{kind} {text}" for kind, text in connection.execute(GUARDS, [table]).fetchall())


def frames_of(connection: Connection) -> dict[str, pl.DataFrame]:
    return {table: connection.execute(f"FROM {table} ORDER BY rowid").pl() for table in APPENDED}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with rows in every table that changes, under all constraints of version 6."""
    home = Home(tmp_path)
    with duckdb.connect(str(home.work)) as connection:
        create_tables(connection, ddl)
        for name in APPENDED:
            assert append(connection, name, 0, N_ROWS) == N_ROWS
        put_setting(connection, "schema_version", "6")
    return home


def test_every_row_arrives_in_its_order_and_only_costly_constraints_are_gone(home: Home) -> None:
    with duckdb.connect(str(home.work)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        before = frames_of(connection)
        assert all("PRIMARY KEY" in guards_of(connection, table) for table in APPENDED)
    with open_work(home) as connection:
        assert schema_version(connection) == SCHEMA_VERSION
        after = frames_of(connection)
        for table in APPENDED:
            assert len(before[table]) == N_ROWS and before[table].equals(after[table]), table
            guards = guards_of(connection, table)
            assert "NOT NULL" in guards and not any(word in guards for word in ("PRIMARY", "list_sum", "octet_length"))
        assert "face_score <= 1" in guards_of(connection, "features.landmarks")
        assert "PRIMARY KEY" in guards_of(connection, "features.misses")


@pytest.mark.parametrize("table", APPENDED)
def test_rows_of_before_are_not_stored_again_and_new_ones_come_after_them(home: Home, table: str) -> None:
    with open_work(home) as connection:
        if "created_at" in next(item.key for item in TABLES if item.qualified == table):
            assert append(connection, table, N_ROWS - 5, 5) == 5  # of another time
        else:
            assert append(connection, table, N_ROWS - 5, 9) == 4
        ids = connection.execute(f"SELECT image_id FROM {table} ORDER BY rowid").pl()["image_id"].to_list()
    assert ids[:N_ROWS] == [f"{number:06d}" for number in range(N_ROWS)] and len(ids) > N_ROWS


@pytest.mark.long
@pytest.mark.parametrize("moment", ["copying", "replacing"])
def test_a_migration_that_is_killed_leaves_the_old_store_and_the_next_opening_completes_it(
    home: Home, moment: str
) -> None:
    before = home.work.read_bytes()
    killed = subprocess.run([sys.executable, "-c", KILLED, str(home.root), moment])
    assert killed.returncode == -signal.SIGKILL and home.work.read_bytes() == before
    with open_work(home) as connection:
        assert [write.count(connection, table) for table in APPENDED] == [N_ROWS] * len(APPENDED)
        assert schema_version(connection) == SCHEMA_VERSION
