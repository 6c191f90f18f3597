"""Measure what a run costs where nothing, or one person, is new, at the size of RaFD and at twenty times that.

    .venv/bin/python benchmarks/incremental.py [--people 67 1340] [--steps-people 67 1340] [--place DIR]

Writes small pictures with RaFD's names (72 a person, each with bytes of its own), catalogues them, and records the end
of a run. Then it times `affect run` on the unchanged folder, as a process of its own, and the catalogue after one more
person. The steps that follow are measured in processor seconds on stores of made-up faces of `--steps-people` people,
all whose rows passed an audit, after one more person: the search for missing landmarks, deltas, scalar features, audit
of rows, split, audit of splits. Goals: an unchanged folder takes at most 2 s at the smaller and 4 s at the larger size;
one more person costs each step at most 1.5 times as much at the larger size.
"""

from __future__ import annotations

import argparse
import io
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import product
from pathlib import Path

from PIL import Image

if __name__ == "__main__" and __package__ is None:  # run as a file: import from the repository's root
    sys.path[0] = str(Path(__file__).parents[1])

from affect_store.flows.steps import unchanged
from affect_store.flows.steps.catalogue import ingest_folder
from affect_store.store.home import Home
from affect_store.store.vocabulary import EMOTIONS, GAZES, SEXES, USED_ANGLES_DEG
from affect_store.validation.audit_record import AuditRecord
from benchmarks._fabricated import STEPS, store_people
from benchmarks._goals import Goal

AFFECT = [sys.executable, "-c", "from affect_store.flows.cli.app import main; main()"]
SIZES, BOUNDS_S, GROWTH_BOUND = (67, 1340), (2.0, 4.0), 1.5
REPEATS = 5


def write_person(folder: Path, person: int) -> None:
    """Write the photographs of a person: one gray picture, with the name of the file as its comment."""
    buffer = io.BytesIO()
    Image.new("RGB", (68, 102), (128, 128, 128)).save(buffer, "JPEG")
    start, rest = buffer.getvalue()[:2], buffer.getvalue()[2:]
    for emotion, gaze, angle_deg in product(EMOTIONS, GAZES, USED_ANGLES_DEG):
        name = f"Rafd{angle_deg:03d}_{person:02d}_Caucasian_{SEXES[person % 2]}_{emotion}_{gaze}.jpg"
        comment = b"\xff\xfe" + (len(name) + 2).to_bytes(2, "big") + name.encode()
        (folder / name).write_bytes(start + comment + rest)


def catalogue(folder: Path, home: Home) -> float:
    """Catalogue the folder; returns wall seconds."""
    started = time.perf_counter()
    ingest_folder(folder, "rafd", "lab", home)
    return time.perf_counter() - started


def run_unchanged(folder: Path, home: Home) -> float:
    """Return the wall seconds of `affect run`, which must find nothing new."""
    started = time.perf_counter()
    command = [*AFFECT, "run", "--images", str(folder), "--home", str(home.root)]
    printed = subprocess.run(command, check=True, text=True, capture_output=True).stdout
    assert printed.startswith("Nothing new since"), printed
    return time.perf_counter() - started


def measure(people: int, place: Path) -> tuple[float, float]:
    """Return the seconds of a run without anything new, and of the catalogue after one more person."""
    folder, home = place / "lab", Home(place / "home")
    folder.mkdir(parents=True)
    for number in range(1, people + 1):
        write_person(folder, number)
    first = catalogue(folder, home)
    again = catalogue(folder, home)
    before = unchanged.photographs_before(home, str(folder))
    unchanged.remember(home, "pipeline", {}, str(folder), "lab", before)
    nothing = statistics.median(run_unchanged(folder, home) for _ in range(REPEATS))
    write_person(folder, people + 1)
    person = catalogue(folder, home)
    print(
        f"{people * 72:,} photographs: catalogue {first:.1f} s, again {again:.1f} s, one more person {person:.1f} s; "
        f"a run without anything new {nothing:.2f} s"
    )
    return nothing, person


def measure_steps(people: int, place: Path) -> dict[str, float]:
    """Return the processor seconds of each step after one more person."""
    home, passed = Home(place / "home"), AuditRecord()
    store_people(home, people)
    for step in STEPS.values():
        passed = step(home, passed)
    store_people(home, people + 1, first=people)
    spent = {}
    for name, step in STEPS.items():
        started, before = time.perf_counter(), time.process_time()
        passed = step(home, passed)
        spent[name] = time.process_time() - before
        wall = time.perf_counter() - started
        print(f"{people * 72:,} photographs, one more person: {name} {spent[name]:.2f} s of processor, {wall:.2f} s")
    return spent


def main() -> int:
    """Measure every size, print the goals, and return 1 if one is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, nargs=2, default=SIZES, help="numbers of people")
    parser.add_argument("--steps-people", type=int, nargs=2, default=SIZES, help="the same for the steps after it")
    parser.add_argument("--place", type=Path, help="a folder for the pictures; by default a temporary one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.place) as place:
        (small, small_person), (large, large_person) = (measure(n, Path(place) / str(n)) for n in options.people)
        few, many = (measure_steps(n, Path(place) / f"steps-{n}") for n in options.steps_people)
    goals = {
        "nothing_new_small_s": Goal(small, BOUNDS_S[0]),
        "nothing_new_large_s": Goal(large, BOUNDS_S[1]),
        "one_person_catalogue_growth": Goal(large_person / small_person, GROWTH_BOUND),
        **{f"one_person_{name}_growth": Goal(many[name] / few[name], GROWTH_BOUND) for name in STEPS},
    }
    for name, goal in goals.items():
        print(f"goal {name} {goal.figure:.4g} {goal.bound:.4g} {'met' if goal.is_met else 'missed'}")
    return int(not all(goal.is_met for goal in goals.values()))


if __name__ == "__main__":
    sys.exit(main())
