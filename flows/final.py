"""Flow `final`: train systems on everybody, for new photographs; folds or runs by person say how good they are."""

from __future__ import annotations

from collections.abc import Sequence

from affect_store.flows.experiment import options_of_home, publish_new
from affect_store.flows.pipeline import SplitRequest, split_and_audit
from affect_store.flows.runtime import console
from affect_store.flows.runtime.parameters import Count, ModelName, RecipeName, home_at
from affect_store.flows.runtime.prefect import flow, hold, keep_caches_in, task
from affect_store.flows.steps import final_models
from affect_store.flows.steps.corpora import require_split
from affect_store.flows.steps.erasure import finish_erasures
from affect_store.flows.steps.extensions import use_extensions
from affect_store.flows.steps.final_execution import execute_final
from affect_store.flows.steps.numbers import number_of
from affect_store.flows.steps.run_records import record_run
from affect_store.flows.steps.run_specs import RunSpec, TrainingRequest
from affect_store.flows.train import train_missing
from affect_store.store.errors import StoreError
from affect_store.store.home import Home
from affect_store.store.publication.retention import update_keep


@task("train a final model", "{spec.title}")
def train_final(home: Home, spec: RunSpec) -> str:
    """Execute and record the run of a final model; returns its status."""
    with console.step(spec.title) as (step, advance):
        outcome = execute_final(home, spec, lambda epoch, total, _: advance(1, total))
        record_run(home, spec, outcome)
        step.remark = f"{len(outcome.epochs)} epochs" if outcome.epochs else outcome.status
    if outcome.detail:
        console.say(f"      {outcome.detail}", style="yellow")
    return outcome.status


@flow("final")
def final(
    *,
    home: str | None = None,
    models: Sequence[ModelName] = (),
    recipe: RecipeName | None = None,
    keep: Count | None = None,
) -> int:
    """Train systems on all people, and publish; returns the number of new models.

    A system without a run by person is trained by person first: that run says how good it is, and how long to train.

    Args:
        home: Directory of the store, its publications and logs; the worker's AFFECT_HOME by default.
        models: Systems to train; by default the champion, or the best of the leaderboard where none is promoted.
        recipe: The recipe; the corrected one by default.
        keep: Number of publications to keep from now on; the number that the home remembers by default, at first 3.

    Raises `StoreError` if there is no store, no split or no trained model yet, or if none of the systems can be trained
    by person, and `AuditFailedError`.
    """
    store_home = home_at(home)
    use_extensions(store_home)
    keep_caches_in(store_home.caches)
    with hold(store_home):
        finish_erasures(store_home)
        corpora = require_split(store_home)
        keep = update_keep(store_home, keep)
        options = options_of_home(store_home)
        systems = final_models.systems_to_train(store_home, corpora, models, recipe)
        split_and_audit(store_home, SplitRequest(corpora, with_final=True), options)
        for model, own_recipe in final_models.systems_without_basis(store_home, systems):
            train_missing(store_home, TrainingRequest([model], own_recipe), "by_person")
        missing, known = final_models.request_final(store_home, systems)
        console.say(f"  {number_of(len(missing), 'final model')} to train, {known} already trained")
        for spec in missing:
            train_final(store_home, spec)
        publish_new(store_home, options, keep, count=len(missing))
        if not missing and not known:
            raise StoreError("no final model was trained: none of the systems could be trained by person")
    return len(missing)
