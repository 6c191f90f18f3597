"""Time the audit, and estimate how its duration grows with the number of rows.

Fabricates a store of the size of the published study (4,824 active photographs: 67 people, 8 emotions, 3 gazes, 3
camera angles) and a larger one, audits rows, splits and results of both, and reports the exponent of the growth.

    python -m benchmarks.audit [--photographs 4824] [--times 20] [--runs 2] [--wall 350]

`--wall` is the wall time of a demo run in seconds; the audit of its 2,880 photographs, measured on a third store, may
take a tenth of it. Prints one line per goal at the end and exits with 1 if a goal is missed. With --times 20 it writes
about 12 GB of temporary files.
"""

from __future__ import annotations

import argparse
import importlib
import math
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

if __name__ == "__main__" and __package__ is None:  # run as a file: import from the repository's root
    sys.path[0] = str(Path(__file__).parents[1])

from affect_store.store.home import Home
from affect_store.store.vocabulary import EMOTIONS, GAZES, USED_ANGLES_DEG
from affect_store.validation.audit import audit

CLEAN: Any = importlib.import_module("tests.stores.clean")
BUILD: Any = importlib.import_module("tests.stores.build")
"""The builder of stores is shared with the tests."""

EXPONENT_BOUND = 1.1
SHARE_BOUND = 0.1
_SHOTS_PER_PERSON = len(EMOTIONS) * len(GAZES) * len(USED_ANGLES_DEG)
_STAGES = ("rows", "splits", "results")


def audited(folder: Path, design: Any) -> float:
    """Return the seconds that the audits of one fabricated store take; the store is deleted."""
    started = time.perf_counter()
    path = BUILD.build(Home(folder), design).work
    setup_s = time.perf_counter() - started
    seconds = {}
    for stage in _STAGES:
        verdict = audit(path, audit_id="benchmark", stage=stage)
        if verdict.failures:
            raise RuntimeError(f"the fabricated store is not clean: {[finding.check for finding in verdict.failures]}")
        seconds[stage] = verdict.duration_s
    path.unlink()
    durations = ", ".join(f"{stage} {spent:.1f} s" for stage, spent in seconds.items())
    print(
        f"{len(design.people) * _SHOTS_PER_PERSON:>7,} active photographs: {durations} (fabricated in {setup_s:.0f} s)",
        flush=True,
    )
    return sum(seconds.values())


def goal(name: str, figure: float, bound: float) -> bool:
    """Print a goal's line and return whether it is met: `figure` at most `bound`."""
    print(f"goal {name} {figure:.4g} {bound:.4g} {'met' if figure <= bound else 'missed'}")
    return figure <= bound


def main() -> int:
    """Measure, print the goals, and return 1 if one is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--photographs", type=int, default=67 * _SHOTS_PER_PERSON, help="active photographs in the first store"
    )
    parser.add_argument("--times", type=int, default=20, help="size of the second store relative to the first")
    parser.add_argument("--runs", type=int, default=2, help="training runs in each store")
    parser.add_argument("--wall", type=float, default=350.0, help="wall seconds of a demo run")
    options = parser.parse_args()
    people = max(4, options.photographs // _SHOTS_PER_PERSON)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        demo = audited(folder, CLEAN.design(24, EMOTIONS, GAZES, runs=18))
        sizes = (people, people * options.times)
        spent = [audited(folder, CLEAN.design(size, EMOTIONS, GAZES, options.runs)) for size in sizes]
    exponent = math.log(spent[1] / spent[0]) / math.log(options.times)
    is_short = goal("audit_share_of_demo", demo / options.wall, SHARE_BOUND)
    is_linear = goal("audit_exponent", exponent, EXPONENT_BOUND)
    return 0 if is_short and is_linear else 1


if __name__ == "__main__":
    sys.exit(main())
