"""Flow `train`: the systems in their recipes on the current splits, their predictions, metrics and comparisons.

A run is identified by a hash of all that determines it, so one that is in the registry is not trained again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from flows import audited, terminal
from flows.compare import compare_current, is_compared
from flows.engine import flow, hold, task
from flows.fitting import Outcome, make
from flows.model_artifact import save_artifact
from flows.parameters import Count, ModelName, RecipeName, Seed, SplitName, home_at
from flows.plans import SEED, Asked, Plan, in_order, plans
from store.tables import read, write
from store.tables.connection import open_work
from store.tables.home import Home
from store.tables.splits import composition


def record(home: Home, plan: Plan, outcome: Outcome) -> None:
    """The run with its epochs, predictions, metrics and explanations, in one transaction."""
    from models.evaluate import evaluate

    tables: dict[str, pl.DataFrame] = dict(outcome.explained)
    if outcome.predictions is not None:
        with open_work(home) as connection:
            rows = read.split_rows(connection, plan.split)
        truth = rows.select("image_id", pl.col("label").alias("truth"))
        tables["registry.predictions"] = outcome.predictions.join(truth, on="image_id")
        tables["registry.metrics"] = evaluate(tables["registry.predictions"], rows)
    if outcome.epochs:
        tables["registry.epochs"] = pl.DataFrame(outcome.epochs)
    path, digest = save_artifact(home, plan, outcome, tables.get("registry.metrics"))
    with open_work(home) as connection, write.transaction(connection):
        pooled = read.frame(connection, "select_pooled_run", {"run_id": plan.run_id})["pooled_run_id"].to_list()
        write.forget_run(connection, plan.run_id)
        row = _run_row(plan, outcome, path, digest)
        if pooled and row["pooled_run_id"] == [None]:  # asked for as a part of an ensemble this time
            row["pooled_run_id"] = pooled
        write.append(connection, "registry.runs", write.batch("registry.runs", row))
        for name, found in tables.items():
            columns = {"run_id": [plan.run_id] * len(found), **{one: found[one].to_list() for one in found.columns}}
            write.append(connection, name, write.batch(name, columns))


def _run_row(plan: Plan, outcome: Outcome, path: str | None, digest: str | None) -> dict[str, list[Any]]:
    told = {
        "run_id": plan.run_id, "configuration": plan.configuration, "model": plan.model, "recipe": plan.recipe,
        "split_id": plan.split.split_id, "pooled_run_id": plan.pooled_run_id, "service": plan.service,
        "service_version": composition(plan.versions.values()), "feature_versions": write.as_json(plan.versions),
        "seed": plan.seed, "code_version": write.code_version(), "library_versions": write.as_json(plan.libraries),
        "started_at": outcome.started_at, "requested_at": write.now(), "duration_s": outcome.duration_s,
        "status": outcome.status, "status_detail": outcome.detail, "artifact_path": path, "artifact_sha256": digest,
        "parameters": write.as_json(outcome.parameters),
    }  # fmt: skip
    return {name: [value] for name, value in told.items()}


@task("train a model", "{plan.title}")
def train_task(home: Home, plan: Plan) -> str:
    """Make the run of one plan and record it; returns its status."""
    with terminal.step(plan.title) as (step, advance):
        outcome = make(home, plan, lambda epoch, total, _: advance(1, total))
        record(home, plan, outcome)
        step.remark = f"{len(outcome.epochs)} epochs" if outcome.epochs else outcome.status
    if outcome.detail:
        terminal.say(f"      {outcome.detail}", style="yellow")
    return outcome.status


@task("compare models")
def compare_models(home: Home) -> int:
    """Comparisons and ranks of the runs that count today; returns the number of pairs."""
    with terminal.step("compare models") as (step, _), open_work(home) as connection:
        pairs = compare_current(connection)
        step.remark = f"{pairs} pairs"
    return pairs


@flow("train")
def train(
    home: str | None = None,
    models: Sequence[ModelName] = (),
    recipe: RecipeName | None = None,
    epochs: Count | None = None,
    published_epochs: Count | None = None,
    seeds: Count = 1,
    strategy: SplitName | None = None,
    is_demo: bool = False,
    is_repeatable: bool = True,
    first_seed: Seed = SEED,
) -> int:
    """Train what is not in the registry yet on the current splits; returns how many runs.

    Args:
        home: Directory of everything that is produced; the worker's AFFECT_HOME by default.
        models: Systems to train; all where none is named.
        recipe: One recipe; all of each system's by default.
        epochs: Most epochs of any model.
        published_epochs: Most epochs of the published recipe.
        seeds: Train every model with so many seeds.
        strategy: The splits of one strategy; all that there are by default.
        is_demo: Leave out what takes long and shows little.
        is_repeatable: Kernels that give the same bits again; without, a GPU is faster.
        first_seed: The first seed.

    Raises `StoreError` where rows or splits have not passed an audit as they are.
    """
    place = home_at(home)
    asked = Asked(models, recipe, epochs, published_epochs, seeds, first_seed, is_repeatable, is_demo)
    with hold(place):
        return train_missing(place, asked, strategy)


def train_missing(place: Home, asked: Asked, strategy: str | None = None) -> int:
    """Train what is not in the registry yet, and compare; returns the number of new runs."""
    with open_work(place) as connection:
        newest = read.frame(connection, "select_newest_splits")["split_id"]
        current = [read.frozen_split(connection, one) for one in newest]
        current = [one for one in current if strategy in (None, one.strategy)]
        folds = {one.split_id: read.folds_of(connection, one) for one in current}
        trained = read.frame(connection, "select_trained_runs").rows()
    known = {run_id for run_id, path in trained if path is None or (place.root / path).is_dir()}
    wanted = list(in_order(plans(current, folds, asked)))
    missing = [plan for plan in wanted if plan.run_id not in known]
    if missing:
        audited.require(place)
    with open_work(place) as connection:
        for plan in wanted:
            write.request_run(connection, plan.run_id, plan.pooled_run_id)
    terminal.say(f"  {len(missing)} models to train, {len(wanted) - len(missing)} trained before")
    for plan in missing:
        train_task(place, plan)
    with open_work(place) as connection:
        is_done = is_compared(connection)
    if not is_done:
        compare_models(place)
    return len(missing)
