"""Materialize the scalar feature views: values of every photograph with valid landmarks, reasons for the others."""

from __future__ import annotations

import numpy as np
import polars as pl

from affect_store.flows.runtime import console
from affect_store.flows.steps import feature_services
from affect_store.flows.steps.missing_features import (
    UNREADABLE,
    because_of_landmarks,
    record_missing_features,
)
from affect_store.flows.steps.stored_landmarks import landmarks_of
from affect_store.store.engine import clock, reader, write
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.feature_sql import view_sql
from affect_store.store.engine.work_store import open_work
from affect_store.store.features.scalar_view import ScalarView
from affect_store.store.features.scalar_views import SCALAR_VIEWS
from affect_store.store.home import Home
from affect_store.store.types import checksum_of

PHOTOGRAPHS_AT_ONCE = 2048


def materialize_scalar_views(home: Home) -> int:
    """Compute the missing values; returns the number of new rows, including reasons for missing values."""
    rows = 0
    with console.step("compute scalar features") as (step, _), open_work(home) as connection:
        versions = feature_services.current_versions(connection)
        for view in SCALAR_VIEWS:
            if view.name in versions:
                rows += _materialize(connection, view, versions[view.name], versions["landmarks"])
        step.remark = f"{rows:,} rows" if rows else "nothing new"
    return rows


def _materialize(connection: Connection, view: ScalarView, version: str, landmarks: str) -> int:
    parameters = {"version": version, "landmarks": landmarks, "retried": UNREADABLE, "moment": clock.now()}
    state = reader.query_text(connection, view_sql("select_state", view.name), parameters).filter(
        ~pl.col("is_quarantined")
    )
    without = state.filter(~pl.col("has_landmarks"), pl.col("stored_reason").ne_missing(pl.col("landmarks_reason")))
    missing = [
        (
            row["image_id"],
            view.name,
            version,
            because_of_landmarks(row["landmarks_reason"], is_quarantined=row["are_landmarks_quarantined"]),
        )
        for row in without.iter_rows(named=True)
    ]
    rows = record_missing_features(connection, missing)
    wanted = state.filter("has_landmarks", ~pl.col("has_value"))
    for photographs in wanted.iter_slices(PHOTOGRAPHS_AT_ONCE):
        rows += _compute(connection, view, version, landmarks, photographs)
    return rows


def _compute(connection: Connection, view: ScalarView, version: str, landmarks: str, photographs: pl.DataFrame) -> int:
    image_ids = photographs["image_id"].to_list()
    faces = landmarks_of(connection, image_ids, landmarks)
    values = view.transform(faces, photographs.select("width_px", "height_px").to_numpy()).astype(np.float32)
    columns = {
        "image_id": image_ids,
        "version": [version] * len(image_ids),
        **{name: values[:, index] for index, name in enumerate(view.column_names)},
        "seal": [checksum_of(image_id, row.tobytes()) for image_id, row in zip(image_ids, values, strict=True)],
        "created_at": [clock.now()] * len(image_ids),
    }
    return write.append(connection, view.table.qualified, write.batch(view.table.qualified, columns))
