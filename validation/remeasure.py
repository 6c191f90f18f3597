"""Metrics and comparisons made again from the stored predictions, and compared with the stored ones.

What is measured, in which slices, and how, is `models`' own: this module knows no metric, slice or system by name. It
looks at the runs that the leaderboard shows, in the part that it shows; older ones may be of older code.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from store.tables.connection import sql as of_tables
from store.vocabulary import PARTS
from validation.bounds import MEASURED_TOLERANCE, REMEASURED_RUNS, SHOWN_ROWS
from validation.dialect import Reading, sql
from validation.relations import STOP
from validation.verdict import Finding

METRICS_AGAIN = "metrics are those of the predictions"
COMPARISONS_AGAIN = "comparisons are those of the predictions"
SHOWN_PART = PARTS[-1]
_OF_METRIC = ("part", "slice", "metric")
_OF_PAIR = ("run_id", "other_run_id", *_OF_METRIC)
_EXPECTED = f"within {MEASURED_TOLERANCE:g} of what models.evaluate and models.compare give"


def metrics_again(store: Reading, seed: str) -> list[Finding]:
    """One finding: values, intervals and counts of each run, at most `REMEASURED_RUNS` of them as the seed chooses."""
    from models.evaluate import evaluate  # TensorFlow comes with it

    known = _frame(store, sql("select_metric_names"))
    runs = store.arrow(sql("select_runs"), {"seed": seed}).to_pylist()
    wrong: list[dict[str, object]] = []
    looked = 0
    for run in runs[:REMEASURED_RUNS]:
        bound = {"split_id": run["split_id"], "as_of": run["as_of"]}
        rows = _frame(store, of_tables("select_split_rows"), bound).filter(pl.col("part") == SHOWN_PART)
        said = _frame(store, of_tables("select_predictions_of"), {"run_id": run["run_id"]})
        again = evaluate(said.filter(pl.col("part") == SHOWN_PART), rows)
        stored = _frame(store, sql("select_metrics"), {"run_id": run["run_id"], "part": SHOWN_PART})
        stored = stored.join(again.select("metric").unique(), on="metric", how="semi")
        looked += len(stored)
        wrong += [{"run_id": run["run_id"], **row} for row in _differing(stored, _known(again, known), _OF_METRIC)]
    seen = f"of {looked} measured again, of {min(len(runs), REMEASURED_RUNS)} of {len(runs)} runs"
    return [_finding("registry.metrics", METRICS_AGAIN, "value", seen, wrong)]


def comparisons_again(store: Reading) -> list[Finding]:
    """One finding: every pair of the runs that the leaderboard shows."""
    from models.compare import compare

    scored = _frame(store, of_tables("select_current_test_predictions"))
    made = [compare(group.drop("strategy")) for _, group in scored.group_by("strategy", maintain_order=True)]
    stored = _frame(store, sql("select_comparisons"))
    if not made:
        return [_finding("registry.comparisons", COMPARISONS_AGAIN, "value", "of 0 compared again", [])]
    again = pl.concat(made)
    stored = stored.join(again, on=_OF_PAIR, how="semi")
    wrong = _differing(stored, again, _OF_PAIR)
    return [_finding("registry.comparisons", COMPARISONS_AGAIN, "value", f"of {len(again)} compared again", wrong)]


def _known(again: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Without metrics and slices that no stored run has: runs of before they came are not wrong."""
    return again.with_columns(factor=pl.col("slice").str.split("=").list.first()).join(
        known, on=["metric", "factor"], how="semi"
    )


def _differing(stored: pl.DataFrame, again: pl.DataFrame, key: Sequence[str]) -> list[dict[str, object]]:
    """Keys that only one side has, or whose numbers differ. Of what was never measured so, nothing is said."""
    numbers = [name for name in stored.columns if name not in key]
    made = again.select(*key, *(pl.col(name).cast(pl.Float64).alias(f"{name} again") for name in numbers))
    both = stored.with_columns(pl.lit(True).alias("is stored")).join(
        made.with_columns(pl.lit(True).alias("is made")), on=key, how="full", coalesce=True
    )
    is_same = pl.all_horizontal(
        (pl.col(name).is_null() & pl.col(f"{name} again").is_null())
        | (pl.col(name) - pl.col(f"{name} again")).abs().le(MEASURED_TOLERANCE).fill_null(False)
        for name in numbers
    )
    is_there = pl.col("is stored").fill_null(False) & pl.col("is made").fill_null(False)
    return both.filter(~(is_there & is_same)).sort(key).select(key).to_dicts()


def _frame(store: Reading, statement: str, bound: dict[str, Any] | None = None) -> pl.DataFrame:
    found = pl.from_arrow(store.arrow(statement, bound))
    assert isinstance(found, pl.DataFrame)
    return found


def _finding(table: str, check: str, column: str, seen: str, wrong: Sequence[dict[str, object]]) -> Finding:
    return Finding(
        table, check, column, not wrong, f"{len(wrong) or 'no'} offending {seen}", len(wrong),
        tuple(wrong[:SHOWN_ROWS]), STOP, _EXPECTED,
    )  # fmt: skip
