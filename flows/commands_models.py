"""The commands `models`, `train`, `evaluate` and `compare`: they ask and print; what they do is in `experiment` and
`runs`."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated, Optional

import typer

from flows.console import HomeOption, errors
from store.tables.home import Home
from store.vocabulary import PARTS, SHOWN_STRATEGIES

Run = Annotated[str, typer.Argument(help="Identifier of a run, or its beginning.")]
Csv = Annotated[bool, typer.Option("--csv", help="Print CSV.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON array.")]
Strategy = Enum("Strategy", {name: name for name in SHOWN_STRATEGIES}, type=str)  # type: ignore[misc]
Recipe = Enum("Recipe", {name: name for name in ("published", "corrected")}, type=str)  # type: ignore[misc]
Part = Enum("Part", {name: name for name in PARTS}, type=str)  # type: ignore[misc]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("models")(models_command)
    app.command("train")(train_command)
    app.command("evaluate")(evaluate_command)
    app.command("compare")(compare_command)


def models_command(csv: Csv = False, json: Json = False) -> None:
    """List the systems: what each reads, and its recipes."""
    with errors():
        from flows import query, runs

        query.show(runs.systems(), form=_form(csv, json))


def train_command(
    model: Annotated[Optional[str], typer.Option(help="Systems, separated by commas; all by default.")] = None,  # noqa: UP045
    recipe: Annotated[Optional[Recipe], typer.Option(help="One recipe; all of the system's by default.")] = None,  # noqa: UP045
    split: Annotated[Optional[Strategy], typer.Option(help="One split; all that there are by default.")] = None,  # noqa: UP045
    seed: Annotated[int, typer.Option(min=0, help="The seed, or the first of several.")] = 7,
    seeds: Annotated[int, typer.Option(min=1, max=100, help="So many seeds: how much is luck?")] = 1,
    folds: Annotated[int, typer.Option(min=0, help="Divide the people into so many folds, and test each fold.")] = 0,
    repeats: Annotated[int, typer.Option(min=1, max=100, help="So many divisions into folds.")] = 1,
    epochs: Annotated[Optional[int], typer.Option(min=1, help="Most epochs of any model.")] = None,  # noqa: UP045
    repeatable: Annotated[
        bool, typer.Option(help="Kernels that give the same bits again; without, a GPU is faster.")
    ] = True,
    home: HomeOption = Path(".affect"),
    verbose: Annotated[bool, typer.Option("--verbose", help="Show what the libraries print, too.")] = False,
) -> None:
    """Train systems on the photographs of the last run, compare them, and publish; a killed command goes on.

    For example, every system on five person-disjoint folds: affect train --folds 5
    """
    models, one_recipe = _names(model), recipe.value if recipe else None
    with errors():
        from flows.plans import require
        from flows.session import session

        require(models, one_recipe)  # a name that does not exist is told before anything is started
        with session(home, verbose=verbose) as place:
            from flows.experiment import experiment

            experiment(
                str(place.root), models, one_recipe, split.value if split else None, seed, seeds, folds, repeats,
                epochs, repeatable,
            )  # fmt: skip
            from flows import summary

            summary.show(place)


def evaluate_command(
    run: Run,
    part: Annotated[Part, typer.Option(help="Which photographs.")] = Part["test"],
    csv: Csv = False,
    json: Json = False,
    home: HomeOption = Path(".affect"),
) -> None:
    """How good a run is: every metric of every slice, with its 95 % interval over people."""
    with errors():
        from flows import query, runs

        query.show(runs.metrics_of(Home(home.absolute()), run, part.value), form=_form(csv, json))


def compare_command(
    run: Run, other: Run, csv: Csv = False, json: Json = False, home: HomeOption = Path(".affect")
) -> None:
    """Which of two runs is better: the difference in accuracy, its interval over people, and Wilcoxon's exact p."""
    with errors():
        from flows import query, runs

        query.show(runs.compare_runs(Home(home.absolute()), run, other), form=_form(csv, json))


def _names(model: str | None) -> list[str]:
    return [] if model is None else [name.strip() for name in model.split(",")]


def _form(csv: bool, json: bool) -> str:
    return "csv" if csv else "json" if json else "table"
