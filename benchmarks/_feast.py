"""Feast in an environment of its own, and the process in which it answers commands.

It never enters affect-store's environment: its pins and ours do not fit together.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

FEAST = "feast[duckdb]==0.67.0"
SIDE = Path(__file__).with_name("feast_side.py")


def python_with_feast(given: Path | None) -> Path | None:
    """The Python named, or that of an environment in the user's cache folder, made on first use; None, with the reason
    printed, where it cannot be had."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = caches / "affect-store" / ".venv-feast"
    python = given or folder / "bin" / "python"
    try:
        if given is None and not _has_feast(python):
            print(f"setting up {FEAST} in {folder}, once", flush=True)
            _run(sys.executable, "-m", "venv", "--clear", str(folder))
            _run(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", FEAST)
        _run(str(python), "-c", "import feast")
    except (OSError, subprocess.CalledProcessError) as error:
        said = (getattr(error, "stderr", "") or str(error)).strip().splitlines()[-1]
        print(f"Feast is left out, and its goal with it: {FEAST} cannot be had here ({said})")
        return None
    return python


def _has_feast(python: Path) -> bool:
    return python.exists() and subprocess.run([python, "-c", "import feast"], capture_output=True).returncode == 0


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)


class Feast(AbstractContextManager["Feast"]):
    """The process of `feast_side.py`; what Feast prints goes to the file `log`."""

    def __init__(self, python: Path, log: Path) -> None:
        self._log = log
        with log.open("w") as errors:
            self._process = subprocess.Popen(
                [python, "-I", SIDE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
            )

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        """The answer to one command. Raises `RuntimeError` with what Feast said where it failed."""
        assert self._process.stdin is not None and self._process.stdout is not None
        print(json.dumps({"do": do, **arguments}), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"error": self._log.read_text()[-2000:]}
        if "error" in answer:
            raise RuntimeError(f"Feast's side failed at {do}: {answer['error']}")
        return answer
