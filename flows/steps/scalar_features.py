"""Materialize the scalar feature views: values where they can be computed, reasons for the other photographs."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from affect_store.flows.runtime import console
from affect_store.flows.steps import feature_services
from affect_store.flows.steps.missing_features import (
    UNREADABLE,
    because_of_delta,
    because_of_landmarks,
    record_missing_features,
)
from affect_store.flows.steps.stored_landmarks import landmarks_of
from affect_store.store.engine import clock, reader, write
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.feature_sql import view_sql
from affect_store.store.engine.work_store import open_work
from affect_store.store.features.scalar_values import NOT_COMPUTABLE, values_where_computable
from affect_store.store.features.scalar_view import REFERENCE_FEATURE, ScalarView
from affect_store.store.features.scalar_views import SCALAR_VIEWS
from affect_store.store.home import Home
from affect_store.store.types import FloatArray, checksum_of

PHOTOGRAPHS_AT_ONCE = 2048


def materialize_scalar_views(home: Home) -> int:
    """Compute the missing values; returns the number of new rows, including reasons for missing values."""
    rows = 0
    with console.step("compute scalar features") as (step, _), open_work(home) as connection:
        versions = feature_services.current_versions(connection)
        for view in SCALAR_VIEWS:
            if view.name in versions:
                rows += _materialize(connection, view, versions)
        step.remark = f"{rows:,} rows" if rows else "nothing new"
    return rows


def _materialize(connection: Connection, view: ScalarView, versions: Mapping[str, str]) -> int:
    version = versions[view.name]
    state = _state(connection, view, versions).filter(~pl.col("is_quarantined"))
    because = because_of_delta if view.needs_reference else because_of_landmarks
    missing = [
        (
            row["image_id"],
            view.name,
            version,
            because(row["inputs_reason"], is_quarantined=row["are_inputs_quarantined"]),
        )
        for row in state.filter(~pl.col("has_inputs")).iter_rows(named=True)
    ]
    rows = record_missing_features(connection, missing)
    wanted = state.filter("has_inputs", ~pl.col("has_value"))
    for photographs in wanted.iter_slices(PHOTOGRAPHS_AT_ONCE):
        rows += _compute(connection, view, versions, photographs)
    return rows


def _state(connection: Connection, view: ScalarView, versions: Mapping[str, str]) -> pl.DataFrame:
    """Return one row per processed photograph: its inputs, and the stored value or reason."""
    parameters = {"version": versions[view.name], "moment": clock.now()}
    if view.needs_reference:
        text = view_sql("select_state_with_reference", view.name)
        return reader.query_text(connection, text, {**parameters, "deltas": versions[REFERENCE_FEATURE]})
    of_landmarks = {"landmarks": versions["landmarks"], "retried": UNREADABLE}
    return reader.query_text(connection, view_sql("select_state", view.name), parameters | of_landmarks)


def _compute(connection: Connection, view: ScalarView, versions: Mapping[str, str], photographs: pl.DataFrame) -> int:
    """Store the values of these photographs, or that they have none; return the number of new rows."""
    prefixes = {"": "image_id", **({"reference_": "reference_image_id"} if view.needs_reference else {})}
    arrays = [
        array
        for prefix, key in prefixes.items()
        for array in (
            landmarks_of(connection, photographs[key].to_list(), versions["landmarks"]),
            photographs.select(f"{prefix}width_px", f"{prefix}height_px").to_numpy(),
        )
    ]
    values, is_computable = values_where_computable(view, arrays)
    image_ids = photographs["image_id"].to_numpy()
    without = [(image_id, view.name, versions[view.name], NOT_COMPUTABLE) for image_id in image_ids[~is_computable]]
    rows = record_missing_features(connection, without)
    return rows + _store(connection, view, versions[view.name], image_ids[is_computable].tolist(), values)


def _store(connection: Connection, view: ScalarView, version: str, image_ids: list[str], values: FloatArray) -> int:
    columns = {
        "image_id": image_ids,
        "version": [version] * len(image_ids),
        **{name: values[:, index] for index, name in enumerate(view.column_names)},
        "seal": [checksum_of(image_id, row.tobytes()) for image_id, row in zip(image_ids, values, strict=True)],
        "created_at": [clock.now()] * len(image_ids),
    }
    return write.append(connection, view.table.qualified, write.batch(view.table.qualified, columns))
