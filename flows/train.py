"""Flow `train`: train systems in their recipes on the current splits, and compare them.

A run is identified by a hash of everything that determines it, so a run in the registry is not trained again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from affect_store.flows.publish import publish
from affect_store.flows.runtime import console
from affect_store.flows.runtime.parameters import (
    Count,
    ModelName,
    RecipeName,
    Repeats,
    Seed,
    SplitName,
    home_at,
)
from affect_store.flows.runtime.prefect import flow, hold, task
from affect_store.flows.steps import training_processes
from affect_store.flows.steps.comparisons import compare_current, is_compared, renew_outdated_metrics
from affect_store.flows.steps.extensions import use_extensions
from affect_store.flows.steps.numbers import number_of
from affect_store.flows.steps.run_execution import execute
from affect_store.flows.steps.run_records import record_run, request_runs, untrained
from affect_store.flows.steps.run_specs import SEED, RunSpec, TrainingRequest
from affect_store.flows.steps.trainability import Trainability, trainability_of
from affect_store.flows.steps.training_forecast import TrainingForecast
from affect_store.flows.steps.training_processes import training_photographs
from affect_store.flows.steps.unlabelled import predict_unlabelled
from affect_store.models.settings import epochs_of
from affect_store.models.systems import LINEAR, NETWORK, SYSTEMS
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import WorkerDiedError
from affect_store.store.home import Home
from affect_store.store.publication import repository
from affect_store.store.publication.manifest import is_preliminary

EARLY_WORK = 100_000
"""Photographs times epochs of networks from which the linear systems are published before them: about two minutes."""


@task("train a model", "{spec.title}")
def train_model(
    home: Home, spec: RunSpec, *, is_explained: bool = False, forecast: TrainingForecast | None = None
) -> str:
    """Execute and record one run; returns its status. `is_explained` if a message said why it cannot be trained.

    `forecast` covers this network and those that are trained after it.
    """
    with console.step(spec.title) as (step, advance):

        def report(epoch: int, total: int, _: object) -> None:
            advance(1, total)
            if forecast is not None and forecast.report(spec.run_id, epoch):
                _say_forecast(forecast)

        outcome = execute(home, spec, report)
        record_run(home, spec, outcome)
        step.remark = f"{len(outcome.epochs)} epochs" if outcome.epochs else outcome.status
        if forecast is not None:
            forecast.end(spec.run_id)
            step.remark = ", ".join(filter(None, (step.remark, str(forecast))))
    if outcome.detail and not is_explained:
        console.say(f"      {outcome.detail}", style="yellow")
    return outcome.status


def _say_forecast(forecast: TrainingForecast) -> None:
    if text := str(forecast):
        console.say(f"    {text}, if no network stops early")


@task("compare models")
def compare_models(home: Home) -> int:
    """Compare and rank the current runs; returns the number of pairs."""
    with console.step("compare models") as (step, _), open_work(home) as connection:
        pairs = compare_current(connection)
        step.remark = f"{pairs} pairs"
    return pairs


@flow("train")
def train(
    *,
    home: str | None = None,
    models: Sequence[ModelName] = (),
    recipe: RecipeName | None = None,
    epochs: Count | None = None,
    published_epochs: Count | None = None,
    seeds: Repeats = 1,
    strategy: SplitName | None = None,
    is_demo: bool = False,
    is_repeatable: bool = True,
    first_seed: Seed = SEED,
    publishes_early: bool = False,
) -> int:
    """Train the runs that the registry lacks on the current splits; returns how many.

    Args:
        home: Directory of the store, its publications and logs; the worker's AFFECT_HOME by default.
        models: Systems to train; all by default.
        recipe: One recipe; all recipes of each system by default.
        epochs: Maximum number of epochs per model.
        published_epochs: Maximum number of epochs in the published recipe.
        seeds: Number of random seeds per model, to estimate run-to-run variance.
        strategy: The splits of one strategy; all splits by default.
        is_demo: Skip slow steps that add little to a demo.
        is_repeatable: Use deterministic kernels; a GPU is faster without.
        first_seed: The first seed.
        publishes_early: In a home without a publication, publish the linear systems before networks that take long.

    Raises `StoreError` if rows or splits have changed since they passed an audit.
    """
    store_home = home_at(home)
    request = TrainingRequest(models, recipe, epochs, published_epochs, seeds, first_seed, is_repeatable, is_demo)
    with hold(store_home):
        return train_missing(store_home, request, strategy, publishes_early=publishes_early)


def train_missing(
    home: Home, request: TrainingRequest, strategy: str | None = None, *, publishes_early: bool = False
) -> int:
    """Train the requested runs that the registry lacks, then compare; returns the number of new runs.

    With `publishes_early`, the first publication of a home has the linear systems, if networks take long.
    """
    use_extensions(home)
    missing, known = request_runs(home, request, strategy)
    console.say(f"  {len(missing)} models to train, {known} already trained")
    if request.is_demo and missing:
        console.say("  the demo skips slower systems, most of them on the split by image; `affect train` trains them")
    explained = explain_untrainable(home, missing)
    trainable = [spec for spec in missing if spec.run_id not in explained]
    if publishes_early and (first := runs_to_publish_early(home, trainable)):
        train_runs(home, first, explained)
        predict_unlabelled(home)
        compare_where_new(home)
        publish(home=str(home.root), preliminary=True)
        console.say(f"  {home.dashboards} shows the linear systems; networks follow")
        train_runs(home, [spec for spec in missing if spec not in first], explained)
    else:
        train_runs(home, missing, explained)
    predict_unlabelled(home)
    compare_where_new(home)
    return len(missing)


def runs_to_publish_early(home: Home, missing: Sequence[RunSpec]) -> list[RunSpec]:
    """Return the runs of linear systems if the networks take minutes and no complete publication exists; else none."""
    current = repository.current(home)
    if current is not None and not is_preliminary(current):
        return []  # readers keep all systems of the last run until this one has trained all
    linear = [spec for spec in missing if SYSTEMS[spec.model].family == LINEAR]
    networks = [spec for spec in missing if _is_network(spec)]
    takes_long = training_processes.work_of(networks, training_photographs(home, networks)) >= EARLY_WORK
    return linear if takes_long else []


def _is_network(spec: RunSpec) -> bool:
    """Return whether a run trains a network itself, and does not pool others."""
    return SYSTEMS[spec.model].family == NETWORK and not spec.parts


def compare_where_new(home: Home) -> None:
    """Compare the models if runs, ratings or photographs are new."""
    with open_work(home) as connection:
        renew_outdated_metrics(connection)
        is_current = is_compared(connection)
    if not is_current:
        compare_models(home)


def train_runs(home: Home, specs: Sequence[RunSpec], explained: Collection[str] = ()) -> None:
    """Train runs and record them: networks several at once where that is faster, and last what is made from others.

    `explained` are the ids of the runs of which a message said why they cannot be trained.
    """
    trainable = [spec for spec in specs if spec.run_id not in explained]
    apart, processes = training_processes.worth_a_process(home, trainable)
    remaining = [spec for spec in specs if spec not in apart]
    networks = [spec for spec in remaining if spec in trainable and _is_network(spec)]
    forecast = TrainingForecast(networks, training_photographs(home, networks))
    for spec in remaining:
        if not spec.parts:
            train_model(
                home, spec, is_explained=spec.run_id in explained, forecast=forecast if spec in networks else None
            )
    for spec in train_networks(home, apart, processes) if apart else ():
        train_model(home, spec)
    for spec in remaining:
        if spec.parts:
            train_model(home, spec, is_explained=spec.run_id in explained)


@task("train networks", "{specs[0].title} and others")
def train_networks(home: Home, specs: Sequence[RunSpec], processes: int) -> list[RunSpec]:
    """Train and record networks in several processes; returns those left to train if one of the processes died."""
    left = {spec.run_id: spec for spec in untrained(home, specs)}  # fewer if the task is tried again
    epochs = {run_id: epochs_of(spec.model, spec.recipe, spec.epochs) for run_id, spec in left.items()}
    counted = dict.fromkeys(left, 0)
    forecast = TrainingForecast(list(left.values()), training_photographs(home, specs), processes)
    title = f"train {number_of(len(specs), 'network')}"
    with console.step(title, sum(epochs.values()), is_even=False) as (step, advance):

        def report(run_id: str, epoch: int) -> None:
            advance(epoch - counted[run_id])
            counted[run_id] = epoch
            if forecast.report(run_id, epoch):
                _say_forecast(forecast)

        try:
            for spec, outcome in training_processes.train_apart(home, list(left.values()), processes, report):
                record_run(home, spec, outcome)
                advance(epochs[spec.run_id] - counted[spec.run_id])
                forecast.end(spec.run_id)
                del left[spec.run_id]
                remark = f"{len(outcome.epochs)} epochs" if outcome.epochs else outcome.status
                remark = ", ".join(filter(None, (remark, str(forecast))))
                console.say(f"    {spec.title:<32}{outcome.duration_s:7.1f} s   {remark}")
                if outcome.detail:
                    console.say(f"      {outcome.detail}", style="yellow")
        except WorkerDiedError as error:
            console.say(f"  {error}; the other models are trained one after another", style="yellow")
        step.remark = f"{processes} at a time"
    return list(left.values())


def explain_untrainable(home: Home, missing: Sequence[RunSpec]) -> set[str]:
    """Say once, before anything is trained, which models cannot be trained and why; returns the ids of their runs."""
    if not missing:
        return set()
    with open_work(home) as connection:
        trainability: Trainability = trainability_of(connection, missing)
    for sentence in trainability.sentences:
        console.say(f"  {sentence}", style="yellow")
    return trainability.run_ids
