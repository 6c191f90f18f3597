"""Measure the overhead of Prefect: the demo as a deployment run, against the same functions without Prefect.

Both start with an empty home and do the same work; the plain run is a separate process in which flows and tasks are
undecorated functions. Server and worker are started before the measurement, as they are for a user.

    .venv/bin/python benchmarks/orchestration.py [--people 24] [--models lda,cnn] [--published-epochs 3]

Prints its goal at the end and exits with 1 if it is missed: the overhead may be 10 % or 20 s, whichever is more.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

if __name__ == "__main__" and __package__ is None:  # run as a file: import from the repository's root
    sys.path[0] = str(Path(__file__).parents[1])

from tests.flows.deployed import started

SHARE_BOUND, SECONDS_BOUND = 0.1, 20.0
PLAIN = """
import json, sys
from affect_store.flows.runtime import prefect
prefect.flow = lambda name: lambda function: function
prefect.task = lambda name, run_name=None: lambda function: function
from affect_store.flows.pipeline import pipeline
pipeline(**json.loads(sys.argv[1]))
"""


def seconds(function: Any) -> float:
    """Return the wall seconds of one call."""
    started_at = time.monotonic()
    function()
    return time.monotonic() - started_at


def run_plain(parameters: dict[str, Any]) -> None:
    """Run the pipeline without Prefect in a new process. Raises `RuntimeError` with its last output where it fails."""
    completed = subprocess.run([sys.executable, "-c", PLAIN, json.dumps(parameters)], capture_output=True, text=True)
    if completed.returncode:
        raise RuntimeError(completed.stderr[-3000:])


def run_deployed(prefect: Any, parameters: dict[str, Any]) -> None:
    """Run the pipeline as a deployment run. Raises `RuntimeError` where it does not complete."""
    completed = prefect.deploy("pipeline", **parameters)
    if completed.returncode:
        raise RuntimeError(completed.stdout + prefect.log()[-3000:])


def main() -> int:
    """Measure, print the goal, and return 1 if it is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=24)
    parser.add_argument("--models", default="", help="comma-separated; all of the demo's by default")
    parser.add_argument("--published-epochs", type=int, default=3)
    options = parser.parse_args()
    models = options.models.split(",") if options.models else []
    parameters = {
        "people": options.people,
        "models": models,
        "published_epochs": options.published_epochs,
        "is_demo": True,
    }
    with tempfile.TemporaryDirectory() as temporary, started(Path(temporary) / "prefect") as prefect:
        homes = {name: str(Path(temporary) / name) for name in ("plain", "deployed")}
        # the second run benefits from cached library files: let that be the plain one
        deployed_s = seconds(lambda: run_deployed(prefect, {**parameters, "home": homes["deployed"]}))
        print(f"with server and worker    {deployed_s:7.1f} s", flush=True)
        plain_s = seconds(lambda: run_plain({**parameters, "home": homes["plain"]}))
        print(f"without Prefect           {plain_s:7.1f} s", flush=True)
    overhead = deployed_s - plain_s
    bound = max(SHARE_BOUND * plain_s, SECONDS_BOUND)
    print(f"{overhead:+.1f} s, {overhead / plain_s:+.1%}")
    print(f"goal orchestration_s {overhead:.4g} {bound:.4g} {'met' if overhead <= bound else 'missed'}")
    return 0 if overhead <= bound else 1


if __name__ == "__main__":
    sys.exit(main())
