"""The folder of a trained model: its weights, the record of its training, and its model card."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl

from affect_store.flows.steps.model_card import CARD, card
from affect_store.flows.steps.run_execution import Outcome
from affect_store.flows.steps.run_specs import RunSpec
from affect_store.models.systems import ENSEMBLE, SYSTEMS
from affect_store.models.training.artifact_files import RECORD, fingerprint
from affect_store.store.engine import durable_files, reader
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.store.publication.data_card import origins_of


def is_kept(spec: RunSpec) -> bool:
    """Whether the model of a run is saved: those of single and of pooled folds serve comparisons only."""
    return spec.split.folds_id is None


def unfinished_folder(home: Home, spec: RunSpec) -> Path:
    """Return the folder in which the model of a run is saved before it takes its place."""
    return home.artifacts / f".{spec.run_id}"


def save_artifact(
    home: Home, spec: RunSpec, outcome: Outcome, metrics: pl.DataFrame | None
) -> tuple[str | None, str | None]:
    """Write the model atomically; returns its folder, relative to the home, and its sha256.

    Nothing is saved for a run that could not be trained, for a single fold, or for pooled folds: these serve
    comparisons only.
    """
    has_model = outcome.fitted or outcome.saved_sha256 or SYSTEMS[spec.model].family == ENSEMBLE
    if outcome.status != "completed" or not is_kept(spec) or not has_model:
        return None, None
    unfinished, folder = unfinished_folder(home, spec), home.artifacts / spec.run_id
    if outcome.saved_sha256 is None:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
    digest = outcome.saved_sha256 or _save(spec, outcome, unfinished)
    with open_work(home) as connection:
        parts = reader.query_frame(connection, "data_card/parts_of_split", {"split_id": spec.split.split_id})
        origins = origins_of(connection, parts["corpus"].unique())
    (unfinished / CARD).write_text(card(spec, outcome, metrics, parts, origins), encoding="utf-8")
    durable_files.replace_folder(unfinished, folder)  # the registry's row is flushed, too
    return str(folder.relative_to(home.root)), digest


def _save(spec: RunSpec, outcome: Outcome, folder: Path) -> str:
    if outcome.fitted is not None:
        from affect_store.models.training.artifact import save

        return save(outcome.fitted, folder)
    record = {"system": spec.model, "recipe": spec.recipe, "parameters": outcome.parameters, "epochs": []}
    (folder / RECORD).write_text(json.dumps(record, indent=1, sort_keys=True), encoding="utf-8")
    return fingerprint(folder)
