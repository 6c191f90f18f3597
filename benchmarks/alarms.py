"""Does the audit cry wolf? It looks at clean corpora of rendered people, each of another seed, and must find nothing.

    .venv/bin/python benchmarks/alarms.py [--corpora 20] [--people 4]

Each corpus goes the whole way from pictures to splits in a home of its own, with both audits of it. Closes with one
line a goal, and exits with 1 if one is missed. It takes about ten minutes on two cores.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

if __name__ == "__main__" and __package__ is None:  # run as a file: this folder's `store.py` must not hide the package
    sys.path[0] = str(Path(__file__).parents[1])

from flows.audit import audit_stage
from flows.deltas import compute_missing
from flows.ingest import ingest_folder
from flows.landmarks import extract_missing
from flows.split import store_splits
from store.sources.synthetic.corpus import ShotOrder, fulfil
from store.sources.synthetic.shot import INTERNAL_SCALE
from store.tables.connection import open_work
from store.tables.home import Home
from store.vocabulary import EMOTIONS, FRONTAL_GAZE, USED_ANGLES_DEG

FAILED = "SELECT suite, check_name, severity, observed FROM quality.results WHERE NOT success"


def render(folder: Path, people: int, seed: int) -> None:
    """Every emotion from three cameras, with frontal gaze."""
    folder.mkdir(parents=True)
    orders = [
        ShotOrder(folder, seed, person, emotion, FRONTAL_GAZE, USED_ANGLES_DEG, INTERNAL_SCALE)
        for person in range(1, people + 1)
        for emotion in EMOTIONS
    ]
    with ProcessPoolExecutor() as pool:
        list(pool.map(fulfil, orders))


def alarms(place: Path, people: int, seed: int) -> list[tuple[str, str, str, str]]:
    """The failed checks of one corpus: table, check, severity, what was seen."""
    folder, home = place / f"seed{seed}", Home(place / f"home{seed}")
    render(folder, people, seed)
    ingest_folder(folder, "rafd", folder.name, home)
    extract_missing(home)
    compute_missing(home)
    audit_stage(home, "rows")
    store_splits(home, seed)
    audit_stage(home, "splits")
    with open_work(home) as connection:
        return connection.execute(FAILED).fetchall()


def main() -> int:
    """Measure, print, and say whether the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=int, default=20)
    parser.add_argument("--people", type=int, default=4)
    asked = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory() as temporary:
        for seed in range(100, 100 + asked.corpora):
            raised = alarms(Path(temporary), asked.people, seed)
            print(f"seed {seed}: {raised or 'no alarm'}", flush=True)
            found += raised
    print(f"goal false_alarms {len(found)} 0 {'missed' if found else 'met'}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
