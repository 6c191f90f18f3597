"""Measure a lake: a publication, the next one with one more person, and reading a training set, against bare Parquet.

`python -m benchmarks.lake [--people 67]` makes up a store of PEOPLE people with 72 photographs each, without models,
and prints the figures. The catalogue is in SQLite.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq
from tests.stores.build import build
from tests.stores.design import Design, numbered

from affect_store.store.engine.published_store import open_published
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.lake import publish as lake_publish
from affect_store.store.lake.address import LakeAddress, parse
from affect_store.store.offline.feature_store import FeatureStore
from affect_store.store.publication import publish
from affect_store.store.vocabulary import GAZES, VECTOR_LENGTH

ROUNDS = 5
MEGABYTE = 1e6


def best(call: Callable[[], object]) -> float:
    """Return the shortest of several times that a call takes, seconds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def stores_of(home: Home, people: int) -> tuple[Path, Path]:
    """Return a published store with this many people, and the next publication with one more."""
    design = Design("bench", numbered("bench", people + 1), angles=(45, 90, 135), gazes=GAZES[:3], pictured=())
    for name, added in (("1", design.people[:-1]), ("2", design.people[-1:])):
        build(home, replace(design, people=added))
        publish.publish(home, name, lambda folder: publish.write_store(home.work, folder / STORE_FILE))
    before, store = sorted(home.publications.glob("[12]"))
    return before / STORE_FILE, store / STORE_FILE


def files_of(address: LakeAddress) -> dict[Path, int]:
    """Return the data files of a lake and their sizes, bytes."""
    assert address.data
    return {path: path.stat().st_size for path in Path(address.data).rglob("*.parquet")}


def rows_as_parquet(store: Path, before: Path, folder: Path) -> int:
    """Return the size of the rows that a store has and one before it lacks, each table as a Parquet file, bytes."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{store}' AS a (READ_ONLY)")
        connection.execute(f"ATTACH '{before}' AS b (READ_ONLY)")
        names = connection.execute(
            "FROM duckdb_tables() SELECT schema_name || '.' || table_name WHERE database_name = 'a' "
            "AND table_name NOT IN ('train', 'validate', 'test')"
        ).fetchall()
        for (name,) in names:
            query = f"FROM a.{name} EXCEPT ALL FROM b.{name}"
            if connection.execute(f"SELECT count(*) FROM ({query})").fetchall() != [(0,)]:
                connection.execute(f"COPY ({query}) TO '{folder / name}.parquet'")
    return sum(path.stat().st_size for path in folder.glob("*.parquet"))


def main() -> None:
    """Make up the stores, publish them, read, and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=67)
    people = parser.parse_args().people
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        before, store = stores_of(Home(folder / "home"), people)
        address = parse(f"ducklake:sqlite:{folder}/lake.sqlite", str(folder / "files"))
        for title, path in (("first publication", before), ("one more person", store), ("nothing new", store)):
            known = files_of(address)
            start = time.perf_counter()
            written = lake_publish.publish(address, path, home_id="bench", publication="1")
            seconds = time.perf_counter() - start
            size = sum(size for path, size in files_of(address).items() if path not in known)
            print(f"{title:20} {seconds:6.2f} s  {size / MEGABYTE:8.2f} MB written  {written}")
        (folder / "rows").mkdir()
        own = rows_as_parquet(store, before, folder / "rows")
        print(f"rows of one more person, as bare Parquet: {own / MEGABYTE:.2f} MB")
        read(address, Home(folder / "home"), folder)


def read(address: LakeAddress, home: Home, folder: Path) -> None:
    """Print how long reading the vectors of all photographs takes, from the lake, the file and bare Parquet."""
    connection = open_published(home)
    bare = folder / "bare.parquet"
    connection.execute(
        "COPY (FROM features.deltas JOIN features.current USING (version) SELECT image_id, xyz::FLOAT[] AS xyz "
        f"WHERE feature = 'aligned') TO '{bare}'"
    )
    connection.close()

    def bare_matrix() -> np.ndarray:
        values = pq.read_table(bare, columns=["xyz"])["xyz"].combine_chunks().flatten().to_numpy()
        return np.asarray(values).reshape(-1, VECTOR_LENGTH)

    print(f"bare Parquet by pyarrow {best(bare_matrix):.3f} s, {len(bare_matrix())} rows of deltas")
    with duckdb.connect() as duck:
        seconds = best(
            lambda: duck.execute(f"SELECT xyz::FLOAT[{VECTOR_LENGTH}] AS xyz FROM '{bare}'").to_arrow_table()
        )
        print(f"bare Parquet by DuckDB  {seconds:.3f} s")
    for title, place in (("file", home), ("lake", address.url)):
        with FeatureStore.open(place) as store:
            n = len(store.get_features("aligned").matrix()[0])
            seconds = best(lambda store=store: store.get_features("aligned").matrix())  # type: ignore[misc]
            print(f"FeatureStore, {title}      {seconds:.3f} s, {n} rows")


if __name__ == "__main__":
    main()
