"""The commands `quarantine` and `release`: what audits have set aside, and letting it back in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.console import HomeOption, errors
from store.tables.home import Home


def quarantine_command(home: HomeOption = Path(".affect")) -> None:
    """List the photographs that audits have set aside, with the checks that they failed."""
    with errors():
        from flows import query, terminal
        from flows.quarantine import listed
        from store.tables.query import Answer

        place = Home(home.absolute())
        place.require()
        found = listed(place)
        if found.is_empty():
            terminal.say("Nothing is set aside.")
            return
        query.show(Answer(tuple(found.columns), found.rows()), form="table")
        terminal.say("\n`affect release IMAGE_ID` lets one back in; the next run uses it again.")


def release_command(
    image_ids: Annotated[list[str], typer.Argument(help="Identifiers, as `affect quarantine` lists them.")],
    home: HomeOption = Path(".affect"),
) -> None:
    """Let photographs back in that an audit has set aside; the checks that they failed accept them from now on."""
    with errors():
        from flows import terminal
        from flows.quarantine import release
        from store.tables.lock import hold

        place = Home(home.absolute())
        place.require()
        with hold(place):
            count = release(place, image_ids)
        terminal.say(f"{count} {'row' if count == 1 else 'rows'} released; the next run uses them again.")


def add_to(app: typer.Typer) -> None:
    """Register both commands."""
    app.command("quarantine")(quarantine_command)
    app.command("release")(release_command)
