"""The commands `open` and `serve`: they show the published dashboards."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.console import HomeOption, errors
from flows.serving import PORT
from store.tables.home import Home


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("open")(open_command)
    app.command("serve")(serve_command)


def open_command(home: HomeOption = Path(".affect")) -> None:
    """Open the published dashboards in a browser, from disk."""
    with errors():
        from flows import serving, terminal

        terminal.say(str(serving.open_pages(Home(home.absolute()))))


def serve_command(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any that is free.")] = PORT,
    home: HomeOption = Path(".affect"),
) -> None:
    """Serve the published dashboards to this machine alone, until Ctrl-C; a new publication is shown at once."""
    with errors():
        from flows import serving, terminal

        with serving.server(Home(home.absolute()), port) as serving_it:
            terminal.say(f"http://{serving.HOST}:{serving_it.server_port}/ (Ctrl-C ends it)")
            try:
                serving_it.serve_forever()
            except KeyboardInterrupt:
                terminal.say("ended")
