"""Lakes of tests: published stores of two homes with corpora of their own, and what a store and a lake hold."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa

from affect_store.store.engine.duckdb import Connection
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.lake import publish
from affect_store.store.lake.address import LakeAddress, parse
from affect_store.store.lake.publish import Written
from affect_store.store.publication import publish as publication
from affect_store.store.schema.tables import NOT_PUBLISHED, TABLES
from affect_store.store.vocabulary import FRONTAL_DEG, FRONTAL_GAZE, NEUTRAL
from tests.stores.build import build, built
from tests.stores.design import Design, numbered
from tests.stores.faces import HAPPY
from tests.stores.known import small_home

FIRST, SECOND = "1a1a1a1a1a1a", "2b2b2b2b2b2b"
"""Ids of two homes."""

OTHER = Design(
    "other", numbered("other", 6), emotions=(HAPPY, NEUTRAL), angles=(FRONTAL_DEG,), gazes=(FRONTAL_GAZE,), pictured=()
)
"""A second corpus, without runs."""


def other_home() -> Home:
    """Return the home of the second corpus, built once per process; read-only."""
    return built(_build_other)


def _build_other(home: Home) -> Home:
    build(home, OTHER)
    publication.publish(home, "1", lambda folder: publication.write_store(home.work, folder / STORE_FILE))
    return home


def lake_at(folder: Path) -> LakeAddress:
    """Return the address of a lake in a folder, with its catalogue in SQLite."""
    return parse(f"ducklake:sqlite:{folder / 'catalogue.sqlite'}", str(folder / "files"))


def published(address: LakeAddress, home: Home | None = None, home_id: str = FIRST, name: str = "1") -> Written:
    """Publish a home, by default the small one, into a lake."""
    return publish.publish(address, store_of(home), home_id=home_id, publication=name)


def store_of(home: Home | None = None) -> Path:
    """Return the file of the published store of a home, by default the small one."""
    return (home or small_home()).published_store.resolve()


def copied(folder: Path, *statements: str, home: Home | None = None) -> Path:
    """Return a copy of a published store, changed by statements."""
    target = folder / STORE_FILE
    shutil.copyfile(store_of(home), target)
    with duckdb.connect(str(target)) as connection:
        for statement in statements:
            connection.execute(statement)
    return target


def opened_file(path: Path) -> Connection:
    """Open a published store read-only, in UTC."""
    connection = duckdb.connect(str(path), read_only=True)
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def contents(connection: Connection) -> dict[str, pa.Table]:
    """Return the rows of every published table, ordered by its key."""
    tables = [table for table in TABLES if table.qualified not in NOT_PUBLISHED]
    return {
        table.qualified: connection.execute(f"FROM {table.qualified} ORDER BY {', '.join(table.key)}").to_arrow_table()
        for table in tables
    }


def frame(connection: Connection, query: str) -> pl.DataFrame:
    """Return the result of a query."""
    return connection.execute(query).pl()


def data_files(address: LakeAddress) -> dict[Path, int]:
    """Return the data files of a lake in a folder, with their sizes."""
    assert address.data
    return {path: path.stat().st_size for path in sorted(Path(address.data).rglob("*.parquet"))}
