"""Metrics of a run and comparisons of two runs, from the published store."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from affect_store.models.systems import SYSTEMS
from affect_store.store.engine import reader
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.published_store import open_published
from affect_store.store.engine.query import QueryResult
from affect_store.store.errors import StoreError
from affect_store.store.home import Home
from affect_store.store.offline.run_names import NamedRun, find_run

SLICED = ("camera_angle_deg",)
"""Factors for each level of which two runs are compared, too."""


def list_systems() -> QueryResult:
    """Return every system with its recipes and inputs."""
    rows = [
        (
            system.name, system.title, " ".join(system.all_recipes), system.family,
            " ".join(system.members or system.inputs), system.description,
        )
        for system in SYSTEMS.values()
    ]  # fmt: skip
    return QueryResult(("model", "title", "recipes", "family", "reads", "description"), rows)


def list_runs(home: Home, *, with_folds: bool = False) -> QueryResult:
    """Return the runs of the published store, the one requested last first; those on single folds only `with_folds`."""
    with open_published(home, of_this_version=True) as connection:
        runs = reader.query_frame(connection, "registry/list_runs", {"with_folds": with_folds})
    return QueryResult(tuple(runs.columns), runs.rows())


def run_of(home: Home, name: str) -> NamedRun:
    """Return the published run that `name` means, as `run_names.find_run` does; it raises the same errors."""
    with open_published(home, of_this_version=True) as connection:
        return find_run(connection, name)


def full_run_id(connection: Connection, name: str) -> str:
    """Return the id of the run that `name` means, as `run_names.find_run` does; it raises the same errors."""
    return find_run(connection, name).run_id


def metrics_of(home: Home, name: str, part: str) -> QueryResult:
    """Return the metrics of a run on one part, for every slice, with confidence intervals; `name` as in `find_run`.

    Raises `UnknownNameError` for an unknown run, and `StoreError` if the run has no metrics on this part.
    """
    with open_published(home, of_this_version=True) as connection:
        run_id = full_run_id(connection, name)
        parameters = {"run_id": run_id, "part": part}
        metrics = reader.query_frame(connection, "registry/select_metrics_of_run", parameters)
    if metrics.is_empty():
        raise StoreError(
            f"run {run_id} has no metrics on the {part} part: it could not be trained, or it pools folds, which are "
            "tested only, or it is a final model, which is tested on nobody: its folds and its run by person say how "
            f"good it is. `affect describe {run_id}` says which"
        )
    return QueryResult(tuple(metrics.columns), metrics.rows())


def compare_runs(home: Home, first: str, second: str) -> QueryResult:
    """Compare the accuracies of two runs on the test photographs that both scored, paired by person.

    Raises `UnknownNameError` for an unknown run, and `StoreError` if they share no test photographs.
    """
    from affect_store.models.evaluation.compare import compare

    with open_published(home, of_this_version=True) as connection:
        run_ids = [full_run_id(connection, name) for name in (first, second)]
        predictions = reader.query_frame(connection, "registry/select_test_predictions_of", {"run_ids": run_ids})
    if run_ids[0] == run_ids[1]:
        raise StoreError(f"expected two different runs, received {run_ids[0]} twice")
    # `compare` pairs models: each run stands for a model of its own, in the order of the arguments
    position = {run_id: index for index, run_id in enumerate(run_ids)}
    predictions = predictions.with_columns(
        pl.col("run_id").alias("model"), pl.col("run_id").replace_strict(position).alias("seed")
    )
    rows = [{"photographs": name, **_row(compare(subset))} for name, subset in _slices(predictions)]
    if not rows[0]["people"]:
        raise StoreError(
            f"runs {run_ids[0]} and {run_ids[1]} share no photographs in their test parts: compare runs "
            'of one split (`affect sql "select run_id, model, split from leaderboard"`)'
        )
    return QueryResult(tuple(rows[0]), [tuple(row.values()) for row in rows])


def _slices(predictions: pl.DataFrame) -> Iterable[tuple[str, pl.DataFrame]]:
    yield "all", predictions
    for factor in SLICED:
        for level in predictions[factor].unique().sort():
            yield f"{factor}={level}", predictions.filter(pl.col(factor) == level)


def _row(comparison: pl.DataFrame) -> dict[str, object]:
    if comparison.is_empty():
        return dict.fromkeys(("difference", "low", "high", "p", "people", "method"))
    row = comparison.filter(metric="accuracy").row(0, named=True)
    return {
        "difference": row["value"], "low": row["low"], "high": row["high"], "p": row["p"], "people": row["n_people"],
        "method": row["method"].partition(";")[0],
    }  # fmt: skip
