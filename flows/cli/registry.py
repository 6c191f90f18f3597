"""The commands `views`, `services`, `describe` and `export`: the contents of the published store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from affect_store.flows.cli.errors import warn
from affect_store.flows.cli.options import DEFAULT_HOME, HomeOption

if TYPE_CHECKING:
    from affect_store.flows.steps.descriptions import Description

commands = typer.Typer()


@commands.command("views")
def list_views(home: HomeOption = DEFAULT_HOME) -> None:
    """List the features and the versions of their feature views."""
    from affect_store.flows.cli import output
    from affect_store.flows.steps import descriptions

    output.print_table(descriptions.feature_versions(home), first=("feature", "version", "is_current", "photographs"))


@commands.command("services")
def list_services(home: HomeOption = DEFAULT_HOME) -> None:
    """List the feature services, their versions and their runs."""
    from affect_store.flows.cli import output
    from affect_store.flows.steps import descriptions

    output.print_table(descriptions.service_versions(home), first=("service", "version", "is_current", "features"))


@commands.command()
def describe(
    name: Annotated[str, typer.Argument(help="Table, view, macro, feature, service, split, run, model or photograph.")],
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Describe anything in the published store by its name.

    For a photograph or a run, the first characters of its id are enough. A model means its latest run by person.
    """
    from affect_store.flows.steps import descriptions

    show(descriptions.describe(home, name))


@commands.command()
def export(
    query: Annotated[
        str,
        typer.Argument(
            metavar="FEATURE|SERVICE|SQL",
            help='A feature, a service, a table or a SELECT: aligned, lda.corrected, leaderboard, "from splits.train".',
        ),
    ],
    target: Annotated[
        Path, typer.Argument(metavar="FILE", help="File to write; it ends in .csv, .parquet, .arrow or .xlsx.")
    ],
    wide: Annotated[
        bool, typer.Option("--wide", help="One column per component of a vector: x_0, y_0, z_0, x_1, ... z_467.")
    ] = False,
    labels: Annotated[
        bool,
        typer.Option("--labels", help="Add subject, emotion, camera angle, gaze and path of each photograph."),
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
    raw: Annotated[
        bool,
        typer.Option("--raw", help="Write CSV without the apostrophe before text that a spreadsheet would run."),
    ] = False,
    fex: Annotated[
        bool,
        typer.Option("--fex", help="Name action-unit proxies as py-feat does, AU01 ... AU26, and the path input."),
    ] = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Export features or a query to CSV, Parquet, Arrow or Excel.

    Features have one row per photograph. CSV is safe to open in a spreadsheet: an apostrophe is put before text that
    would be run as a formula. The file appears when it is complete.
    """
    from affect_store.flows.runtime import console
    from affect_store.store.engine import export as exporting

    size = exporting.export(home, query, target, wide=wide, labels=labels, force=force, raw=raw, fex=fex)
    console.say(f"{target}: {size:,} bytes")


def show(description: Description) -> None:
    """Print a description: its title, a line per fact, and its tables."""
    from affect_store.flows.cli import output
    from affect_store.flows.runtime import console

    if description.remark:
        warn(description.remark)
    console.say(description.title, style="bold")
    output.print_facts(description.facts)
    for title, result in description.tables.items():
        console.say(f"\n{title}" if result.rows else f"\n{title}: none")
        if result.rows:
            output.print_table(result, first=("column", "meaning", "type", "values"))
