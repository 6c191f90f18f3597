"""The command `predict`: photographs by path, which changes the home on request only, or all photographs of a home."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

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
from affect_store.flows.cli.temporary_log import temporary_log
from affect_store.store.errors import StoreError, UnknownNameError
from affect_store.store.home import Home

if TYPE_CHECKING:
    import polars as pl

    from affect_store.flows.steps.stored_predictions import PredictionsToStore

commands = typer.Typer()


@commands.command()
def predict(
    paths: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Argument(
            metavar="PATH", help="Photographs and folders of photographs. [default: all photographs of the store]"
        ),
    ] = None,
    neutral: Annotated[
        Optional[list[Path]],  # noqa: UP045
        typer.Option(
            help="A neutral photograph of the person from the same angle, with which faces are compared; several for a "
            "model that was trained with `--references mean`."
        ),
    ] = None,
    subject: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="ID", help="The person, if they have neutral photographs in the store."),
    ] = None,
    model: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            metavar="NAME|RUN", help="A system such as cnn or cnn.published, or the id of a run. [default: champion]"
        ),
    ] = None,
    annotate: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(metavar="DIR", help="New folder for copies with the face, its landmarks and the prediction."),
    ] = None,
    store: Annotated[
        bool, typer.Option("--store", help="Store the predictions in the home, too: registry.new_predictions.")
    ] = False,
    csv: CsvOption = False,
    raw: RawOption = False,
    json: JsonOption = False,
    wide: WideOption = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Predict the emotion in photographs with a trained model.

    Photographs are given by path; they need not be in the store, and nothing in the home changes without --store. Each
    gets a row with probabilities and the face's box, or with the reason why there is no prediction.

    If the champion needs a neutral photograph and none is given, the best system without one predicts.

    Without paths, all photographs of the store are predicted from their stored features: `affect predict --model RUN`,
    or `affect predict RUN` where RUN is no file or folder.
    """
    from affect_store.flows.cli import output
    from affect_store.flows.cli.errors import warn
    from affect_store.store.engine.query import QueryResult

    paths = paths or []
    run = _run_among(paths, model)
    if run is not None and (neutral or subject or annotate or store):
        raise StoreError("--neutral, --subject, --annotate and --store are for photographs that are given by path")
    if run is None:
        _require_present([*paths, *map(str, neutral or [])])
    home.require()
    stored = None
    if run is not None:
        predictions = _predict_store(home, run, is_option=not paths)
    else:
        if store and len(neutral or []) > 1:
            raise StoreError("--store records one neutral photograph: give one --neutral, or leave out --store")
        options = PathOptions(tuple(neutral or ()), subject, model, annotate, store)
        predictions, stored = _predict_paths(home, paths, options)
    first = (predictions.columns[0], "predicted", "reason", "image_id")
    result = QueryResult(tuple(predictions.columns), predictions.rows())
    output.show(result, form=form_of(csv=csv, json=json, wide=wide, raw=raw), first=first)
    if stored is not None:  # last: if the home is locked meanwhile, the predictions are shown
        warn(stored.save(home))


def _run_among(paths: list[str], model: str | None) -> str | None:
    """Return the model that is to predict the photographs of the store; None if photographs are given by path.

    A single word that is no file or folder is the id of a run, as names of runs have neither a suffix nor a separator.
    """
    if not paths:
        if model is None:
            raise StoreError(
                "expected photographs or folders to predict, or `--model RUN` to predict all photographs of the store"
            )
        return model
    is_word = len(paths) == 1 and not Path(paths[0]).suffix and os.sep not in paths[0]
    return paths[0] if is_word and model is None and not os.path.lexists(paths[0]) else None


def _require_present(paths: list[str]) -> None:
    missing = [path for path in paths if not os.path.lexists(path)]
    if missing:
        more = f" ({len(missing) - 1:,} more are missing)" if len(missing) > 1 else ""
        raise StoreError(f"there is no file or folder '{missing[0]}'{more}")


def _predict_store(home: Home, name: str, *, is_option: bool) -> pl.DataFrame:
    """Return the predictions of all photographs in the store that have the features of a model."""
    from affect_store.flows.cli.errors import log_unexpected
    from affect_store.flows.runtime import console
    from affect_store.flows.steps.batch_predict import predict_emotions
    from affect_store.flows.steps.trained_model import choose, read_store

    log = home.logs / "run.log"
    with console.quiet(log, verbose=False), log_unexpected(log):
        try:
            run_id, _ = read_store(home, lambda source: choose(source, name))
        except UnknownNameError as error:
            if is_option:
                raise
            raise UnknownNameError(f"there is no file or folder {name!r}, and {error}") from error
        return predict_emotions(home, run_id)


@dataclass(frozen=True)
class PathOptions:
    """The options for photographs that are given by path."""

    neutral: tuple[Path, ...]
    subject: str | None
    model: str | None
    annotate: Path | None
    is_stored: bool


def _predict_paths(
    home: Home, paths: list[str], options: PathOptions
) -> tuple[pl.DataFrame, PredictionsToStore | None]:
    """Return the predictions of files and folders, and what is to be stored; messages go to standard error.

    Raises `StoreLockedError`, before anything is predicted, if predictions are to be stored and the home is locked.
    """
    import polars as pl

    from affect_store.flows.runtime import console, system_libraries
    from affect_store.flows.steps.annotated_photographs import AnnotatedFolder
    from affect_store.flows.steps.prediction import Predictor, photographs_of
    from affect_store.flows.steps.stored_predictions import PredictionsToStore
    from affect_store.store.engine.locks import hold

    neutral, subject = options.neutral, options.subject
    system_libraries.require_libraries()
    if options.is_stored:
        with hold(home):
            pass
    files = photographs_of(paths)
    if not files:
        raise StoreError(f"there are no pictures in '{paths[0]}'; expected files such as .jpg, .png or .tif")
    frames = []
    with (
        temporary_log("predict", on_stderr=True),
        Predictor.load(home, options.model or "champion", without_neutral=not neutral and subject is None) as predictor,
    ):
        console.say(f"  {predictor.name}, run {predictor.run_id}: {predictor.choice}")
        if neutral and not predictor.needs_neutral:
            console.say(f"  {predictor.name} needs no neutral photograph: --neutral is not used")
        copies = AnnotatedFolder(options.annotate) if options.annotate is not None else None
        stored = PredictionsToStore(predictor.run_id, neutral[0] if neutral and predictor.needs_neutral else None)
        with console.step("predict photographs", len(files)) as (step, advance):
            for batch in predictor.batches(files, neutral=neutral or None, subject=subject):
                frames.append(batch.frame)
                if copies is not None:
                    copies.add(batch)
                if options.is_stored:
                    stored.add(batch)
                advance(len(batch.paths))
            predictions = pl.concat(frames)
            step.remark = f"{predictions['predicted'].count():,} of {len(files):,} predicted"
    return predictions, stored if options.is_stored else None
