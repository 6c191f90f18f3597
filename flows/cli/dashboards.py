"""The commands `open` and `serve`: show the published dashboards."""

from __future__ import annotations

from typing import Annotated

import typer

from affect_store.flows.cli.options import DEFAULT_HOME, HomeOption

commands = typer.Typer()


@commands.command("open")
def open_dashboards(home: HomeOption = DEFAULT_HOME) -> None:
    """Open the published dashboards in a browser, from disk."""
    from affect_store.flows.runtime import console, dashboard_server

    console.say(str(dashboard_server.open_pages(home)))


@commands.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes any free one.")] = 8765,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Serve the published dashboards on 127.0.0.1, until Ctrl-C.

    A new publication appears when a page is reloaded.
    """
    from affect_store.flows.runtime import console, dashboard_server

    with dashboard_server.server(home, port) as server:
        console.say(f"http://{dashboard_server.HOST}:{server.server_port}/ (stop with Ctrl-C)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            console.say("stopped")
