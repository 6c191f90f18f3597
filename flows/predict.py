"""What a trained model says of photographs: the features come from the very service that it was trained on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from models.systems import ENSEMBLE, columns, named
from store.errors import StoreError
from store.tables.home import Home
from store.tables.store import Store
from store.vocabulary import PROBABILITIES


def predict_with(home: Home, run_id: str, image_ids: Sequence[str] | None = None) -> pl.DataFrame:
    """image_id, predicted label and a calibrated probability a class, for every photograph that has the run's features.

    They are read at the version of the service that is recorded with the run, as they count today. Raises
    `UnknownNameError` for an unknown run or photograph, and `StoreError` where the model's files are gone or are not
    those that were recorded.
    """
    from models.calibrate import scaled

    found = said(home, run_id, image_ids)
    probabilities = scaled(found.select(PROBABILITIES).to_numpy(), found["temperature"].to_numpy())
    columns_ = pl.DataFrame(probabilities.astype("float32"), schema=dict.fromkeys(PROBABILITIES, pl.Float32))
    return found.select("image_id", "predicted").hstack(columns_)


def said(home: Home, run_id: str, image_ids: Sequence[str] | None = None) -> pl.DataFrame:
    """The same with the probabilities as the model gives them, and the temperature that calibrates them."""
    run, rows = _read(home, run_id, image_ids)
    if named(run["model"]).family == ENSEMBLE:
        from models.ensemble import combine

        members = [one["run_id"] for one in json.loads(run["parameters"])["members"]]
        found = combine([said(home, one, image_ids) for one in members])
    else:
        from models.artifact import load
        from models.predict import predict

        found = predict(load(model_of(home, run)), rows)
    return found.with_columns(pl.lit(_temperature(run), pl.Float32).alias("temperature"))


def _temperature(run: dict[str, Any]) -> float:
    return float(json.loads(run["parameters"]).get("temperature", 1.0))


def _read(home: Home, run_id: str, image_ids: Sequence[str] | None) -> tuple[dict[str, Any], pa.Table]:
    """The run and its rows, from the published store, which no run waits for.

    What that cannot tell, a run or photograph that is not published yet or thumbnails, is asked of the work store.
    """
    try:
        with Store.open(home) as store:
            return _of_run(home, store, run_id, image_ids)
    except StoreError:
        if not home.work.exists():
            raise
    with Store.open_work(home) as store:
        return _of_run(home, store, run_id, image_ids)


def _of_run(home: Home, store: Store, run_id: str, image_ids: Sequence[str] | None) -> tuple[dict[str, Any], pa.Table]:
    run = store.run(run_id)
    model_of(home, run)
    found = store.features(run["service"], image_ids, version=run["service_version"])
    return run, store.rows(found, columns(run["model"], run["recipe"]).values())


def model_of(home: Home, run: dict[str, Any]) -> Path:
    """The folder of the run's model. Raises `StoreError`, saying why, where it is not there as it was recorded."""
    from models.artifact import RECORD, fingerprint

    run_id, wanted = run["run_id"], run["artifact_sha256"]
    if not run["artifact_path"]:
        raise StoreError(f"the run {run_id} has no model: {run['status_detail'] or run['status']}")
    folder: Path = home.root / run["artifact_path"]
    if not (folder / RECORD).is_file():
        raise StoreError(f"the model of run {run_id} is gone: expected its files in the folder '{folder}'")
    if (found := fingerprint(folder)) != wanted:
        raise StoreError(f"'{folder}' is not the model of run {run_id}: expected sha256 {wanted}, received {found}")
    return folder
