"""The command `affect`: assembles the commands. Heavy libraries load inside the command that needs them."""

from __future__ import annotations

from typing import Annotated

import typer

from affect_store.flows.cli import (
    audit,
    check,
    consent,
    corpus,
    dashboards,
    deployments,
    manifest,
    models,
    predict,
    primary,
    publications,
    publish,
    quarantine,
    registry,
    removal,
    repeatability,
    replicate,
    retrain,
    run,
    sql,
    webapp,
)
from affect_store.flows.cli.errors import CommandGroup

DISTRIBUTION = "affect-store"

app = typer.Typer(
    cls=CommandGroup,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="A feature store for facial-expression research: from photographs to audited tables, models and dashboards.",
)


def _print_version(is_given: bool) -> None:
    if is_given:
        from importlib.metadata import version

        print(f"{DISTRIBUTION} {version(DISTRIBUTION)}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version and exit.")
    ] = False,
) -> None:
    """Options of `affect` itself."""


for module in (
    run, check, corpus, manifest, sql, predict, webapp, models, primary, repeatability, retrain, replicate, deployments,
    registry, dashboards, publish, publications, consent, audit, quarantine, removal,
):  # fmt: skip
    app.add_typer(module.commands)


def main() -> None:
    """Entry point of the console command."""
    app()
