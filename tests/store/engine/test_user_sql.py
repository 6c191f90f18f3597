"""A user's SQL reads the published store, and writes or loads nothing."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from affect_store.store.engine import user_sql
from affect_store.store.engine.query import run_query, running
from affect_store.store.errors import QueryError
from tests.stores.known import small_home

REFUSED = [
    "COPY (SELECT 1) TO 'written.csv'",
    "COPY catalogue.images FROM 'read.csv'",
    "EXPORT DATABASE 'written'",
    "IMPORT DATABASE '.'",
    "FROM read_text('read.csv')",
    "FROM read_blob('read.csv')",
    "FROM read_csv('read.csv')",
    "FROM read_json('read.csv')",
    "FROM read_parquet('read.csv')",
    "FROM parquet_metadata('read.csv')",
    "FROM sniff_csv('read.csv')",
    "FROM glob('*')",
    "FROM 'read.csv'",
    "FROM read_csv('http://127.0.0.1:9/x.csv')",
    "FROM read_text('s3://bucket/x')",
    "FROM query('FROM read_text(''read.csv'')')",
    "WITH x AS MATERIALIZED (FROM read_text('read.csv')) FROM x",
    "FROM my_frame",
    "INSTALL httpfs",
    "LOAD httpfs",
    "LOAD 'read.csv'",
    "ATTACH 'written.duckdb'",
    "ATTACH ':memory:' AS other",
    "DETACH feature_store",
    "USE memory",
    "SET enable_external_access = true",
    "SET memory_limit = '100GB'",
    "SET lock_configuration = false",
    "SET profiling_output = 'written.json'",
    "RESET memory_limit",
    "PRAGMA enable_profiling",
    "PRAGMA memory_limit = '100GB'",
    "FROM enable_profiling(format = 'json', save_location = 'written.json'); SELECT 1",
    "FROM enable_logging('QueryLog', storage = 'file', storage_path = 'written'); SELECT 1; SELECT 2",
    "CREATE TABLE memory.main.t AS SELECT 1",
    "CREATE TEMP TABLE t AS SELECT 1",
    "CREATE SECRET s (TYPE s3)",
    "CREATE PERSISTENT SECRET s (TYPE http, BEARER_TOKEN 'x')",
    "INSERT INTO catalogue.rejects SELECT * FROM catalogue.rejects",
    "UPDATE catalogue.images SET path = ''",
    "DELETE FROM catalogue.rejects",
    "DROP VIEW leaderboard",
    "ALTER TABLE catalogue.images ADD COLUMN x INT",
    "CHECKPOINT",
    "FORCE CHECKPOINT",
    "VACUUM",
    "BEGIN",
    "PREPARE p AS SELECT 1",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO 'written.csv'",
    "EXPLAIN (ANALYZE) CREATE TABLE memory.main.t AS SELECT 1",
    "SELECT 1; COPY (SELECT 1) TO 'written.csv'; SELECT 2",
    "/* SET VARIABLE x */ SET threads = 1",
]


@pytest.mark.parametrize("query", REFUSED)
def test_sql_that_is_not_reading_is_refused_in_one_line(
    query: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    my_frame = object()  # a name in Python is not a table
    (tmp_path / "read.csv").write_text("secret\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(QueryError, match="not allowed|switched off|does not exist|denied|failed"):
        run_query(small_home(), query)
    assert os.listdir(tmp_path) == ["read.csv"] and my_frame


@pytest.mark.parametrize("query", ["", ";", " ; ;\n", "-- nothing", "/* nothing */"])
def test_an_empty_query_is_named(query: str) -> None:
    with pytest.raises(QueryError, match="the query is empty"):
        run_query(small_home(), query)


def test_a_nul_character_is_named() -> None:
    with pytest.raises(QueryError, match="NUL"):
        run_query(small_home(), "select 1\0; select 2")


@pytest.mark.parametrize(
    "query",
    [
        "FROM leaderboard",
        "FROM feature_store.main.leaderboard",
        "WITH x AS (SELECT 1) FROM x",
        "VALUES (1)",
        "DESCRIBE leaderboard",
        "SHOW TABLES",
        "SHOW ALL TABLES",
        "SUMMARIZE catalogue.images",
        "EXPLAIN FROM leaderboard",
        "EXPLAIN ANALYZE FROM leaderboard",
        "EXPLAIN (FORMAT json) FROM leaderboard",
        "PIVOT catalogue.images ON emotion USING count(*) GROUP BY subject_id",
        "SET VARIABLE n = (SELECT count(*) FROM leaderboard); SELECT getvariable('n')",
        "-- a comment\n/* another */ SET VARIABLE n = 1; RESET VARIABLE n; SELECT 1",
        "PRAGMA table_info('catalogue.images')",
    ],
)
def test_sql_that_reads_is_answered(query: str) -> None:
    assert run_query(small_home(), query).rows


def test_memory_and_temporary_files_are_limited_and_threads_are_not() -> None:
    with user_sql.opened(small_home()) as connection:
        query = "SELECT current_setting('memory_limit'), current_setting('max_temp_directory_size')"
        assert connection.execute(query).fetchone() == ("1.8 GiB", "9.3 GiB")  # of 2 and 10 billion bytes
        assert connection.execute("SELECT current_setting('threads')").fetchone() == (os.cpu_count(),)


def test_rows_are_computed_while_they_are_read() -> None:
    with running(small_home(), "FROM range(1_000_000_000_000)") as result:
        assert [next(result.rows) for _ in range(3)] == [(0,), (1,), (2,)]


@pytest.fixture
def interrupted() -> Iterator[None]:
    """Ctrl-C after a third of a second."""
    small_home()  # built once, which takes longer
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may start its jobs with it ignored
    timer = threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    yield
    timer.cancel()
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interrupted")
def test_ctrl_c_ends_a_query_at_once() -> None:
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run_query(small_home(), "SELECT count(*) FROM range(1e9::BIGINT) a, range(1e9::BIGINT) b")
    assert time.monotonic() - started < 5


def test_ctrl_c_while_the_query_is_being_started_ends_it_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted(threading.Thread):
        def start(self) -> None:
            super().start()
            raise KeyboardInterrupt

    monkeypatch.setattr(user_sql, "Thread", Interrupted)
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run_query(small_home(), "SELECT count(*) FROM range(1e6::BIGINT) a, range(1e6::BIGINT) b")
    assert time.monotonic() - started < 5


def test_ctrl_c_before_the_query_is_started_does_not_start_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class NeverStarted(threading.Thread):
        def start(self) -> None:
            raise KeyboardInterrupt

    monkeypatch.setattr(user_sql, "Thread", NeverStarted)
    with pytest.raises(KeyboardInterrupt):
        run_query(small_home(), "SELECT 1")
