"""Flow `retrain`: what is new since the last time goes the whole way, and a better system becomes champion.

It ends early where nothing changed. The test part of a split decides nothing: systems are compared over everybody, by
models that were trained on others.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from pydantic import Field

from flows import engine, promotion, terminal
from flows.announcing import announce
from flows.engine import flow, hold, keep_caches_in
from flows.forgetting import finish_forgetting
from flows.ingest import corpus_of
from flows.parameters import Count, Folds, LayoutName, ModelName, People, Seed, Share, home_at, images_at
from flows.people import PEOPLE, SEED, render_people
from flows.pipeline import Splits, finish, prepare, split_audited
from flows.plans import QUICK, Asked, library_versions
from flows.split import look
from flows.train import train_missing
from models.challenge import FEWEST_PEOPLE
from models.systems import CORRECTED, REVISION, SYSTEMS
from store.tables import read, write
from store.tables.connection import Connection, open_work
from store.tables.home import Home
from store.tables.publications import KEPT

DECIDED = "what retraining last decided on"
"""Begins the setting that holds, for a corpus, the fingerprint of all that the last decision depends on."""

CHALLENGERS = ("vector_mlp", *QUICK)
"""What is trained where nothing else is said: minutes, not hours."""

STRATEGIES = ("by_person", "folds")


@flow("retrain")
def retrain(
    images: str | None = None,
    home: str | None = None,
    layout: LayoutName | None = None,
    corpus: str | None = None,
    challengers: Annotated[list[ModelName], Field(min_length=1)] = list(CHALLENGERS),  # noqa: B006  # never changed
    folds: Folds = 5,
    with_faces: bool = False,
    keep: Count = KEPT,
    quarantine_share: Share | None = None,
    people: People = PEOPLE,
    seed: Seed = SEED,
) -> Any:
    """Look for new photographs, labels, features and code; train, compare with the champion, and publish.

    Args:
        images: Folder of photographs, only read; the worker's AFFECT_IMAGES by default, else the embedded people.
        home: Directory of everything that is produced; the worker's AFFECT_HOME by default.
        layout: 'rafd' (labels in the file names) or 'manifest' (a manifest.csv); found out by default.
        corpus: Name of the corpus, the folder's by default.
        challengers: Systems that may become champion, in the corrected recipe.
        folds: Into so many person-disjoint folds the people are divided for the comparison.
        with_faces: Publish the thumbnails of the faces, too.
        keep: How many publications to keep.
        quarantine_share: Share of the photographs that audits may set aside; 0.05 by default.
        people: How many embedded people to render.
        seed: Which embedded people.

    Raises `CorpusError`, `StoreError` or `AuditFailedError`; the last publication then stays as it was.
    """
    if engine.is_overtaken():
        terminal.say("A later run of this deployment is due already: this one leaves all to it.")
        return engine.skipped("a later run of this deployment is due already")
    place = home_at(home)
    keep_caches_in(place.caches)
    with hold(place):
        finish_forgetting(place)
        images = images_at(images)
        if images is None:
            images = str(place.people)
            render_people(images, people, seed)
        name, asked = corpus or corpus_of(images), Asked(challengers, CORRECTED)
        prepare(place, images, layout, name, 1.0)
        is_decided = _is_decided(place, name, asked, folds)
        if not is_decided:
            made = _folds(place, name, folds)
            split_audited(place, Splits(name, made), with_faces, quarantine_share)
            _train_and_decide(place, name, asked, folds)
        is_new = finish(place, with_faces, quarantine_share, keep)
        announce(place, name)
    if is_decided and not is_new:
        return engine.unchanged("no new photograph, label, feature or code since the last decision")
    return None


def _folds(home: Home, corpus: str, folds: int) -> int:
    """No folds for fewer people than a comparison needs."""
    with open_work(home) as connection:
        people = read.frame(connection, "select_people", {"corpora": [corpus]}).height
    return folds if people >= max(FEWEST_PEOPLE, folds) else 0


def _is_decided(home: Home, corpus: str, asked: Asked, folds: int) -> bool:
    with open_work(home) as connection:
        return write.setting(connection, f"{DECIDED}: {corpus}") == fingerprint(connection, corpus, asked, folds)


def fingerprint(connection: Connection, corpus: str, asked: Asked, folds: int) -> str:
    """Hash of all that a decision for a corpus depends on: its photographs in use with their labels and features, the
    systems, their code and libraries, the rules, and who is champion."""
    told = [
        look(connection, [corpus]).fingerprint, asked.chosen, folds, REVISION, promotion.RULES, library_versions(),
        promotion.champion_of(connection, corpus),
    ]  # fmt: skip
    return hashlib.sha256(write.as_json(told).encode()).hexdigest()


def _train_and_decide(home: Home, corpus: str, asked: Asked, folds: int) -> None:
    """Train the candidates and the champion on the split by person and on the folds, and record who is champion."""
    with open_work(home) as connection:
        champion = promotion.champion_of(connection, corpus)
    wanted = [asked]
    if champion is not None and champion not in asked.chosen and _is_known(*champion):
        wanted.append(Asked([champion[0]], champion[1]))
    for one in wanted:
        for strategy in STRATEGIES:
            train_missing(home, one, strategy)
    with open_work(home) as connection:
        known = promotion.contenders(connection)
        run_ids = [one.pooled_run_id for one in known.values() if one.pooled_run_id]
        predictions = read.frame(connection, "select_test_predictions_of", {"run_ids": run_ids})
        decision = promotion.decide(known, champion, asked.chosen, predictions)
        with write.transaction(connection):
            promotion.record(connection, decision)
            told = fingerprint(connection, corpus, asked, folds)
            write.put_setting(connection, f"{DECIDED}: {corpus}", told)
    terminal.say(f"  champion: {decision.champion.title}: {decision.reason}")


def _is_known(model: str, recipe: str) -> bool:
    return model in SYSTEMS and recipe in SYSTEMS[model].recipes
