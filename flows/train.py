"""Flow `train`: the six systems in both recipes on both splits, their predictions and their metrics.

A run is identified by a hash of all that determines it, so one that is in the registry is not trained again.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from flows import audited, terminal
from flows.engine import flow, task
from flows.services import features_of
from models.systems import RECIPES, REVISION, SYSTEMS
from store.errors import UnknownNameError, UntrainableError
from store.tables import read, write
from store.tables.connection import open_work
from store.tables.home import Home
from store.tables.read import FrozenSplit
from store.tables.splits import composition
from store.vocabulary import PARTS

SEED = 7
LIBRARIES = ("tensorflow", "keras", "numpy", "scikit-learn")


@dataclass(frozen=True)
class Plan:
    """One run to be made: everything that determines its result."""

    model: str
    recipe: str
    strategy: str
    split_id: str
    current: Mapping[str, str]
    epochs: int | None
    seed: int = SEED

    @property
    def service(self) -> str:
        """The feature service of the model and recipe."""
        return f"{self.model}.{self.recipe}"

    @property
    def versions(self) -> dict[str, str]:
        """The view versions behind the inputs of this model, out of those of the split."""
        return {name: self.current[name] for name in features_of(self.model, self.recipe)}

    @property
    def libraries(self) -> dict[str, str]:
        """Versions of the libraries that decide the weights."""
        return {name: version(name) for name in LIBRARIES}

    @property
    def run_id(self) -> str:
        """Sixteen hexadecimal digits over everything above."""
        told = [self.model, self.recipe, self.split_id, self.epochs, self.seed, self.versions, self.libraries, REVISION]
        return hashlib.sha256(write.as_json(told).encode()).hexdigest()[:16]

    @property
    def title(self) -> str:
        """How the run is called in the terminal."""
        return f"{self.model} {self.recipe} {self.strategy}"


def plans(current: list[FrozenSplit], models: list[str], epochs: dict[str, int | None], *, is_demo: bool) -> list[Plan]:
    """Every model in both recipes on both splits; the demo trains the published recipe on the by_person split alone.

    Raises `UnknownNameError` for a model that does not exist.
    """
    for name in models:
        if name not in SYSTEMS:
            raise UnknownNameError(f"model is {name!r}, expected one of {' '.join(SYSTEMS)}")
    return [
        Plan(model, recipe, split.strategy, split.split_id, split.versions, epochs[recipe])
        for split in current
        for recipe in RECIPES
        for model in dict.fromkeys(models)
        if not (is_demo and recipe == "published" and split.strategy == "by_image")
    ]


@dataclass
class Outcome:
    """What training one plan gave; `detail` says what could not be done."""

    status: str
    duration_s: float
    started_at: Any
    detail: str | None = None
    fitted: Any = None
    predictions: pl.DataFrame | None = None


def train_one(home: Home, plan: Plan, on_epoch: Any = None) -> Outcome:
    """Fit one plan on the rows of the work store and predict all three parts."""
    from models.fit import fit
    from models.predict import predict

    with open_work(home) as connection:
        split = read.frozen_split(connection, plan.split_id)
        rows = {part: read.training_rows(connection, split, part) for part in PARTS}
    started = write.now()
    try:
        fitted = fit(
            plan.model, plan.recipe, rows["train"], rows["validate"],
            seed=plan.seed, epochs=plan.epochs, on_epoch=on_epoch,
        )  # fmt: skip
    except UntrainableError as error:
        return Outcome("untrainable", _since(started), started, str(error))
    scored = [predict(fitted, rows[part]).with_columns(pl.lit(part).alias("part")) for part in PARTS]
    return Outcome("completed", _since(started), started, None, fitted, pl.concat(scored))


def _since(started: Any) -> float:
    return float((write.now() - started).total_seconds())


def save_artifact(home: Home, plan: Plan, fitted: Any) -> tuple[str, str]:
    """Write the weights beside and move them in place; returns the folder, relative to the home, and its sha256."""
    from models.artifact import save

    home.artifacts.mkdir(parents=True, exist_ok=True)
    unfinished = home.artifacts / f".{plan.run_id}"
    folder = home.artifacts / plan.run_id
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    digest = save(fitted, unfinished)
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)
    return str(folder.relative_to(home.root)), digest


def record(home: Home, plan: Plan, outcome: Outcome) -> None:
    """The run with its epochs, predictions and metrics, in one transaction."""
    from models.evaluate import evaluate

    path, digest = save_artifact(home, plan, outcome.fitted) if outcome.fitted else (None, None)
    with open_work(home) as connection:
        rows = read.split_rows(connection, read.frozen_split(connection, plan.split_id))
    tables = {"registry.runs": _run_row(plan, outcome, path, digest)}
    if outcome.fitted is not None and outcome.predictions is not None:
        truth = rows.select("image_id", pl.col("label").alias("truth"))
        predictions = outcome.predictions.join(truth, on="image_id")
        tables["registry.predictions"] = _of_run(plan, predictions)
        tables["registry.metrics"] = _of_run(plan, evaluate(predictions, rows))
        if outcome.fitted.epochs:
            tables["registry.epochs"] = _of_run(plan, pl.DataFrame(outcome.fitted.epochs))
    with open_work(home) as connection, write.transaction(connection):
        write.forget_run(connection, plan.run_id)
        for name, columns_of in tables.items():
            write.append(connection, name, write.batch(name, columns_of))


def _of_run(plan: Plan, rows: pl.DataFrame) -> dict[str, Any]:
    return {"run_id": [plan.run_id] * len(rows), **{name: rows[name].to_list() for name in rows.columns}}


def _run_row(plan: Plan, outcome: Outcome, path: str | None, digest: str | None) -> dict[str, list[Any]]:
    return {
        "run_id": [plan.run_id],
        "model": [plan.model],
        "recipe": [plan.recipe],
        "split_id": [plan.split_id],
        "service": [plan.service],
        "service_version": [composition(plan.versions.values())],
        "feature_versions": [write.as_json(plan.versions)],
        "seed": [plan.seed],
        "code_version": [write.code_version()],
        "library_versions": [write.as_json(plan.libraries)],
        "started_at": [outcome.started_at],
        "requested_at": [write.now()],
        "duration_s": [outcome.duration_s],
        "status": [outcome.status],
        "status_detail": [outcome.detail],
        "parameters": [write.as_json(outcome.fitted.parameters if outcome.fitted else {"epochs": plan.epochs})],
        "artifact_path": [path],
        "artifact_sha256": [digest],
    }


@task("train a model")
def train_task(home: Home, plan: Plan) -> str:
    """Train one plan and record it; returns its status."""
    with terminal.step(plan.title) as (step, advance):
        outcome = train_one(home, plan, lambda epoch, total, _: advance(1, total))
        record(home, plan, outcome)
        step.remark = outcome.status if outcome.fitted is None else f"{len(outcome.fitted.epochs)} epochs"
    if outcome.detail:
        terminal.say(f"      {outcome.detail}", style="yellow")
    return outcome.status


@task("compare models")
def compare_models(home: Home) -> int:
    """Paired comparisons of the current runs on the test part; returns the number of new rows."""
    from models.compare import compare

    with open_work(home) as connection:
        scored = read.frame(connection, "select_current_test_predictions")
    rows = [compare(group.drop("strategy")) for _, group in scored.group_by("strategy", maintain_order=True)]
    compared = pl.concat(rows) if rows else pl.DataFrame()
    if compared.is_empty():
        return 0
    with open_work(home) as connection:
        columns_of = {name: compared[name].to_list() for name in compared.columns}
        run_ids = scored["run_id"].unique().to_list()
        return write.replace_comparisons(connection, run_ids, write.batch("registry.comparisons", columns_of))


@flow("train")
def train(
    home: str = ".affect",
    models: list[str] | None = None,
    epochs: int | None = None,
    published_epochs: int | None = None,
    is_demo: bool = False,
) -> int:
    """Train what is not in the registry yet; returns the number of new runs. Raises `StoreError` where rows or splits
    have not passed an audit as they are.

    `epochs` caps both recipes, `published_epochs` the published one alone.
    """
    place = Home(Path(home).absolute())
    with open_work(place) as connection:
        newest = read.frame(connection, "select_newest_splits")["split_id"]
        current = [read.frozen_split(connection, one) for one in newest]
        trained = read.frame(connection, "select_trained_runs").rows()
    known = {run_id for run_id, path in trained if path is None or (place.root / path).is_dir()}
    least = min((cap for cap in (published_epochs, epochs) if cap is not None), default=None)
    caps = {"published": least, "corrected": epochs}
    wanted = plans(current, models or list(SYSTEMS), caps, is_demo=is_demo)
    missing = [plan for plan in wanted if plan.run_id not in known]
    if missing:
        audited.require(place)
    with open_work(place) as connection:
        for plan in wanted:
            write.request_run(connection, plan.run_id)
    terminal.say(f"  {len(missing)} models to train, {len(wanted) - len(missing)} trained before")
    for plan in missing:
        train_task(place, plan)
    with open_work(place) as connection:
        uncompared = read.number(connection, "count_uncompared_pairs")
    if uncompared:
        compare_models(place)
    return len(missing)
