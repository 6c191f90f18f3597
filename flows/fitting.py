"""One run: fitted on the rows of its split, averaged from other systems, or pooled from folds. Nothing is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl
import pyarrow as pa

from flows.plans import Plan
from flows.services import features_of
from models.systems import CORRECTED, ENSEMBLE, SYSTEMS, columns
from store.errors import UntrainableError
from store.tables import read, references, training, write
from store.tables.connection import open_work
from store.tables.home import Home
from store.tables.source import Source
from store.vocabulary import PARTS, PROBABILITIES

OnEpoch = Callable[[int, int, Any], None]
EXPLAINED = "by_person"
"""The strategy whose runs are explained: a single model, and photographs of people that it was not trained on."""


@dataclass
class Outcome:
    """What one plan gave; `detail` says what could not be done.

    `predictions` has image_id, part, predicted, a probability a class and the temperature; `explained` holds rows of
    `registry.attributions` and `registry.importances`.
    """

    status: str
    started_at: datetime
    duration_s: float
    detail: str | None = None
    fitted: Any = None
    parameters: dict[str, Any] = field(default_factory=dict)
    epochs: list[dict[str, Any]] = field(default_factory=list)
    predictions: pl.DataFrame | None = None
    explained: dict[str, pl.DataFrame] = field(default_factory=dict)


def make(home: Home, plan: Plan, on_epoch: OnEpoch | None = None) -> Outcome:
    """Make the run of a plan whose parts are in the registry."""
    started = write.now()
    try:
        if plan.is_pooled:
            outcome = _pool(home, plan, started)
        elif SYSTEMS[plan.model].family == ENSEMBLE:
            outcome = _average(home, plan, started)
        else:
            outcome = _fit(home, plan, started, on_epoch)
    except UntrainableError as error:
        return Outcome("untrainable", started, _since(started), str(error), parameters={"epochs": plan.epochs})
    return outcome


def _since(started: datetime) -> float:
    return float((write.now() - started).total_seconds())


def rows_of(home: Home, plan: Plan) -> dict[str, pa.Table]:
    """The rows of each part with the columns that the model reads."""
    names = frozenset(columns(plan.model, plan.recipe).values())
    features = features_of(plan.model, plan.recipe)
    found = {}
    with Source(home.work) as source:
        views = training.views(source, plan.split, features)
        for part in PARTS:
            rows = training.table(source, training.look(source, plan.split, part, features))
            if not names.isdisjoint(references.COLUMNS):
                rows = references.add_references(source, rows, views, plan.split.as_of, names)
            found[part] = rows
    return found


def _fit(home: Home, plan: Plan, started: datetime, on_epoch: OnEpoch | None) -> Outcome:
    from models.fit import Options, fit
    from models.predict import predict

    rows = rows_of(home, plan)
    options = Options(plan.seed, plan.epochs, plan.is_repeatable)
    fitted = fit(plan.model, plan.recipe, rows["train"], rows["validate"], options, on_epoch)
    took = _since(started)
    scored = [predict(fitted, rows[part]).with_columns(pl.lit(part).alias("part")) for part in PARTS]
    predictions = calibrated(pl.concat(scored), _labels(rows))
    explained = _explained(fitted, rows["validate"], plan)
    fitted.parameters["temperature"] = predictions["temperature"][0]
    return Outcome("completed", started, took, None, fitted, fitted.parameters, fitted.epochs, predictions, explained)


def _labels(rows: dict[str, pa.Table]) -> pl.DataFrame:
    tables = [pl.DataFrame(pl.from_arrow(one.select(["image_id", "label"]))) for one in rows.values()]
    return pl.concat(tables)


def calibrated(predictions: pl.DataFrame, labels: pl.DataFrame) -> pl.DataFrame:
    """Predictions with the temperature that the validation part asks for."""
    from models.calibrate import temperature

    held_out = predictions.filter(pl.col("part") == "validate").join(labels, on="image_id", maintain_order="left")
    found = temperature(held_out.select(PROBABILITIES).to_numpy(), held_out["label"].to_numpy())
    return predictions.with_columns(pl.lit(found, pl.Float32).alias("temperature"))


def _explained(fitted: Any, validate: pa.Table, plan: Plan) -> dict[str, pl.DataFrame]:
    if plan.split.strategy != EXPLAINED or plan.recipe != CORRECTED:
        return {}
    from models.explain import attributions, importances
    from models.rows import select

    rows = select(validate, columns(plan.model, plan.recipe))
    people = validate.column("subject_id").to_numpy()[rows.numbers]
    return {
        "registry.attributions": attributions(fitted, rows),
        "registry.importances": importances(fitted, rows, people),
    }


def _average(home: Home, plan: Plan, started: datetime) -> Outcome:
    """The mean of the systems that could be trained."""
    from models.ensemble import combine

    with open_work(home) as connection:
        said = [read.frame(connection, "select_predictions_of", {"run_id": one.run_id}) for one in plan.parts]
        labels = read.split_rows(connection, plan.split).select("image_id", "label")
    members = [(one, found) for one, found in zip(plan.parts, said, strict=True) if not found.is_empty()]
    if not members:
        raise UntrainableError(f"{plan.model} averages {', '.join(one.model for one in plan.parts)}: none is trained")
    parts = members[0][1].select("image_id", "part")
    mean = combine([found for _, found in members]).join(parts, on="image_id", maintain_order="left")
    told = [{"model": one.model, "recipe": one.recipe, "run_id": one.run_id} for one, _ in members]
    predictions = calibrated(mean, labels)
    parameters = {"members": told, "temperature": predictions["temperature"][0]}
    return Outcome("completed", started, _since(started), parameters=parameters, predictions=predictions)


def _pool(home: Home, plan: Plan, started: datetime) -> Outcome:
    """What the folds say of the people that each of them was not trained on."""
    with open_work(home) as connection:
        runs = [read.frame(connection, "select_run", {"run_id": one.run_id}).row(0, named=True) for one in plan.parts]
        tested = [read.frame(connection, "select_predictions_of", {"run_id": one.run_id}) for one in plan.parts]
    for one, run in zip(plan.parts, runs, strict=True):
        if run["status"] != "completed":
            raise UntrainableError(f"fold {one.split.fold} of {len(runs)}: {run['status_detail']}")
    columns_ = ["image_id", "part", "predicted", "temperature", *PROBABILITIES]
    predictions = pl.concat([one.filter(pl.col("part") == "test").select(columns_) for one in tested])
    parameters = {"folds": [one.run_id for one in plan.parts], "epochs": plan.epochs}
    took = sum(run["duration_s"] for run in runs)
    return Outcome("completed", started, took, parameters=parameters, predictions=predictions)
