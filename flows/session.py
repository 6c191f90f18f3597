"""What every command that runs a flow does first: the log, quiet libraries, and the workflow engine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows import libraries, terminal
from flows.console import surprises
from store.tables.home import Home


@contextmanager
def session(home: Path, *, verbose: bool) -> Iterator[Home]:
    """The home, with the engine started; libraries write to its log, unless `verbose`."""
    libraries.require()
    place = Home(home.absolute())
    os.environ.setdefault("PREFECT_HOME", str(place.prefect))
    if not verbose:
        os.environ.setdefault("PREFECT_LOGGING_LEVEL", "ERROR")
    log = place.logs / "run.log"
    with terminal.quiet(log, verbose=verbose), surprises(log):
        terminal.say(f"affect-store: everything goes to {place.root}")
        with terminal.step("start the workflow engine"):
            from flows import engine

            engine.start()
        yield place
