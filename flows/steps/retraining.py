"""Retraining: whether anything changed since the last decision, what to train, and the decision itself."""

from __future__ import annotations

import hashlib

from affect_store.flows.runtime import console
from affect_store.flows.steps import promotions
from affect_store.flows.steps.promotions import Decision
from affect_store.flows.steps.run_specs import TrainingRequest, library_versions
from affect_store.flows.steps.splits import count_people, read_members
from affect_store.models.evaluation.champion_test import MIN_PEOPLE_FOR_PROMOTION
from affect_store.models.systems import SYSTEMS, revision
from affect_store.store.engine import reader, write
from affect_store.store.engine.duckdb import Connection, transaction
from affect_store.store.engine.settings import get_setting, put_setting
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.store.schema.setting_keys import SettingKey

STRATEGIES = ("by_person", "folds")


def folds_for(home: Home, corpus: str, folds: int) -> int:
    """Return the number of folds; 0, with a message, if the corpus has fewer people than a comparison needs."""
    people = count_people(home, [corpus])
    if people >= max(MIN_PEOPLE_FOR_PROMOTION, folds):
        return folds
    needed = f"{max(MIN_PEOPLE_FOR_PROMOTION, folds)} people"
    console.say(f"      {folds} folds are not made: they need {needed}, the corpus has {people}", style="yellow")
    return 0


def fingerprint(connection: Connection, corpus: str, request: TrainingRequest, folds: int) -> str:
    """Return the hash of everything that a decision for a corpus depends on.

    The active photographs with their labels and features, the systems, their code and libraries, the rules, and the
    current champion.
    """
    values = [
        read_members(connection, [corpus]).fingerprint, request.chosen, folds,
        [revision(*system) for system in request.chosen], promotions.RULES, library_versions(),
        promotions.champion_of(connection, corpus),
    ]  # fmt: skip
    return hashlib.sha256(write.as_json(values).encode()).hexdigest()


def is_decided(home: Home, corpus: str, request: TrainingRequest, folds: int) -> bool:
    """Return whether nothing that the last decision depends on has changed."""
    with open_work(home) as connection:
        decided = get_setting(connection, SettingKey.RETRAINING_DECISION.of(corpus))
        return decided == fingerprint(connection, corpus, request, folds)


def training_requests(home: Home, corpus: str, request: TrainingRequest) -> list[TrainingRequest]:
    """Return the request, and one for the current champion if it is not among the requested systems."""
    with open_work(home) as connection:
        champion = promotions.champion_of(connection, corpus)
    if champion is None or champion in request.chosen or not _exists(*champion):
        return [request]
    model, recipe = champion
    return [request, TrainingRequest([model], recipe)]


def _exists(model: str, recipe: str) -> bool:
    return model in SYSTEMS and recipe in SYSTEMS[model].recipes


def decide(home: Home, corpus: str, request: TrainingRequest, folds: int) -> Decision:
    """Compare the trained systems and record the champion, with the fingerprint of what the decision depends on."""
    with open_work(home) as connection:
        champion = promotions.champion_of(connection, corpus)
        known = promotions.contenders(connection)
        run_ids = [contender.pooled_run_id for contender in known.values() if contender.pooled_run_id]
        predictions = reader.query_frame(connection, "registry/select_test_predictions_of", {"run_ids": run_ids})
        decision = promotions.decide(known, champion, request.chosen, predictions, promotions.past_tests(connection))
        with transaction(connection):
            promotions.record(connection, decision)
            decided = fingerprint(connection, corpus, request, folds)
            put_setting(connection, SettingKey.RETRAINING_DECISION.of(corpus), decided)
    return decision
