"""The command `audit`: check photographs, features and splits of a home, without a run."""

from __future__ import annotations

from typing import Annotated

import typer

from affect_store.flows.cli.options import DEFAULT_HOME, HomeOption, VerboseOption

commands = typer.Typer()


@commands.command()
def audit(
    home: HomeOption = DEFAULT_HOME,
    full: Annotated[
        bool, typer.Option("--full", help="Look at all rows, also at those that passed an earlier audit unchanged.")
    ] = False,
    verbose: VerboseOption = False,
) -> None:
    """Audit the photographs, features and splits of the home.

    By default, checks of single rows skip rows that passed an earlier audit with the same rules and have not changed
    since. Nothing is published; rows that fail a check are quarantined as in a run.
    """
    from affect_store.flows.cli.errors import log_unexpected
    from affect_store.flows.runtime import console
    from affect_store.flows.steps.audits import audit_home
    from affect_store.store.engine.locks import hold

    home.require()
    log = home.logs / "run.log"
    with console.quiet(log, verbose=verbose), log_unexpected(log, home), hold(home):
        outcome = audit_home(home, is_full=full)
    if outcome.quarantined:
        console.say("`affect run` computes deltas, splits and models without the quarantined rows.")
    console.say(f"The audit passed: {outcome.page}")
