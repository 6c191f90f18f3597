"""Install Feast in a separate virtual environment and run it as a worker process.

Its pinned dependencies conflict with those of affect-store, so the two cannot share an environment.
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
WORKER = Path(__file__).with_name("_feast_worker.py")


def python_with_feast(given: Path | None) -> Path | None:
    """Return the given Python, or that of an environment in the user's cache folder, which is created on first use.

    Prints the reason and returns None where Feast cannot be installed.
    """
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = caches / "affect-store" / ".venv-feast"
    python = given or folder / "bin" / "python"
    try:
        if given is None and not _has_feast(python):
            print(f"installing {FEAST} in {folder} (first use)", flush=True)
            _run(sys.executable, "-m", "venv", "--clear", str(folder))
            _run(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", FEAST)
        _run(str(python), "-c", "import feast")
    except (OSError, subprocess.CalledProcessError) as error:
        reason = (getattr(error, "stderr", "") or str(error)).strip().splitlines()[-1]
        print(f"Feast and its goal are skipped: {FEAST} cannot be installed ({reason})")
        return None
    return python


def _has_feast(python: Path) -> bool:
    return python.exists() and subprocess.run([python, "-c", "import feast"], capture_output=True).returncode == 0


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)


class Feast(AbstractContextManager["Feast"]):
    """The worker process of `_feast_worker.py`; output of Feast goes to the file `log`."""

    def __init__(self, python: Path, log: Path) -> None:
        self._log = log
        with log.open("w") as errors:
            self._process = subprocess.Popen(
                [python, "-I", WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
            )

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def call(self, command: str, **arguments: Any) -> dict[str, Any]:
        """Run one command and return its result. Raises `RuntimeError` with Feast's output where it fails."""
        assert self._process.stdin is not None and self._process.stdout is not None
        print(json.dumps({"command": command, **arguments}), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        result: dict[str, Any] = json.loads(line) if line else {"error": self._log.read_text()[-2000:]}
        if "error" in result:
            raise RuntimeError(f"Feast failed at {command}: {result['error']}")
        return result
