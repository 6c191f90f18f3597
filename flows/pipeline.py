"""Flow `pipeline`: from a folder of photographs to the published store and dashboards.

A second run does only what is new.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flows import keep as keeping
from flows import terminal
from flows.audit import audit
from flows.audited import ROWS, is_audited
from flows.deltas import deltas
from flows.engine import flow, hold, keep_caches_in
from flows.forgetting import finish_forgetting
from flows.ingest import corpus_of, ingest
from flows.landmarks import landmarks
from flows.parameters import AnyFolds, Count, LayoutName, ModelName, People, Scale, Seed, Share, home_at, images_at
from flows.people import PEOPLE, SEED, render_people
from flows.publish import publish
from flows.split import split
from flows.train import train
from store.errors import AuditFailedError
from store.tables.home import Home
from store.tables.publications import KEPT, tidy
from store.tables.publish import is_current

AUDITS = 3
"""So often the rows are audited in one run: setting a reference aside changes the deltas of others."""


@flow("pipeline")
def pipeline(
    images: str | None = None,
    home: str | None = None,
    layout: LayoutName | None = None,
    corpus: str | None = None,
    models: Sequence[ModelName] = (),
    epochs: Count | None = None,
    published_epochs: Count | None = None,
    seeds: Count = 1,
    folds: AnyFolds = 0,
    repeats: Count = 1,
    people: People = PEOPLE,
    seed: Seed = SEED,
    is_demo: bool = False,
    with_faces: bool = False,
    decode_scale: Scale = 1.0,
    keep: Count = KEPT,
    quarantine_share: Share | None = None,
) -> bool:
    """Run every step on photographs, or on the embedded people; returns whether anything was new.

    Args:
        images: Folder of photographs, only read; the worker's AFFECT_IMAGES by default, else the embedded people.
        home: Directory of everything that is produced; the worker's AFFECT_HOME by default.
        layout: 'rafd' (labels in the file names) or 'manifest' (a manifest.csv); found out by default.
        corpus: Name of the corpus, the folder's by default.
        models: Systems to train; all where none is named.
        epochs: Most epochs of any model.
        published_epochs: Most epochs of the published recipe.
        seeds: Train every model with so many seeds.
        folds: Train on so many person-disjoint folds, too; 0 is none.
        repeats: So many divisions into folds.
        people: How many embedded people to render.
        seed: Which embedded people.
        is_demo: Leave out what takes long and shows little.
        with_faces: Publish the thumbnails of the faces, too.
        decode_scale: 1, or 0.5 or 0.25: smaller pictures, faster, landmarks of a version of their own.
        keep: How many publications to keep.
        quarantine_share: Share of the photographs that audits may set aside; 0.05 by default.

    Raises `CorpusError`, `StoreError` or `AuditFailedError`; the last publication then stays as it was.
    """
    place = home_at(home)
    keep_caches_in(place.caches)
    with hold(place):
        finish_forgetting(place)
        images = images_at(images) if not is_demo else images
        if images is None:
            images = str(place.people)
            render_people(images, people, seed)
        name = corpus or corpus_of(images)
        prepare(place, images, layout, name, decode_scale)
        split_audited(place, Splits(name, folds, repeats), with_faces, quarantine_share)
        train(str(place.root), models, None, epochs, published_epochs, seeds, None, is_demo)
        return finish(place, with_faces, quarantine_share, keep)


def prepare(place: Home, images: str, layout: str | None, corpus: str, decode_scale: float) -> None:
    """From photographs to features."""
    home = str(place.root)
    ingest(images, home, layout, corpus)
    landmarks(home, decode_scale)
    deltas(home)


@dataclass(frozen=True)
class Splits:
    """What is split: the corpus, None for all of the home together, and into how many person-disjoint folds, in how
    many repeats, where any are wanted."""

    corpus: str | None
    folds: int = 0
    repeats: int = 1


def split_audited(place: Home, asked: Splits, with_faces: bool, quarantine_share: float | None) -> None:
    """Audit the rows, split them, and audit the splits, where they have not passed as they are or are to be published.

    Where rows are set aside, deltas are made without them and all are looked at again. Raises `AuditFailedError`, also
    where every look finds something new.
    """
    home = str(place.root)
    if not (is_current(place, with_faces=with_faces) and is_audited(place, ROWS)):
        _audit_rows(home, quarantine_share)
    split(home, asked.corpus, folds=asked.folds, repeats=asked.repeats)
    if not (is_current(place, with_faces=with_faces) and is_audited(place)):
        audit(home, "splits", quarantine_share)


def _audit_rows(home: str, quarantine_share: float | None) -> None:
    for _ in range(AUDITS):
        done = audit(home, "rows", quarantine_share)
        if not done.set_aside:
            return
        deltas(home)
    raise AuditFailedError(
        f"{AUDITS} audits in a row set rows aside, the last one because {done.because}. Nothing was published. "
        f"`affect quarantine` lists them. See {done.page}"
    )


def finish(place: Home, with_faces: bool, quarantine_share: float | None, keep: int) -> bool:
    """Publish what the published store does not show yet; returns whether there was anything.

    It is asked of the stores and not of the steps before: a run that was killed half-way leaves work to publish behind.
    """
    if not is_current(place, with_faces=with_faces):
        publish(str(place.root), with_faces, quarantine_share, keep)
        return True
    tidy(place, keep)  # a run that was killed after it had published has left what no longer counts
    terminal.say("Nothing new: no picture rendered, no face extracted, no row stored, no model trained.")
    if note := keeping.on_rollback(place):
        terminal.say(note, style="yellow")
    return False
