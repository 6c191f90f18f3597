"""Predictions for the unlabelled photographs of the store, by every system that was trained on the split by person.

They have no truth, so they are kept apart from the predictions that are scored. Systems whose predictions depend on
which photographs of the person are predicted together make none: they would depend on the order of arrival.
"""

from __future__ import annotations

import polars as pl

from affect_store.flows.runtime import console
from affect_store.flows.steps.batch_predict import predict_uncalibrated
from affect_store.flows.steps.feature_services import features_of
from affect_store.flows.steps.stored_chances import with_further_chances
from affect_store.models.systems import SYSTEMS, reads_other_photographs
from affect_store.store.engine import reader, write
from affect_store.store.engine.duckdb import transaction
from affect_store.store.engine.settings import update
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import StoreError
from affect_store.store.home import Home

TABLE = "registry.unlabelled_predictions"
_STRATEGY = "by_person"


def predict_unlabelled(home: Home) -> int:
    """Predict the unlabelled photographs in use that have no prediction of a system yet; returns how many were added.

    Predictions for photographs that have been labelled since are deleted.
    """
    delete_labelled(home)
    missing = _missing(home)
    if not missing:
        return 0
    count = 0
    with console.step("predict unlabelled photographs", len(missing)) as (step, advance):
        for run_id, image_ids in missing.items():
            try:
                predictions = predict_uncalibrated(home, run_id, image_ids, from_work=True)
            except StoreError as error:  # its model is lost; the other systems predict
                console.say(f"      {error}", style="yellow")
            else:
                count += _store(home, run_id, predictions)
            advance(1)
        step.remark = f"{count:,} predictions"
    return count


def delete_labelled(home: Home) -> None:
    """Delete the predictions for photographs that have a label now."""
    with open_work(home) as connection:
        update(connection, "registry/delete_labelled_predictions", {})


def _missing(home: Home) -> dict[str, list[str]]:
    """Return the photographs that each run lacks."""
    with open_work(home) as connection:
        trained = reader.query_frame(connection, "registry/select_trained_systems").filter(strategy=_STRATEGY)
        missing = {}
        known = trained.filter(pl.col("model").is_in(list(SYSTEMS)))  # others are of extensions that are not loaded
        for run_id, model, recipe in known.select("run_id", "model", "recipe").iter_rows():
            if reads_other_photographs(model):
                continue
            parameters = {"run_id": run_id, "features": list(features_of(model, recipe))}
            photographs = reader.query_frame(connection, "registry/select_unlabelled_to_predict", parameters)
            missing[run_id] = photographs["image_id"].to_list()
    return {run_id: image_ids for run_id, image_ids in missing.items() if image_ids}


def _store(home: Home, run_id: str, predictions: pl.DataFrame) -> int:
    rows = with_further_chances(predictions)
    columns = {name: rows[name].to_list() for name in rows.columns} | {"run_id": [run_id] * len(rows)}
    with open_work(home) as connection, transaction(connection):
        return write.append(connection, TABLE, write.batch(TABLE, columns))
