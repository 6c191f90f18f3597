"""The folder of a trained model: its numbers, the record of its making, and a card for people."""

from __future__ import annotations

import json
import shutil
from typing import Any

import polars as pl

from flows.fitting import Outcome
from flows.model_card import CARD, card
from flows.plans import Plan
from models.systems import ENSEMBLE, SYSTEMS
from store.tables import disk, read
from store.tables.connection import open_work
from store.tables.home import Home


def save_artifact(
    home: Home, plan: Plan, outcome: Outcome, metrics: pl.DataFrame | None
) -> tuple[str | None, str | None]:
    """Write the model beside and move it in place; returns the folder, relative to the home, and its sha256.

    Nothing is kept of what could not be trained, of a single fold, and of what pools folds: those are for comparison.
    """
    is_ensemble = SYSTEMS[plan.model].family == ENSEMBLE
    if outcome.status != "completed" or plan.split.folds_id is not None or not (outcome.fitted or is_ensemble):
        return None, None
    home.artifacts.mkdir(parents=True, exist_ok=True)
    unfinished = home.artifacts / f".{plan.run_id}"
    folder = home.artifacts / plan.run_id
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    digest = _save(plan, outcome, unfinished)
    with open_work(home) as connection:
        parts = read.frame(connection, "card_parts_of_split", {"split_id": plan.split.split_id})
    text = card(plan, outcome, metrics, parts)
    (unfinished / CARD).write_text(text, encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    disk.put_in_place(unfinished, folder)  # the registry's row is flushed, too
    return str(folder.relative_to(home.root)), digest


def _save(plan: Plan, outcome: Outcome, folder: Any) -> str:
    from models.artifact import RECORD, fingerprint, save

    if outcome.fitted is not None:
        return save(outcome.fitted, folder)
    told = {"system": plan.model, "recipe": plan.recipe, "parameters": outcome.parameters, "epochs": []}
    (folder / RECORD).write_text(json.dumps(told, indent=1, sort_keys=True), encoding="utf-8")
    return fingerprint(folder)
