"""Batch prediction with a trained model; features come from the service version that it was trained on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from affect_store.models.systems import input_columns, is_ensemble
from affect_store.store.emotion_classes import Classes, classes_in
from affect_store.store.engine.store_file import StoreFile
from affect_store.store.errors import StoreError
from affect_store.store.home import Home
from affect_store.store.offline import computed_columns
from affect_store.store.offline.feature_store import FeatureStore

_OTHER_RUNS = '`affect sql "from leaderboard"` lists other runs'


def predict_with(
    home: Home, run_id: str, image_ids: Sequence[str] | None = None, *, source: StoreFile | None = None
) -> pl.DataFrame:
    """Predict every photograph, or those named: image_id, predicted label and a calibrated probability per class.

    Features are read at the version of the service that is recorded with the run, with their current values, from the
    store `source` or else the publication, and from the work store if that lacks something. Raises
    `UnknownNameError` for an unknown run or photograph, and `StoreError` if the model's files are missing or differ
    from those recorded.
    """
    return calibrated(predict_uncalibrated(home, run_id, image_ids, source=source))


def predict_emotions(home: Home, run_id: str, image_ids: Sequence[str] | None = None) -> pl.DataFrame:
    """As `predict_with`, with the predicted emotion instead of its label."""
    run, predictions = _predicted(home, run_id, image_ids)
    return with_emotions(calibrated(predictions), classes_of(run))


def with_emotions(predictions: pl.DataFrame, classes: Classes) -> pl.DataFrame:
    """Replace the predicted labels by the emotions that they stand for."""
    return predictions.with_columns(
        pl.Series("predicted", [classes.emotion_of(label) for label in predictions["predicted"]], dtype=pl.String)
    )


def calibrated(predictions: pl.DataFrame) -> pl.DataFrame:
    """Return image_id, predicted label and calibrated probabilities of uncalibrated ones with their `temperature`."""
    from affect_store.models.training.calibration import apply_temperature

    names = [name for name in predictions.columns if name.endswith("_prob")]
    probabilities = apply_temperature(predictions.select(names).to_numpy(), predictions["temperature"].to_numpy())
    columns = pl.DataFrame(probabilities.astype("float32"), schema=dict.fromkeys(names, pl.Float32))
    return predictions.select("image_id", "predicted").hstack(columns)


def predict_uncalibrated(
    home: Home,
    run_id: str,
    image_ids: Sequence[str] | None = None,
    *,
    source: StoreFile | None = None,
    from_work: bool = False,
) -> pl.DataFrame:
    """As `predict_with`, with uncalibrated probabilities and the temperature that calibrates them.

    With `from_work`, features are read from the work store, even if the published store has the run and photographs.
    """
    return _predicted(home, run_id, image_ids, source=source, from_work=from_work)[1]


def _predicted(
    home: Home,
    run_id: str,
    image_ids: Sequence[str] | None,
    *,
    source: StoreFile | None = None,
    from_work: bool = False,
) -> tuple[dict[str, Any], pl.DataFrame]:
    """Return the run and its uncalibrated predictions."""
    run, rows = _read_work(home, run_id, image_ids) if from_work else _read(home, run_id, image_ids, source)
    if is_ensemble(run["model"]):
        from affect_store.models.training.ensemble import combine

        members = [member["run_id"] for member in json.loads(run["parameters"])["members"]]
        frames = [
            predict_uncalibrated(home, member, image_ids, source=source, from_work=from_work) for member in members
        ]
        predictions = combine(frames, classes_of(run))
    else:
        from affect_store.models.training.artifact import load
        from affect_store.models.training.predict import predict

        predictions = predict(load(artifact_of(home, run)), rows)
    return run, predictions.with_columns(pl.lit(temperature_of(run), pl.Float32).alias("temperature"))


def classes_of(run: dict[str, Any]) -> Classes:
    """Return the classes that a run distinguishes."""
    return classes_in(json.loads(run["parameters"]))


def columns_of(run: dict[str, Any]) -> list[str]:
    """Return the columns of training rows that a run reads; of the user's own system, those that it was trained on,
    so that it predicts without the user's code."""
    parameters = json.loads(run["parameters"])
    if "own" in parameters:
        return list(parameters["columns"].values())
    return list(input_columns(run["model"], run["recipe"]).values())


def temperature_of(run: dict[str, Any]) -> float:
    """Return the temperature that calibrates the probabilities of a run; 1 changes nothing."""
    return float(json.loads(run["parameters"]).get("temperature", 1.0))


def _read(
    home: Home, run_id: str, image_ids: Sequence[str] | None, source: StoreFile | None
) -> tuple[dict[str, Any], pa.Table]:
    """Return the run and its rows from an opened store, or from the published one, which no pipeline run locks.

    Falls back on the work store for what the published store lacks: a run or photograph that is not published yet, or
    thumbnails.
    """
    try:
        if source is not None:
            return _run_and_rows(home, FeatureStore(source), run_id, image_ids)
        with FeatureStore.open(home) as store:
            return _run_and_rows(home, store, run_id, image_ids)
    except StoreError:
        if not home.work.exists():
            raise
    return _read_work(home, run_id, image_ids)


def _read_work(home: Home, run_id: str, image_ids: Sequence[str] | None) -> tuple[dict[str, Any], pa.Table]:
    with FeatureStore.open_work(home) as store:
        return _run_and_rows(home, store, run_id, image_ids)


def _run_and_rows(
    home: Home, store: FeatureStore, run_id: str, image_ids: Sequence[str] | None
) -> tuple[dict[str, Any], pa.Table]:
    run = store.run(run_id)
    artifact_of(home, run)
    require_current_columns(run)
    features = store.get_features(run["service"], image_ids, version=run["service_version"])
    return run, store.rows(features, columns_of(run))


def artifact_of(home: Home, run: dict[str, Any]) -> Path:
    """Return the folder of a run's model. Raises `StoreError` if files are missing or differ from those recorded."""
    from affect_store.models.training.artifact_files import RECORD, fingerprint

    run_id, recorded = run["run_id"], run["artifact_sha256"]
    if not run["artifact_path"]:
        reason = run["status_detail"] or "models of folds are not kept, since they serve comparisons only"
        raise StoreError(f"the run {run_id} has no model: {reason}. {_OTHER_RUNS}")
    folder: Path = home.root / run["artifact_path"]
    if not (folder / RECORD).is_file():
        raise StoreError(
            f"the model of run {run_id} is missing: expected its files in the folder '{folder}'. "
            f"{_how_to_train_again(run)}"
        )
    if (received := fingerprint(folder)) != recorded:
        raise StoreError(
            f"'{folder}' is not the model of run {run_id}: expected sha256 {recorded}, received {received}. "
            f"{_how_to_train_again(run)}"
        )
    return folder


def require_current_columns(run: dict[str, Any]) -> None:
    """Raise `StoreError` for a run that was trained on other values of computed columns than this code computes."""
    parameters, versions = json.loads(run["parameters"]), json.loads(run["feature_versions"])
    for column, version in computed_columns.versions_of(columns_of(run), versions).items():
        if parameters.get(column) != version:
            raise StoreError(
                f"the run {run['run_id']} was trained on {column} {parameters.get(column, 'of an unknown version')}, "
                f"expected {version}, which this version of affect-store computes. {_how_to_train_again(run)}"
            )


def _how_to_train_again(run: dict[str, Any]) -> str:
    if json.loads(run["parameters"]).get("basis"):
        command = f"affect train --final --model {run['model']} --recipe {run['recipe']}"
        return f"`{command}` trains a final model of it again. {_OTHER_RUNS}"
    command = f"affect train --model {run['model']} --recipe {run['recipe']} --seed {run['seed']}"
    return (
        f"The command that trained it trains it again if its split is still current: `{command}`, with the same "
        f"`--epochs`. {_OTHER_RUNS}"
    )
