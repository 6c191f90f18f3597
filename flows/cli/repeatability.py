"""The command `repeatability`."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from affect_store.flows.cli.options import DEFAULT_HOME, HomeOption, KeepOption, VerboseOption
from affect_store.store.vocabulary import MAX_SEED

commands = typer.Typer()


@commands.command()
def repeatability(
    corpus: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="Corpora, separated by commas. [default: those in use]"),
    ] = None,
    photographs: Annotated[
        int, typer.Option(min=2, help="Number of photographs of each corpus to copy; all if it has fewer.")
    ] = 200,
    seed: Annotated[int, typer.Option(min=0, max=MAX_SEED, help="Random seed of the sample.")] = 7,
    keep: KeepOption = None,
    home: HomeOption = DEFAULT_HOME,
    verbose: VerboseOption = False,
) -> None:
    """Measure how well features repeat in copies of photographs.

    What is changed should not matter: copies are grey, darker, brighter, of JPEG quality 60, shifted, smaller, tilted
    or mirrored. Their landmarks are found as those of the photograph were, so that each photograph takes about as long
    as eight in a run. The page Repeatability and the view repeatability, which are published, show intraclass
    correlations and standard errors of measurement.
    """
    from affect_store.flows.cli.session import session
    from affect_store.flows.steps.corpora import require_known_corpora

    corpora = [] if corpus is None else [name.strip() for name in corpus.split(",") if name.strip()]
    home.require()
    require_known_corpora(home, corpora)  # an unknown name is reported before Prefect starts
    with session(home, "repeatability", verbose=verbose, shows_accuracy=False):
        from affect_store.flows.cli import output
        from affect_store.flows.repeatability import repeatability as measure
        from affect_store.flows.steps.repeatability_table import TITLE, summary

        measure(home=str(home.root), corpora=corpora, photographs=photographs, seed=seed, keep=keep)
        output.print_table(summary(home, corpora), first=("feature", "all", "corpus"), title=TITLE)
