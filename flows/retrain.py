"""Flow `retrain`: run the pipeline on new data, compare the champion with its challengers, and publish.

Ends early if nothing changed. The decision does not use the test part of a split: systems are compared over all people,
each predicted by models that were trained on others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from affect_store.flows.pipeline import (
    Source,
    SplitRequest,
    ingest_and_extract,
    is_unchanged,
    publish_changes,
    render_synthetic,
    split_and_audit,
)
from affect_store.flows.runtime import console, prefect
from affect_store.flows.runtime.notifications import announce
from affect_store.flows.runtime.parameters import (
    Count,
    Folds,
    LayoutName,
    MeshName,
    ModelName,
    Passes,
    People,
    ReferencesName,
    Scale,
    Seed,
    Share,
    home_at,
    images_at,
)
from affect_store.flows.runtime.prefect import flow, hold, keep_caches_in
from affect_store.flows.steps import audits, retraining, unchanged
from affect_store.flows.steps.corpus_options import CorpusOptions
from affect_store.flows.steps.erasure import finish_erasures
from affect_store.flows.steps.extensions import use_extensions
from affect_store.flows.steps.identity import IdentityAnswers
from affect_store.flows.steps.retraining import STRATEGIES
from affect_store.flows.steps.run_specs import TrainingRequest
from affect_store.flows.steps.synthetic_corpus import PEOPLE, SEED
from affect_store.flows.steps.unlabelled import predict_unlabelled
from affect_store.flows.train import train_missing
from affect_store.models.systems import CHALLENGERS, CORRECTED
from affect_store.store.engine import clock
from affect_store.store.home import Home
from affect_store.store.publication.retention import update_keep

NOTHING_NEW = "no new photograph, label, feature or code since the last decision"


@flow("retrain")
def retrain(
    *,
    images: str | None = None,
    home: str | None = None,
    layout: LayoutName | None = None,
    corpus: str | None = None,
    challengers: Annotated[list[ModelName], Field(min_length=1)] = list(CHALLENGERS),  # noqa: B006  # never changed
    folds: Folds = 5,
    with_faces: bool | None = None,
    decode_scale: Scale | None = None,
    passes: Passes | None = None,
    mesh: MeshName | None = None,
    references: ReferencesName | None = None,
    keep: Count | None = None,
    quarantine_share: Share | None = None,
    accept_missing: bool = False,
    verify: bool = False,
    people: People = PEOPLE,
    seed: Seed = SEED,
    same: Sequence[str] = (),
    distinct: bool = False,
) -> Any:
    """Process new photographs, labels, features and code: train, compare with the champion, and publish.

    Audits all rows again if the last full audit is more than seven days ago.

    Args:
        images: Folder of photographs; only read. The worker's AFFECT_IMAGES by default, else synthetic people.
        home: Directory of the store, its publications and logs; the worker's AFFECT_HOME by default.
        layout: 'manifest' (a table of labels), 'pattern' (affect.toml), or a database with labels in its file names,
            'rafd', 'kdef', 'jaffe' or 'ckplus'; by default as in the last run
            on the corpus, as are the faces, the scale and the share; at first detected.
        corpus: Name of the corpus; by default that of the photographs last seen in the folder, else the folder's name.
        challengers: Systems that may become champion, in the corrected recipe.
        folds: Number of person-disjoint folds over which systems are compared.
        with_faces: Publish the thumbnails of the faces, too; at first not.
        decode_scale: 1, 0.5 or 0.25: scale at which photographs are decoded; at first 1.
        passes: Number of slightly moved copies of a photograph over which its landmarks are averaged; at first 1.
        mesh: FaceMesh's model, 'plain' or 'attention'; at first 'plain'.
        references: What an aligned delta refers to, 'one' neutral photograph or the 'mean' over those of the camera;
            at first 'one'.
        keep: Number of publications to keep from now on; the number that the home remembers by default, at first 3.
        quarantine_share: Maximum share of the photographs that audits may quarantine; at first 0.05.
        accept_missing: Continue if more than 20 % of the corpus's photographs are no longer in the folder.
        verify: Read every byte of all photographs; by default, files whose size, times and inode are as they were are
            not read again.
        people: Number of synthetic people.
        seed: Seed of the synthetic people.
        same: Texts 'A=B', two ids of the corpus that belong to one person; B replaces A.
        distinct: Other ids that differ only in spelling belong to different people.

    Raises `CorpusError`, `StoreError` or `AuditFailedError`; the current publication then stays unchanged.
    """
    if prefect.is_overtaken():
        console.say("Skipped: a newer run of this deployment is already scheduled.")
        return prefect.skipped("a newer run of this deployment is already scheduled")
    store_home = home_at(home)
    use_extensions(store_home, images_at(images))
    keep_caches_in(store_home.caches)
    with hold(store_home, may_create=True):
        finish_erasures(store_home)
        keep = update_keep(store_home, keep)
        folder = images_at(images)
        if prefect.is_deployed() and not verify and is_unchanged(store_home, "retrain", folder):
            return prefect.unchanged(NOTHING_NEW)
        images = folder or render_synthetic(store_home, people, seed)
        before = unchanged.photographs_before(store_home, images)
        request = TrainingRequest(challengers, CORRECTED)
        given = CorpusOptions(layout, decode_scale, with_faces, quarantine_share, passes, mesh, references)
        source = Source(images, corpus, accept_missing, IdentityAnswers(same, distinct), verify)
        name, options = ingest_and_extract(store_home, source, given)
        is_decided = retraining.is_decided(store_home, name, request, folds)
        is_full = audits.full_audit_due(store_home) <= clock.now()
        if not is_decided or is_full:
            split = SplitRequest([name], retraining.folds_for(store_home, name, folds))
            split_and_audit(store_home, split, options, is_full=is_full)
            is_decided = retraining.is_decided(store_home, name, request, folds)
        if not is_decided:
            _train_and_decide(store_home, name, request, folds)
        else:
            predict_unlabelled(store_home)
        is_new = publish_changes(store_home, options, keep)
        announce(store_home, name)
        due = audits.full_audit_due(store_home)
        unchanged.remember(store_home, "retrain", prefect.parameters(), images, name, before, until=due)
    if is_decided and not is_new:
        return prefect.unchanged(NOTHING_NEW)
    return None


def _train_and_decide(home: Home, corpus: str, request: TrainingRequest, folds: int) -> None:
    """Train the challengers and the champion on the split by person and on the folds, then decide between them."""
    for systems in retraining.training_requests(home, corpus, request):
        for strategy in STRATEGIES:
            train_missing(home, systems, strategy)
    decision = retraining.decide(home, corpus, request, folds)
    console.say(f"  champion: {decision.champion.title}: {decision.reason}")
