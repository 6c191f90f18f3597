"""What does Prefect cost? The demo under a server and a worker, beside the same functions called plainly.

Both begin with an empty home and do the same work; the plain one in a process of its own in which flows and tasks are
their functions and nothing more. Server and worker are started before the clock, as they are there for a user, too.

    .venv/bin/python benchmarks/orchestration.py [--people 24] [--models lda,cnn] [--published-epochs 3]

Closes with one line a goal, and exits with 1 if one is missed: at most 10 % or 20 s more, whichever is more.
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

if __name__ == "__main__" and __package__ is None:  # run as a file: this folder's `store.py` must not hide the package
    sys.path[0] = str(Path(__file__).parents[1])

from tests.flows.deployed import started

SHARE_BOUND, SECONDS_BOUND = 0.1, 20.0
PLAIN = """
import json, sys
from flows import engine
engine.flow = lambda name: lambda function: function
engine.task = lambda name, run_name=None: lambda function: function
from flows.pipeline import pipeline
pipeline(**json.loads(sys.argv[1]))
"""


def seconds(work: Any) -> float:
    """Wall seconds of one call."""
    began = time.monotonic()
    work()
    return time.monotonic() - began


def plainly(told: dict[str, Any]) -> None:
    """The demo's functions in a new process. Raises `RuntimeError` with its last words where it fails."""
    done = subprocess.run([sys.executable, "-c", PLAIN, json.dumps(told)], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])


def deployed(prefect: Any, told: dict[str, Any]) -> None:
    """The same through `prefect deployment run --watch`. Raises `RuntimeError` where it does not complete."""
    done = prefect.deploy("pipeline", **told)
    if done.returncode:
        raise RuntimeError(done.stdout + prefect.log()[-3000:])


def main() -> int:
    """Measure, print, and say whether the goal is met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=24)
    parser.add_argument("--models", default="", help="all of the demo's by default")
    parser.add_argument("--published-epochs", type=int, default=3)
    asked = parser.parse_args()
    models = asked.models.split(",") if asked.models else []
    told = {"people": asked.people, "models": models, "published_epochs": asked.published_epochs, "is_demo": True}
    with tempfile.TemporaryDirectory() as temporary, started(Path(temporary) / "prefect") as prefect:
        homes = {name: str(Path(temporary) / name) for name in ("plain", "deployed")}
        # the one that comes second finds the libraries' files in memory: that is the plain one
        deployed_s = seconds(lambda: deployed(prefect, {**told, "home": homes["deployed"]}))
        print(f"under server and worker   {deployed_s:7.1f} s", flush=True)
        plain_s = seconds(lambda: plainly({**told, "home": homes["plain"]}))
        print(f"plainly called            {plain_s:7.1f} s", flush=True)
    more = deployed_s - plain_s
    bound = max(SHARE_BOUND * plain_s, SECONDS_BOUND)
    print(f"{more:+.1f} s, {more / plain_s:+.1%}")
    print(f"goal orchestration_s {more:.4g} {bound:.4g} {'met' if more <= bound else 'missed'}")
    return 0 if more <= bound else 1


if __name__ == "__main__":
    sys.exit(main())
