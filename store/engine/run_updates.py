"""Changes to splits and runs that are stored already: which are current, and which rows a retrained run replaces."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from affect_store.store.engine import write
from affect_store.store.engine.clock import now
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.settings import renew_change_token, update
from affect_store.store.engine.sql_files import sql

OF_A_RUN = (
    "epochs", "predictions", "unlabelled_predictions", "new_predictions", "metrics", "attributions",
    "group_attributions", "importances", "row",
)  # fmt: skip
"""Tables from which a run is deleted before it is trained again; its own row comes last."""


def make_split_current(connection: Connection, split_id: str) -> None:
    """Make a stored split the current one of its strategy, by recording that it was requested now."""
    update(connection, "splits/touch_split", {"split_id": split_id, "requested_at": now()})


def replace_assignments(connection: Connection, split_id: str, assignments: pa.Table) -> None:
    """Replace the assignments of a stored split."""
    connection.execute(sql("splits/delete_assignments"), {"split_id": split_id})
    write.append(connection, "splits.assignments", assignments)
    renew_change_token(connection)


def request_run(connection: Connection, run_id: str, pooled_run_id: str | None = None) -> None:
    """Make a trained run the current one of its model, recipe and split, by recording that it was requested now."""
    parameters = {"run_id": run_id, "pooled_run_id": pooled_run_id, "requested_at": now()}
    update(connection, "registry/request_run", parameters)


def delete_run(connection: Connection, run_id: str) -> None:
    """Delete a run and all its results, so that it can be trained again."""
    for table in OF_A_RUN:
        connection.execute(sql(f"registry/delete_run_{table}"), {"run_id": run_id})
    renew_change_token(connection)


def delete_comparisons(connection: Connection, run_ids: Sequence[str]) -> None:
    """Delete the comparisons and ranks of these runs, and all effects, so that they can be computed again together."""
    connection.execute(sql("registry/delete_effects"))
    for statement in ("registry/delete_comparisons", "registry/delete_ranks"):
        connection.execute(sql(statement), {"run_ids": list(run_ids)})
    renew_change_token(connection)
