"""Answers about runs from the published store: how good one is, and which of two is better."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from models.systems import SYSTEMS
from store.errors import StoreError, UnknownNameError, unknown
from store.tables import read
from store.tables.duck import Connection
from store.tables.home import Home
from store.tables.published import open_published
from store.tables.query import Answer

SLICED = ("camera_angle_deg",)
"""Factors for which two runs are compared level by level."""


def systems() -> Answer:
    """Every system with what it reads."""
    rows = [
        (one.name, one.title, " ".join(one.recipes), one.family, " ".join(one.members or one.inputs), one.description)
        for one in SYSTEMS.values()
    ]
    return Answer(("model", "title", "recipes", "family", "reads", "description"), rows)


def whole_id(connection: Connection, run_id: str) -> str:
    """The id of the one run that begins like this. Raises `UnknownNameError` for none, `StoreError` for several."""
    known = read.frame(connection, "select_run_ids")["run_id"].to_list()
    found = [one for one in known if one.startswith(run_id)]
    if len(found) > 1 and run_id not in found:
        raise StoreError(f"{len(found)} runs begin with {run_id!r}: {', '.join(found[:3])} ...")
    if not found:
        raise UnknownNameError(unknown("run", run_id, known))
    return run_id if run_id in found else found[0]


def metrics_of(home: Home, run_id: str, part: str) -> Answer:
    """The metrics of a run in one part, each slice with its interval."""
    with _published(home) as connection:
        asked = {"run_id": whole_id(connection, run_id), "part": part}
        found = read.frame(connection, "select_metrics_of_run", asked)
    if found.is_empty():
        raise StoreError(f"the run {run_id} has no metrics of the {part} part: it could not be trained, or pools folds")
    return Answer(tuple(found.columns), found.rows())


def compare_runs(home: Home, one: str, other: str) -> Answer:
    """The difference of two runs' accuracies on the test photographs that both have scored, paired over people.

    Raises `UnknownNameError` for an unknown run, and `StoreError` where they share no test photographs.
    """
    from models.compare import compare

    with _published(home) as connection:
        ids = [whole_id(connection, name) for name in (one, other)]
        scored = read.frame(connection, "select_test_predictions_of", {"run_ids": ids})
    if ids[0] == ids[1]:
        raise StoreError(f"expected two runs, received {ids[0]} twice")
    order = {run_id: place for place, run_id in enumerate(ids)}
    # as two systems in the order asked for, even where both are runs of one model
    scored = scored.with_columns(pl.col("run_id").alias("model"), pl.col("run_id").replace_strict(order).alias("seed"))
    found = [{"photographs": name, **_row(compare(rows))} for name, rows in _slices(scored)]
    if not found[0]["people"]:
        raise StoreError(f"the runs {ids[0]} and {ids[1]} share no photograph in their test parts")
    return Answer(tuple(found[0]), [tuple(row.values()) for row in found])


def _slices(scored: pl.DataFrame) -> Iterable[tuple[str, pl.DataFrame]]:
    yield "all", scored
    for factor in SLICED:
        for level in scored[factor].unique().sort():
            yield f"{factor}={level}", scored.filter(pl.col(factor) == level)


def _row(compared: pl.DataFrame) -> dict[str, object]:
    if compared.is_empty():
        return dict.fromkeys(("difference", "low", "high", "p", "people", "method"))
    row = compared.row(0, named=True)
    return {
        "difference": row["value"], "low": row["low"], "high": row["high"], "p": row["p"], "people": row["n_people"],
        "method": row["method"].partition(";")[0],
    }  # fmt: skip


def _published(home: Home):  # type: ignore[no-untyped-def]  # DuckDB's connection is its own context
    return open_published(home, of_this_version=True)
