"""Time appends of vectors to the work store, against the way of schema version 6 and against Parquet.

Landmarks and thumbnails are stored as extraction stores them, in chunks of 256 photographs, each with an opening of the
store of its own; aligned deltas as `materialize_deltas` stores them, in one opening. Both are measured in an empty
store and in one that holds `--stored` photographs with both already, by the product's own functions. For the earlier
way (`_earlier_appends.py`), the same functions append the same rows to stores of the same contents in the same run, in
turns. The deltas are also written to Parquet by Polars, as one array column without compression.

    python -m benchmarks.appends [--rows N] [--stored N] [--chunks N] [--rounds N]

Rates are medians over rounds of paired wall times, the cost of a chunk is that of the first `--chunks` chunks in each
store. Prints one line per goal at the end and exits with 1 if a goal is missed. Takes several minutes and 5 GB of
temporary files.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

if __name__ == "__main__" and __package__ is None:  # run as a file: import from the repository's root
    sys.path[0] = str(Path(__file__).parents[1])

from affect_store.flows.steps.delta_features import STORED_AT_ONCE, store_deltas
from affect_store.flows.steps.extracted_rows import store_extracted
from affect_store.flows.steps.extraction import CHUNK_SIZE
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.work_store import open_work
from affect_store.store.features.deltas import DeltaBatch
from affect_store.store.features.extract import ExtractionResult
from affect_store.store.home import Home
from affect_store.store.types import Face, Thumbnail, checksum_of
from affect_store.store.vocabulary import AXES, LANDMARK_COUNT, PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, VECTOR_LENGTH
from benchmarks import _earlier_appends as earlier
from benchmarks._goals import Goal, Goals

RATE_BOUND = 5.0
CHUNK_BOUND = 1.2
VERSION = "benchmark"
VERSIONS = {"landmarks": VERSION, "pixels": VERSION}
EMPTY, FILLED = "empty", "filled"
NOW, EARLIER, PARQUET = "now", "version 6", "Parquet"

Slice = tuple[pl.DataFrame, DeltaBatch]
Times = dict[tuple[str, str, str], list[tuple[float, float]]]
"""Wall and processor seconds of each round by side, kind of rows and store."""


@dataclass(frozen=True)
class Side:
    """A way of appending: how a store is made and opened, and how many deltas are stored at once."""

    name: str
    create: Callable[[Home], None]
    opened: Callable[[Home], AbstractContextManager[Connection]]
    deltas_at_once: int


def _create(home: Home) -> None:
    with open_work(home):
        pass


SIDES = (Side(NOW, _create, open_work, STORED_AT_ONCE), Side(EARLIER, earlier.create, earlier.opened, earlier.SLICE))


def image_ids(start: int, n: int) -> list[str]:
    """Return n ids that start with their number, so that those of later photographs are greater."""
    return [f"{number:08d}{checksum_of(str(number), b'')}{'0' * 24}" for number in range(start, start + n)]


def extracted(start: int, n: int) -> list[ExtractionResult]:
    """Return n photographs with random landmarks and thumbnails."""
    rng = np.random.default_rng(start)
    xyz = rng.normal(0.5, 0.1, (n, LANDMARK_COUNT, AXES)).astype(np.float32)
    rgb = rng.integers(0, 256, (n, PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, 3), dtype=np.uint8)
    return [
        ExtractionResult(image_id, Face(image_id, xyz[row], 1, 1, 0.9), Thumbnail(image_id, rgb[row]))
        for row, image_id in enumerate(image_ids(start, n))
    ]


def deltas(start: int, n: int) -> Slice:
    """Return n random deltas with their references."""
    rng = np.random.default_rng(start)
    ids = image_ids(start, n)
    xyz = rng.normal(0, 0.1, (n, LANDMARK_COUNT, AXES)).astype(np.float32)
    pairs = pl.DataFrame({"image_id": ids, "reference_id": ids[::-1], "rule": ["same camera"] * n})
    return pairs, DeltaBatch(xyz, np.linalg.norm(xyz, axis=2), np.zeros(n, np.uint16))


def append_chunks(side: Side, home: Home, chunks: Iterable[list[ExtractionResult]]) -> None:
    """Store chunks of an extraction, each in an opening of its own."""
    for chunk in chunks:
        with side.opened(home) as connection:
            store_extracted(connection, chunk, VERSIONS)


def append_deltas(side: Side, home: Home, whole: Slice) -> None:
    """Store deltas in one opening."""
    pairs, batch = whole
    with side.opened(home) as connection:
        for start in range(0, len(pairs), side.deltas_at_once):
            rows = slice(start, start + side.deltas_at_once)
            part = DeltaBatch(batch.xyz[rows], batch.magnitude[rows], batch.zero_norm_count[rows])
            store_deltas(connection, VERSION, pairs[rows], part)


def write_parquet(path: Path, whole: Slice) -> None:
    """Write the same vectors to one file."""
    pairs, batch = whole
    vectors = {
        name: pl.Series(values.reshape(len(pairs), -1), dtype=pl.Array(pl.Float32, values[0].size))
        for name, values in (("xyz", batch.xyz), ("magnitude", batch.magnitude))
    }
    pairs.with_columns(**vectors).write_parquet(path, compression="uncompressed")


def timed(function: Callable[[], object]) -> tuple[float, float]:
    """Return the wall and processor seconds of one call."""
    wall, processor = time.perf_counter(), time.process_time()
    function()
    return time.perf_counter() - wall, time.process_time() - processor


def filled_stores(folder: Path, stored: int) -> Iterator[tuple[Side, str, Home]]:
    """Create an empty store, and one with `stored` photographs and deltas, for each side."""
    for side in SIDES:
        for name in (EMPTY, FILLED):
            home = Home(folder / f"{side.name}-{name}")
            side.create(home)
            if name == FILLED:  # in one opening, so that also the earlier side takes seconds
                with side.opened(home) as connection:
                    for start in range(0, stored, 4 * CHUNK_SIZE):
                        n = min(4 * CHUNK_SIZE, stored - start)
                        store_extracted(connection, extracted(start, n), VERSIONS)
                        store_deltas(connection, VERSION, *deltas(start, n))
            yield side, name, home


def measure_round(folder: Path, options: argparse.Namespace, times: Times) -> None:
    """Measure everything once, in stores of their own."""
    homes = list(filled_stores(folder, options.stored))
    chunks = [extracted(options.stored + CHUNK_SIZE * number, CHUNK_SIZE) for number in range(options.chunks)]
    for side, store, home in homes:
        times[side.name, "chunks", store].append(timed(partial(append_chunks, side, home, chunks)))
    chunks.clear()
    whole = deltas(options.stored, options.rows)
    for side, store, home in homes:
        times[side.name, "deltas", store].append(timed(partial(append_deltas, side, home, whole)))
    times[PARQUET, "deltas", EMPTY].append(timed(partial(write_parquet, folder / "deltas.parquet", whole)))


def ratio(times: Times, slower: tuple[str, str, str], faster: tuple[str, str, str]) -> float:
    """Return the median over rounds of the ratio of two wall times."""
    return statistics.median(a / b for (a, _), (b, _) in zip(times[slower], times[faster], strict=True))


def show(times: Times, options: argparse.Namespace) -> None:
    """Print the medians of all times."""
    print(f"{options.chunks} chunks of {CHUNK_SIZE} photographs; {options.rows:,} deltas of {VECTOR_LENGTH} floats")
    print(f"filled stores hold {options.stored:,} photographs with landmarks, thumbnails and deltas\n")
    for (side, kind, store), seconds in times.items():
        wall, processor = (statistics.median(column) for column in zip(*seconds, strict=True))
        rows = options.chunks * CHUNK_SIZE if kind == "chunks" else options.rows
        print(
            f"  {kind:<7} {side:<10} {store:<7} {wall:8.2f} s, processor {processor:8.2f} s, {rows / wall:9,.0f} rows/s"
        )
    print()


def goals_of(times: Times) -> Goals:
    """Return the goals: rates over the earlier way, and the cost of a chunk in a filled store."""
    goals = Goals()
    for kind in ("chunks", "deltas"):
        for store in (EMPTY, FILLED):
            rate = ratio(times, (EARLIER, kind, store), (NOW, kind, store))
            goals.by_name[f"append_rate_over_version_6_{kind}_{store}"] = Goal(rate, RATE_BOUND, is_lower_bound=True)
    cost = ratio(times, (NOW, "chunks", FILLED), (NOW, "chunks", EMPTY))
    goals.by_name["chunk_cost_filled_over_empty"] = Goal(cost, CHUNK_BOUND)
    return goals


def main() -> int:
    """Measure, print the goals, and return 1 if one is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_480, help="deltas to append")
    parser.add_argument("--stored", type=int, default=20_480, help="photographs in a filled store")
    parser.add_argument("--chunks", type=int, default=16, help="chunks of an extraction to append")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    times: Times = defaultdict(list)
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory(prefix="affect-benchmark-") as folder:
            measure_round(Path(folder), options, times)
    show(times, options)
    parquet = ratio(times, (NOW, "deltas", EMPTY), (PARQUET, "deltas", EMPTY))
    print(f"deltas: {parquet:.1f} times the time of Parquet\n")
    return 0 if goals_of(times).show() else 1


if __name__ == "__main__":
    sys.exit(main())
