"""Flow `pipeline`: from a folder of photographs to the published store and dashboards.

A second run does only what is new.
"""

from __future__ import annotations

from pathlib import Path

from flows import terminal
from flows.audit import audit
from flows.deltas import deltas
from flows.engine import flow, keep_caches_in
from flows.ingest import corpus_of, ingest
from flows.landmarks import landmarks
from flows.people import PEOPLE, SEED, render_people
from flows.publish import publish
from flows.split import split
from flows.train import train
from store.tables.home import Home
from store.tables.lock import hold
from store.tables.publish import is_current


@flow("pipeline")
def pipeline(
    images: str | None = None,
    home: str = ".affect",
    layout: str | None = None,
    corpus: str | None = None,
    models: list[str] | None = None,
    epochs: int | None = None,
    published_epochs: int | None = None,
    people: int = PEOPLE,
    seed: int = SEED,
    is_demo: bool = False,
    with_faces: bool = False,
    decode_scale: float = 1.0,
) -> bool:
    """Run every step on `images`, or on the embedded people where none are named; returns whether anything was new.

    Raises `CorpusError`, `StoreError` or `AuditFailedError`; the last publication then stays as it was.
    """
    place = Home(Path(home).absolute())
    keep_caches_in(place.caches)
    with hold(place):
        if images is None:
            images = str(place.people)
            render_people(images, people, seed)
        prepare(images, home, layout, corpus or corpus_of(images), decode_scale)
        return finish(place, models, epochs, published_epochs, is_demo, with_faces)


def prepare(images: str, home: str, layout: str | None, corpus: str, decode_scale: float) -> None:
    """From photographs to the tables that are ready to train on."""
    ingest(images, home, layout, corpus)
    landmarks(home, decode_scale)
    deltas(home)
    split(home, corpus)


def finish(
    place: Home,
    models: list[str] | None,
    epochs: int | None,
    published_epochs: int | None,
    is_demo: bool,
    with_faces: bool,
) -> bool:
    """Audit, train and publish what the published store does not show yet; returns whether there was anything."""
    home = str(place.root)
    is_audited = not is_current(place, with_faces=with_faces)
    if is_audited:
        audit(home, "features")
    train(home, models, epochs, published_epochs, is_demo)
    # Asked of the stores and not of the steps above: a run that was killed half-way leaves work to publish behind.
    if not is_current(place, with_faces=with_faces):
        publish(home, with_faces, is_audited)  # training adds to the registry alone
        return True
    terminal.say("Nothing new: no picture rendered, no face extracted, no row stored, no model trained.")
    return False
