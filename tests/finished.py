"""One whole run of the command line on a small spoiled corpus, for every test that needs a finished one.

It is made once a session, by the first of its processes that asks. `tests/flows/test_pipeline.py` alone changes its
home and photographs; all others use the copies `pristine` and `photographs`, or copies of these. The paths in
`pristine` lead to the first folder: who looks at photographs changes them.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.flows import corpus

AFFECT = [sys.executable, "-c", "from flows.cli import main; main()"]
MODELS = "vector_mlp,cnn"
_OF_THE_MACHINE = ("prefect", "caches", "logs")


@dataclass(frozen=True)
class Finished:
    """The folder of photographs, the home of the run, untouched copies of both, and what the command printed."""

    folder: Path
    home: Path
    photographs: Path
    pristine: Path
    done: subprocess.CompletedProcess[str]


def affect(*arguments: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The command, as a process of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT")}
    environment |= {"COLUMNS": "160"} | ({"AFFECT_HOME": str(home)} if home else {})
    return subprocess.run([*AFFECT, *arguments], capture_output=True, text=True, env=environment, timeout=900)


def run_once(place: Path) -> Finished:
    """Render, spoil, and go the whole way with two models, unless another process has done so in this place."""
    place.mkdir(exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (told := place / "done.json").exists():
            for left in (one for one in place.iterdir() if one.name != "lock"):  # of a process that failed
                shutil.rmtree(left)
            done = _run(place)
            told.write_text(json.dumps([done.args, done.returncode, done.stdout, done.stderr]), encoding="utf-8")
        done = subprocess.CompletedProcess(*json.loads(told.read_text(encoding="utf-8")))
    return Finished(place / "lab", place / "home", place / "photographs", place / "pristine", done)


def _run(place: Path) -> subprocess.CompletedProcess[str]:
    folder, home = place / "lab", place / "home"
    corpus.render(folder)
    corpus.spoil(folder)
    shutil.copytree(folder, place / "photographs")
    done = affect("run", "--images", str(folder), "--models", MODELS, "--epochs", "2", home=home)
    if done.returncode == 0:
        shutil.copytree(home, place / "pristine", symlinks=True, ignore=shutil.ignore_patterns(*_OF_THE_MACHINE))
    return done
