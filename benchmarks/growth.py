"""Measure how processor time and peak memory of a run's steps grow with the number of photographs.

    .venv/bin/python benchmarks/growth.py [--people 4] [--place DIR]

Sizes are 1, 4 and 16 times `--people`, with 72 photographs each: small pictures for the catalogue, made-up faces for
the steps after it, and one epoch of the CNN. Each step runs in a process of its own, so that its peak is its own.
Goals for each step: the exponent of processor seconds over photographs is at most 1.05, and peak memory at the largest
size is at most 1.2 times that at the smallest.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

if __name__ == "__main__" and __package__ is None:  # run as a file: import from the repository's root
    sys.path[0] = str(Path(__file__).parents[1])

from affect_store.flows.steps.audit_state import TRAINED_ON, record_audited
from affect_store.flows.steps.run_execution import execute
from affect_store.flows.steps.run_records import request_runs
from affect_store.flows.steps.run_specs import TrainingRequest
from affect_store.models.systems import CORRECTED
from affect_store.store.engine.table_hashes import hash_tables
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.validation.audit_record import AuditRecord
from benchmarks import incremental
from benchmarks._fabricated import STEPS, store_people
from benchmarks._goals import Goal, growth
from benchmarks._peak_memory import resident

SCALES = (1, 4, 16)
EXPONENT_BOUND, MEMORY_BOUND = 1.05, 1.2
PHOTOGRAPHS_A_PERSON = 72
ROOT = Path(__file__).parents[1]


def catalogue(place: Path) -> None:
    """Catalogue the pictures of the place."""
    incremental.catalogue(place / "lab", Home(place / "catalogue"))


def epoch(place: Path) -> None:
    """Train one epoch of the CNN on the split by person."""
    home = Home(place / "home")
    with open_work(home) as connection:
        record_audited(connection, hash_tables(connection, TRAINED_ON))
    (spec,), _ = request_runs(home, TrainingRequest(["cnn"], CORRECTED, epochs=1), "by_person")
    execute(home, spec)


def _on_faces(name: str) -> Callable[[Path], object]:
    return lambda place: STEPS[name](Home(place / "home"), AuditRecord())


MEASURED: dict[str, Callable[[Path], object]] = {
    "catalogue": catalogue,
    **{name: _on_faces(name) for name in STEPS},
    "epoch": epoch,
}


def measure(name: str, place: Path) -> tuple[float, float]:
    """Return processor seconds, and peak memory in MiB, of a step in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.growth", "--step", name, "--place", str(place)]
    printed = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, cwd=ROOT).stdout
    seconds, mebibytes = json.loads(printed.splitlines()[-1])
    return seconds, mebibytes


def run_step(name: str, place: Path) -> None:
    """Run one step and print its processor seconds, workers aside, and the peak memory of the process in MiB."""
    before = time.process_time()
    MEASURED[name](place)
    print(json.dumps([time.process_time() - before, resident("VmHWM") / 2**20]))


def main() -> int:
    """Measure every step at every size, print the goals, and return 1 if one is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=4, help="number of people of the smallest size")
    parser.add_argument("--place", type=Path, help="a folder for pictures and stores; by default a temporary one")
    parser.add_argument("--step", choices=MEASURED, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        run_step(options.step, options.place)
        return 0
    seconds: dict[str, dict[int, float]] = defaultdict(dict)
    peaks: dict[str, dict[int, float]] = defaultdict(dict)
    for scale in SCALES:
        people = scale * options.people
        with tempfile.TemporaryDirectory(dir=options.place) as folder:
            place = Path(folder)
            (place / "lab").mkdir()
            for person in range(1, people + 1):
                incremental.write_person(place / "lab", person)
            store_people(Home(place / "home"), people)
            for name in MEASURED:
                n = people * PHOTOGRAPHS_A_PERSON
                seconds[name][n], peaks[name][n] = measure(name, place)
                print(f"{n:,} photographs: {name} {seconds[name][n]:.2f} s of processor, {peaks[name][n]:.0f} MiB")
    goals = {f"{name}_exponent": Goal(growth(seconds[name]), EXPONENT_BOUND) for name in MEASURED}
    for name in MEASURED:
        sizes = sorted(peaks[name])
        goals[f"{name}_peak_memory"] = Goal(peaks[name][sizes[-1]] / peaks[name][sizes[0]], MEMORY_BOUND)
    for name, goal in goals.items():
        print(f"goal {name} {goal.figure:.4g} {goal.bound:.4g} {'met' if goal.is_met else 'missed'}")
    return int(not all(goal.is_met for goal in goals.values()))


if __name__ == "__main__":
    sys.exit(main())
