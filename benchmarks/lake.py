"""Measure a lake: reading a training set against bare Parquet, and what a publication after a new person writes.

A store is fabricated as in `benchmarks/store.py` and published into a lake, with its catalogue in SQLite or, by
`--catalogue`, elsewhere. All aligned vectors are read through `FeatureStore` and by Polars from a Parquet file (zstd,
one array column). The bytes that a publication after a new person writes are compared with those of its new rows, each
table written to a Parquet file by DuckDB.

    python -m benchmarks.lake [--photographs 4824] [--catalogue ducklake:postgres:dbname=...]

Prints one line per goal at the end and exits with 1 if a goal is missed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

if __name__ == "__main__" and __package__ is None:  # run as a file: import from the repository's root
    sys.path[0] = str(Path(__file__).parents[1])

import duckdb
import numpy as np
import polars as pl

from affect_store.store.home import STORE_FILE
from affect_store.store.lake import publish as lake_publish
from affect_store.store.lake.address import LakeAddress, parse
from affect_store.store.offline.feature_store import FeatureStore
from affect_store.store.publication import publish
from benchmarks._goals import Goal
from benchmarks._stores import ARRAY, FEATURE, FORMS, Stores, add_person, digest, fill, seconds

READ_BOUND, WRITTEN_BOUND = 1.5, 2.0
ROUNDS = 5
HOME_ID = "benchmark"


def files_of(address: LakeAddress) -> dict[Path, int]:
    """Return the data files of a lake and their sizes, bytes."""
    assert address.data
    return {path: path.stat().st_size for path in Path(address.data).rglob("*.parquet")}


def bytes_written(address: LakeAddress, store: Path, name: str) -> int:
    """Publish a store into the lake, print how long that takes, and return the size of the new files, bytes."""
    before = files_of(address)
    duration_s = seconds(lambda: lake_publish.publish(address, store, home_id=HOME_ID, publication=name))
    size = sum(size for path, size in files_of(address).items() if path not in before)
    print(f"publication {name}: {duration_s:.2f} s, {size / 1e6:.2f} MB written")
    return size


def bytes_of_new_rows(store: Path, before: Path, folder: Path) -> int:
    """Return the size of the rows that a store has and the one before it lacks, each table as a Parquet file, bytes."""
    folder.mkdir()
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{store}' AS a (READ_ONLY)")
        connection.execute(f"ATTACH '{before}' AS b (READ_ONLY)")
        tables = connection.execute(
            "FROM duckdb_tables() SELECT schema_name || '.' || table_name "
            "WHERE database_name = 'a' AND table_name NOT IN ('train', 'validate', 'test')"
        ).fetchall()
        for (table,) in tables:
            query = f"FROM a.{table} EXCEPT ALL FROM b.{table}"
            if connection.execute(f"SELECT count(*) FROM ({query})").fetchall() != [(0,)]:
                connection.execute(f"COPY ({query}) TO '{folder / table}.parquet'")
    return sum(path.stat().st_size for path in folder.glob("*.parquet"))


def read_over_parquet(stores: Stores, url: str) -> float:
    """Return how many times as long as bare Parquet reading the vectors from the lake takes, after checking them."""
    bare = stores.parquet(f"{ARRAY}-zstd")

    def read_bare() -> None:
        np.asarray(pl.read_parquet(bare, columns=["image_id", FEATURE])[FEATURE].to_numpy())

    with FeatureStore.open(url) as store:
        ids, matrix = store.get_features(FEATURE).matrix()
        if digest(ids, matrix) != stores.digest:
            raise RuntimeError("the lake returned other vectors")
        lake_s = min(seconds(lambda: store.get_features(FEATURE).matrix()) for _ in range(ROUNDS))
    bare_s = min(seconds(read_bare) for _ in range(ROUNDS))
    with FeatureStore.open(stores.home) as store:
        file_s = min(seconds(lambda: store.get_features(FEATURE).matrix()) for _ in range(ROUNDS))
    title, _ = FORMS[f"{ARRAY}-zstd"]
    print(f"{len(ids):,} vectors: lake {lake_s:.3f} s, published file {file_s:.3f} s, {title} {bare_s:.3f} s")
    return lake_s / bare_s


def main() -> int:
    """Measure, print the goals, and return 1 if one is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photographs", type=int, default=4824, help="in the store; rounded to multiples of 4,824")
    parser.add_argument("--catalogue", help="address of the lake's catalogue; by default in SQLite")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="affect-benchmark-") as temporary:
        folder = Path(temporary)
        stores = fill(folder, max(1, round(options.photographs / 4824)), has_split_tables=True)
        before = stores.home.published_store.resolve()
        url = options.catalogue or f"ducklake:sqlite:{folder / 'lake.sqlite'}"
        address = parse(url, str(folder / "files"))
        bytes_written(address, before, "first")
        read = read_over_parquet(stores, url)
        add_person(stores, has_split_tables=True)
        publish.publish(stores.home, "f", lambda target: publish.write_store(stores.home.work, target / STORE_FILE))
        store = stores.home.published_store.resolve()
        written = bytes_written(address, store, "after one new person")
        bytes_written(address, store, "after one new person")
        own = bytes_of_new_rows(store, before, folder / "rows")
        print(f"rows of one new person as bare Parquet: {own / 1e6:.2f} MB")
    goals = {
        "lake_read_over_parquet": Goal(read, READ_BOUND),
        "lake_written_over_rows": Goal(written / own, WRITTEN_BOUND),
    }
    for name, goal in goals.items():
        print(f"goal {name} {goal.figure:.4g} {goal.bound:.4g} {'met' if goal.is_met else 'missed'}")
    return 0 if all(goal.is_met for goal in goals.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
