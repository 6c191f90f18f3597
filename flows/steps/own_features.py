"""Materialize the feature views of a user's own: values where a photograph has all inputs, reasons for the others.

A function is called again for a photograph if an input was stored since, and never for values that are stored already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from affect_store.flows.runtime import console
from affect_store.flows.steps import feature_services
from affect_store.flows.steps.extensions import use_extensions
from affect_store.flows.steps.missing_features import UNREADABLE, MissingFeature, record_missing_features
from affect_store.flows.steps.own_state import (
    NOT_LOADED,
    photographs_to_compute,
    unloaded_features,
    unloaded_photographs,
)
from affect_store.store.engine import clock, write
from affect_store.store.engine.duckdb import Connection, transaction
from affect_store.store.engine.work_store import open_work
from affect_store.store.extensions.load import Extensions
from affect_store.store.extensions.own_view import OWN_VALUES, PICTURE, OwnView
from affect_store.store.extensions.results import RAISED, RETURNED, compute
from affect_store.store.home import Home
from affect_store.store.offline.own_inputs import stored_values, unstored_values
from affect_store.store.types import checksum_of

PHOTOGRAPHS_AT_ONCE, PICTURES_AT_ONCE = 512, 32
_TABLE = f"features.{OWN_VALUES}"


@dataclass
class _Outcome:
    """What was stored of a view: numbers of values and of photographs without one, and the first reason of a function
    that failed."""

    values: int = 0
    missing: int = 0
    failed: int = 0
    first_reason: str = ""
    rows: int = 0


def register_own_views(connection: Connection, extensions: Extensions) -> dict[str, tuple[str, str]]:
    """Register the versions of the loaded views; return the view and version of every current feature."""
    current = dict(feature_services.current_views(connection))
    for view in extensions.views:
        versions = {feature: version for feature, (_, version) in current.items()}
        registered = view.version_of(versions)
        feature_services.register(connection, [registered], services={view.name: (view.name,)})
        current[view.name] = (OWN_VALUES, registered.version)
    feature_services.register_services(connection, current)
    return current


def materialize_own_views(home: Home) -> int:
    """Compute the missing values; returns the number of new rows, including reasons for missing values.

    Raises `ExtensionError` if the home names extensions that cannot be used.
    """
    extensions = use_extensions(home)
    with open_work(home) as connection:
        views = register_own_views(connection, extensions)
        unloaded = unloaded_features(connection, extensions)
    for sentence in extensions.absent:
        console.say(f"  Not used: {sentence}.", style="yellow")
    rows = sum(_materialize(home, view, views) for view in extensions.views)
    return rows + (_record_unloaded(home, unloaded) if unloaded else 0)


def _materialize(home: Home, view: OwnView, views: Mapping[str, tuple[str, str]]) -> int:
    outcome = _Outcome()
    version = views[view.name][1]
    with open_work(home) as connection:
        wanted, missing = photographs_to_compute(connection, view, views)
        outcome.missing = outcome.rows = record_missing_features(
            connection, [(image_id, OWN_VALUES, version, reason) for image_id, reason in missing]
        )
    with console.step(f"compute {view.name}", len(wanted) or None) as (step, advance):
        size = PICTURES_AT_ONCE if PICTURE in view.declaration.inputs else PHOTOGRAPHS_AT_ONCE
        for photographs in wanted.iter_slices(size):
            _compute(home, view, views, photographs, outcome)
            advance(len(photographs))
        step.remark = f"{outcome.values:,} values, {outcome.missing:,} without" if outcome.rows else "nothing new"
    if outcome.failed:
        photographs_failed = "1 photograph has" if outcome.failed == 1 else f"{outcome.failed:,} photographs have"
        console.say(
            f"      {photographs_failed} no {view.name}: {outcome.first_reason}. "
            f"`affect describe {view.name}` lists all reasons",
            style="yellow",
        )
    return outcome.rows


def _compute(
    home: Home, view: OwnView, views: Mapping[str, tuple[str, str]], photographs: pl.DataFrame, outcome: _Outcome
) -> None:
    """Call the function for these photographs and store the results in one transaction."""
    image_ids = photographs["image_id"].to_list()
    with open_work(home) as connection:
        moment = clock.now()
        stored = {name: stored_values(connection, name, views[name], image_ids, moment) for name in view.features}
    unstored, unreadable = unstored_values(photographs, view.declaration.inputs)
    inputs = {**stored, **unstored}
    values: dict[str, NDArray[np.float32]] = {}
    reasons = {image_id: f"{UNREADABLE}: {reason}" for image_id, reason in unreadable.items()}
    for image_id in image_ids:
        if image_id not in reasons:
            result = compute(view.declaration, {name: arrays[image_id] for name, arrays in inputs.items()})
            if isinstance(result, str):
                reasons[image_id] = result
            else:
                values[image_id] = result
    version = views[view.name][1]
    missing: list[MissingFeature] = [(key, OWN_VALUES, version, reason) for key, reason in reasons.items()]
    of_function = [row for row in missing if row[3].startswith((RAISED, RETURNED))]  # it is called if an input is new
    of_files = [row for row in missing if row not in of_function]
    with open_work(home) as connection, transaction(connection):
        outcome.rows += _append(connection, version, values) + record_missing_features(connection, of_files)
        outcome.rows += record_missing_features(connection, of_function, is_renewed=True)
    outcome.values += len(values)
    outcome.missing += len(reasons)
    failures = [reason for reason in reasons.values() if reason.startswith((RAISED, RETURNED, UNREADABLE))]
    outcome.failed += len(failures)
    outcome.first_reason = outcome.first_reason or (failures[0] if failures else "")


def _append(connection: Connection, version: str, values: Mapping[str, NDArray[np.float32]]) -> int:
    if not values:
        return 0
    columns = {
        "image_id": list(values),
        "version": [version] * len(values),
        "numbers": [row.tolist() for row in values.values()],
        "seal": [checksum_of(image_id, row.tobytes()) for image_id, row in values.items()],
        "created_at": [clock.now()] * len(values),
    }
    return write.append(connection, _TABLE, write.batch(_TABLE, columns))


def _record_unloaded(home: Home, unloaded: Mapping[str, str]) -> int:
    """Say which features are not computed because their function is not loaded, and record it where there is none."""
    with open_work(home) as connection:
        photographs = unloaded_photographs(connection, unloaded)
        rows = record_missing_features(
            connection, [(image_id, OWN_VALUES, version, NOT_LOADED) for image_id, version in photographs]
        )
    names = ", ".join(unloaded)
    console.say(
        f"  Not computed, since no loaded extension declares them: {names}. Stored values stay readable; "
        f"'{home.extensions}' names what is loaded",
        style="yellow",
    )
    return rows
