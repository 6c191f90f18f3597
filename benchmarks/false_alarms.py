"""Count false alarms of the audit on clean corpora of rendered people, each with another seed.

    .venv/bin/python benchmarks/false_alarms.py [--corpora 20] [--people 4]

Each corpus runs through the whole pipeline with `affect run`, from images to a publication with two trained models, in
its own home; every second corpus has two gazes. Then a person is added, and a second run audits against the first
publication. Every check of every audit counts, including warnings. Prints its goal at the end and exits with 1 if it is
missed. Takes about half an hour on two cores.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

if __name__ == "__main__" and __package__ is None:  # run as a file: import from the repository's root
    sys.path[0] = str(Path(__file__).parents[1])

from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.store.sources.synthetic.corpus import ShotRequest, render_shot
from affect_store.store.sources.synthetic.shot import INTERNAL_SCALE
from affect_store.store.vocabulary import EMOTIONS, GAZES, USED_ANGLES_DEG

AFFECT = [sys.executable, "-c", "from affect_store.flows.cli.app import main; main()"]
MODELS = "lda,appearance_lda"
FAILED = "SELECT suite, check_name, severity, observed FROM quality.results WHERE NOT success"
CHECKS = "SELECT count(*), count(DISTINCT audit_id) FROM quality.results"


def render(folder: Path, people: Iterable[int], gazes: tuple[str, ...], seed: int) -> None:
    """Render every emotion and gaze from three camera angles."""
    orders = [
        ShotRequest(folder, seed, person, emotion, gaze, USED_ANGLES_DEG, INTERNAL_SCALE)
        for person in people
        for emotion in EMOTIONS
        for gaze in gazes
    ]
    with ProcessPoolExecutor() as pool:
        list(pool.map(render_shot, orders))


def run(folder: Path, home: Path) -> None:
    """Run the pipeline; if an audit stops it, print its output. Raises `CalledProcessError` for any other failure."""
    command = [*AFFECT, "run", "--images", str(folder), "--home", str(home), "--models", MODELS]
    completed = subprocess.run(command, text=True, capture_output=True)
    if completed.returncode:
        print(completed.stdout, completed.stderr)
        if "Audit " not in completed.stderr:  # another failure
            completed.check_returncode()


def alarms(workspace: Path, people: int, seed: int) -> tuple[list[tuple[str, str, str, str]], str]:
    """Return the failed checks of one corpus (suite, check, severity, observed), and the number of checks."""
    folder, home, gazes = workspace / f"seed{seed}", workspace / f"home{seed}", GAZES[: 1 + seed % 2]
    folder.mkdir()
    render(folder, range(1, people + 1), gazes, seed)
    run(folder, home)
    render(folder, [people + 1], gazes, seed)
    run(folder, home)
    with open_work(Home(home)) as connection:
        checks, audits = connection.execute(CHECKS).fetchone() or (0, 0)
        return connection.execute(FAILED).fetchall(), f"{checks} checks in {audits} audits"


def main() -> int:
    """Measure, print the goals, and return 1 if one is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=int, default=20)
    parser.add_argument("--people", type=int, default=4)
    options = parser.parse_args()
    all_raised = []
    for seed in range(100, 100 + options.corpora):
        with tempfile.TemporaryDirectory() as temporary:
            raised, checked = alarms(Path(temporary), options.people, seed)
        print(f"seed {seed}, {checked}: {raised or 'no alarm'}", flush=True)
        all_raised += raised
    print(f"goal false_alarms {len(all_raised)} 0 {'missed' if all_raised else 'met'}")
    return 1 if all_raised else 0


if __name__ == "__main__":
    sys.exit(main())
