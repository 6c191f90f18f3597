"""The command `predict`: predictions of a trained model for all photographs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from affect_store.flows.cli.options import (
    DEFAULT_HOME,
    CsvOption,
    HomeOption,
    JsonOption,
    RawOption,
    WideOption,
    form_of,
)
from affect_store.store.errors import StoreError
from affect_store.store.vocabulary import EMOTIONS

commands = typer.Typer()


@commands.command()
def predict(
    run: Annotated[str, typer.Argument(help="Id of a run, as in the leaderboard.")],
    csv: CsvOption = False,
    raw: RawOption = False,
    json: JsonOption = False,
    wide: WideOption = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Predict the emotion of every photograph with a model.

    Photographs that lack a feature the model needs are left out.
    """
    import polars as pl

    from affect_store.flows.cli import output
    from affect_store.flows.cli.errors import log_unexpected
    from affect_store.flows.runtime import console
    from affect_store.flows.steps.batch_predict import predict_with
    from affect_store.store.engine.query import QueryResult

    _require_no_file(run)
    home.require()
    log = home.logs / "run.log"
    with console.quiet(log, verbose=False), log_unexpected(log):
        predictions = predict_with(home, run)
    emotions = pl.Series("predicted", [EMOTIONS[label] for label in predictions["predicted"]])
    predictions = predictions.with_columns(emotions)
    result = QueryResult(tuple(predictions.columns), predictions.rows())
    output.show(result, form=form_of(csv=csv, json=json, wide=wide, raw=raw), first=("image_id", "predicted"))


def _require_no_file(run: str) -> None:
    """Raise `StoreError` for the name of a file or folder: ids of runs have neither a suffix nor a separator."""
    if Path(run).suffix or "/" in run:
        raise StoreError(
            f"'{run}' is not the id of a run: `affect predict RUN` predicts the photographs in the store by the model "
            'of a run. Add photographs with `affect run --images FOLDER`; `affect sql "from leaderboard"` lists runs'
        )
