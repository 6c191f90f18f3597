"""Replicate the 2022 notebook on rendered people in the size of RaFD: its split, its recipe with all epochs, its slips.

    .venv/bin/python benchmarks/replicate.py --place DIR [--people 67] [--models general_mlp,cnn] [--without-slips]

Renders the people and runs `affect replicate`, as a user would. Takes hours on two cores; the same command with the
same `--place` continues. Prints the test accuracies, the path of the page Replication and the time of this call, then
one line per goal, and exits with 1 if a run is missing. Times are wall time on this machine.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

AFFECT = [sys.executable, "-c", "from affect_store.flows.cli.app import main; main()"]
PEOPLE, SEED = 67, 2022
SYSTEMS = ("general_mlp", "cnn", "vector_mlp", "mm1", "point_mlp", "mm2")
WITH_SLIPS = ("cnn", "vector_mlp", "mm1", "mm2")
QUERY = """
SELECT model, recipe, split, epochs, accuracy, accuracy_low, accuracy_high, n_images, n_people
FROM leaderboard WHERE split IN ('notebook', 'by_person') AND status = 'completed' ORDER BY ALL
"""


def affect(*arguments: str) -> None:
    """Run a command in the terminal. Raises `CalledProcessError` if it fails."""
    subprocess.run([*AFFECT, *arguments], check=True)


def expected_runs(systems: list[str], *, with_slips: bool) -> int:
    """Return the number of runs: two recipes on two splits, and the slips of the systems that have them."""
    slips = [name for name in systems if name in WITH_SLIPS] if with_slips else []
    return 2 * (2 * len(systems) + len(slips))


def main() -> int:
    """Render, replicate and print; returns 1 if a run is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--place", type=Path, required=True, help="folder of the photographs and the home")
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--models", default=",".join(SYSTEMS))
    parser.add_argument("--without-slips", action="store_true")
    options = parser.parse_args()
    folder, home = options.place / "people", options.place / "home"
    started = time.monotonic()
    affect("people", str(folder), "--people", str(options.people), "--seed", str(SEED), "--version", "1")
    slips = [] if options.without_slips else ["--with-slips"]
    affect("replicate", "--images", str(folder), "--home", str(home), "--models", options.models, *slips)
    command = [*AFFECT, "sql", QUERY, "--json", "--home", str(home)]
    rows = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    for row in rows:
        limits = "" if row["accuracy_low"] is None else f" ({row['accuracy_low']:.3f} to {row['accuracy_high']:.3f})"
        name = f"{row['model']} {row['recipe']} {row['split']}"
        print(f"{name:45} {row['epochs']:4} epochs  test accuracy {row['accuracy']:.3f}{limits}")
    print(f"page {home / 'published' / 'dashboards' / 'replication.html'}")
    print(f"{time.monotonic() - started:.0f} s in this call, {options.people} people")
    bound = expected_runs(options.models.split(","), with_slips=not options.without_slips)
    print(f"goal runs {len(rows)} {bound} {'met' if len(rows) >= bound else 'missed'}")
    return int(len(rows) < bound)


if __name__ == "__main__":
    sys.exit(main())
