"""Flow `experiment`: train chosen models on the photographs of the last run, compare and publish; ingests nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from affect_store.flows.pipeline import SplitRequest, split_and_audit
from affect_store.flows.publish import publish
from affect_store.flows.runtime import console
from affect_store.flows.runtime.parameters import (
    AnyFolds,
    Count,
    ModelName,
    RecipeName,
    Repeats,
    Seed,
    SplitName,
    home_at,
)
from affect_store.flows.runtime.prefect import flow, hold, keep_caches_in
from affect_store.flows.steps.corpora import has_one_corpus, require_split
from affect_store.flows.steps.corpus_options import CorpusOptions, announced, options_in_use
from affect_store.flows.steps.erasure import finish_erasures
from affect_store.flows.steps.extensions import use_extensions
from affect_store.flows.steps.publication_pages import is_current, publishes_faces
from affect_store.flows.steps.run_specs import SEED, TrainingRequest, require_known
from affect_store.flows.steps.splits import require_folds
from affect_store.flows.train import train_missing
from affect_store.store.home import Home
from affect_store.store.publication.repository import remove_expired
from affect_store.store.publication.retention import update_keep


@flow("experiment")
def experiment(
    *,
    home: str | None = None,
    models: Sequence[ModelName] = (),
    recipe: RecipeName | None = None,
    strategy: SplitName | None = None,
    seed: Seed = SEED,
    seeds: Repeats = 1,
    folds: AnyFolds = 0,
    repeats: Repeats = 1,
    epochs: Count | None = None,
    is_repeatable: bool = True,
    keep: Count | None = None,
) -> int:
    """Train models on the photographs that the last run split; returns the number of new runs.

    Args:
        home: Directory of the store, its publications and logs; the worker's AFFECT_HOME by default.
        models: Systems to train; all by default.
        recipe: One recipe; all recipes of each system by default.
        strategy: by_person, by_image or folds; all existing splits by default, only folds if `folds` is given.
        seed: The first seed.
        seeds: Number of random seeds per model, to estimate run-to-run variance.
        folds: Number of person-disjoint folds to make and audit first; 0 for none.
        repeats: Number of repetitions of the k-fold split.
        epochs: Maximum number of epochs per model.
        is_repeatable: Use deterministic kernels; a GPU is faster without.
        keep: Number of publications to keep from now on; the number that the home remembers by default, at first 3.

    Raises `StoreError` if there is no store, or no split yet, and `AuditFailedError`.
    """
    store_home = home_at(home)
    use_extensions(store_home)
    keep_caches_in(store_home.caches)
    request = TrainingRequest(models, recipe, epochs, None, seeds, seed, is_repeatable)
    require_known(models, recipe)
    with hold(store_home):
        finish_erasures(store_home)
        corpora = require_split(store_home)
        keep = update_keep(store_home, keep)
        options = options_of_home(store_home)
        if folds:
            require_folds(store_home, corpora, folds)
            split_and_audit(store_home, SplitRequest(corpora, folds, repeats), options)
            strategy = strategy or "folds"
        count = train_missing(store_home, request, strategy)
        publish_new(store_home, options, keep, count=count)
    return count


def options_of_home(home: Home) -> CorpusOptions:
    """Return the options of the last run on the corpora in use, and say which they are."""
    options = announced(CorpusOptions(), options_in_use(home))
    if options.with_faces is None and has_one_corpus(home):  # not stored by earlier versions
        options = replace(options, with_faces=publishes_faces(home))
    return options


NO_NEW_RUNS = "Nothing new: every requested run is in the registry and published."


def publish_new(home: Home, options: CorpusOptions, keep: int, *, count: int, unchanged: str = NO_NEW_RUNS) -> None:
    """Publish unless the current publication shows the home's contents.

    `count` is the number of new runs or rows; `unchanged` is said if there are none and nothing was published.
    """
    with_faces, share = options.publishes_faces, options.quarantine_share
    if not is_current(home, with_faces=with_faces):
        publish(home=str(home.root), with_faces=with_faces, quarantine_share=share, keep=keep)
        return
    remove_expired(home, keep)
    if not count:
        console.say(unchanged)
