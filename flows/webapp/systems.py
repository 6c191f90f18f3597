"""The systems of the page: those asked for, or the champion and the best of the leaderboard; loading and predicting.

All of them predict from the same faces, by the code that `steps.prediction` uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import polars as pl

from affect_store.flows.steps import final_choice, trained_model
from affect_store.flows.steps.neutral_photographs import Neutrals
from affect_store.flows.steps.prediction_rows import options_and_versions, rows_of
from affect_store.flows.steps.trained_model import CHAMPION, LoadedModel, TrainedModel
from affect_store.models.systems import SYSTEMS
from affect_store.store.engine import reader
from affect_store.store.engine.store_file import StoreFile
from affect_store.store.errors import StoreError
from affect_store.store.features.extract import ExtractionResult
from affect_store.store.features.feature_options import FeatureOptions
from affect_store.store.home import Home
from affect_store.store.vocabulary import EMOTIONS, STRATEGIES

DEFAULT_COUNT = 4
"""Number of systems on the page unless some are asked for."""

_BY_PERSON = STRATEGIES[0]


@dataclass(frozen=True)
class ChosenSystem:
    """A trained model, why it is on the page, and the options of its features.

    `accuracy` is that of the leaderboard, and `tested_on` whom or what it is of; None for a run that is not on it.
    """

    model: TrainedModel
    choice: str
    options: FeatureOptions
    accuracy: float | None = None
    tested_on: str = ""

    @property
    def title(self) -> str:
        """The system in words: 'Shrinkage LDA'."""
        name = str(self.model.run["model"])
        return SYSTEMS[name].title if name in SYSTEMS else name


@dataclass(frozen=True)
class Prediction:
    """What a system says about a photograph: an emotion and the probability of each class, or why there is none."""

    predicted: str | None
    probabilities: tuple[float, ...]
    reason: str | None
    emotions: tuple[str, ...] = EMOTIONS


class LoadedSystem:
    """A system in memory. Loading the first one takes seconds."""

    def __init__(self, home: Home, chosen: ChosenSystem) -> None:
        self.columns, self.options, self._own = chosen.model.columns, chosen.options, chosen.model.own
        self._model, self._classes = LoadedModel(home, chosen.model), chosen.model.classes

    def predict(self, image: ExtractionResult, neutrals: Neutrals | None, photograph: bytes) -> Prediction:
        """Return the prediction of one photograph."""
        rows, (reason,) = rows_of(
            [image], neutrals, self.columns, self.options.references, own=self._own, photographs=[photograph]
        )
        if reason is not None:
            return Prediction(None, (), reason)
        (row,) = self._model.predict(rows).rows(named=True)
        chances = tuple(row[name] for name in self._classes.probabilities)
        return Prediction(row["predicted"], chances, None, self._classes.emotions)


def choose(home: Home, names: Sequence[str] = ()) -> tuple[list[ChosenSystem], list[str]]:
    """Return the systems of these names, each once, and what to say about those that were left out.

    Without names: the champion, the best system that needs no neutral photograph, and the best others of the
    leaderboard; of these, a system that cannot be used is left out. Raises the errors of `Predictor.load` for a name,
    and where no system can be used.
    """
    if names:
        return trained_model.read_store(home, partial(_named, home, names)), []
    return trained_model.read_store(home, partial(_default, home))


def _named(home: Home, names: Iterable[str], source: StoreFile) -> list[ChosenSystem]:
    chosen: dict[str, ChosenSystem] = {}
    for name in names:
        run_id, choice = trained_model.choose(source, name)
        if name == CHAMPION:
            run_id, choice = final_choice.final_of(source, run_id, choice)
        chosen.setdefault(run_id, _read(home, source, run_id, choice))
    return list(chosen.values())


def _default(home: Home, source: StoreFile) -> tuple[list[ChosenSystem], list[str]]:
    chosen: dict[str, ChosenSystem] = {}
    problems: list[str] = []
    for run_id, choice in _candidates(source):
        if len(chosen) == DEFAULT_COUNT:
            break
        try:
            system = _read(home, source, run_id, choice)
        except StoreError as error:
            problems.append(str(error))
            continue
        chosen.setdefault(system.model.name, system)
    if not chosen:
        raise StoreError(problems[0])
    return list(chosen.values()), problems


def _candidates(source: StoreFile) -> Iterator[tuple[str, str]]:
    """Yield runs and why they are shown, by priority. Raises `StoreError` if no model is trained."""
    yield final_choice.final_of(source, *trained_model.choose(source, CHAMPION))
    without_neutral = trained_model.best_without_neutral(source)
    if without_neutral is not None:
        yield without_neutral, "the best system that needs no neutral photograph"
    for run_id in trained_model.alone_first(_ranked(source))["run_id"]:
        yield run_id, "among the best of the leaderboard"


def _read(home: Home, source: StoreFile, run_id: str, choice: str) -> ChosenSystem:
    model = trained_model.read_model(home, source, run_id)
    options, _ = options_and_versions(run_id, model.versions, model.own)
    measured = final_choice.basis_of(model.run) or run_id
    for row in _ranked(source).filter(run_id=measured).iter_rows(named=True):
        is_by_person = row["strategy"] == _BY_PERSON
        trained = "it" if measured == run_id else "its run by person"
        tested_on = f"people {trained} was not trained on" if is_by_person else f"the split {row['strategy']}"
        return ChosenSystem(model, choice, options, row["accuracy"], tested_on)
    return ChosenSystem(model, choice, options)


def _ranked(source: StoreFile) -> pl.DataFrame:
    """Return the runs of the leaderboard that have a model, the best first."""
    return reader.query_frame(source.connection, "registry/select_trained_systems")
