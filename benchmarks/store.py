"""What does a training matrix cost to read from the published store, against Parquet, Feast on DuckDB and a pickle?

At 1, 10 and 20 times 4,824 rows of 1,404 floats the same vectors are written to a store by the product's own code, to
Parquet by Polars (one array column, and a column a number; with its default compression zstd, and without), and to a
pickle of pandas as in the 2022 notebook (made and read in this benchmark's own folder alone: never open a pickle of
strangers). Then everybody reads them into one row-major NumPy matrix with the ids beside it, in turns, warm; a
fingerprint tells that all matrices are equal. affect-store reads as of a moment: every photograph, and the photographs
named, as Feast is asked (`get_historical_features` to Arrow, whose memory the matrix shares: its quickest way). The two
do not do quite the same: Feast joins a moment a row, affect-store takes one for all. Feast lives in an environment of
its own, made on first use; without it the rest is measured. Ratios are medians over the rounds of one side's time over
the other's; those to Parquet are to the quicker of its two forms.

    python -m benchmarks.store [--feast-python PATH] [--scales 1 10 20] [--rounds N]

Closes with one line a goal, and exits with 1 if one is missed. Takes some minutes and 10 GB of temporary files.
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
import pandas as pd  # type: ignore[import-untyped]
import polars as pl

if __name__ == "__main__" and __package__ is None:  # run as a file: this folder's `store.py` must not hide the package
    sys.path[0] = str(Path(__file__).parents[1])

from benchmarks._feast import Feast, python_with_feast
from benchmarks._figures import FEAST, OURS, OURS_NAMED, PICKLE, Figures, Times, ratio
from benchmarks._filled import ARRAY, FEATURE, FORMS, WORK, Filled, digest, fill, seconds
from benchmarks._peak import CASES
from store.tables.store import Store
from store.types import FloatArray

SCALE_OF_PEAK = 10
SINGLE_ROWS = 300
ROUNDS = {1: 9, 10: 5}
LEAST_ROUNDS = 3
"""Rounds of each size, where nothing else is said."""

Read = Callable[[], tuple[list[str], FloatArray]]


def array(path: Path) -> tuple[list[str], FloatArray]:
    """Ids and matrix from a Parquet file with one array column."""
    frame = pl.read_parquet(path, columns=["image_id", FEATURE])
    return frame["image_id"].to_list(), frame[FEATURE].to_numpy()


def wide(path: Path) -> tuple[list[str], FloatArray]:
    """Ids and matrix from a Parquet file with a column a number."""
    frame = pl.read_parquet(path)
    return frame["image_id"].to_list(), frame.drop("image_id").to_numpy(order="c")


def pickle(path: Path) -> tuple[list[str], FloatArray]:
    """Ids and matrix from a pickled pandas frame."""
    frame = pd.read_pickle(path)
    return frame.index.to_list(), np.ascontiguousarray(frame.to_numpy())


def reads(store: Store, filled: Filled) -> dict[str, Read]:
    """Each way to the ids and the matrix within this process."""
    files = {
        what: partial(array if form.startswith(ARRAY) else wide, filled.parquet(form))
        for form, (what, _) in FORMS.items()
    }
    return {
        OURS: lambda: store.features(FEATURE, as_of=filled.moment).matrix(),
        OURS_NAMED: lambda: store.features(FEATURE, filled.ids, as_of=filled.moment).matrix(),
        **files,
        PICKLE: partial(pickle, filled.pickle),
    }


def measure(filled: Filled, feast: Feast | None, name: str, rounds: int) -> Times:
    """Seconds of each side in each round, after a reading of each that is compared and not counted."""
    with Store.open(filled.home) as store:
        known = reads(store, filled)
        for side, read in known.items():
            require_same(side, digest(*read()), filled)
        clocks: dict[str, Callable[[], float]] = {side: partial(seconds, read) for side, read in known.items()}
        if feast is not None:
            for _ in range(2):
                feast.ask("history", name=name)
            require_same(FEAST, feast.ask("digest", name=name)["sha256"], filled)
            clocks[FEAST] = lambda: float(feast.ask("history", name=name)["seconds"])
        times: dict[str, list[float]] = {side: [] for side in clocks}
        for _ in range(rounds):
            for side, clock in clocks.items():
                times[side].append(clock())
    return times


def require_same(side: str, found: str, filled: Filled) -> None:
    """Raise `ValueError` unless the matrix with this fingerprint is the one that was written."""
    if found != filled.digest:
        raise ValueError(f"{side}: expected a matrix with the fingerprint {filled.digest}, received {found}")


def latest_ms(filled: Filled) -> float:
    """Median milliseconds of one photograph's vector as an array, of photographs drawn at random, warm."""
    with Store.open(filled.home) as store:
        chosen = np.random.default_rng(0).choice(filled.ids, SINGLE_ROWS)
        taken = [seconds(partial(store.latest, image_id, FEATURE)) for image_id in chosen]
    return 1000 * statistics.median(taken[SINGLE_ROWS // 10 :])


def peaks(filled: Filled) -> dict[str, float]:
    """By case, the most memory that a process of its own holds above its idle state, over what it reads."""
    file = filled.folder / "told.json"
    told = {"home": str(filled.home.root), "moment": str(filled.moment), "split_id": filled.split_id, "ids": filled.ids}
    file.write_text(json.dumps(told))
    found = {}
    for case in CASES:
        command = [sys.executable, "-m", "benchmarks._peak", case, str(file)]
        said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        idle, most, result = (said[name] / 1e6 for name in ("idle", "peak", "result"))
        print(f"memory, {case}: idle {idle:.0f} MB, most {most:.0f} MB, values {result:.0f} MB")
        found[case] = (most - idle) / result
    return found


def show(filled: Filled, times: Times, written: Mapping[str, float]) -> None:
    """Print the tables of one size."""
    n = len(filled.ids)
    print(f"\n{n:,} rows: read {'median':>36}  least  greatest, ms; times affect-store's")
    for side, taken in times.items():
        middle, least, greatest = (1000 * pick(taken) for pick in (statistics.median, min, max))
        ours = OURS_NAMED if "named" in side else OURS
        print(f"  {side:<40} {middle:10.1f} {least:8.1f} {greatest:8.1f}  {ratio(times, side, ours):6.2f}")
    print(f"{n:,} rows: written {'':>26} s; times affect-store's work store's")
    for side, taken_s in written.items():
        print(f"  {side:<40} {taken_s:10.2f}  {taken_s / written[WORK]:6.3f}")


def of_feast(feast: Feast, filled: Filled, name: str) -> tuple[dict[str, float], float]:
    """Seconds that Feast needs to write, and milliseconds of one row from its online store."""
    shared = {"name": name, "parquet": str(filled.parquet(f"{ARRAY}-zstd"))}
    folder = str(filled.folder / "written")
    offline = feast.ask("offline_write", folder=folder, moment=str(filled.moment), **shared)
    online = feast.ask("online_write", **shared)
    written = {"Feast on DuckDB": offline["seconds"], "Feast, SQLite online store": online["seconds"]}
    return written, 1000 * feast.ask("online_read", name=name, times=SINGLE_ROWS)["seconds"]


def run_size(scale: int, place: Path, feast: Feast | None, rounds: int, figures: Figures) -> None:
    """Write, read and print one size, and take its figures."""
    place.mkdir()
    filled, name = fill(place, scale), f"{scale}x"
    written, online_ms = dict(filled.written_s), None
    if feast is not None:
        moment, parquet = str(filled.moment), str(filled.parquet(f"{ARRAY}-zstd"))
        feast.ask("open", name=name, parquet=parquet, folder=str(place / "feast"), moment=moment)
    times = measure(filled, feast, name, rounds)
    if feast is not None and scale == 1:
        of_writing, online_ms = of_feast(feast, filled, name)
        written |= of_writing
    show(filled, times, written)
    single_ms = latest_ms(filled)
    beside = (
        f"; from Feast's SQLite online store {online_ms:.2f} ms, {single_ms / online_ms:.1f} times" if online_ms else ""
    )
    print(f"one row: {single_ms:.2f} ms{beside}")
    figures.add_reads(scale, len(filled.ids), times)
    figures.add_latest(scale, single_ms)
    for case, over in peaks(filled).items() if scale == SCALE_OF_PEAK else ():
        figures.add_peak(scale, case, over)


def main() -> int:
    """Measure, print, and say whether the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feast-python", type=Path, help="a Python that has Feast 0.67.0 with DuckDB already")
    parser.add_argument("--scales", type=int, nargs="+", default=[1, 10, 20], help="times 4,824 rows")
    parser.add_argument("--rounds", type=int, help="of every size; 9, 5 and 3 by default")
    options = parser.parse_args()
    python, figures = python_with_feast(options.feast_python), Figures()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="affect-benchmark-")))
        feast = stack.enter_context(Feast(python, folder / "feast.log")) if python else None
        for scale in options.scales:
            rounds = options.rounds or ROUNDS.get(scale, LEAST_ROUNDS)
            run_size(scale, folder / f"{scale}x", feast, rounds, figures)
            shutil.rmtree(folder / f"{scale}x")
    figures.close()
    print()
    return 0 if figures.show() else 1


if __name__ == "__main__":
    sys.exit(main())
