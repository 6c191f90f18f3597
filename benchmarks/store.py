"""Time the retrieval of a training matrix from the published store, against Parquet, Feast on DuckDB and a pickle.

At 1, 10 and 20 times 4,824 rows of 1,404 floats, the same vectors are written to a store by the product's own code, to
Parquet by Polars (one array column, and one column per number; zstd, its default, and uncompressed), and to a pandas
pickle as in the 2022 notebook (written and read in this benchmark's own folder only: never open untrusted pickles).
Each reader then loads them into one row-major NumPy matrix with its ids, in turns, with warm caches; a checksum
verifies that all matrices are equal. affect-store reads as of a moment, all photographs and named ids; Feast gets named
ids (`get_historical_features` to Arrow, whose memory the matrix shares: its fastest way). The two differ slightly:
Feast joins a moment per row, affect-store uses one moment for all rows. Feast runs in a separate environment that is
created on first use; without it the rest is measured. Ratios are medians over rounds of paired times; those to Parquet
refer to the faster of its two layouts.

    python -m benchmarks.store [--feast-python PATH] [--scales 1 10 20] [--rounds N]

Prints one line per goal at the end and exits with 1 if a goal is missed. Takes several minutes and 10 GB of temporary
files.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl

if __name__ == "__main__" and __package__ is None:  # run as a file: import from the repository's root
    sys.path[0] = str(Path(__file__).parents[1])

from affect_store.store.offline.feature_store import FeatureStore
from affect_store.store.types import FeatureArray
from benchmarks._feast import Feast, python_with_feast
from benchmarks._goals import FEAST, OURS, OURS_NAMED, PICKLE, Goals, Times, ratio
from benchmarks._peak_memory import CASES
from benchmarks._stores import ARRAY, FEATURE, FORMS, WORK, Stores, digest, fill, seconds

SCALE_OF_PEAK = 10
SINGLE_ROWS = 300
ROUNDS = {1: 9, 10: 5}
MIN_ROUNDS = 3
"""Default number of rounds for other sizes."""

Read = Callable[[], tuple[list[str], FeatureArray]]


def array(path: Path) -> tuple[list[str], FeatureArray]:
    """Read ids and matrix from a Parquet file with one array column."""
    frame = pl.read_parquet(path, columns=["image_id", FEATURE])
    return frame["image_id"].to_list(), frame[FEATURE].to_numpy()


def wide(path: Path) -> tuple[list[str], FeatureArray]:
    """Read ids and matrix from a Parquet file with one column per number."""
    frame = pl.read_parquet(path)
    return frame["image_id"].to_list(), frame.drop("image_id").to_numpy(order="c")


def pickle(path: Path) -> tuple[list[str], FeatureArray]:
    """Read ids and matrix from a pickled pandas frame."""
    frame = pd.read_pickle(path)
    return frame.index.to_list(), np.ascontiguousarray(frame.to_numpy())


def reads(store: FeatureStore, stores: Stores) -> dict[str, Read]:
    """Return the readers that run in this process, by title."""
    files = {
        title: partial(array if form.startswith(ARRAY) else wide, stores.parquet(form))
        for form, (title, _) in FORMS.items()
    }
    return {
        OURS: lambda: store.get_features(FEATURE, as_of=stores.moment).matrix(),
        OURS_NAMED: lambda: store.get_features(FEATURE, stores.ids, as_of=stores.moment).matrix(),
        **files,
        PICKLE: partial(pickle, stores.pickle),
    }


def measure(stores: Stores, feast: Feast | None, name: str, rounds: int) -> Times:
    """Return the seconds of each reader in each round, after a warm-up read whose matrix is verified."""
    with FeatureStore.open(stores.home) as store:
        readers = reads(store, stores)
        for side, read in readers.items():
            require_same(side, digest(*read()), stores)
        clocks: dict[str, Callable[[], float]] = {side: partial(seconds, read) for side, read in readers.items()}
        if feast is not None:
            for _ in range(2):
                feast.call("history", name=name)
            require_same(FEAST, feast.call("digest", name=name)["sha256"], stores)
            clocks[FEAST] = lambda: float(feast.call("history", name=name)["seconds"])
        times: dict[str, list[float]] = {side: [] for side in clocks}
        for _ in range(rounds):
            for side, clock in clocks.items():
                times[side].append(clock())
    return times


def require_same(side: str, received: str, stores: Stores) -> None:
    """Raise `ValueError` unless the checksum is that of the matrix that was written."""
    if received != stores.digest:
        raise ValueError(f"{side}: expected a matrix with checksum {stores.digest}, received {received}")


def latest_ms(stores: Stores) -> float:
    """Return the median milliseconds to read the vector of one random photograph, with warm caches."""
    with FeatureStore.open(stores.home) as store:
        chosen = np.random.default_rng(0).choice(stores.ids, SINGLE_ROWS)
        durations = [seconds(partial(store.latest, image_id, FEATURE)) for image_id in chosen]
    return 1000 * statistics.median(durations[SINGLE_ROWS // 10 :])


def peaks(stores: Stores) -> dict[str, float]:
    """Return, by case, a separate process's peak memory above idle, relative to the size of the values read."""
    file = stores.folder / "parameters.json"
    parameters = {
        "home": str(stores.home.root),
        "moment": str(stores.moment),
        "split_id": stores.split_id,
        "ids": stores.ids,
    }
    file.write_text(json.dumps(parameters))
    ratios = {}
    for case in CASES:
        command = [sys.executable, "-m", "benchmarks._peak_memory", case, str(file)]
        measured = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        idle, peak, result = (measured[name] / 1e6 for name in ("idle", "peak", "result"))
        print(f"memory, {case}: idle {idle:.0f} MB, peak {peak:.0f} MB, values {result:.0f} MB")
        ratios[case] = (peak - idle) / result
    return ratios


def show(stores: Stores, times: Times, written: Mapping[str, float]) -> None:
    """Print the tables of one size."""
    n = len(stores.ids)
    print(f"\n{n:,} rows: read {'median':>36}      min       max, ms; ratio to affect-store")
    for side, durations in times.items():
        median, low, high = (1000 * pick(durations) for pick in (statistics.median, min, max))
        ours = OURS_NAMED if "named" in side else OURS
        print(f"  {side:<40} {median:10.1f} {low:8.1f} {high:8.1f}  {ratio(times, side, ours):6.2f}")
    print(f"{n:,} rows: written {'':>26} s; ratio to affect-store's work store")
    for side, duration_s in written.items():
        print(f"  {side:<40} {duration_s:10.2f}  {duration_s / written[WORK]:6.3f}")


def feast_writes(feast: Feast, stores: Stores, name: str) -> tuple[dict[str, float], float]:
    """Return Feast's write times in seconds, and the milliseconds of one row from its online store."""
    shared = {"name": name, "parquet": str(stores.parquet(f"{ARRAY}-zstd"))}
    folder = str(stores.folder / "written")
    offline = feast.call("offline_write", folder=folder, moment=str(stores.moment), **shared)
    online = feast.call("online_write", **shared)
    written = {"Feast on DuckDB": offline["seconds"], "Feast, SQLite online store": online["seconds"]}
    return written, 1000 * feast.call("online_read", name=name, times=SINGLE_ROWS)["seconds"]


def run_size(scale: int, folder: Path, feast: Feast | None, rounds: int, goals: Goals) -> None:
    """Write, read and print one size, and add its goals."""
    folder.mkdir()
    stores, name = fill(folder, scale), f"{scale}x"
    written, online_ms = dict(stores.written_s), None
    if feast is not None:
        moment, parquet = str(stores.moment), str(stores.parquet(f"{ARRAY}-zstd"))
        feast.call("open", name=name, parquet=parquet, folder=str(folder / "feast"), moment=moment)
    times = measure(stores, feast, name, rounds)
    if feast is not None and scale == 1:
        feast_written, online_ms = feast_writes(feast, stores, name)
        written |= feast_written
    show(stores, times, written)
    single_ms = latest_ms(stores)
    online = (
        f"; from Feast's SQLite online store {online_ms:.2f} ms, ratio {single_ms / online_ms:.1f}" if online_ms else ""
    )
    print(f"one row: {single_ms:.2f} ms{online}")
    goals.add_reads(scale, len(stores.ids), times)
    goals.add_latest(scale, single_ms)
    for case, over in peaks(stores).items() if scale == SCALE_OF_PEAK else ():
        goals.add_peak(scale, case, over)


def main() -> int:
    """Measure, print the goals, and return 1 if one is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feast-python", type=Path, help="a Python in which Feast 0.67.0 with DuckDB is installed")
    parser.add_argument("--scales", type=int, nargs="+", default=[1, 10, 20], help="multiples of 4,824 rows")
    parser.add_argument("--rounds", type=int, help="rounds per size; 9, 5 and 3 by default")
    options = parser.parse_args()
    python, goals = python_with_feast(options.feast_python), Goals()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="affect-benchmark-")))
        feast = stack.enter_context(Feast(python, folder / "feast.log")) if python else None
        for scale in options.scales:
            rounds = options.rounds or ROUNDS.get(scale, MIN_ROUNDS)
            run_size(scale, folder / f"{scale}x", feast, rounds, goals)
            shutil.rmtree(folder / f"{scale}x")
    goals.close()
    print()
    return 0 if goals.show() else 1


if __name__ == "__main__":
    sys.exit(main())
