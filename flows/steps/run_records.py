"""Rows of training runs in the registry: which runs are requested, which are missing, and the results of each."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Container, Sequence
from typing import Any

import polars as pl

from affect_store.flows.runtime import console
from affect_store.flows.steps import audit_state, repairs
from affect_store.flows.steps.feature_services import features_of
from affect_store.flows.steps.further_features import with_further_features
from affect_store.flows.steps.run_artifacts import save_artifact
from affect_store.flows.steps.run_execution import Outcome
from affect_store.flows.steps.run_specs import RunSpec, TrainingRequest, in_order, run_specs_for
from affect_store.flows.steps.stored_chances import with_further_chances
from affect_store.models.systems import OWN, PUBLISHED, SYSTEMS, base_recipe
from affect_store.models.training.artifact_files import fingerprint
from affect_store.store.engine import clock, reader, write
from affect_store.store.engine.code_version import code_version
from affect_store.store.engine.duckdb import Connection, transaction
from affect_store.store.engine.run_updates import delete_run, request_run
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.store.offline.splits import service_version_of
from affect_store.store.vocabulary import CROSS_CORPUS


def request_runs(home: Home, request: TrainingRequest, strategy: str | None = None) -> tuple[list[RunSpec], int]:
    """Mark the requested runs on the current splits; returns those to train, in order, and how many are trained.

    A run whose artifact is lost or damaged is trained again, and so are runs that failed the last audit. Raises
    `StoreError` if runs are to be trained on contents that have not passed an audit.
    """
    with open_work(home) as connection:
        repairs.delete_rejected_runs(connection)
        newest = reader.query_frame(connection, "splits/select_newest_splits")["split_id"]
        splits = [reader.frozen_split(connection, split_id) for split_id in newest]
        splits = [split for split in splits if split.strategy == strategy or (not strategy and split.is_for_everything)]
        folds = {split.split_id: reader.folds_of(connection, split) for split in splits}
        request = _with_ratings(connection, request)
    return mark_requested(home, run_specs_for(splits, folds, request))


def request_runs_on(home: Home, split_id: str, request: TrainingRequest) -> tuple[list[RunSpec], int]:
    """Mark the requested runs on one split; returns and raises what `request_runs` does."""
    with open_work(home) as connection:
        repairs.delete_rejected_runs(connection)
        split = reader.frozen_split(connection, split_id)
        request = _with_ratings(connection, request)
    return mark_requested(home, run_specs_for([split], {}, request))


def _with_ratings(connection: Connection, request: TrainingRequest) -> TrainingRequest:
    rated = reader.query_frame(connection, "catalogue/select_time_of_ratings")
    return dataclasses.replace(request, ratings_at=dict(rated.select("split_id", "known_at").iter_rows()))


def mark_requested(home: Home, specs: Sequence[RunSpec]) -> tuple[list[RunSpec], int]:
    """Mark these runs and their parts as requested now; returns and raises what `request_runs` does."""
    with open_work(home) as connection:
        services = set(reader.query_frame(connection, "features/select_service_names")["service"])
        specs = with_further_features(connection, specs)
        requested = list(in_order(_with_services(_with_features(connection, specs), services)))
    missing = untrained(home, requested)
    if missing:
        audit_state.require_audited(home)
    with open_work(home) as connection:
        for spec in requested:
            request_run(connection, spec.run_id, spec.pooled_run_id)
    return missing, len(requested) - len(missing)


def _with_features(connection: Connection, specs: Sequence[RunSpec]) -> list[RunSpec]:
    """Leave out the runs whose split was made without a feature that they read, and say so."""
    several = set(reader.query_frame(connection, "features/select_other_landmarks")["version"])
    lacking = [spec for spec in specs if _lacks_features(spec, several)]
    own = dict.fromkeys(spec.model for spec in lacking if SYSTEMS[spec.model].family == OWN)
    if own:
        console.say(f"  Not trained: {', '.join(own)}, whose features are not computed: `affect run`", style="yellow")
    of_product = [spec for spec in lacking if spec.model not in own]
    if of_product:
        models = list(dict.fromkeys(spec.model for spec in of_product))
        console.say(
            f"  Not trained: {', '.join(models)} in the recipe {of_product[0].recipe}, because the splits were made "
            f"without its pixels or landmarks: `affect run --images FOLDER --models {','.join(models)}` extracts them "
            "and trains",
            style="yellow",
        )
    return [spec for spec in specs if spec not in lacking]


def _with_services(specs: Sequence[RunSpec], services: Collection[str]) -> list[RunSpec]:
    """Leave out the runs of systems that were added since the last run of the home, which registers them; say so."""
    lacking = [spec for spec in specs if spec.service not in services]
    if lacking:
        models = list(dict.fromkeys(spec.model for spec in lacking))
        console.say(
            f"  Not trained: {', '.join(models)}, which this home does not know yet: `affect run --images FOLDER "
            f"--models {','.join(models)}` registers and trains",
            style="yellow",
        )
    return [spec for spec in specs if spec not in lacking]


def _lacks_features(spec: RunSpec, several: Container[str]) -> bool:
    """Whether a split lacks features of a run; `several` are the landmarks that the published recipe does not read."""
    read = features_of(spec.model, spec.recipe)
    if not {*spec.split.versions, *spec.further.versions} >= set(read):
        return True
    reads_landmarks = not {"landmarks", "frontal_unit"}.isdisjoint(read)
    is_published = base_recipe(spec.recipe) == PUBLISHED
    return is_published and reads_landmarks and spec.own_split.versions["landmarks"] in several


def untrained(home: Home, specs: Sequence[RunSpec]) -> list[RunSpec]:
    """Return those of these runs that are not in the registry, or whose files are not those recorded."""
    with open_work(home) as connection:
        trained = reader.query_frame(connection, "registry/select_trained_runs").rows()
    artifacts = {run_id: artifact for run_id, *artifact in trained}
    return [spec for spec in specs if not is_trained(home, artifacts.get(spec.run_id))]


def is_trained(home: Home, artifact: Sequence[str | None] | None) -> bool:
    """Whether a run is in the registry and its files, if it has any, are those recorded: path and sha256."""
    if artifact is None:
        return False
    path, sha256 = artifact
    return path is None or ((home.root / path).is_dir() and fingerprint(home.root / path) == sha256)


def record_run(home: Home, spec: RunSpec, outcome: Outcome) -> None:
    """Store the run with its epochs, predictions, metrics and explanations in one transaction."""
    from affect_store.models.evaluation.evaluate import evaluate

    tables: dict[str, pl.DataFrame] = dict(outcome.explained)
    if outcome.predictions is not None:
        with open_work(home) as connection:
            rows = reader.split_rows(connection, spec.split)
        truth = rows.select("image_id", pl.col("label").alias("truth"))
        tables["registry.predictions"] = outcome.predictions.join(truth, on="image_id")
        tables["registry.metrics"] = evaluate(
            tables["registry.predictions"],
            rows,
            spec.split.classes,
            by_emotion=spec.split.strategy == CROSS_CORPUS,
        )
        tables["registry.predictions"] = with_further_chances(tables["registry.predictions"])
    if outcome.epochs:
        tables["registry.epochs"] = pl.DataFrame(outcome.epochs)
    path, digest = save_artifact(home, spec, outcome, _shown_metrics(home, spec, tables.get("registry.metrics")))
    with open_work(home) as connection, transaction(connection):
        pooled = reader.query_frame(connection, "registry/select_pooled_run", {"run_id": spec.run_id})["pooled_run_id"]
        delete_run(connection, spec.run_id)
        row = _run_row(spec, outcome, path, digest)
        if len(pooled) and row["pooled_run_id"] == [None]:  # this time requested as a part of an ensemble
            row["pooled_run_id"] = pooled.to_list()
        write.append(connection, "registry.runs", write.batch("registry.runs", row))
        for name, frame in tables.items():
            columns = {column: frame[column].to_list() for column in frame.columns}
            columns["run_id"] = [spec.run_id] * len(frame)
            write.append(connection, name, write.batch(name, columns))


def _shown_metrics(home: Home, spec: RunSpec, own: pl.DataFrame | None) -> pl.DataFrame | None:
    """Return the metrics on the card of a run: of a final model, those of its basis, as it has none."""
    if spec.basis is None:
        return own
    with open_work(home) as connection:
        metrics = reader.query_frame(
            connection, "registry/select_metrics_of_run", {"run_id": spec.basis, "part": "test"}
        )
    return None if metrics.is_empty() else metrics.with_columns(pl.lit("test").alias("part"))


def _run_row(spec: RunSpec, outcome: Outcome, path: str | None, digest: str | None) -> dict[str, list[Any]]:
    row = {
        "run_id": spec.run_id, "configuration": spec.configuration, "model": spec.model, "recipe": spec.recipe,
        "split_id": spec.split.split_id, "pooled_run_id": spec.pooled_run_id, "service": spec.service,
        "service_version": service_version_of(spec.versions.values()), "feature_versions": write.as_json(spec.versions),
        "seed": spec.seed, "code_version": code_version(), "library_versions": write.as_json(spec.libraries),
        "started_at": outcome.started_at, "requested_at": clock.now(), "duration_s": outcome.duration_s,
        "status": outcome.status, "status_detail": outcome.detail, "artifact_path": path, "artifact_sha256": digest,
        "parameters": write.as_json(outcome.parameters),
    }  # fmt: skip
    return {name: [value] for name, value in row.items()}
