"""The commands `views`, `services`, `describe` and `export`: they ask the published store and print."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.console import HomeOption, errors
from store.tables.home import Home

if TYPE_CHECKING:
    from flows.describe import Description
    from store.tables.query import Answer


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("views")(views_command)
    app.command("services")(services_command)
    app.command("describe")(describe_command)
    app.command("export")(export_command)


def views_command(home: HomeOption = Path(".affect")) -> None:
    """List the features and the versions of their views: which counts, since when, for how many photographs."""
    with errors():
        from flows import describe, query

        query.print_table(describe.views_of(Home(home.absolute())))


def services_command(home: HomeOption = Path(".affect")) -> None:
    """List the feature services: what each model trains on, in which version, and the runs that did."""
    with errors():
        from flows import describe, query

        query.print_table(describe.services_of(Home(home.absolute())))


def describe_command(
    name: Annotated[str, typer.Argument(help="A table, view, feature, service, split, run, or photograph's id.")],
    home: HomeOption = Path(".affect"),
) -> None:
    """Tell what a name of the published store is; a photograph may be named by the beginning of its id."""
    with errors():
        from flows import describe

        show(describe.describe(Home(home.absolute()), name))


def export_command(
    query: Annotated[str, typer.Argument(help='One SELECT, or a name: "leaderboard", "from features.deltas".')],
    target: Annotated[Path, typer.Argument(help="File to write: its name ends in .parquet or .csv.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")] = False,
    home: HomeOption = Path(".affect"),
) -> None:
    """Write the result of a query on the published store to a Parquet or CSV file."""
    with errors():
        from flows import terminal
        from store.tables.export import export

        size = export(Home(home.absolute()), query, target, force=force)
        terminal.say(f"{target}: {size:,} bytes")


def show(found: Description) -> None:
    """Print a description: the title, one line a fact, and its tables; a table without rows is one line."""
    from flows import terminal

    terminal.say(found.title, style="bold")
    width = max((len(name) for name in found.facts), default=0)
    for name, value in found.facts.items():
        if value is not None:
            terminal.say(f"  {name.replace('_', ' '):<{width}}  {_in_full(value)}")
    for title, answer in found.tables.items():
        terminal.say(f"\n{title}" if answer.rows else f"\n{title}: none")
        if answer.rows:
            _print_in_full(answer)


def _print_in_full(answer: Answer) -> None:
    """As `query.print_table`, but no text is cut: it is what the user asked to be told."""
    from rich.table import Table
    from rich.text import Text

    from flows import terminal

    table = Table(show_edge=False, pad_edge=False)
    for name in answer.columns:
        table.add_column(Text(name), no_wrap=True)
    for row in answer.rows:
        table.add_row(*(Text(_in_full(value)) for value in row))
    terminal.show_table(table)


def _in_full(value: Any) -> str:
    from flows import query
    from store.sources.text import printable

    if isinstance(value, list):
        return ", ".join(map(_in_full, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return printable(value) if isinstance(value, str) else query.shown(value)
