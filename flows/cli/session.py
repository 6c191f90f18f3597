"""The session of a command that runs a flow: log file, quiet libraries, Prefect engine and closing summary."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from affect_store.flows.cli.errors import log_unexpected
from affect_store.flows.runtime import console, system_errors, system_libraries
from affect_store.store.home import Home


@contextmanager
def session(home: Home, flow: str, *, verbose: bool, shows_accuracy: bool = True) -> Iterator[None]:
    """Start Prefect for a run in this home and print the summary at its end, with the leaderboard if `shows_accuracy`.

    The module of the `flow` is imported while Prefect's server starts. Output of libraries goes to the home's log,
    unless `verbose`.
    """
    system_libraries.require_libraries()
    os.environ.setdefault("PREFECT_HOME", str(home.prefect))
    if not verbose:
        os.environ.setdefault("PREFECT_LOGGING_LEVEL", "ERROR")
    log = home.logs / "run.log"
    with console.quiet(log, verbose=verbose), log_unexpected(log, home):
        system_errors.require_writable(home)
        console.say(f"affect-store: all output goes to {home.root}")
        with console.step("start the workflow engine"):
            from affect_store.flows.runtime import prefect_api

            server = prefect_api.begin()
            import_module(f"affect_store.flows.{flow}")
            prefect_api.use(server)
        yield
        from affect_store.flows.cli import run_summary

        run_summary.show(home, shows_accuracy=shows_accuracy)
