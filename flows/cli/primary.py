"""The command `primary`: declare the one comparison whose p value needs no adjustment, or show the declarations."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from affect_store.flows.cli.models import Recipe, Strategy
from affect_store.flows.cli.options import DEFAULT_HOME, HomeOption
from affect_store.store.vocabulary import EQUIVALENCE_MARGIN

commands = typer.Typer()


@commands.command()
def primary(
    system: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(help="Model of the first system, as `affect models` lists it. [default: show the declarations]"),
    ] = None,
    other: Annotated[Optional[str], typer.Argument(help="Model of the second system.")] = None,  # noqa: UP045
    recipe: Annotated[Recipe, typer.Option(help="Recipe of both systems.")] = Recipe["corrected"],
    other_recipe: Annotated[
        Optional[Recipe],  # noqa: UP045
        typer.Option(help="Recipe of the second system. [default: that of the first]"),
    ] = None,
    split: Annotated[
        Strategy, typer.Option("--split", "--strategy", help="Split on whose test people they are compared.")
    ] = Strategy["folds"],
    margin: Annotated[
        float, typer.Option(help="Difference in accuracy below which the two systems count as equivalent.")
    ] = EQUIVALENCE_MARGIN,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Declare the primary comparison before training, or show it.

    Its p value is not adjusted for the other pairs, if neither system was trained before the declaration. The latest
    declaration counts; all of them are published, with time and hash.

    For example: affect primary mm1 lda
    """
    from affect_store.flows.runtime import console
    from affect_store.flows.steps import primary as step

    if system is None:
        _show(home)
        return
    if other is None:
        raise typer.BadParameter(f"expected two systems, received only {system!r}", param_hint="OTHER")
    systems = (system, recipe.value), (other, (other_recipe or recipe).value)
    state = step.declare_primary(home, *systems, split.value, margin)
    _show(home)
    console.say(f"\nThe primary comparison was {state}.")
    console.say(f"SHA-256 of the declaration: {step.list_declarations(home).rows[0][1]}")


def _show(home: HomeOption) -> None:
    from affect_store.flows.cli import output
    from affect_store.flows.runtime import console
    from affect_store.flows.steps import primary as step
    from affect_store.models.evaluation.primary import SHOWN_HASH
    from affect_store.store.engine.query import QueryResult

    home.require()
    declarations = step.list_declarations(home)
    if not declarations.rows:
        console.say("No primary comparison is declared: every pair is adjusted for all others.")
        return
    hashed = declarations.columns.index("hash")
    rows = [(*row[:hashed], row[hashed][:SHOWN_HASH], *row[hashed + 1 :]) for row in declarations.rows]
    shown = QueryResult(declarations.columns, rows)
    output.print_table(shown, first=("declared_at", "system", "other", "state", "hash"))
