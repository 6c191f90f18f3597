"""The commands `models`, `train`, `runs`, `evaluate` and `compare`."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Annotated, Optional

import typer

from affect_store.flows.cli.errors import warn
from affect_store.flows.cli.options import (
    DEFAULT_HOME,
    CsvOption,
    EpochsOption,
    FoldsOption,
    HomeOption,
    JsonOption,
    KeepOption,
    RawOption,
    RepeatsOption,
    SeedsOption,
    VerboseOption,
    WideOption,
    form_of,
)
from affect_store.models.systems import REQUESTED_RECIPES
from affect_store.store.home import Home
from affect_store.store.vocabulary import MAX_SEED, PARTS, SHOWN_STRATEGIES

RunArgument = Annotated[str, typer.Argument(help="Id of a run, its first characters, or a model.")]
Strategy = Enum("Strategy", {name: name for name in SHOWN_STRATEGIES}, type=str)  # type: ignore[misc]
Recipe = Enum("Recipe", {name: name for name in REQUESTED_RECIPES}, type=str)  # type: ignore[misc]
Part = Enum("Part", {name: name for name in PARTS}, type=str)  # type: ignore[misc]

RUN_COLUMNS = (
    "model",
    "run_id",
    "recipe",
    "split",
    "accuracy",
    "status",
    "date",
    "accuracy_low",
    "accuracy_high",
    "seed",
)
"""Columns of the list of runs in order of importance."""

commands = typer.Typer()


@commands.command("models")
def list_models(
    csv: CsvOption = False,
    raw: RawOption = False,
    json: JsonOption = False,
    wide: WideOption = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """List the models with their inputs and recipes.

    Models of your own that this home uses are among them.
    """
    from affect_store.flows.cli import output
    from affect_store.flows.steps import run_queries
    from affect_store.flows.steps.extensions import use_named_extensions

    if remark := use_named_extensions(home):
        warn(remark)
    output.show(
        run_queries.list_systems(), form=form_of(csv=csv, json=json, wide=wide, raw=raw), first=("model", "description")
    )


@commands.command()
def train(
    context: typer.Context,
    model: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--model", "--models", help="Models, separated by commas. [default: all]"),
    ] = None,
    recipe: Annotated[Optional[Recipe], typer.Option(help="Recipe. [default: published and corrected]")] = None,  # noqa: UP045
    split: Annotated[Optional[Strategy], typer.Option(help="Split to train on. [default: all current splits]")] = None,  # noqa: UP045
    seed: Annotated[int, typer.Option(min=0, max=MAX_SEED, help="Random seed, or the first of several.")] = 7,
    seeds: SeedsOption = 1,
    folds: FoldsOption = 0,
    repeats: RepeatsOption = 1,
    epochs: EpochsOption = None,
    repeatable: Annotated[
        bool, typer.Option(help="Deterministic kernels, for bit-equal results; without them a GPU is faster.")
    ] = True,
    final: Annotated[
        bool,
        typer.Option(
            "--final", help="Train on everybody, for new photographs: the champion or the best system, or --model."
        ),
    ] = False,
    on: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--on", help="With --test: train on these corpora, separated by commas."),
    ] = None,
    test: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--test", help="With --on: test on all photographs of these corpora, separated by commas."),
    ] = None,
    keep: KeepOption = None,
    home: HomeOption = DEFAULT_HOME,
    verbose: VerboseOption = False,
) -> None:
    """Train models on the current splits, compare and publish.

    No photographs are ingested. If interrupted, the same command resumes.

    With --final, the model is trained on all people, with the seed and the number of epochs of its run by person. It
    has no accuracy of its own: the folds, or the run by person, say how good it is. `affect predict` uses it.

    With --on and --test, it is trained on the people of some corpora and tested on others, in the corrected recipe
    unless another is given. The page Across corpora and the view cross_corpus show the results.

    For example, to train all models on five person-disjoint folds: affect train --folds 5
    """
    from affect_store.flows.cli.session import session
    from affect_store.flows.steps.extensions import use_extensions
    from affect_store.flows.steps.run_specs import require_known

    names = _names(model)
    recipe_name = recipe.value if recipe else None
    use_extensions(home)
    require_known(names, recipe_name)  # an unknown name or home is reported before Prefect starts
    if on is not None or test is not None:
        _require_pair(context, on, test)
    if final:
        _require_no_options(
            context, _OF_RUNS, "--final takes it from the run by person of the model: train that first, "
            "`affect train --{option} ...`",
        )  # fmt: skip
    home.require()
    flow = "final" if final else "experiment" if on is None else "cross_corpus"
    with session(home, flow, verbose=verbose):
        if final:
            from affect_store.flows.final import final as train_on_everybody

            train_on_everybody(home=str(home.root), models=names, recipe=recipe_name, keep=keep)
            return
        if on is not None:
            from affect_store.flows.cross_corpus import cross_corpus

            cross_corpus(
                home=str(home.root), trained_on=_names(on), tested_on=_names(test), models=names, recipe=recipe_name,
                seed=seed, seeds=seeds, epochs=epochs, is_repeatable=repeatable, keep=keep,
            )  # fmt: skip
            return
        from affect_store.flows.experiment import experiment

        experiment(
            home=str(home.root), models=names, recipe=recipe_name, strategy=split.value if split else None, seed=seed,
            seeds=seeds, folds=folds, repeats=repeats, epochs=epochs, is_repeatable=repeatable, keep=keep,
        )  # fmt: skip


_OF_RUNS = ("split", "seed", "seeds", "folds", "repeats", "epochs", "repeatable")
"""Options that a final model takes from its run by person."""

_OF_SPLITS = ("split", "folds", "repeats", "final")
"""Options of other splits than that across corpora."""


def _names(text: str | None) -> list[str]:
    """Return the names in a list that is separated by commas."""
    return [] if text is None else [name.strip() for name in text.split(",") if name.strip()]


def _require_pair(context: typer.Context, on: str | None, test: str | None) -> None:
    """Raise `BadParameter` unless --on and --test are both given, and no option of another split is."""
    if on is None or test is None:
        missing = "--on" if on is None else "--test"
        raise typer.BadParameter("--on and --test go together, as in --on demo --test london", param_hint=missing)
    _require_no_options(context, _OF_SPLITS, "--on and --test make a split of their own")


def _require_no_options(context: typer.Context, names: Sequence[str], reason: str) -> None:
    """Raise `BadParameter` with the reason if one of these options was given; it may contain the name as {option}."""
    sources = {name: context.get_parameter_source(name) for name in names}
    given = [name for name, source in sources.items() if source is not None and source.name == "COMMANDLINE"]
    if given:
        raise typer.BadParameter(reason.format(option=given[0]), param_hint=f"--{given[0]}")


@commands.command("runs")
def list_runs(
    folds: Annotated[bool, typer.Option("--folds", help="Also list the runs on single folds.")] = False,
    csv: CsvOption = False,
    raw: RawOption = False,
    json: JsonOption = False,
    wide: WideOption = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """List the training runs with their accuracy, newest first.

    Confidence intervals are 95 %, over people.

    Commands that take the id of a run also take a model, or MODEL.RECIPE: its latest completed run by person, in the
    corrected recipe unless another is given.
    """
    from affect_store.flows.cli import output
    from affect_store.flows.steps import run_queries

    result = run_queries.list_runs(home, with_folds=folds)
    output.show(result, form=form_of(csv=csv, json=json, wide=wide, raw=raw), first=RUN_COLUMNS)


@commands.command()
def evaluate(
    run: RunArgument,
    part: Annotated[Part, typer.Option(help="Part of the split to evaluate on.")] = Part["test"],
    csv: CsvOption = False,
    raw: RawOption = False,
    json: JsonOption = False,
    wide: WideOption = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Show the metrics of a run for every slice.

    Confidence intervals are 95 %, over people.
    """
    from affect_store.flows.cli import output
    from affect_store.flows.steps import run_queries

    result = run_queries.metrics_of(home, _run_id(home, run), part.value)
    output.show(result, form=form_of(csv=csv, json=json, wide=wide, raw=raw))


@commands.command()
def compare(
    run: RunArgument,
    other: RunArgument,
    csv: CsvOption = False,
    raw: RawOption = False,
    json: JsonOption = False,
    wide: WideOption = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Compare the test accuracy of two runs.

    Shows the difference with its 95 % confidence interval over people, and the exact p value of Wilcoxon's test.
    """
    from affect_store.flows.cli import output
    from affect_store.flows.steps import run_queries

    result = run_queries.compare_runs(home, _run_id(home, run), _run_id(home, other))
    output.show(result, form=form_of(csv=csv, json=json, wide=wide, raw=raw))


def _run_id(home: Home, name: str) -> str:
    """Return the id of the run that `name` means; if it names a system, print to stderr which run was taken."""
    from affect_store.flows.steps.run_queries import run_of

    run = run_of(home, name)
    if run.remark:
        warn(run.remark)
    return run.run_id
