"""Predictions of photographs of an opened store, for `FeatureStore.predict`."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from affect_store.flows.steps import batch_predict, trained_model
from affect_store.store.engine import reader
from affect_store.store.engine.store_file import StoreFile
from affect_store.store.errors import StoreError
from affect_store.store.home import Home


def predict_photographs(home: Home, source: StoreFile, model: str, image_ids: Sequence[str] | None) -> pl.DataFrame:
    """Return the predictions of the photographs that have the features of a model; see `FeatureStore.predict`."""
    if not isinstance(model, str):
        raise StoreError(f"model: expected the name of a system or run, received {model!r}"[:200])
    image_ids = image_ids if image_ids is None or isinstance(image_ids, str) else list(image_ids)
    if isinstance(image_ids, str) or not all(isinstance(image_id, str) for image_id in image_ids or ()):
        raise StoreError(f"image_ids: expected a list of identifiers, received {image_ids!r}"[:200])
    run_id, _ = trained_model.choose(source, model)
    run = reader.query_frame(source.connection, "registry/select_run", {"run_id": run_id}).row(0, named=True)
    predictions = batch_predict.predict_with(home, run_id, image_ids, source=source)
    parts = reader.query_frame(source.connection, "splits/select_assignments", {"split_id": run["split_id"]})
    classes = batch_predict.classes_of(run)
    named = batch_predict.with_emotions(predictions, classes).with_columns(
        pl.lit(f"{run['model']}.{run['recipe']}").alias("model"), pl.lit(run_id).alias("run_id")
    )
    columns = ("image_id", "part", "model", "run_id", "predicted", *classes.probabilities)
    return named.join(parts, on="image_id", how="left", maintain_order="left").select(columns)
