"""A complete run of the command line on a small corpus with rejects, shared by all tests that need one.

It is made once per session, by the first process that needs it. Only `tests/flows/test_pipeline.py` changes its home
and photographs; all other tests use the copies `pristine` and `photographs`, or copies of these. The paths stored in
`pristine` lead to the first folder; a test that reads photographs corrects them in its copy.
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

AFFECT = [sys.executable, "-c", "from affect_store.flows.cli.app import main; main()"]
MODELS = "vector_mlp,cnn"
_OF_THE_MACHINE = ("prefect", "caches", "logs")


@dataclass(frozen=True)
class Finished:
    """The folder of photographs, the home of the run, unchanged copies of both, and the finished process."""

    folder: Path
    home: Path
    photographs: Path
    pristine: Path
    done: subprocess.CompletedProcess[str]


def affect(
    *arguments: str, home: Path | None = None, timeout_s: float = 900, folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, in this folder."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT")}
    environment |= {"COLUMNS": "160"} | ({"AFFECT_HOME": str(home)} if home else {})
    return subprocess.run(
        [*AFFECT, *arguments], capture_output=True, text=True, env=environment, timeout=timeout_s, cwd=folder
    )


def run_once(place: Path) -> Finished:
    """Render photographs, add rejects, and run the pipeline with two models, unless another process has done so."""
    place.mkdir(exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (record := place / "done.json").exists():
            for leftover in (path for path in place.iterdir() if path.name != "lock"):  # of a process that failed
                shutil.rmtree(leftover)
            done = _run(place)
            record.write_text(json.dumps([done.args, done.returncode, done.stdout, done.stderr]), encoding="utf-8")
        done = subprocess.CompletedProcess(*json.loads(record.read_text(encoding="utf-8")))
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
