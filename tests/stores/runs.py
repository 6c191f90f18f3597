"""Runs of a design: planned predictions, and the product's metrics and comparisons of them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import polars as pl

from affect_store.store.engine import clock, reader, write
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.reader import FrozenSplit
from affect_store.store.engine.sql_files import sql
from affect_store.store.offline.splits import service_version_of
from affect_store.store.vocabulary import EMOTIONS, PARTS
from tests.stores.design import BY_PERSON, Design, PlannedRun

CODE_VERSION = "0.0.small"
TEST = PARTS[-1]
_COLUMN_OF = {"pixels": "rgb"}
"""Column of the training rows, where its name is not that of the feature."""


def store_runs(connection: Connection, design: Design, split_ids: Mapping[str, str]) -> None:
    """Store all runs, their comparisons and their effects."""
    from affect_store.models.evaluation.compare import compare
    from affect_store.models.evaluation.effects import effects
    from affect_store.models.evaluation.leakage import leakage

    for run in design.runs:
        store_run(connection, design, run, split_ids[run.strategy])
    current = reader.query_frame(connection, "registry/select_current_test_predictions")
    if design.planned_p:
        _store_planned_comparisons(connection, design)
        _append(connection, "registry.comparisons", leakage(current))
    elif any(run.accuracy is not None for run in design.runs):
        _append(connection, "registry.comparisons", compare(current.drop("strategy")))
    by_person = current.filter(strategy=BY_PERSON).drop("strategy")
    _append(connection, "registry.effects", effects(by_person, BY_PERSON))


def store_run(connection: Connection, design: Design, run: PlannedRun, split_id: str) -> None:
    """Store one run; with planned predictions, also these, one epoch and the metrics."""
    split = reader.frozen_split(connection, split_id)
    versions = {name: split.versions[name] for name in run.features}
    moment, path = clock.now(), f"artifacts/{run.run_id}" if run.has_weights else None
    row = {
        "run_id": run.run_id, "configuration": run.run_id, "model": run.model, "recipe": run.recipe,
        "split_id": split_id, "service": f"{run.model}.{run.recipe}",
        "service_version": service_version_of(versions.values()), "feature_versions": write.as_json(versions),
        "seed": 7, "code_version": CODE_VERSION, "library_versions": write.as_json({"keras": "3"}),
        "started_at": moment, "requested_at": moment, "duration_s": 1.0, "parameters": write.as_json({"epochs": 2}),
        "status": "untrainable" if run.failure else "completed", "status_detail": run.failure,
        "artifact_path": path, "artifact_sha256": "0" * 64 if path else None,
    }  # fmt: skip
    _append(connection, "registry.runs", pl.DataFrame([row]))
    if run.accuracy is not None:
        epoch = {"run_id": run.run_id, "epoch": 1, "loss": 2.0, "accuracy": 0.5, "val_loss": 2.1, "val_accuracy": 0.4,
                 "learning_rate": 1e-3, "duration_s": 0.5}  # fmt: skip
        _append(connection, "registry.epochs", pl.DataFrame([epoch]))
        _store_predictions(connection, design, run, split)


def photographs_of(connection: Connection, split: FrozenSplit) -> pl.DataFrame:
    """Return the photographs of a split: image_id, part, label, and whether each input column has a value."""
    present = ", ".join(f"{name} IS NOT NULL AS {name}" for name in ("landmarks", "frontal_unit", "aligned", "rgb"))
    statement = f"SELECT image_id, label, $part AS part, {present} FROM ({sql('splits/select_training_rows')})"
    return pl.concat(
        connection.execute(statement, {**split.parameters, "part": part, "image_ids": None}).pl() for part in PARTS
    )


def _store_predictions(connection: Connection, design: Design, run: PlannedRun, split: FrozenSplit) -> None:
    from affect_store.models.evaluation.evaluate import evaluate

    rows = photographs_of(connection, split)
    scored = rows.filter(pl.all_horizontal(_COLUMN_OF.get(name, name) for name in run.features))
    predicted = _predicted(design, run, rows, scored)
    rng = np.random.default_rng([7, *run.run_id.encode()])
    probabilities = rng.dirichlet(np.ones(len(EMOTIONS)), len(scored)).astype(np.float32)
    every, highest = np.arange(len(scored)), probabilities.argmax(axis=1)
    swapped = probabilities[every, predicted]
    probabilities[every, predicted] = probabilities[every, highest]
    probabilities[every, highest] = np.where(highest == predicted, probabilities[every, highest], swapped)
    named = [pl.Series(f"{name}_prob", probabilities[:, label]) for label, name in enumerate(EMOTIONS)]
    predictions = scored.select(
        "image_id", "part", truth="label", predicted=pl.Series(predicted, dtype=pl.UInt8), run_id=pl.lit(run.run_id),
        temperature=pl.lit(1.0, pl.Float32),
    ).with_columns(named)  # fmt: skip
    _append(connection, "registry.predictions", predictions)
    metrics = evaluate(predictions, reader.split_rows(connection, split)).with_columns(run_id=pl.lit(run.run_id))
    _append(connection, "registry.metrics", metrics)


def _predicted(design: Design, run: PlannedRun, rows: pl.DataFrame, scored: pl.DataFrame) -> np.ndarray:
    """Return labels: correct with the planned share; the next emotion otherwise, and for the hard photographs."""
    is_right = np.random.default_rng(len(run.run_id)).random(len(scored)) < (run.accuracy or 0)
    if run.strategy == BY_PERSON:
        scorable = rows.filter(pl.col("part") == TEST, pl.all_horizontal("landmarks", "frontal_unit", "aligned"))
        hard = scorable.sort("image_id")["image_id"].head(design.hard).to_list()
        is_right &= ~scored["image_id"].is_in(hard).to_numpy()
    truth = scored["label"].to_numpy().astype(int)
    return np.where(is_right, truth, (truth + 1) % len(EMOTIONS))


def _store_planned_comparisons(connection: Connection, design: Design) -> None:
    """Store comparisons with the planned p values, and one of the runs by image, which no query may return."""
    rows = []
    strategies = list(dict.fromkeys(run.strategy for run in design.runs))
    for strategy, values in zip(strategies, (design.planned_p, (0.001,)), strict=True):
        pairs = combinations([run.run_id for run in design.runs if run.strategy == strategy], 2)
        rows += [
            {"run_id": run_id, "other_run_id": other, "value": 0.1, "p": p, "p_adjusted": adjusted, "n_people": 9,
             "part": TEST, "slice": "all", "metric": "accuracy", "method": "planned"}
            for (run_id, other), p, adjusted in zip(pairs, values, holm(values), strict=True)
        ]  # fmt: skip
    _append(connection, "registry.comparisons", pl.DataFrame(rows))


def holm(values: tuple[float, ...]) -> list[float]:
    """Return Holm's step-down adjustment (Holm 1979) of p values, in their own order."""
    adjusted, running = [0.0] * len(values), 0.0
    for rank, index in enumerate(np.argsort(values)):
        running = max(running, min(1.0, (len(values) - rank) * values[index]))
        adjusted[index] = running
    return adjusted


def _append(connection: Connection, table: str, rows: pl.DataFrame) -> None:
    write.append(connection, table, write.batch(table, {name: rows[name].to_list() for name in rows.columns}))
