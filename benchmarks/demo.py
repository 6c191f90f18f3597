"""Measure the demo end to end on the embedded corpus: duration, accuracy, faces found and response times.

Runs `affect demo` in a new home, then again, then help and SQL, each as a separate process as a user would.

    .venv/bin/python benchmarks/demo.py [--home DIR]

Prints one line per goal at the end and exits with 1 if a goal is missed. Times are wall time on this machine.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

AFFECT = [sys.executable, "-c", "from affect_store.flows.cli.app import main; main()"]
REPEATS = 5


def affect(*arguments: str, is_shown: bool = False) -> tuple[float, str]:
    """Return wall seconds and output of one command. Raises `CalledProcessError` where it fails."""
    started = time.monotonic()
    completed = subprocess.run([*AFFECT, *arguments], check=True, text=True, stdout=subprocess.PIPE)
    if is_shown:
        print(completed.stdout)
    return time.monotonic() - started, completed.stdout


def goal(name: str, figure: float, bound: float, *, met: bool) -> bool:
    """Print a goal's line and return whether it is met."""
    print(f"goal {name} {figure:.4g} {bound:.4g} {'met' if met else 'missed'}")
    return met


def scalar(home: str, query: str) -> float:
    """Return the single number of a query's result."""
    rows = json.loads(affect("sql", query, "--home", home, "--json")[1])
    return float(next(iter(rows[0].values())))


def audits_share(output: str) -> float:
    """Return the share of step time that a run reports for its audits; 1 if it reports none."""
    match = re.search(r"^Audits: \d+ s, ([0-9.]+)% of the total$", output, re.MULTILINE)
    return float(match[1]) / 100 if match else 1.0


def median_response(*arguments: str) -> float:
    """Return the median wall seconds of a command."""
    return statistics.median(affect(*arguments)[0] for _ in range(REPEATS))


def main() -> int:
    """Measure, print the goals, and return 1 if one is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="a new home to keep; by default a temporary one")
    with tempfile.TemporaryDirectory() as temporary:
        home = str(parser.parse_args().home or Path(temporary) / "home")
        first, printed = affect("demo", "--home", home, is_shown=True)
        second, repeated = affect("demo", "--home", home)
        best = scalar(home, "select max(accuracy) from leaderboard where recipe = 'corrected' and split = 'by_person'")
        published = "recipe = 'published' and model = 'general_mlp' and split = 'by_person'"
        above_chance = scalar(home, f"select abs(accuracy - chance) from leaderboard where {published}")
        systems = scalar(home, "select count(distinct model) from leaderboard where status = 'completed'")
        faces = scalar(home, "select avg(has_face::int) from coverage where camera_angle_deg in (45, 90, 135)")
        responses = [median_response("--help"), median_response("sql", "from leaderboard", "--home", home)]
        print(f"demo {first:.0f} s, second run {second:.0f} s, help {responses[0]:.2f} s, sql {responses[1]:.2f} s")
    goals = [
        goal("demo_s", first, 600, met=first <= 600),
        goal("audits_share", share := audits_share(printed), 0.10, met=share <= 0.10),
        goal("second_run_says_nothing_new", float("Nothing new" in repeated), 1, met="Nothing new" in repeated),
        goal("best_corrected_by_person_accuracy", best, 0.80, met=best >= 0.80),
        goal("published_general_mlp_above_chance", above_chance, 0.05, met=above_chance <= 0.05),
        goal("systems_in_the_leaderboard", systems, 6, met=systems >= 6),
        goal("faces_found", faces, 0.995, met=faces >= 0.995),
        goal("answer_s", max(responses), 1.5, met=max(responses) <= 1.5),
    ]
    return 0 if all(goals) else 1


if __name__ == "__main__":
    sys.exit(main())
