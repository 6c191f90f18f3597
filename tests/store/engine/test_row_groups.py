"""Appends to the work store write what is new: neither the rows of earlier appends nor, for many, the log."""

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from affect_store.store.engine import clock, write
from affect_store.store.engine.duckdb import Connection, open_file, open_to_fill
from affect_store.store.engine.work_store import ROW_GROUP_ROWS, open_work
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.publication import publish
from affect_store.store.vocabulary import VECTOR_LENGTH

CHUNK = 200
BLOCKS = "FROM pragma_storage_info('features.landmarks') SELECT row_group_id, column_path, segment_id, block_id"


def append(connection: Connection, start: int, n_rows: int) -> None:
    columns = {
        "image_id": [f"{number:06d}" for number in range(start, start + n_rows)],
        "version": ["v"] * n_rows,
        "xyz": np.random.default_rng(start).normal(0, 0.1, (n_rows, VECTOR_LENGTH)).astype(np.float32),
        "seal": ["s"] * n_rows,
        "created_at": [clock.now()] * n_rows,
    }
    assert write.append(connection, "features.landmarks", write.batch("features.landmarks", columns)) == n_rows


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_chunks_leave_the_rows_of_earlier_ones_where_they_are(home: Home) -> None:
    blocks: list[set[tuple[object, ...]]] = []
    for chunk in range(12):
        with open_work(home) as connection:
            append(connection, chunk * CHUNK, CHUNK)
        with open_work(home) as connection:
            blocks.append(set(connection.execute(BLOCKS).fetchall()))
    for earlier, later in zip(blocks, blocks[1:], strict=False):
        assert earlier < later


def test_as_many_rows_as_a_group_has_are_written_without_the_log(home: Home) -> None:
    log = home.work.with_name(f"{home.work.name}.wal")
    sizes = {}
    for n_rows in (CHUNK, ROW_GROUP_ROWS):
        with open_work(home) as connection:
            append(connection, n_rows * 10, n_rows)
            sizes[n_rows] = log.stat().st_size
    values = CHUNK * VECTOR_LENGTH * np.float32().itemsize
    assert sizes[CHUNK] > values > sizes[ROW_GROUP_ROWS]


def test_rows_of_many_appends_are_published_in_their_order_with_the_same_types(home: Home, tmp_path: Path) -> None:
    described, ordered = "DESCRIBE features.landmarks", "SELECT image_id, xyz FROM features.landmarks ORDER BY rowid"
    with open_work(home) as connection:
        for start, n_rows in ((5000, 300), (0, ROW_GROUP_ROWS), (6000, 10), (7000, 7), (3000, 500)):
            append(connection, start, n_rows)
        stored, types = connection.execute(ordered).pl(), connection.execute(described).fetchall()
    target = tmp_path / "publication" / STORE_FILE
    target.parent.mkdir()
    publish.write_store(home.work, target)
    with open_file(target) as connection:
        assert connection.execute(ordered).pl().equals(stored)
        assert [row[:3] for row in connection.execute(described).fetchall()] == [row[:3] for row in types]


def test_what_does_not_fit_into_memory_is_spilled_beside_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    with closing(open_to_fill(tmp_path / "store.duckdb")) as connection:
        connection.execute("SET memory_limit = '60MB'").execute("SET threads = 1")
        rows = "SELECT repeat(x::VARCHAR, 20) AS x FROM range(600_000) AS numbers(x) ORDER BY hash(x)"
        connection.execute(f"CREATE TABLE sorted AS {rows}")
        assert (tmp_path / "store.duckdb.tmp").is_dir(), "something was spilled"
    assert list((tmp_path / "elsewhere").iterdir()) == [] and not (tmp_path / "store.duckdb.tmp").exists()
