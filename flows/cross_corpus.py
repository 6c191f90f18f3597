"""Flow `cross_corpus`: train systems on some corpora of a home and test them on others, and publish."""

from __future__ import annotations

from collections.abc import Sequence

from affect_store.flows.audit import audit
from affect_store.flows.experiment import options_of_home, publish_new
from affect_store.flows.pipeline import audit_rows
from affect_store.flows.runtime import console
from affect_store.flows.runtime.parameters import Count, ModelName, RecipeName, Repeats, Seed, home_at
from affect_store.flows.runtime.prefect import flow, hold, keep_caches_in
from affect_store.flows.steps import cross_split
from affect_store.flows.steps.audit_state import is_audited
from affect_store.flows.steps.corpora import are_audited_together, audited_with, require_known_corpora, require_split
from affect_store.flows.steps.cross_split import CorpusPair
from affect_store.flows.steps.erasure import finish_erasures
from affect_store.flows.steps.extensions import use_extensions
from affect_store.flows.steps.numbers import number_of
from affect_store.flows.steps.run_records import request_runs_on
from affect_store.flows.steps.run_specs import SEED, TrainingRequest, require_known
from affect_store.flows.train import explain_untrainable, train_runs
from affect_store.models.systems import CORRECTED
from affect_store.store.home import Home
from affect_store.store.publication.retention import update_keep


@flow("cross-corpus")
def cross_corpus(
    *,
    trained_on: Sequence[str],
    tested_on: Sequence[str],
    home: str | None = None,
    models: Sequence[ModelName] = (),
    recipe: RecipeName | None = None,
    seed: Seed = SEED,
    seeds: Repeats = 1,
    epochs: Count | None = None,
    is_repeatable: bool = True,
    keep: Count | None = None,
) -> int:
    """Train systems on the people of some corpora, test them on others, and publish; returns the number of new runs.

    Args:
        trained_on: Corpora to train and validate on, pooled.
        tested_on: Corpora to test on, pooled.
        home: Directory of the store, its publications and logs; the worker's AFFECT_HOME by default.
        models: Systems to train; all by default.
        recipe: The recipe; the corrected one by default.
        seed: The first seed.
        seeds: Number of random seeds per model, to estimate run-to-run variance.
        epochs: Maximum number of epochs per model.
        is_repeatable: Use deterministic kernels; a GPU is faster without.
        keep: Number of publications to keep from now on; the number that the home remembers by default, at first 3.

    Raises `StoreError` if there is no store or no split yet, `UnknownNameError` for an unknown corpus, `CorpusError` if
    the corpora cannot be trained or tested on, and `AuditFailedError`.
    """
    store_home = home_at(home)
    use_extensions(store_home)
    keep_caches_in(store_home.caches)
    pair = CorpusPair(tuple(trained_on), tuple(tested_on))
    require_known(models, recipe)
    request = TrainingRequest(models, recipe or CORRECTED, epochs, None, seeds, seed, is_repeatable)
    with hold(store_home):
        finish_erasures(store_home)
        require_split(store_home)
        require_known_corpora(store_home, pair.corpora)
        keep = update_keep(store_home, keep)
        options = options_of_home(store_home)
        if not are_audited_together(store_home, pair.corpora):
            with audited_with(store_home, pair.corpora):
                audit_rows(str(store_home.root), options.quarantine_share)
        split_id = cross_split.store_cross_split(store_home, pair)
        if not is_audited(store_home):
            audit(home=str(store_home.root), stage="splits", quarantine_share=options.quarantine_share)
        count = _train(store_home, split_id, request)
        publish_new(store_home, options, keep, count=count)
    return count


def _train(home: Home, split_id: str, request: TrainingRequest) -> int:
    """Train the requested runs on a split that the registry lacks; returns the number of new runs."""
    missing, known = request_runs_on(home, split_id, request)
    console.say(f"  {number_of(len(missing), 'model')} to train, {known} already trained")
    explained = explain_untrainable(home, missing)
    usable = [spec for spec in missing if spec.run_id not in explained]
    train_runs(home, usable)
    return len(usable)
