"""What a trained model says of photographs: the features come from the very service that it was trained on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
import pyarrow as pa

from store.errors import StoreError, UnknownNameError, unknown
from store.tables import read
from store.tables.connection import Connection, open_work
from store.tables.home import Home
from store.tables.store import COLUMN_OF, Store


def predict_with(home: Home, run_id: str, image_ids: Sequence[str] | None = None) -> pl.DataFrame:
    """image_id, predicted label and a probability a class, for every photograph that has the run's features.

    They are read at the version of the service that is recorded with the run, as they count today. Raises
    `UnknownNameError` for an unknown run or photograph, and `StoreError` where the model's files are gone or are not
    those that were recorded.
    """
    from models.artifact import fingerprint, load
    from models.predict import predict

    with open_work(home) as connection:
        run = _run(connection, run_id)
        if not run["artifact_path"]:
            raise StoreError(f"the run {run_id} has no model: {run['status_detail'] or run['status']}")
        folder = home.root / run["artifact_path"]
        if not folder.is_dir():
            raise StoreError(f"the model of run {run_id} is gone: expected the folder '{folder}'")
        if (found := fingerprint(folder)) != run["artifact_sha256"]:
            wanted = run["artifact_sha256"]
            raise StoreError(f"'{folder}' is not the model of run {run_id}: expected sha256 {wanted}, received {found}")
        features = Store(connection).features(run["service"], version=run["service_version"], image_ids=image_ids)
    table = features.arrow
    names = [COLUMN_OF.get(name, name) for name in table.column_names]
    return predict(load(folder), pa.table(dict(zip(names, table.columns, strict=True))))


def _run(connection: Connection, run_id: str) -> dict[str, Any]:
    found = read.frame(connection, "select_run", {"run_id": run_id}).rows(named=True)
    if not found:
        raise UnknownNameError(unknown("run", run_id, read.frame(connection, "select_run_ids")["run_id"]))
    return found[0]
