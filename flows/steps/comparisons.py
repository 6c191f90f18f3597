"""Comparisons, ranks and effects of the current runs, and metrics recomputed from stored predictions.

All comparisons are replaced together, since Holm's adjusted p depends on all of them.
"""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl

from affect_store.flows.runtime import console
from affect_store.flows.steps.rating_rows import delete_unrated_metrics
from affect_store.store.engine import reader, write
from affect_store.store.engine.duckdb import Connection, transaction
from affect_store.store.engine.reader import FrozenSplit
from affect_store.store.engine.run_updates import delete_comparisons
from affect_store.store.engine.settings import get_setting, put_setting, update
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.store.vocabulary import CROSS_CORPUS

REVISION = 3
"""Revision of the comparisons; increment whenever the same predictions would be compared otherwise."""

MetricsByRun = dict[str, pl.DataFrame]
"""Metrics by run id: columns of `registry.metrics`."""


def is_compared(connection: Connection) -> bool:
    """Return whether the stored comparisons are those of the current runs."""
    return get_setting(connection, SettingKey.COMPARED_RUNS) == _state(connection)


def compare_current(connection: Connection) -> int:
    """Replace the comparisons, ranks and effects of the current runs on the test part; returns the number of pairs."""
    from affect_store.models.evaluation.compare import compare
    from affect_store.models.evaluation.effects import STRATEGIES, effects
    from affect_store.models.evaluation.leakage import leakage
    from affect_store.models.evaluation.primary import primary_of
    from affect_store.models.evaluation.ranks import rank_systems

    scored = reader.query_frame(connection, "registry/select_current_test_predictions")
    declarations = reader.query_frame(connection, "registry/select_declarations")
    comparisons, ranks, estimates = [], [], []
    for (strategy,), of_strategy in scored.group_by("strategy", maintain_order=True):
        predictions, primary = of_strategy.drop("strategy"), primary_of(declarations, str(strategy))
        comparisons.append(compare(predictions, primary))
        ranks.append(rank_systems(predictions, comparisons[-1], primary))
        if strategy in STRATEGIES:
            estimates.append(effects(predictions, str(strategy)))
    pairs = sum(pairs.filter(metric="accuracy").height for pairs in comparisons)
    comparisons.append(leakage(scored))
    with transaction(connection):
        delete_comparisons(connection, scored["run_id"].unique().to_list())
        tables = {"registry.comparisons": comparisons, "registry.ranks": ranks, "registry.effects": estimates}
        for table, frames in tables.items():
            if frames and len(rows := pl.concat(frames)):
                columns = {name: rows[name].to_list() for name in rows.columns}
                write.append(connection, table, write.batch(table, columns))
        put_setting(connection, SettingKey.COMPARED_RUNS, _state(connection))
    return pairs


def _state(connection: Connection) -> str:
    """Return what the comparisons depend on: this revision, the declared primary comparison, and the current runs."""
    row = reader.query_frame(connection, "registry/select_compared_state").row(0, named=True)
    return f"{REVISION}:{row['declaration']}:{row['state']}"


def renew_outdated_metrics(connection: Connection) -> None:
    """Recompute metrics and comparisons of the current runs that an older version computed otherwise, and comparisons
    from before the latest declaration of a primary comparison."""
    update(connection, "registry/delete_outdated_metrics", {})
    delete_unrated_metrics(connection)
    recompute_metrics(connection, {})
    known = get_setting(connection, SettingKey.COMPARED_RUNS)
    if known and known.rpartition(":")[0] != _state(connection).rpartition(":")[0]:
        compare_current(connection)


def recompute_metrics(connection: Connection, known: MetricsByRun) -> None:
    """Recompute metrics and comparisons that a copy without a person lacks, from the predictions that remain.

    The metrics of a run are the same in every store: they are taken from `known`, or computed and added to it.
    """
    unmeasured = reader.query_frame(connection, "registry/select_unmeasured_runs").rows()
    for run_id, split_id in unmeasured:
        if run_id not in known:
            known[run_id] = _metrics(connection, run_id, reader.frozen_split(connection, split_id))
        columns = {name: known[run_id][name].to_list() for name in known[run_id].columns}
        write.append(connection, "registry.metrics", write.batch("registry.metrics", columns))
    if unmeasured:
        compare_current(connection)


def _metrics(connection: Connection, run_id: str, split: FrozenSplit) -> pl.DataFrame:
    rows, predictions = reader.split_rows(connection, split), reader.predictions_of(connection, run_id, split.classes)
    with console.quiet(Path(os.devnull), verbose=False):
        from affect_store.models.evaluation.evaluate import evaluate

        by_emotion = split.strategy == CROSS_CORPUS
        metrics = evaluate(predictions, rows, split.classes, by_emotion=by_emotion)
        return metrics.with_columns(pl.lit(run_id).alias("run_id"))
