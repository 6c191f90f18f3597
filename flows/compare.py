"""Comparisons of the systems that count today, and their ranks: made anew together, since Holm's p depends on all."""

from __future__ import annotations

import polars as pl

from store.tables import read, write
from store.tables.connection import Connection

STATE = "runs that are compared"
"""Setting that tells which runs the stored comparisons are of."""


def is_compared(connection: Connection) -> bool:
    """Whether the comparisons are those of the runs that count today."""
    return write.setting(connection, STATE) == _state(connection)


def compare_current(connection: Connection) -> int:
    """Store the comparisons and ranks of the runs that count today, on the test part; returns the number of pairs."""
    from models.compare import compare
    from models.ranks import rank

    scored = read.frame(connection, "select_current_test_predictions")
    pairs, ranks = [], []
    for _, of_strategy in scored.group_by("strategy", maintain_order=True):
        predictions = of_strategy.drop("strategy")
        pairs.append(compare(predictions))
        ranks.append(rank(predictions, pairs[-1]))
    with write.transaction(connection):
        write.forget_comparisons(connection, scored["run_id"].unique().to_list())
        for table, frames in (("registry.comparisons", pairs), ("registry.ranks", ranks)):
            if frames and len(found := pl.concat(frames)):
                write.append(
                    connection, table, write.batch(table, {name: found[name].to_list() for name in found.columns})
                )
        write.put_setting(connection, STATE, _state(connection))
    return sum(len(one) for one in pairs)


def _state(connection: Connection) -> str:
    return str(read.frame(connection, "select_compared_state")["state"][0])
