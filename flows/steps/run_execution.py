"""Execute one run: fit it on its split, average other systems, or pool its folds. Nothing is stored here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa

from affect_store.flows.steps.feature_services import features_of
from affect_store.flows.steps.further_features import add_further
from affect_store.flows.steps.run_specs import RunSpec
from affect_store.models.systems import (
    CORRECTED,
    ENSEMBLE,
    OWN,
    SOFT_LABELS,
    SYSTEMS,
    base_recipe,
    input_columns,
    reads_zeros,
)
from affect_store.store.emotion_classes import EIGHT, FURTHER_LABELS, Classes
from affect_store.store.engine import clock, reader
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.store_file import StoreFile
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import UntrainableError
from affect_store.store.home import Home
from affect_store.store.offline import own_references, ratings, reference_features, training_sets
from affect_store.store.vocabulary import PARTS

if TYPE_CHECKING:
    from affect_store.models.training.fitted import FittedSystem

OnEpoch = Callable[[int, int, Any], None]
EXPLAINED = "by_person"
"""The strategy whose runs are explained: a single model, and photographs of people that it was not trained on."""


@dataclass
class Outcome:
    """The result of one run; `detail` says why it could not be trained.

    A model that another process has trained and saved already is not `fitted` here: it has the `saved_sha256` of its
    files. `predictions` has image_id, part, predicted, a probability per class and the temperature; `explained` holds
    rows of `registry.attributions`, `registry.group_attributions` and `registry.importances`.
    """

    status: str
    started_at: datetime
    duration_s: float
    detail: str | None = None
    fitted: FittedSystem | None = None
    parameters: dict[str, Any] = field(default_factory=dict)
    epochs: list[dict[str, Any]] = field(default_factory=list)
    predictions: pl.DataFrame | None = None
    explained: dict[str, pl.DataFrame] = field(default_factory=dict)
    saved_sha256: str | None = None


def execute(home: Home, spec: RunSpec, on_epoch: OnEpoch | None = None) -> Outcome:
    """Execute a run whose parts are in the registry already."""
    started = clock.now()
    try:
        if spec.is_pooled:
            return _pool(home, spec, started)
        if SYSTEMS[spec.model].family == ENSEMBLE:
            return _average(home, spec, started)
        return fit_rows(spec, rows_of(home, spec), started, on_epoch)
    except UntrainableError as error:
        return untrainable(spec, started, error)


def untrainable(spec: RunSpec, started: datetime, error: UntrainableError) -> Outcome:
    """Return the outcome of a run that cannot be trained."""
    return Outcome("untrainable", started, seconds_since(started), str(error), parameters={"epochs": spec.epochs})


def seconds_since(started: datetime) -> float:
    """Return the seconds from `started` until now."""
    return float((clock.now() - started).total_seconds())


def rows_of(home: Home, spec: RunSpec) -> dict[str, pa.Table]:
    """Return the rows of each part with the columns that the model reads."""
    names = frozenset(input_columns(spec.model, spec.recipe).values())
    features = [name for name in features_of(spec.model, spec.recipe) if name in spec.split.versions]
    rows_by_part = {}
    with StoreFile(home.work) as source:
        views = training_sets.views(source, spec.own_split, features)
        for part in PARTS:
            rows = training_sets.read_table(source, training_sets.locate_part(source, spec.own_split, part, features))
            if not names.isdisjoint(reference_features.DERIVED):
                rows = reference_features.add_references(source, rows, views, spec.split.as_of, names)
            rows = add_further(source, rows, spec)
            if reads_zeros(spec.model, spec.recipe):
                rows = own_references.with_zeros(rows, reader.own_references(source.connection, spec.split))
            if spec.recipe == SOFT_LABELS:
                rows = ratings.add_distributions(source.connection, rows, spec.ratings_at or spec.split.as_of)
            rows_by_part[part] = rows
    return rows_by_part


def fit_rows(spec: RunSpec, rows: dict[str, pa.Table], started: datetime, on_epoch: OnEpoch | None = None) -> Outcome:
    """Fit a run to the rows of its parts and predict them. Raises `UntrainableError`; the store is not opened."""
    from affect_store.models.training.fit import FitOptions, fit
    from affect_store.models.training.predict import predict

    options = FitOptions(spec.seed, spec.epochs, spec.is_repeatable, classes=spec.split.classes)
    fitted = fit(spec.model, spec.recipe, rows["train"], rows["validate"], options, on_epoch)
    duration_s = seconds_since(started)
    scored = [predict(fitted, rows[part]).with_columns(pl.lit(part).alias("part")) for part in PARTS]
    predictions = calibrated(pl.concat(scored), _labels(rows), spec.split.classes)
    explained = _explained(fitted, rows["validate"], spec)
    if spec.further.moment is not None:
        fitted.parameters["further_features_at"] = spec.further.moment.isoformat()
    fitted.parameters.update(spec.computed_versions)
    fitted.parameters["temperature"] = predictions["temperature"][0]
    return Outcome(
        "completed", started, duration_s, None, fitted, fitted.parameters, fitted.epochs, predictions, explained
    )


def _labels(rows_by_part: dict[str, pa.Table]) -> pl.DataFrame:
    tables = [pl.DataFrame(pl.from_arrow(rows.select(["image_id", "label"]))) for rows in rows_by_part.values()]
    return pl.concat(tables)


def calibrated(predictions: pl.DataFrame, labels: pl.DataFrame, classes: Classes = EIGHT) -> pl.DataFrame:
    """Add the temperature that fits the validation part."""
    from affect_store.models.training.calibration import fit_temperature

    held_out = predictions.filter(pl.col("part") == "validate").join(labels, on="image_id", maintain_order="left")
    truth = classes.positions(held_out["label"].to_numpy())
    fitted = fit_temperature(held_out.select(classes.probabilities).to_numpy(), truth)
    return predictions.with_columns(pl.lit(fitted, pl.Float32).alias("temperature"))


def _explained(fitted: FittedSystem, validate: pa.Table, spec: RunSpec) -> dict[str, pl.DataFrame]:
    is_own = SYSTEMS[spec.model].family == OWN  # its inputs need not be landmarks
    if spec.split.strategy != EXPLAINED or base_recipe(spec.recipe) != CORRECTED or is_own:
        return {}
    from affect_store.models.evaluation.explain import attributions, importances
    from affect_store.models.rows import select_rows

    rows = select_rows(validate, input_columns(spec.model, spec.recipe), fitted.classes)
    people = validate.column("subject_id").to_numpy()[rows.numbers]
    by_landmark, by_group = attributions(fitted, rows, people)
    return {
        "registry.attributions": by_landmark,
        "registry.group_attributions": by_group,
        "registry.importances": importances(fitted, rows, people),
    }


def _predictions_of(connection: Connection, specs: Sequence[RunSpec]) -> list[pl.DataFrame]:
    return [reader.predictions_of(connection, spec.run_id, spec.split.classes) for spec in specs]


def _average(home: Home, spec: RunSpec, started: datetime) -> Outcome:
    """Return the mean of the probabilities of those systems that could be trained."""
    from affect_store.models.training.ensemble import combine

    with open_work(home) as connection:
        predictions_of_parts = _predictions_of(connection, spec.parts)
        labels = reader.split_rows(connection, spec.split).select("image_id", "label")
    members = [pair for pair in zip(spec.parts, predictions_of_parts, strict=True) if not pair[1].is_empty()]
    if not members:
        names = ", ".join(part.model for part in spec.parts)
        raise UntrainableError(f"{spec.model} averages {names}: none is trained")
    parts = members[0][1].select("image_id", "part")
    classes = spec.split.classes
    mean = combine([predictions for _, predictions in members], classes)
    predictions = calibrated(mean.join(parts, on="image_id", maintain_order="left"), labels, classes)
    member_runs = [{"model": part.model, "recipe": part.recipe, "run_id": part.run_id} for part, _ in members]
    parameters = {"members": member_runs, "temperature": predictions["temperature"][0], **further_labels(classes)}
    return Outcome("completed", started, seconds_since(started), parameters=parameters, predictions=predictions)


def further_labels(classes: Classes) -> dict[str, Any]:
    """Return the parameter that lists the classes besides the eight, if there are any."""
    return {FURTHER_LABELS: classes.further_labels} if classes.further else {}


def _pool(home: Home, spec: RunSpec, started: datetime) -> Outcome:
    """Return the test predictions of all folds together: each person is predicted by a model trained on others."""
    with open_work(home) as connection:
        runs = [
            reader.query_frame(connection, "registry/select_run", {"run_id": part.run_id}).row(0, named=True)
            for part in spec.parts
        ]
        predictions_of_folds = _predictions_of(connection, spec.parts)
    for part, run in zip(spec.parts, runs, strict=True):
        if run["status"] != "completed":
            raise UntrainableError(f"fold {part.split.fold} of {len(runs)}: {run['status_detail']}")
    names = ["image_id", "part", "predicted", "temperature", *spec.split.classes.probabilities]
    tested = [predictions.filter(pl.col("part") == "test").select(names) for predictions in predictions_of_folds]
    parameters = {
        "folds": [part.run_id for part in spec.parts],
        "epochs": spec.epochs,
        **further_labels(spec.split.classes),
    }
    duration_s = sum(run["duration_s"] for run in runs)
    return Outcome("completed", started, duration_s, parameters=parameters, predictions=pl.concat(tested))
