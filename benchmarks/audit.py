"""What does an audit cost, and does it grow with the rows alone?

Fabricates a store of so many photographs as the published study had (4,824 in use: 67 people, 8 emotions, 3 gazes, 3
cameras) and a larger one, audits the rows, the splits and the results of both, and tells the exponent of the growth.

    python -m benchmarks.audit [--photographs 4824] [--times 20] [--runs 2] [--wall 350]

`--wall` is the wall time, in seconds, of a demo run, of which the audit of 2,880 photographs may take a tenth; that is
measured on a store of its own. Closes with one line a goal, and exits with 1 if one is missed. At 20 times it writes
some 12 GB beside the system's temporary files.
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

if __name__ == "__main__" and __package__ is None:  # run as a file: this folder's `store.py` must not hide the package
    sys.path[0] = str(Path(__file__).parents[1])

from store.vocabulary import EMOTIONS, GAZES, USED_ANGLES_DEG
from validation.audit import audit

STORES: Any = importlib.import_module("tests.validation.fabricate")
"""The maker of stores is the tests' own."""

EXPONENT_BOUND = 1.1
SHARE_BOUND = 0.1
_OF_PERSON = len(EMOTIONS) * len(GAZES) * len(USED_ANGLES_DEG)
_STAGES = ("rows", "splits", "results")


def audited(folder: Path, size: Any) -> float:
    """Seconds that the audits of one fabricated store take; the store is removed."""
    path = folder / "work.duckdb"
    started = time.perf_counter()
    STORES.fabricate(path, size)
    made = time.perf_counter() - started
    seconds = {}
    for stage in _STAGES:
        verdict = audit(path, audit_id="benchmark", stage=stage)
        if verdict.failures:
            raise RuntimeError(f"the fabricated store is not clean: {[one.check for one in verdict.failures]}")
        seconds[stage] = verdict.duration_s
    path.unlink()
    told = ", ".join(f"{stage} {spent:.1f} s" for stage, spent in seconds.items())
    print(f"{size.people * _OF_PERSON:>7,} photographs in use: {told} (fabricated in {made:.0f} s)", flush=True)
    return sum(seconds.values())


def goal(name: str, figure: float, bound: float) -> bool:
    """Print one goal's line; the figure must not be greater than the bound."""
    print(f"goal {name} {figure:.4g} {bound:.4g} {'met' if figure <= bound else 'missed'}")
    return figure <= bound


def main() -> int:
    """Measure, print, and say whether the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--photographs", type=int, default=67 * _OF_PERSON, help="photographs in use of the first store"
    )
    parser.add_argument("--times", type=int, default=20, help="how much larger the second store is")
    parser.add_argument("--runs", type=int, default=2, help="training runs in each store")
    parser.add_argument("--wall", type=float, default=350.0, help="seconds of a demo run")
    asked = parser.parse_args()
    people = max(4, asked.photographs // _OF_PERSON)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        demo = audited(folder, STORES.FULL)
        sizes = (people, people * asked.times)
        spent = [audited(folder, STORES.Size(one, EMOTIONS, GAZES, asked.runs)) for one in sizes]
    exponent = math.log(spent[1] / spent[0]) / math.log(asked.times)
    is_short = goal("audit_share_of_demo", demo / asked.wall, SHARE_BOUND)
    is_linear = goal("audit_exponent", exponent, EXPONENT_BOUND)
    return 0 if is_short and is_linear else 1


if __name__ == "__main__":
    sys.exit(main())
