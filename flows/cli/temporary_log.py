"""A log outside of the home for commands that change nothing in it; it remains only after an unexpected error."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from affect_store.store.errors import UnexpectedError


@dataclass
class TemporaryLog:
    """The log of a command; set `is_kept` if an unexpected error was written to it."""

    path: Path
    is_kept: bool = False


@contextmanager
def temporary_log(command: str, *, on_stderr: bool = False) -> Iterator[TemporaryLog]:
    """Keep what libraries print off the terminal. Messages go to standard output, or with `on_stderr` to that.

    An unexpected error becomes an `UnexpectedError` that names the log.
    """
    from affect_store.flows.cli.errors import log_unexpected
    from affect_store.flows.runtime import console

    descriptor, name = tempfile.mkstemp(prefix=f"affect-{command}-", suffix=".log")
    os.close(descriptor)
    log = TemporaryLog(Path(name))
    try:
        with console.quiet(log.path, verbose=False, on_stderr=on_stderr), log_unexpected(log.path):
            yield log
    except UnexpectedError:
        log.is_kept = True
        raise
    finally:
        if not log.is_kept:
            log.path.unlink(missing_ok=True)
