"""Metrics and comparisons made again from stored predictions, where a copy of a store left them out."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl

from flows import terminal
from flows.compare import compare_current
from store.tables import read, write
from store.tables.connection import Connection

Measured = dict[str, pl.DataFrame]
"""The metrics of each run that was measured: columns of `registry.metrics`."""


def measure_again(connection: Connection, known: Measured) -> None:
    """Metrics and comparisons that a copy without a person left out, from the predictions that remain.

    Metrics of a run are the same in every store: they are taken from `known`, or computed and put there.
    """
    unmeasured = read.frame(connection, "select_unmeasured_runs").rows()
    for run_id, split_id in unmeasured:
        if run_id not in known:
            rows = read.split_rows(connection, read.frozen_split(connection, split_id))
            predictions = read.frame(connection, "select_predictions_of", {"run_id": run_id})
            known[run_id] = _measured(run_id, predictions, rows)
        columns = {name: known[run_id][name].to_list() for name in known[run_id].columns}
        write.append(connection, "registry.metrics", write.batch("registry.metrics", columns))
    if unmeasured:
        compare_current(connection)


def _measured(run_id: str, predictions: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    with terminal.quiet(Path(os.devnull), verbose=False):
        from models.evaluate import evaluate

        return evaluate(predictions, rows).with_columns(pl.lit(run_id).alias("run_id"))
