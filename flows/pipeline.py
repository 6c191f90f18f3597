"""Flow `pipeline`: from a folder of photographs to the published store and dashboards; a second run does only new work.

Its parts that `retrain`, `experiment` and `replicate` share are plain functions here, since they call other flows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from affect_store.flows.audit import audit
from affect_store.flows.deltas import deltas
from affect_store.flows.ingest import ingest
from affect_store.flows.landmarks import landmarks
from affect_store.flows.people import render_people
from affect_store.flows.publish import publish
from affect_store.flows.runtime import console, prefect
from affect_store.flows.runtime.parameters import (
    AnyFolds,
    Count,
    LayoutName,
    MeshName,
    ModelName,
    Passes,
    People,
    ReferencesName,
    Repeats,
    Scale,
    Seed,
    Share,
    home_at,
    images_at,
)
from affect_store.flows.runtime.prefect import flow, hold, keep_caches_in
from affect_store.flows.split import split
from affect_store.flows.steps import unchanged
from affect_store.flows.steps.audit_state import ROWS, is_audited
from affect_store.flows.steps.corpora import use_corpora
from affect_store.flows.steps.corpus_options import CorpusOptions, options_of, remember_options
from affect_store.flows.steps.erasure import finish_erasures
from affect_store.flows.steps.extensions import use_extensions
from affect_store.flows.steps.identity import NO_ANSWERS, IdentityAnswers
from affect_store.flows.steps.publication_pages import is_current
from affect_store.flows.steps.retention import rollback_note
from affect_store.flows.steps.run_specs import TrainingRequest
from affect_store.flows.steps.splits import require_folds
from affect_store.flows.steps.synthetic_corpus import PEOPLE, SEED
from affect_store.flows.train import train
from affect_store.store.errors import AuditFailedError
from affect_store.store.home import Home
from affect_store.store.publication.repository import remove_expired
from affect_store.store.publication.retention import update_keep

MAX_AUDITS = 3
"""Maximum number of audits per run: quarantined references change other deltas, which are audited again."""


@flow("pipeline")
def pipeline(
    *,
    images: str | None = None,
    home: str | None = None,
    layout: LayoutName | None = None,
    corpus: str | None = None,
    models: Sequence[ModelName] = (),
    epochs: Count | None = None,
    published_epochs: Count | None = None,
    seeds: Repeats = 1,
    folds: AnyFolds = 0,
    repeats: Repeats = 1,
    people: People = PEOPLE,
    seed: Seed = SEED,
    is_demo: bool = False,
    with_faces: bool | None = None,
    decode_scale: Scale | None = None,
    passes: Passes | None = None,
    mesh: MeshName | None = None,
    references: ReferencesName | None = None,
    keep: Count | None = None,
    quarantine_share: Share | None = None,
    accept_missing: bool = False,
    verify: bool = False,
    same: Sequence[str] = (),
    distinct: bool = False,
) -> bool:
    """Run every step on photographs, or on synthetic people; returns whether anything was new.

    The layout, `with_faces`, `quarantine_share` and the options of the features (`decode_scale` to `references`) are
    stored with the corpus, `keep` with the home; one that is not given is as in the last run on the corpus, and the
    default below holds at first.

    Args:
        images: Folder of photographs; only read. The worker's AFFECT_IMAGES by default, else synthetic people.
        home: Directory of the store, its publications and logs; the worker's AFFECT_HOME by default.
        layout: 'manifest' (a table of labels), 'pattern' (affect.toml), or a database with labels in its file names,
            'rafd', 'kdef', 'jaffe' or 'ckplus'; at first detected.
        corpus: Name of the corpus; by default that of the photographs last seen in the folder, else the folder's name.
        models: Systems to train; all by default.
        epochs: Maximum number of epochs per model.
        published_epochs: Maximum number of epochs in the published recipe.
        seeds: Number of random seeds per model, to estimate run-to-run variance.
        folds: Number of person-disjoint folds to train on in addition; 0 for none.
        repeats: Number of repetitions of the k-fold split.
        people: Number of synthetic people.
        seed: Seed of the synthetic people.
        is_demo: Skip slow steps that add little to a demo.
        with_faces: Publish the thumbnails of the faces, too; at first not.
        decode_scale: 1, 0.5 or 0.25. Smaller images are faster; each scale has landmark versions of its own; at
            first 1.
        passes: Number of slightly moved copies of a photograph over which its landmarks are averaged, the photograph
            itself included; at first 1.
        mesh: FaceMesh's model, 'plain' or 'attention'; at first 'plain'.
        references: What an aligned delta refers to, 'one' neutral photograph of the camera or the 'mean' over all of
            them but the photograph itself; at first 'one'.
        keep: Number of publications to keep from now on; the number that the home remembers by default, at first 3.
        quarantine_share: Maximum share of the photographs that audits may quarantine; at first 0.05.
        accept_missing: Continue if more than 20 % of the corpus's photographs are no longer in the folder.
        verify: Read every byte of all photographs; by default, files whose size, times and inode are as they were are
            not read again.
        same: Texts 'A=B', two ids of the corpus that belong to one person; B replaces A.
        distinct: Other ids that differ only in spelling belong to different people.

    Raises `CorpusError`, `StoreError` or `AuditFailedError`; the last complete publication then stays unchanged.
    """
    store_home = home_at(home)
    keep_caches_in(store_home.caches)
    with hold(store_home, may_create=True):
        finish_erasures(store_home)
        keep = update_keep(store_home, keep)
        folder = images if is_demo else images_at(images)
        if prefect.is_deployed() and not verify and is_unchanged(store_home, "pipeline", folder):
            return False
        images = folder or render_synthetic(store_home, people, seed)
        before = unchanged.photographs_before(store_home, images)
        given = CorpusOptions(layout, decode_scale, with_faces, quarantine_share, passes, mesh, references)
        source = Source(images, corpus, accept_missing, IdentityAnswers(same, distinct), verify)
        use_extensions(store_home, images)
        published = TrainingRequest(models).published_features
        name, options = ingest_and_extract(
            store_home, source, given, folds=folds, is_remembered=True, published=published
        )
        split_and_audit(store_home, SplitRequest([name], folds, repeats), options)
        train(
            home=str(store_home.root), models=models, epochs=epochs, published_epochs=published_epochs, seeds=seeds,
            is_demo=is_demo, publishes_early=True,
        )  # fmt: skip
        is_new = publish_changes(store_home, options, keep)
        unchanged.remember(store_home, "pipeline", prefect.parameters(), images, name, before)
        return is_new


def is_unchanged(home: Home, flow_name: str, images: str | None) -> bool:
    """Return whether a deployed run has nothing to do, and say so."""
    folder = images or str(home.people)
    record = unchanged.unchanged_since(home, flow_name, prefect.parameters(), folder)
    if record is not None:
        console.say(unchanged.sentence(record, folder))
    return record is not None


def render_synthetic(home: Home, people: int, seed: int) -> str:
    """Render the synthetic people of the home; returns their folder."""
    render_people(folder=str(home.people), people=people, seed=seed)
    return str(home.people)


@dataclass(frozen=True)
class Source:
    """A folder of photographs, the name of its corpus if it was given, what the user decided about its files, and
    whether every byte is read."""

    images: str
    corpus: str | None
    accept_missing: bool = False
    answers: IdentityAnswers = NO_ANSWERS
    verify: bool = False


def ingest_and_extract(
    home: Home,
    source: Source,
    given: CorpusOptions,
    *,
    folds: int = 0,
    is_remembered: bool = False,
    published: Sequence[str] = (),
) -> tuple[str, CorpusOptions]:
    """Catalogue a folder of photographs and materialise their features; returns the corpus and its options.

    With `is_remembered`, the given options are stored for later runs; `published` names what only the published recipe
    reads. Raises `StoreError`, before any feature is computed, if there are fewer people than `folds`, and
    `ExtensionError`, before anything is read, if the home's extensions cannot be used.
    """
    root = str(home.root)
    use_extensions(home, source.images)
    corpus = ingest(
        images=source.images, home=root, layout=given.layout, corpus=source.corpus,
        accept_missing=source.accept_missing, verify=source.verify, same=list(source.answers.same),
        distinct=source.answers.distinct,
    )  # fmt: skip
    require_folds(home, [corpus], folds)
    options = options_of(home, corpus, given)
    if is_remembered:
        remember_options(home, corpus, options)
    features = options.features
    landmarks(
        home=root, decode_scale=features.decode_scale, passes=features.passes, mesh=features.mesh,
        references=features.references, published=published,
    )  # fmt: skip
    deltas(home=root)
    return corpus, options


@dataclass(frozen=True)
class SplitRequest:
    """The corpora to split together, the number of folds (0 for none) and of repeats; whether the notebook's split, and
    the one that trains on everybody, are drawn, too."""

    corpora: Sequence[str]
    folds: int = 0
    repeats: int = 1
    with_notebook: bool = False
    with_final: bool = False


def split_and_audit(home: Home, request: SplitRequest, options: CorpusOptions, *, is_full: bool = False) -> None:
    """Audit the rows, split them, and audit the splits; unchanged contents that are published are not audited again,
    unless `is_full`: then every check looks at all rows.

    If rows are quarantined, deltas are computed without them and everything is audited again. Raises
    `AuditFailedError`, also if every audit quarantines further rows, and `CorpusError` if no photograph can be used.
    """
    root, with_faces = str(home.root), options.publishes_faces
    use_corpora(home, request.corpora)
    if is_full or not (is_current(home, with_faces=with_faces) and is_audited(home, ROWS)):
        audit_rows(root, options.quarantine_share, is_full=is_full)
    split(
        home=root, corpora=request.corpora, folds=request.folds, repeats=request.repeats,
        with_notebook=request.with_notebook, with_final=request.with_final,
    )  # fmt: skip
    if is_full or not (is_current(home, with_faces=with_faces) and is_audited(home)):
        audit(home=root, stage="splits", quarantine_share=options.quarantine_share, is_full=is_full)


def audit_rows(root: str, quarantine_share: float | None, *, is_full: bool = False) -> None:
    """Audit the rows of the corpora in use until no row is quarantined; raises what `split_and_audit` does."""
    for _ in range(MAX_AUDITS):
        outcome = audit(home=root, stage="rows", quarantine_share=quarantine_share, is_full=is_full)
        if not outcome.quarantined:
            return
        deltas(home=root)
    raise AuditFailedError(
        f"{MAX_AUDITS} audits in a row quarantined rows, the last because {outcome.reason}. Nothing was published. "
        f"`affect quarantine` lists the rows; run again to continue without them. See {outcome.page}"
    )


def publish_changes(home: Home, options: CorpusOptions, keep: int) -> bool:
    """Publish unless the current publication shows the work store's contents; returns whether it published.

    Compares the stores rather than what the earlier steps returned: a killed run may have left changes unpublished.
    """
    with_faces = options.publishes_faces
    if not is_current(home, with_faces=with_faces):
        share = options.quarantine_share
        publish(home=str(home.root), with_faces=with_faces, quarantine_share=share, keep=keep)
        return True
    remove_expired(home, keep)  # a run that was killed after publishing has left publications beyond `keep`
    console.say("Nothing new: no photograph rendered, no features extracted, no rows stored, no models trained.")
    if note := rollback_note(home):
        console.say(note, style="yellow")
    return False
