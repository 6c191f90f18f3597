"""Recompute metrics and comparisons from the stored predictions and compare them with the stored ones.

`models.evaluation` defines metrics, slices and methods. Only runs and the part shown on the leaderboard are checked:
older runs may come from older code.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import polars as pl

from affect_store.store.emotion_classes import classes_with
from affect_store.store.engine import reader
from affect_store.store.engine.sql_files import sql as of_tables
from affect_store.store.vocabulary import CROSS_CORPUS, PARTS
from affect_store.validation.gx.dialect import StoreReader, sql
from affect_store.validation.rules import STOP
from affect_store.validation.thresholds import MEASURED_TOLERANCE, REMEASURED_RUNS, SHOWN_ROWS
from affect_store.validation.verdict import Finding

METRICS_CHECK = "metrics reproducible from predictions"
COMPARISONS_CHECK = "comparisons reproducible from predictions"
SHOWN_PART = PARTS[-1]
_OF_METRIC = ("part", "slice", "metric")
_OF_PAIR = ("run_id", "other_run_id", *_OF_METRIC)
_EXPECTED = f"differences of at most {MEASURED_TOLERANCE:g}"


def check_metrics(store: StoreReader, seed: str) -> list[Finding]:
    """Recompute metrics of at most `REMEASURED_RUNS` runs, selected by the seed; return one finding."""
    from affect_store.models.evaluation.evaluate import evaluate  # imports TensorFlow

    known = _frame(store, sql("select/metric_names"))
    runs = store.arrow(sql("select/runs"), {"seed": seed}).to_pylist()
    wrong: list[dict[str, object]] = []
    checked = 0
    for run in runs[:REMEASURED_RUNS]:
        parameters = {"split_id": run["split_id"], "as_of": run["as_of"]}
        rows = _frame(store, of_tables("splits/select_split_rows"), parameters)
        classes = classes_with(json.loads(run["further_labels"] or "{}"))
        predictions = reader.by_class(
            _frame(store, of_tables("registry/select_predictions_of"), {"run_id": run["run_id"]}), classes
        )
        shown = pl.col("part") == SHOWN_PART
        # thirds of intensity are of all parts
        by_emotion = run["strategy"] == CROSS_CORPUS
        recomputed = evaluate(predictions.filter(shown), rows, classes, by_emotion=by_emotion).filter(shown)
        stored = _frame(store, sql("select/metrics"), {"run_id": run["run_id"], "part": SHOWN_PART})
        stored = stored.join(recomputed.select("metric").unique(), on="metric", how="semi")
        checked += len(stored)
        wrong += [
            {"run_id": run["run_id"], **row} for row in _differing(stored, _stored_kinds(recomputed, known), _OF_METRIC)
        ]
    total = f"{checked} recomputed metrics of {min(len(runs), REMEASURED_RUNS)} of {len(runs)} runs"
    return [_finding("registry.metrics", METRICS_CHECK, "value", total, wrong)]


def check_comparisons(store: StoreReader) -> list[Finding]:
    """Recompute the comparisons of all pairs of runs on the leaderboard; return one finding."""
    from affect_store.models.evaluation.compare import compare
    from affect_store.models.evaluation.leakage import leakage
    from affect_store.models.evaluation.primary import primary_of

    scored = _frame(store, of_tables("registry/select_current_test_predictions"))
    declarations = _frame(store, of_tables("registry/select_declarations"))
    computed = [
        compare(group.drop("strategy"), primary_of(declarations, str(strategy)))
        for (strategy,), group in scored.group_by("strategy", maintain_order=True)
    ]
    stored = _frame(store, sql("select/comparisons"))
    if not computed:
        return [_finding("registry.comparisons", COMPARISONS_CHECK, "value", "0 recomputed comparisons", [])]
    recomputed = pl.concat([*computed, leakage(scored)])
    stored = stored.join(recomputed, on=_OF_PAIR, how="semi")
    wrong = _differing(stored, recomputed, _OF_PAIR)
    total = f"{len(recomputed)} recomputed comparisons"
    return [_finding("registry.comparisons", COMPARISONS_CHECK, "value", total, wrong)]


def _stored_kinds(recomputed: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Drop metrics and slices that no stored run has: runs from before their introduction are not wrong."""
    return recomputed.with_columns(factor=pl.col("slice").str.split("=").list.first()).join(
        known, on=["metric", "factor"], how="semi"
    )


def _differing(stored: pl.DataFrame, recomputed: pl.DataFrame, key: Sequence[str]) -> list[dict[str, object]]:
    """Return the keys that only one side has, or whose numbers differ."""
    numbers = [name for name in stored.columns if name not in key]
    computed = recomputed.select(*key, *(pl.col(name).cast(pl.Float64).alias(f"{name} recomputed") for name in numbers))
    both = stored.with_columns(pl.lit(True).alias("is stored")).join(
        computed.with_columns(pl.lit(True).alias("is computed")), on=key, how="full", coalesce=True
    )
    is_same = pl.all_horizontal(
        (pl.col(name).is_null() & pl.col(f"{name} recomputed").is_null())
        | (pl.col(name) - pl.col(f"{name} recomputed")).abs().le(MEASURED_TOLERANCE).fill_null(False)
        for name in numbers
    )
    is_in_both = pl.col("is stored").fill_null(False) & pl.col("is computed").fill_null(False)
    return both.filter(~(is_in_both & is_same)).sort(key).select(key).to_dicts()


def _frame(store: StoreReader, statement: str, parameters: dict[str, Any] | None = None) -> pl.DataFrame:
    frame = pl.from_arrow(store.arrow(statement, parameters))
    assert isinstance(frame, pl.DataFrame)
    return frame


def _finding(table: str, check: str, column: str, total: str, wrong: Sequence[dict[str, object]]) -> Finding:
    return Finding(
        table, check, column, not wrong, f"{len(wrong)} of {total} differ", len(wrong),
        tuple(wrong[:SHOWN_ROWS]), STOP, _EXPECTED,
    )  # fmt: skip
