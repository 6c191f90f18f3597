"""Flow `retrain`: what is new since the last time goes the whole way, and a better system becomes champion.

It ends early where nothing changed. The test part of a split decides nothing: systems are compared over everybody, by
models that were trained on others.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from flows import engine, promotion, terminal
from flows.engine import flow, hold, keep_caches_in
from flows.forgetting import finish_forgetting
from flows.ingest import corpus_of
from flows.parameters import Count, Folds, LayoutName, ModelName, People, Seed, Share
from flows.people import PEOPLE, SEED, render_people
from flows.pipeline import Splits, finish, prepare, split_audited
from flows.plans import QUICK, Asked, Plan
from flows.promotion import Decision
from flows.train import train_missing
from models.challenge import FEWEST_PEOPLE
from models.systems import CORRECTED, REVISION, SYSTEMS
from store.tables import read, write
from store.tables.connection import Connection, open_work
from store.tables.contents import contents
from store.tables.home import Home
from store.tables.publications import KEPT

DECIDED = "what retraining last decided on"
"""The setting that holds the fingerprint of all that the last decision depends on."""

ACCURACY = "accuracy of the champion"
CHALLENGERS = ("vector_mlp", *QUICK)
"""What is trained where nothing else is said: minutes, not hours."""

DROP = 0.02
"""A champion whose pooled accuracy falls by more than this is announced."""


@flow("retrain")
def retrain(
    images: str | None = None,
    home: str = ".affect",
    layout: LayoutName | None = None,
    corpus: str | None = None,
    challengers: list[ModelName] = list(CHALLENGERS),  # noqa: B006  # never changed; Prefect shows it as the default
    folds: Folds = 5,
    epochs: Count | None = None,
    with_faces: bool = False,
    keep: Count = KEPT,
    quarantine_share: Share | None = None,
    people: People = PEOPLE,
    seed: Seed = SEED,
) -> Any:
    """Look for new photographs, labels, features and code; train, compare with the champion, and publish.

    Args:
        images: Folder of photographs, only read; the embedded rendered people where none is named.
        home: Directory of everything that is produced.
        layout: 'rafd' (labels in the file names) or 'manifest' (a manifest.csv); found out by default.
        corpus: Name of the corpus, the folder's by default.
        challengers: Systems that may become champion, in the corrected recipe.
        folds: Into so many person-disjoint folds the people are divided for the comparison.
        epochs: Most epochs of any model; the systems' own by default.
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
    place = Home(Path(home).absolute())
    keep_caches_in(place.caches)
    with hold(place):
        finish_forgetting(place)
        if images is None:
            images = str(place.people)
            render_people(images, people, seed)
        name = corpus or corpus_of(images)
        prepare(place, images, layout, name, 1.0)
        asked = Asked(challengers, CORRECTED, epochs)
        if _is_decided(place, asked, folds):
            if finish(place, with_faces, quarantine_share, keep):
                return None
            return engine.unchanged("no new photograph, label, feature or code since the last decision")
        split_audited(place, Splits(name, _folds(place, name, folds)), with_faces, quarantine_share)
        decision = _train_and_decide(place, asked, folds)
        finish(place, with_faces, quarantine_share, keep)
        _tell(place, decision)
    return None


def _folds(home: Home, corpus: str, folds: int) -> int:
    """No folds for fewer people than a comparison needs."""
    with open_work(home) as connection:
        people = read.frame(connection, "select_people", {"corpora": [corpus]}).height
    return folds if people >= max(FEWEST_PEOPLE, folds) else 0


def _is_decided(home: Home, asked: Asked, folds: int) -> bool:
    with open_work(home) as connection:
        return write.setting(connection, DECIDED) == fingerprint(connection, asked, folds)


def fingerprint(connection: Connection, asked: Asked, folds: int) -> str:
    """Hash of all that a decision depends on: photographs, labels, features, systems, code and libraries."""
    plan = Plan("", CORRECTED, None, 0)  # type: ignore[arg-type]  # only asked for its libraries
    told = [
        contents(connection, ("catalogue", "features")), asked.chosen, asked.epochs, folds, REVISION, plan.libraries,
        promotion.champion_of(connection),
    ]  # fmt: skip
    return hashlib.sha256(write.as_json(told).encode()).hexdigest()


def _train_and_decide(home: Home, asked: Asked, folds: int) -> Decision:
    """Train the candidates and the champion on the split by person and on the folds, and record who is champion."""
    with open_work(home) as connection:
        champion = promotion.champion_of(connection)
    wanted = [asked]
    if champion is not None and champion not in asked.chosen and champion[0] in SYSTEMS:
        wanted.append(Asked([champion[0]], champion[1], asked.epochs))
    for one in wanted:
        for strategy in ("by_person", "folds"):
            train_missing(home, one, strategy)
    with open_work(home) as connection:
        known = promotion.contenders(connection)
        run_ids = [one.pooled_run_id for one in known.values() if one.pooled_run_id]
        predictions = read.frame(connection, "select_test_predictions_of", {"run_ids": run_ids})
        decision = promotion.decide(known, champion, asked.chosen, predictions)
        with write.transaction(connection):
            promotion.record(connection, decision)
            write.put_setting(connection, DECIDED, fingerprint(connection, asked, folds))
    terminal.say(f"  champion: {decision.champion.title}: {decision.reason}")
    return decision


def _tell(home: Home, decision: Decision) -> None:
    """The decision in Prefect's page and as an event, with the champion's accuracy beside what it was."""
    with open_work(home) as connection:
        rows = read.frame(connection, "select_contender_scores").to_dicts()
        before = write.setting(connection, ACCURACY)
        own = next((row["accuracy"] for row in rows if row["run_id"] == decision.champion.run_id), None)
        if own is not None:
            write.put_setting(connection, ACCURACY, str(own))
    engine.show_table("contenders", [_shown(row, decision) for row in rows], decision.reason)
    engine.show_text(
        "decision",
        f"**Champion: {decision.champion.title}**, {decision.reason}.\n\n"
        f"[Dashboards]({home.dashboards.as_uri()}), or `affect open --home {home.root}`.",
    )
    told = {"champion": decision.champion.title, "reason": decision.reason, "is_new": decision.is_new, "accuracy": own}
    engine.announce("affect-store.retrained", home, told)
    if before is not None and own is not None and own < float(before) - DROP:
        terminal.say(f"  the champion's accuracy fell from {float(before):.3f} to {own:.3f}", style="yellow")
        engine.announce("affect-store.accuracy-dropped", home, {**told, "before": float(before)})


def _shown(row: dict[str, Any], decision: Decision) -> dict[str, Any]:
    is_champion = row["run_id"] == decision.champion.run_id
    scores = {
        name: None if row[name] is None else round(row[name], 3) for name in ("validated", "accuracy", "low", "high")
    }
    return {"system": f"{row['model']} {row['recipe']}", "champion": "yes" if is_champion else "", **scores}
