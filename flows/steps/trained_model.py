"""Trained models that predict photographs which are not in the store: chosen by name, and loaded from their files."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import polars as pl
import pyarrow as pa

from affect_store.flows.steps import own_prediction
from affect_store.flows.steps.batch_predict import (
    artifact_of,
    calibrated,
    classes_of,
    columns_of,
    require_current_columns,
    temperature_of,
    with_emotions,
)
from affect_store.flows.steps.run_queries import full_run_id
from affect_store.models.systems import SYSTEMS, input_columns, is_ensemble, reads_other_photographs
from affect_store.store.emotion_classes import Classes
from affect_store.store.engine import reader
from affect_store.store.engine.duckdb import WAIT_S
from affect_store.store.engine.published_store import open_current, require_version
from affect_store.store.engine.store_file import StoreFile
from affect_store.store.errors import (
    NotPublishedError,
    StoreError,
    StoreLockedError,
    UnknownNameError,
    similar_names,
    unknown_name,
)
from affect_store.store.extensions.own_view import OwnView
from affect_store.store.features.scalar_views import SCALAR_VIEWS
from affect_store.store.home import Home
from affect_store.store.offline.feature_services import resolve
from affect_store.store.offline.feature_store import FeatureStore
from affect_store.store.offline.reference_features import DERIVED

CHAMPION = "champion"
OF_ALIGNED = frozenset({*DERIVED, *(view.name for view in SCALAR_VIEWS if view.needs_reference)})
"""Columns that are computed from the reference of the feature `aligned`."""

WITH_REFERENCE = frozenset({"aligned", "frontal_unit", *OF_ALIGNED})
"""Columns that need a neutral photograph of the person."""

_BY_PERSON, _BY_IMAGE = "by_person", "by_image"

_Read = TypeVar("_Read")


@dataclass(frozen=True)
class TrainedModel:
    """A run with a model: its row in the registry, the version of each of its features, and an ensemble's members."""

    run: dict[str, Any]
    versions: dict[str, str]
    members: tuple[TrainedModel, ...] = ()
    own: tuple[OwnView, ...] = ()
    """The feature views of the user's own that compute what it reads."""

    @property
    def name(self) -> str:
        """The system: 'lda.corrected'."""
        return f"{self.run['model']}.{self.run['recipe']}"

    @property
    def columns(self) -> frozenset[str]:
        """The columns of a training frame that the model, or any of its members, reads."""
        read = frozenset(columns_of(self.run)) | own_prediction.columns_of(self.own)
        return read.union(*(member.columns for member in self.members))

    @property
    def classes(self) -> Classes:
        """The classes that it distinguishes."""
        return classes_of(self.run)

    @property
    def needs_neutral(self) -> bool:
        """Whether it needs a neutral photograph of the person."""
        return not self.columns.isdisjoint(WITH_REFERENCE)


def read_store(home: Home, read: Callable[[StoreFile], _Read]) -> _Read:
    """Return what `read` returns for the published store, or for the work store if that lacks what it looks for.

    Raises the error of the work store, such as `StoreLockedError` after a wait; but while another process holds that,
    the error of the published store at once, if there is one.
    """
    of_published: StoreError | None = None
    try:
        with open_current(home, StoreFile) as source:
            require_version(source.connection, home.published_store)
            return read(source)
    except StoreError as error:
        if not home.work.exists():
            raise
        of_published = None if isinstance(error, NotPublishedError) else error
    with _opened_work(home, of_published) as source:
        return read(source)


def _opened_work(home: Home, of_published: StoreError | None) -> StoreFile:
    if of_published is None:
        return StoreFile(home.work, wait_s=WAIT_S)
    try:
        return StoreFile(home.work, wait_s=0)
    except StoreLockedError:
        raise of_published from None


def choose(source: StoreFile, name: str) -> tuple[str, str]:
    """Return the id of the run that `name` stands for, and what it is in words.

    `name` is 'champion', a system ('cnn', or 'cnn.published' for one recipe), or the id of a run or its first
    characters. A system means its best run by person that has a model, in any recipe, unlike in `run_names.find_run`.
    Without a champion the best system of the leaderboard counts. Raises `UnknownNameError` for another name, and
    `StoreError` where no run of it has a model.
    """
    trained = reader.query_frame(source.connection, "registry/select_trained_systems")
    if name == CHAMPION:
        return _champion(source, trained)
    model, _, recipe = name.partition(".")
    if model in SYSTEMS or model in set(trained["model"]):  # or of an extension that is not loaded
        fitting = trained.filter((pl.col("model") == model) & ((pl.col("recipe") == recipe) | (recipe == "")))
        recipes = SYSTEMS[model].all_recipes if model in SYSTEMS else ()
        if fitting.is_empty() and recipe and recipe not in recipes:
            raise UnknownNameError(unknown_name("recipe", recipe, recipes, of=model))
        if fitting.is_empty():
            command = f"affect train --model {model}" + (f" --recipe {recipe}" if recipe else "")
            raise StoreError(f"no run of {name} has a model: `{command}` trains it")
        return fitting["run_id"][0], f"its run with the best accuracy on {_tested_on(fitting['strategy'][0])}"
    try:
        return full_run_id(source.connection, name), "the run"
    except UnknownNameError as error:
        similar = similar_names(name, SYSTEMS, cutoff=0.6)
        if not similar:
            raise
        raise UnknownNameError(f"there is no system or run {name!r}; did you mean {', '.join(similar)}?") from error


def _tested_on(strategy: str) -> str:
    if strategy == _BY_PERSON:
        return "people it was not trained on"
    if strategy == _BY_IMAGE:
        return "the split by_image, which has other photographs of the same people"
    return f"the split {strategy}"


def _champion(source: StoreFile, trained: pl.DataFrame) -> tuple[str, str]:
    if trained.is_empty():
        raise StoreError("no trained model is stored: `affect run` or `affect train` trains models")
    why = "no champion has been promoted"
    for row in reader.query_frame(source.connection, "registry/select_last_champion").rows(named=True):
        if row["artifact_path"]:
            return row["run_id"], "the champion"
        again = trained.filter(model=row["model"], recipe=row["recipe"])
        if not again.is_empty():
            return again["run_id"][0], "the champion, trained again"
        why = f"no model of the champion {row['model']}.{row['recipe']} is stored"
    best = alone_first(trained).row(0, named=True)
    by_itself = "" if best["run_id"] == trained["run_id"][0] else " that predicts each photograph by itself"
    return best["run_id"], f"the best of the leaderboard{by_itself} since {why}"


def alone_first(trained: pl.DataFrame) -> pl.DataFrame:
    """Return trained systems, the best first, with those last whose prediction of a photograph depends on which others
    are predicted with it: nobody has chosen them, and they mislead about photographs of one emotion."""
    depends = [reads_other_photographs(model) for model in trained["model"]]
    return trained.sort(pl.Series("depends", depends, dtype=pl.Boolean), maintain_order=True)


def best_without_neutral(source: StoreFile) -> str | None:
    """Return the id of the best run whose system needs no neutral photograph; None if there is none."""
    trained = reader.query_frame(source.connection, "registry/select_trained_systems")
    for run_id, model, recipe in trained.select("run_id", "model", "recipe").iter_rows():
        if model in SYSTEMS and WITH_REFERENCE.isdisjoint(input_columns(model, recipe).values()):
            return str(run_id)
    return None


def systems_without_neutral() -> list[str]:
    """Return the systems that need no neutral photograph."""
    return [
        system.name
        for system in SYSTEMS.values()
        if WITH_REFERENCE.isdisjoint(input_columns(system.name, system.recipes[-1]).values())
    ]


def read_model(home: Home, source: StoreFile, run_id: str) -> TrainedModel:
    """Return the model of a run. Raises `StoreError` if its files are missing or differ from those recorded, and
    for a model of other computed columns than this code computes."""
    run = FeatureStore(source).run(run_id)
    artifact_of(home, run)
    require_current_columns(run)
    views = resolve(source.connection, run["service"], None, run["service_version"]).views
    members: list[dict[str, Any]] = []
    if is_ensemble(run["model"]):
        members = json.loads(run["parameters"])["members"]
    return TrainedModel(
        run,
        {feature: version for feature, (_, version) in views.items()},
        tuple(read_model(home, source, member["run_id"]) for member in members),
        own_prediction.views_for(home, run["model"], views),
    )


class LoadedModel:
    """A trained model in memory. Loading takes seconds, since it imports TensorFlow."""

    def __init__(self, home: Home, model: TrainedModel) -> None:
        self._temperature, self._classes = temperature_of(model.run), model.classes
        self._members = [LoadedModel(home, member) for member in model.members]
        if not self._members:
            from affect_store.models.training.artifact import load

            self._fitted = load(artifact_of(home, model.run))

    def predict(self, rows: pa.Table) -> pl.DataFrame:
        """Return image_id, the predicted emotion and calibrated probabilities for the rows that have all columns."""
        return with_emotions(calibrated(self._uncalibrated(rows)), self._classes)

    def _uncalibrated(self, rows: pa.Table) -> pl.DataFrame:
        if self._members:
            from affect_store.models.training.ensemble import combine

            predictions = combine([member._uncalibrated(rows) for member in self._members], self._classes)
        else:
            from affect_store.models.training.predict import predict

            predictions = predict(self._fitted, rows)
        predictions = predictions.select("image_id", "predicted", *self._classes.probabilities)
        return predictions.with_columns(pl.lit(self._temperature, pl.Float32).alias("temperature"))
