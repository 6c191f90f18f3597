"""One whole run of the command line on a small spoiled corpus, for every test that needs a finished one.

It is made once a session. Tests that change its home do so in `home`; `pristine` is a copy that nobody touches.
"""

from __future__ import annotations

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
    """The folder of photographs, the home of the run and an untouched copy of it, and what the command printed."""

    folder: Path
    home: Path
    pristine: Path
    done: subprocess.CompletedProcess[str]


def affect(*arguments: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The command, as a process of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT")}
    environment |= {"COLUMNS": "160"} | ({"AFFECT_HOME": str(home)} if home else {})
    return subprocess.run([*AFFECT, *arguments], capture_output=True, text=True, env=environment, timeout=900)


def run_once(place: Path) -> Finished:
    """Render, spoil, and go the whole way with two models."""
    folder, home = place / "lab", place / "home"
    corpus.render(folder)
    corpus.spoil(folder)
    done = affect("run", "--images", str(folder), "--models", MODELS, "--epochs", "2", home=home)
    pristine = place / "pristine"
    if done.returncode == 0:
        shutil.copytree(home, pristine, symlinks=True, ignore=shutil.ignore_patterns(*_OF_THE_MACHINE))
    return Finished(folder, home, pristine, done)
