"""Which photographs a user's own feature view is to be computed for, and why the others have no value."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from affect_store.flows.steps.missing_features import UNREADABLE
from affect_store.store.engine import clock, own_views, reader
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.feature_sql import view_sql
from affect_store.store.extensions.load import Extensions
from affect_store.store.extensions.own_view import LANDMARKS, OwnView
from affect_store.store.extensions.results import RAISED, RETURNED

NOT_LOADED = "not computed: no extension of the home declares it"
"""Reason for photographs that were added while the function of a feature was not loaded."""

Views = Mapping[str, tuple[str, str]]
"""View and version of each current feature."""


def photographs_to_compute(
    connection: Connection, view: OwnView, views: Views
) -> tuple[pl.DataFrame, list[tuple[str, str]]]:
    """Return the photographs to call the function for (image_id, path, width_px, height_px), and pairs of image_id and
    reason of those that lack an input.

    Active photographs that were processed count. The function is called for those that have every input and neither a
    value nor a reason of the function itself that is later than all inputs. Quarantined values stay so.
    """
    state = reader.query_frame(connection, "features/select_active_photographs")
    state = state.with_columns(input_reason=pl.lit(None, pl.String), since=pl.lit(None, pl.Datetime("us", "UTC")))
    for name in view.features:
        state = _with_input(connection, state, name, views[name])
    own = _times(connection, views[view.name]).rename({"created_at": "stored_at"})
    misses = _misses(connection, views[view.name][1])
    state = state.join(own, on="image_id", how="left").join(misses, on="image_id", how="left")
    state = state.filter(~pl.col("is_quarantined").fill_null(False))
    lacking = state.filter(pl.col("input_reason").is_not_null()).select("image_id", "input_reason")
    is_of_function = pl.any_horizontal(pl.col("reason").str.starts_with(prefix) for prefix in (RAISED, RETURNED))
    settled_at = pl.max_horizontal("stored_at", pl.when(is_of_function).then("missing_at"))
    to_compute = state.filter(
        pl.col("input_reason").is_null(), settled_at.is_null() | (settled_at < pl.col("since")).fill_null(False)
    )
    return to_compute.select("image_id", "path", "width_px", "height_px"), lacking.rows()


def _with_input(connection: Connection, state: pl.DataFrame, name: str, view: tuple[str, str]) -> pl.DataFrame:
    """Add an input to the state: when it was stored last, or the reason why a photograph has none.

    A photograph without landmarks or pixels that is not recorded as missing them was not processed: it is left out.
    """
    times = _times(connection, view).rename({"created_at": "input_at"})
    misses = _misses(connection, view[1]).select(
        "image_id", pl.when(pl.col("reason").str.starts_with(UNREADABLE)).then("reason").otherwise(
            pl.when("is_quarantined").then(pl.format("{} {}", pl.lit(name), "reason")).otherwise("reason")
        ).alias("why"),
    )  # fmt: skip
    joined = state.join(times, on="image_id", how="left").join(misses, on="image_id", how="left")
    if name in (LANDMARKS, "pixels"):
        joined = joined.filter(pl.col("input_at").is_not_null() | pl.col("why").is_not_null())
    absent = pl.when(pl.col("input_at").is_null()).then(pl.coalesce("why", pl.lit(f"no {name}")))
    return joined.with_columns(
        input_reason=pl.coalesce("input_reason", absent), since=pl.max_horizontal("since", "input_at")
    ).drop("input_at", "why")


def _times(connection: Connection, view: tuple[str, str]) -> pl.DataFrame:
    parameters = {"version": view[1], "moment": clock.now()}
    return reader.query_text(connection, view_sql("select_times", view[0]), parameters)


def _misses(connection: Connection, version: str) -> pl.DataFrame:
    parameters = {"versions": [version], "moment": clock.now()}
    frame = reader.query_frame(connection, "features/select_misses_of_versions", parameters)
    return frame.drop("version").rename({"created_at": "missing_at"})


def unloaded_features(connection: Connection, extensions: Extensions) -> dict[str, str]:
    """Return the current version of each feature of the user's own that no loaded extension declares."""
    loaded = {view.name for view in extensions.views}
    stored = own_views.stored_versions(connection)
    return {each.feature: each.version for each in stored if each.is_current and each.feature not in loaded}


def unloaded_photographs(connection: Connection, unloaded: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return image_id and version of the active photographs that have neither a value of these nor a reason."""
    parameters = {"versions": list(unloaded.values())}
    return reader.query_frame(connection, "features/select_unexplained_own", parameters).rows()
