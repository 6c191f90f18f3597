"""Flow `replicate`: train the notebook's systems as published, on the notebook's split and by person, and publish.

Each run that is in the registry already is not trained again, so a flow that was interrupted resumes after the last
system that was trained completely.
"""

from __future__ import annotations

from collections.abc import Sequence

from affect_store.flows.pipeline import (
    Source,
    SplitRequest,
    ingest_and_extract,
    publish_changes,
    split_and_audit,
)
from affect_store.flows.runtime.parameters import Count, ModelName, home_at
from affect_store.flows.runtime.prefect import flow, hold, keep_caches_in
from affect_store.flows.steps.corpus_options import CorpusOptions
from affect_store.flows.steps.erasure import finish_erasures
from affect_store.flows.steps.run_specs import TrainingRequest
from affect_store.flows.train import train_missing
from affect_store.models.systems import (
    CORRECTED,
    NOTEBOOK_SYSTEMS,
    PUBLISHED,
    PUBLISHED_WITH_SLIPS,
    require_of_notebook,
)
from affect_store.store.features.feature_views import PUBLISHED_FEATURES
from affect_store.store.publication.retention import update_keep

STRATEGIES = ("notebook", "by_person")


@flow("replicate")
def replicate(
    *,
    images: str,
    home: str | None = None,
    corpus: str | None = None,
    models: Sequence[ModelName] = (),
    with_slips: bool = False,
    accept_missing: bool = False,
    keep: Count | None = None,
) -> bool:
    """Replicate the notebook of 2022 on photographs, with all its epochs; returns whether anything was new.

    The systems are trained in the published and the corrected recipe. Photographs are decoded at full scale.

    Args:
        images: Folder of photographs; only read.
        home: Directory of the store, its publications and logs; the worker's AFFECT_HOME by default.
        corpus: Name of the corpus; by default that of the photographs last seen in the folder, else the folder's name.
        models: Systems of the notebook to train; all six by default.
        with_slips: Also train the published recipe with the notebook's indexing errors.
        accept_missing: Continue if more than 20 % of the corpus's photographs are no longer in the folder.
        keep: Number of publications to keep from now on; the number that the home remembers by default, at first 3.

    Raises `CorpusError`, `StoreError` or `AuditFailedError`; the current publication then stays unchanged.
    """
    require_of_notebook(models)
    store_home = home_at(home)
    keep_caches_in(store_home.caches)
    with hold(store_home, may_create=True):
        finish_erasures(store_home)
        keep = update_keep(store_home, keep)
        source = Source(images, corpus, accept_missing)
        name, options = ingest_and_extract(
            store_home, source, CorpusOptions(decode_scale=1.0), published=PUBLISHED_FEATURES
        )
        split_and_audit(store_home, SplitRequest([name], with_notebook=True), options)
        for request in _requests(models or NOTEBOOK_SYSTEMS, with_slips=with_slips):
            for strategy in STRATEGIES:
                train_missing(store_home, request, strategy)
        return publish_changes(store_home, options, keep)


def _requests(models: Sequence[str], *, with_slips: bool) -> list[TrainingRequest]:
    recipes = (PUBLISHED, *([PUBLISHED_WITH_SLIPS] if with_slips else []), CORRECTED)
    return [TrainingRequest(tuple(models), recipe) for recipe in recipes]
