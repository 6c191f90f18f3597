"""The command `replicate`: the 2022 notebook on your own photographs, with its recipe, its epochs and its split."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from affect_store.flows.cli.options import (
    DEFAULT_HOME,
    AcceptMissingOption,
    CorpusOption,
    HomeOption,
    KeepOption,
    ModelsOption,
    VerboseOption,
    model_names,
)

commands = typer.Typer()


@commands.command()
def replicate(
    images: Annotated[Path, typer.Option(help="Folder of photographs, RaFD for example; it is never written to.")],
    models: ModelsOption = None,
    corpus: CorpusOption = None,
    with_slips: Annotated[
        bool, typer.Option("--with-slips", help="Also train the recipe with the notebook's indexing errors.")
    ] = False,
    accept_missing: AcceptMissingOption = False,
    keep: KeepOption = None,
    home: HomeOption = DEFAULT_HOME,
    verbose: VerboseOption = False,
) -> None:
    """Replicate the 2022 notebook on your own photographs.

    Trains its six systems as published, with all epochs, on its own split of the photographs and on a split by person,
    and their corrected versions for comparison. On all of RaFD this takes hours on a CPU. If interrupted, the same
    command resumes: systems that were trained completely are not trained again.
    """
    from affect_store.flows.cli.session import session
    from affect_store.models.systems import require_of_notebook
    from affect_store.store.sources.layouts import detect_layout

    chosen = model_names(models)
    require_of_notebook(chosen)
    detect_layout(images, None)  # a wrong folder is reported before Prefect starts
    with session(home, "replicate", verbose=verbose):
        from affect_store.flows.replicate import replicate as replicate_flow

        replicate_flow(
            images=str(images), home=str(home.root), models=chosen, corpus=corpus,
            with_slips=with_slips, accept_missing=accept_missing, keep=keep,
        )  # fmt: skip
