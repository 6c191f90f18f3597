"""The dialect buffers rows, sets thresholds as variables, refuses to write, and closes its connections."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
import sqlalchemy

from affect_store.store.errors import StoreLockedError
from affect_store.validation.gx.dialect import BufferingDialect, StoreReader, open_reader
from affect_store.validation.thresholds import VARIABLES
from tests.store.holder import held


def _engine(store: StoreReader) -> sqlalchemy.Engine:
    return sqlalchemy.create_engine(store.source["connection_string"], **store.source["kwargs"])


def test_rows_outlive_their_connection(guarded: Path) -> None:
    with open_reader(guarded) as store:
        engine = _engine(store)
        with engine.connect() as connection:
            first = connection.execute(sqlalchemy.text("SELECT 1 UNION ALL SELECT 2 ORDER BY 1"))
            second = connection.execute(sqlalchemy.text("SELECT 3"))
        assert [tuple(row) for row in first] == [(1,), (2,)]
        assert second.scalar() == 3


def test_thresholds_are_variables(guarded: Path) -> None:
    with open_reader(guarded) as store, _engine(store).connect() as connection:
        for name, value in VARIABLES.items():
            assert connection.execute(sqlalchemy.text(f"SELECT getvariable('{name}')")).scalar() == value


def test_it_cannot_write(guarded: Path) -> None:
    refused = pytest.raises(sqlalchemy.exc.DBAPIError, match="read-only")
    with open_reader(guarded) as store, _engine(store).connect() as connection, refused:
        connection.execute(sqlalchemy.text("DELETE FROM catalogue.images"))


def test_every_connection_is_closed(guarded: Path) -> None:
    with open_reader(guarded) as store:
        for _ in range(2):
            _engine(store).connect()
        opened = BufferingDialect.opened[str(guarded)]
        assert len(opened) == 3
    assert all(connection.closed for connection in opened)
    duckdb.connect(guarded).close()


def test_columns_come_in_order(guarded: Path) -> None:
    with open_reader(guarded) as store:
        columns = sqlalchemy.inspect(_engine(store)).get_columns("assignments", schema="splits")
    assert [column["name"] for column in columns] == ["split_id", "image_id", "part"]


def test_it_waits_for_a_locked_store_and_names_the_holder(guarded: Path, tmp_path: Path) -> None:
    path = tmp_path / "work.duckdb"
    shutil.copyfile(guarded, path)
    with held(path), pytest.raises(StoreLockedError, match=r"held by process \d+ .*; waited 0 s"):
        open_reader(path, wait_s=0.3).__enter__()
    with held(path, for_s=1.0), open_reader(path) as store:
        assert store.arrow("SELECT 1 AS number").to_pylist() == [{"number": 1}]
