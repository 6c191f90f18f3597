"""What does a training matrix cost to read from the published store, against Parquet, Feast on DuckDB and a pickle?

At 1, 10 and 20 times 4,824 rows of 1,404 floats the same vectors are written to a store by the product's own code, to
Parquet by Polars with its defaults (one array column; and a column a number), and to a pickle of pandas as in the 2022
notebook (made and read in this benchmark's own folder alone: never open a pickle of strangers). Then everybody reads
them into one row-major NumPy matrix with the ids beside it, in turns, warm; a fingerprint tells that all matrices are
equal. affect-store reads as of a moment: every photograph, and the photographs named, as Feast is asked
(`get_historical_features` to Arrow, whose memory the matrix shares: its quickest way). Feast lives in an environment of
its own, made on first use; without it the rest is measured. Ratios are medians over the rounds of one side's time over
the other's; that to Parquet is to the quicker of its two forms.

    python -m benchmarks.store [--feast-python PATH] [--scales 1 10 20] [--rounds 7]

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
from benchmarks._filled import FEATURE, Filled, digest, fill, seconds
from store.tables.store import Store
from store.types import FloatArray

OURS, OURS_NAMED, FEAST = "affect-store", "affect-store, ids named", "Feast on DuckDB, ids named"
PARQUET, WIDE_PARQUET, PICKLE = "Parquet, one array column", "Parquet, a column a number", "pandas pickle"
FEAST_BOUND = 3.0
PARQUET_BOUND = 1.5
LATEST_BOUND_MS = 2.0
PEAK_BOUND = 1.5
GROWTH_BOUND = 1.1
SCALE_OF_PEAK = 10
SINGLE_ROWS = 300

Read = Callable[[], tuple[list[str], FloatArray]]
Times = dict[str, list[float]]


def reads(store: Store, filled: Filled) -> dict[str, Read]:
    """Each way to the ids and the matrix within this process."""

    def array() -> tuple[list[str], FloatArray]:
        frame = pl.read_parquet(filled.parquet, columns=["image_id", FEATURE])
        return frame["image_id"].to_list(), frame[FEATURE].to_numpy()

    def wide() -> tuple[list[str], FloatArray]:
        frame = pl.read_parquet(filled.wide_parquet)
        return frame["image_id"].to_list(), frame.drop("image_id").to_numpy(order="c")

    def pickle() -> tuple[list[str], FloatArray]:
        frame = pd.read_pickle(filled.pickle)
        return frame.index.to_list(), np.ascontiguousarray(frame.to_numpy())

    return {
        OURS: lambda: store.features(FEATURE, as_of=filled.moment).matrix(FEATURE),
        OURS_NAMED: lambda: store.features(FEATURE, image_ids=filled.ids, as_of=filled.moment).matrix(FEATURE),
        PARQUET: array,
        WIDE_PARQUET: wide,
        PICKLE: pickle,
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
        times: Times = {side: [] for side in clocks}
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


def peak(filled: Filled) -> float:
    """Most memory that a process of its own holds above its idle state while it reads, over the size of the matrix."""
    arguments = [str(filled.home.root), FEATURE, str(filled.moment), filled.ids[0]]
    command = [sys.executable, "-m", "benchmarks._peak", *arguments]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    print("memory: idle {idle:.0f} MB, most {peak:.0f} MB, matrix {result:.0f} MB".format(
        **{name: size / 1e6 for name, size in told.items()})
    )  # fmt: skip
    return float((told["peak"] - told["idle"]) / told["result"])


def ratio(times: Times, slower: str, faster: str) -> float:
    """Median over the rounds of one side's time over another's: what disturbs a round disturbs both."""
    return statistics.median(a / b for a, b in zip(times[slower], times[faster], strict=True))


def show(filled: Filled, times: Times) -> None:
    """Print the table of one size."""
    n = len(filled.ids)
    print(f"\n{n:,} rows: read {'median':>26}  least  greatest, ms; times affect-store's")
    for side, taken in times.items():
        middle, least, greatest = (1000 * pick(taken) for pick in (statistics.median, min, max))
        ours = OURS_NAMED if "named" in side else OURS
        print(f"  {side:<30} {middle:10.1f} {least:8.1f} {greatest:8.1f}  {ratio(times, side, ours):6.2f}")
    print(f"{n:,} rows: written, s")
    for side, taken_s in filled.written_s.items():
        print(f"  {side:<30} {taken_s:10.2f}")


def show_feast_writes(feast: Feast, filled: Filled, name: str, folder: Path) -> None:
    """Print what Feast needs to write, and for one row from its online store."""
    shared = {"name": name, "parquet": str(filled.parquet)}
    offline = feast.ask("offline_write", folder=str(folder / "written"), moment=str(filled.moment), **shared)
    online = feast.ask("online_write", **shared)
    one = feast.ask("online_read", name=name, times=SINGLE_ROWS)
    print(f"  {'Feast on DuckDB':<30} {offline['seconds']:10.2f}")
    print(f"  {'Feast, SQLite online store':<30} {online['seconds']:10.2f}")
    print(f"one row from Feast's SQLite online store: {1000 * one['seconds']:.2f} ms")


def growth(seconds_by_rows: Mapping[int, float]) -> float:
    """Exponent of time over rows: slope of the line through the logarithms."""
    rows, taken = np.log(list(seconds_by_rows)), np.log(list(seconds_by_rows.values()))
    return float(np.polyfit(rows, taken, 1)[0])


def goal(name: str, figure: float, bound: float, *, met: bool) -> bool:
    """Print one goal's line."""
    print(f"goal {name} {figure:.4g} {bound:.4g} {'met' if met else 'missed'}")
    return met


class Figures:
    """What the goals are about, gathered size by size."""

    def __init__(self) -> None:
        self.at_most: dict[str, tuple[float, float]] = {}
        self.at_least: dict[str, tuple[float, float]] = {}
        self._medians: dict[int, float] = {}

    def add(self, scale: int, filled: Filled, times: Times) -> None:
        """Take the figures of one size."""
        self._medians[len(filled.ids)] = statistics.median(times[OURS])
        if scale == 1 and FEAST in times:
            self.at_least["times_faster_than_feast_1x"] = (ratio(times, FEAST, OURS_NAMED), FEAST_BOUND)
        bare = max(ratio(times, OURS, one) for one in (PARQUET, WIDE_PARQUET))
        self.at_most[f"times_bare_parquet_{scale}x"] = (bare, PARQUET_BOUND)
        self.at_most[f"latest_row_ms_{scale}x"] = (latest_ms(filled), LATEST_BOUND_MS)
        if scale == SCALE_OF_PEAK:
            self.at_most[f"peak_memory_over_matrix_{scale}x"] = (peak(filled), PEAK_BOUND)
        if len(self._medians) > 1:
            self.at_most["growth_exponent"] = (growth(self._medians), GROWTH_BOUND)

    def goals(self) -> list[bool]:
        """Print every goal's line; whether each is met."""
        least = [goal(name, one, bound, met=one >= bound) for name, (one, bound) in self.at_least.items()]
        return least + [goal(name, one, bound, met=one <= bound) for name, (one, bound) in self.at_most.items()]


def main() -> int:
    """Measure, print, and say whether the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feast-python", type=Path, help="a Python that has Feast 0.67.0 with DuckDB already")
    parser.add_argument("--scales", type=int, nargs="+", default=[1, 10, 20], help="times 4,824 rows")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    python, figures = python_with_feast(options.feast_python), Figures()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="affect-benchmark-")))
        feast = stack.enter_context(Feast(python, folder / "feast.log")) if python else None
        for scale in options.scales:
            name, place = f"{scale}x", folder / f"{scale}x"
            place.mkdir()
            filled = fill(place, scale)
            if feast is not None:
                moment, parquet = str(filled.moment), str(filled.parquet)
                feast.ask("open", name=name, parquet=parquet, folder=str(place / "feast"), moment=moment)
            times = measure(filled, feast, name, options.rounds)
            show(filled, times)
            if feast is not None and scale == 1:
                show_feast_writes(feast, filled, name, place)
            figures.add(scale, filled, times)
            shutil.rmtree(place)
        print()
    return 0 if all(figures.goals()) else 1


if __name__ == "__main__":
    sys.exit(main())
