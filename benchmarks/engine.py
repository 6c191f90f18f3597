"""Measure how long a command waits for the workflow engine: as Prefect starts it, and in the background of imports.

    .venv/bin/python benchmarks/engine.py [--rounds 5]

Each round starts new processes in a home that has been used before: one asks Prefect's client for a server and then
imports the flow, one starts the server as `affect run` does and imports the flow meanwhile. Prints wall and processor
seconds of the parts of both, and closes with the goal: the wall time of the second at most 0.9 of that of the first.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

if __name__ == "__main__" and __package__ is None:  # run as a file: import from the repository's root
    sys.path[0] = str(Path(__file__).parents[1])

from benchmarks._goals import Goal

LARGEST_SHARE = 0.9
TIMER = """
import json, time
parts, last = {}, (time.perf_counter(), time.process_time())
def lap(name):
    global last
    now = time.perf_counter(), time.process_time()
    parts[name] = [now[0] - last[0], now[1] - last[1]]
    last = now
"""
AS_PREFECT_DOES = (
    TIMER
    + """
from affect_store.flows.runtime import environment
environment.apply()
from prefect.client.orchestration import get_client
lap("import Prefect")
with get_client(sync_client=True) as client:
    client.hello()
lap("start the server")
import affect_store.flows.pipeline
lap("import the flow")
print(json.dumps(parts))
"""
)
IN_THE_BACKGROUND = (
    TIMER
    + """
from affect_store.flows.runtime import prefect_api
lap("import Prefect")
server = prefect_api.begin()
import affect_store.flows.pipeline
lap("import the flow while the server starts")
prefect_api.use(server)
lap("wait for the server")
print(json.dumps(parts))
"""
)

Parts = dict[str, tuple[float, float]]
"""Wall and processor seconds of each part."""


def measure(code: str, folder: Path) -> Parts:
    """Run code in a new process whose Prefect keeps its files in this folder, and return its parts."""
    own = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    environment = own | {"PREFECT_HOME": str(folder), "PREFECT_LOGGING_LEVEL": "ERROR"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return {name: (wall, cpu) for name, (wall, cpu) in json.loads(done.stdout.splitlines()[-1]).items()}


def report(title: str, rounds: Sequence[Parts]) -> float:
    """Print the medians of the parts, and return that of the whole wall time."""
    total = median(sum(wall for wall, _ in parts.values()) for parts in rounds)
    print(f"{title}: {total:.2f} s")
    for name in rounds[0]:
        wall, cpu = (median(parts[name][column] for parts in rounds) for column in (0, 1))
        print(f"  {name:42} {wall:6.2f} s  processor of this process {cpu:5.2f} s")
    return total


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure in turn, print, and return 1 if the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        measure(AS_PREFECT_DOES, Path(folder))  # creates the server's database
        rounds = [
            (measure(AS_PREFECT_DOES, Path(folder)), measure(IN_THE_BACKGROUND, Path(folder)))
            for _ in range(options.rounds)
        ]
    before = report("as Prefect starts it", [parts for parts, _ in rounds])
    after = report("in the background", [parts for _, parts in rounds])
    goal = Goal(after / before, LARGEST_SHARE)
    print(f"goal wait_for_the_engine {goal.figure:.2f} {goal.bound} {'met' if goal.is_met else 'missed'}")
    return 0 if goal.is_met else 1


if __name__ == "__main__":
    sys.exit(main())
