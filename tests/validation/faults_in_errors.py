"""Faults in the standard errors of the landmarks. The clean store has none, so that they are planted with a fault."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import numpy as np

from affect_store.store.types import checksum_of
from affect_store.store.vocabulary import LANDMARK_COUNT
from affect_store.validation.rules import CHECKSUM
from tests.validation.planting import ERRORS, LANDMARKS, MANY, UNKNOWN, Fault, Photograph, execute, update

SEVERAL_PASSES = (
    "UPDATE features.views SET parameters = json_merge_patch(parameters, '{\"passes\": 3}') WHERE feature = 'landmarks'"
)
MEDIAN = 0.004


def with_errors(fault: str = "") -> Callable[[duckdb.DuckDBPyConnection, Photograph], None]:
    """Return a function that makes the landmarks those of three passes with errors, and executes a statement."""

    def plant(connection: duckdb.DuckDBPyConnection, photograph: Photograph) -> None:
        connection.execute(SEVERAL_PASSES)
        rows = connection.execute(f"FROM {LANDMARKS} SELECT image_id, version ORDER BY image_id").fetchall()
        rng = np.random.default_rng(1)
        for image_id, version in rows:
            errors = (MEDIAN * rng.uniform(0.8, 1.2, LANDMARK_COUNT)).astype(np.float32)
            values = [
                image_id,
                version,
                3,
                float(errors.mean()),
                errors.tolist(),
                checksum_of(image_id, errors.tobytes()),
            ]
            connection.execute(f"INSERT INTO {ERRORS} VALUES (?, ?, ?, ?, ?, ?, now())", values)
        if fault:
            execute(fault)(connection, photograph)

    return plant


def scaled(factor: float) -> str:
    """SQL that multiplies the errors of the first row, the mean included."""
    changed = f"list_transform(errors, lambda x: x * {factor})::FLOAT[{LANDMARK_COUNT}]"
    return f"UPDATE {ERRORS} SET errors = {changed}, mean_error = mean_error * {factor} WHERE rowid = 0"


FAULTS = (
    Fault("errors of a photograph without landmarks", ERRORS, "landmarks of the same version",
          with_errors(update(ERRORS, "image_id", UNKNOWN))),
    Fault("errors of another version", ERRORS, "landmarks of the same version",
          with_errors(update(ERRORS, "version", "'stale'"))),
    Fault("landmarks over several passes without errors", ERRORS, "errors of all landmarks over several passes",
          SEVERAL_PASSES, rows=MANY),
    Fault("a face without errors", ERRORS, "errors of all landmarks over several passes",
          with_errors(f"DELETE FROM {ERRORS} WHERE rowid = 0")),
    Fault("more passes than the version has", ERRORS, "number of passes", with_errors(update(ERRORS, "n_passes", "4"))),
    Fault("errors of a single pass", ERRORS, "number of passes", with_errors(update(ERRORS, "n_passes", "1"))),
    Fault("no errors over several passes", ERRORS, "number of passes", with_errors(update(ERRORS, "errors", "NULL"))),
    Fault("errors below zero", ERRORS, "errors in range", with_errors(scaled(-1))),
    Fault("a mean error that is not the mean", ERRORS, "errors in range",
          with_errors(update(ERRORS, "mean_error", "mean_error * 1.1"))),
    Fault("errors slightly wrong", ERRORS, CHECKSUM, with_errors(scaled(1.001))),
    Fault("errors of another photograph", ERRORS, CHECKSUM,
          with_errors(f"UPDATE {ERRORS} AS target SET errors = twin.errors, mean_error = twin.mean_error "
                      f"FROM (FROM {ERRORS} WHERE rowid = 1) AS twin WHERE target.rowid = 0")),
    Fault("landmarks five times as noisy as others", ERRORS, "landmarks about as precise as others",
          with_errors(scaled(5)), column="mean_error"),
)  # fmt: skip
