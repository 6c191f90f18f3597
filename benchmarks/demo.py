"""Does the whole product keep its promises on the embedded corpus: time, accuracy, chance, and answers at once?

Runs `affect demo` into a new home, then again, then help and SQL, each as a process of its own as a user would.

    .venv/bin/python benchmarks/demo.py [--home DIR]

Closes with one line a goal, and exits with 1 if one is missed. Times are wall time on this machine.
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

AFFECT = [sys.executable, "-c", "from flows.cli import main; main()"]
ANSWERS = 5


def affect(*arguments: str, is_shown: bool = False) -> tuple[float, str]:
    """Wall seconds and output of one command; raises `CalledProcessError` where it fails."""
    started = time.monotonic()
    done = subprocess.run([*AFFECT, *arguments], check=True, text=True, stdout=subprocess.PIPE)
    if is_shown:
        print(done.stdout)
    return time.monotonic() - started, done.stdout


def goal(name: str, figure: float, bound: float, *, met: bool) -> bool:
    """Print one goal's line."""
    print(f"goal {name} {figure:.4g} {bound:.4g} {'met' if met else 'missed'}")
    return met


def one(home: str, query: str) -> float:
    """The single number that a query gives."""
    rows = json.loads(affect("sql", query, "--home", home, "--json")[1])
    return float(next(iter(rows[0].values())))


def audits_share(told: str) -> float:
    """Share of the time in steps that a run says its audits took; 1 where it says nothing."""
    found = re.search(r"^Audits: \d+ s, ([0-9.]+)% of it$", told, re.MULTILINE)
    return float(found[1]) / 100 if found else 1.0


def median_answer(*arguments: str) -> float:
    """Median wall seconds of a command."""
    return statistics.median(affect(*arguments)[0] for _ in range(ANSWERS))


def main() -> int:
    """Measure, print, and say whether the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="a new home that is kept; a temporary one by default")
    with tempfile.TemporaryDirectory() as temporary:
        home = str(parser.parse_args().home or Path(temporary) / "home")
        first, printed = affect("demo", "--home", home, is_shown=True)
        second, told = affect("demo", "--home", home)
        best = one(home, "select max(accuracy) from leaderboard where recipe = 'corrected' and split = 'by_person'")
        published = "recipe = 'published' and model = 'general_mlp' and split = 'by_person'"
        above_chance = one(home, f"select abs(accuracy - chance) from leaderboard where {published}")
        systems = one(home, "select count(distinct model) from leaderboard where status = 'completed'")
        found = one(home, "select avg(has_face::int) from coverage where camera_angle_deg in (45, 90, 135)")
        answers = [median_answer("--help"), median_answer("sql", "from leaderboard", "--home", home)]
        print(f"demo {first:.0f} s, second run {second:.0f} s, help {answers[0]:.2f} s, sql {answers[1]:.2f} s")
    goals = [
        goal("demo_s", first, 600, met=first <= 600),
        goal("audits_share", share := audits_share(printed), 0.10, met=share <= 0.10),
        goal("second_run_says_nothing_new", float("Nothing new" in told), 1, met="Nothing new" in told),
        goal("best_corrected_by_person_accuracy", best, 0.80, met=best >= 0.80),
        goal("published_general_mlp_above_chance", above_chance, 0.05, met=above_chance <= 0.05),
        goal("systems_in_the_leaderboard", systems, 6, met=systems >= 6),
        goal("faces_found", found, 0.995, met=found >= 0.995),
        goal("answer_s", max(answers), 1.5, met=max(answers) <= 1.5),
    ]
    return 0 if all(goals) else 1


if __name__ == "__main__":
    sys.exit(main())
