"""Does the audit cry wolf? It looks at clean corpora of rendered people, each of another seed, and must find nothing.

    .venv/bin/python benchmarks/alarms.py [--corpora 20] [--people 4]

Each corpus goes the whole way with `affect run`, from pictures to a publication with two trained models, in a home of
its own; every other corpus has photographs with two gazes. Then another person comes, and a second run audits against
what the first one has published. Every check of every audit counts, those that only warn as well. Closes with one line
a goal, and exits with 1 if one is missed. It takes about half an hour on two cores.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

if __name__ == "__main__" and __package__ is None:  # run as a file: this folder's `store.py` must not hide the package
    sys.path[0] = str(Path(__file__).parents[1])

from store.sources.synthetic.corpus import ShotOrder, fulfil
from store.sources.synthetic.shot import INTERNAL_SCALE
from store.tables.connection import open_work
from store.tables.home import Home
from store.vocabulary import EMOTIONS, GAZES, USED_ANGLES_DEG

AFFECT = [sys.executable, "-c", "from flows.cli import main; main()"]
MODELS = "lda,appearance_lda"
FAILED = "SELECT suite, check_name, severity, observed FROM quality.results WHERE NOT success"
CHECKS = "SELECT count(*), count(DISTINCT audit_id) FROM quality.results"


def render(folder: Path, people: Iterable[int], gazes: tuple[str, ...], seed: int) -> None:
    """Every emotion from three cameras, with each of the gazes."""
    orders = [
        ShotOrder(folder, seed, person, emotion, gaze, USED_ANGLES_DEG, INTERNAL_SCALE)
        for person in people
        for emotion in EMOTIONS
        for gaze in gazes
    ]
    with ProcessPoolExecutor() as pool:
        list(pool.map(fulfil, orders))


def run(folder: Path, home: Path) -> None:
    """The whole way; where an audit stops it, what was said is printed, and the audit's rows tell the rest."""
    command = [*AFFECT, "run", "--images", str(folder), "--home", str(home), "--models", MODELS]
    done = subprocess.run(command, text=True, capture_output=True)
    if done.returncode:
        print(done.stdout, done.stderr)
        if "Audit " not in done.stderr:  # something else is wrong
            done.check_returncode()


def alarms(place: Path, people: int, seed: int) -> tuple[list[tuple[str, str, str, str]], str]:
    """The failed checks of one corpus (table, check, severity, what was seen), and how much was checked."""
    folder, home, gazes = place / f"seed{seed}", place / f"home{seed}", GAZES[: 1 + seed % 2]
    folder.mkdir()
    render(folder, range(1, people + 1), gazes, seed)
    run(folder, home)
    render(folder, [people + 1], gazes, seed)
    run(folder, home)
    with open_work(Home(home)) as connection:
        checks, audits = connection.execute(CHECKS).fetchone() or (0, 0)
        return connection.execute(FAILED).fetchall(), f"{checks} checks in {audits} audits"


def main() -> int:
    """Measure, print, and say whether the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=int, default=20)
    parser.add_argument("--people", type=int, default=4)
    asked = parser.parse_args()
    found = []
    for seed in range(100, 100 + asked.corpora):
        with tempfile.TemporaryDirectory() as temporary:
            raised, checked = alarms(Path(temporary), asked.people, seed)
        print(f"seed {seed}, {checked}: {raised or 'no alarm'}", flush=True)
        found += raised
    print(f"goal false_alarms {len(found)} 0 {'missed' if found else 'met'}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
