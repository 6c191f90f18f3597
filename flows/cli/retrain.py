"""The command `retrain`: process new data, and promote a model that is better than the champion."""

from __future__ import annotations

from typing import Any

import typer

from affect_store.flows.cli.options import (
    DEFAULT_HOME,
    AcceptMissingOption,
    ChallengersOption,
    ComparisonFoldsOption,
    CorpusOption,
    DistinctOption,
    HomeOption,
    ImagesOption,
    KeepOption,
    SameOption,
    VerboseOption,
    VerifyOption,
    retraining_parameters,
)
from affect_store.flows.cli.unchanged import is_unchanged
from affect_store.models.systems import CHALLENGERS

commands = typer.Typer()


@commands.command()
def retrain(
    images: ImagesOption = None,
    corpus: CorpusOption = None,
    same: SameOption = None,
    distinct: DistinctOption = False,
    challengers: ChallengersOption = None,
    folds: ComparisonFoldsOption = 5,
    accept_missing: AcceptMissingOption = False,
    keep: KeepOption = None,
    verify: VerifyOption = False,
    home: HomeOption = DEFAULT_HOME,
    verbose: VerboseOption = False,
) -> None:
    """Process new data, retrain, and promote a better model.

    Challengers are compared with the champion over all people, on person-disjoint folds. Does nothing where neither
    data nor code has changed since the last decision.

    Layout, faces, decode scale, passes, mesh, references and quarantine share are those of the last `affect run` on the
    corpus; `affect run` with other values changes them.
    """
    if home.extensions.exists():
        from affect_store.flows.steps.extensions import use_extensions

        use_extensions(home, None if images is None else str(images))
    parameters: dict[str, Any] = {
        "challengers": list(CHALLENGERS), "accept_missing": accept_missing, "same": same or [], "distinct": distinct,
        **retraining_parameters(images, corpus, challengers, folds, keep),
    }  # fmt: skip
    if not verify and is_unchanged(home, "retrain", parameters, images or home.people):
        return
    from affect_store.flows.cli.session import session

    with session(home, "retrain", verbose=verbose):
        from affect_store.flows.retrain import retrain as retrain_flow

        retrain_flow(home=str(home.root), verify=verify, **parameters)
