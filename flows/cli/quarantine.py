"""The commands `quarantine` and `release`: photographs that an audit quarantined, and releasing them."""

from __future__ import annotations

from typing import Annotated

import typer

from affect_store.flows.cli.options import DEFAULT_HOME, HomeOption

commands = typer.Typer()


@commands.command("quarantine")
def list_quarantine(home: HomeOption = DEFAULT_HOME) -> None:
    """List the quarantined photographs and the checks they failed."""
    from affect_store.flows.cli import output
    from affect_store.flows.runtime import console
    from affect_store.flows.steps.quarantine import list_quarantine
    from affect_store.store.engine.query import QueryResult

    home.require()
    rows = list_quarantine(home)
    if rows.is_empty():
        console.say("Nothing is quarantined.")
        return
    output.print_table(QueryResult(tuple(rows.columns), rows.rows()), first=("image_id", "view", "failed"))
    console.say("\n`affect release IMAGE_ID` releases a photograph; the next run uses it again.")


@commands.command()
def release(
    image_ids: Annotated[list[str], typer.Argument(help="Ids of photographs, as `affect quarantine` lists them.")],
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Release photographs from quarantine.

    The checks that they failed accept them from now on.
    """
    from affect_store.flows.runtime import console
    from affect_store.flows.steps import quarantine
    from affect_store.store.engine.locks import hold

    home.require()
    with hold(home):
        count = quarantine.release_photographs(home, image_ids)
    console.say(f"Released {count} {'row' if count == 1 else 'rows'}; the next run uses them again.")
