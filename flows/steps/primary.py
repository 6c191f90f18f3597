"""The declared primary comparison of a home: declare one, and list the declarations."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from affect_store.flows.runtime import console
from affect_store.flows.steps.comparisons import compare_current
from affect_store.flows.steps.run_specs import TrainingRequest
from affect_store.store.engine import primary_comparison, reader
from affect_store.store.engine.locks import hold
from affect_store.store.engine.primary_comparison import System
from affect_store.store.engine.query import QueryResult
from affect_store.store.engine.settings import get_setting
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import StoreError
from affect_store.store.home import Home
from affect_store.store.schema.setting_keys import SettingKey

COLUMNS = ("declared_at", "hash", "system", "other", "split", "margin", "state")


def declare_primary(home: Home, first: System, second: System, strategy: str, margin: float) -> str:
    """Declare the primary comparison of a home, which is created if there is none, and return its state in words.

    Stored comparisons are computed again, since their adjustment depends on it. The lock of the home is held, so that
    no model is being trained. Raises `UnknownNameError` for an unknown model, and `StoreError` for a system that is
    compared with itself, a margin that is not between 0 and 1, or a home that another run holds.
    """
    systems = known_system(first), known_system(second)
    if systems[0] == systems[1]:
        raise StoreError(f"expected two different systems, received {' '.join(systems[0])} twice")
    if not 0 < margin < 1:
        raise StoreError(f"expected a margin between 0 and 1, received {margin:g}")
    home.root.mkdir(parents=True, exist_ok=True)
    with hold(home), open_work(home) as connection:
        primary_comparison.declare(connection, systems, strategy, margin)
        latest = reader.query_frame(connection, "registry/select_declarations").row(0, named=True)
        if get_setting(connection, SettingKey.COMPARED_RUNS):
            with console.quiet(Path(os.devnull), verbose=False):
                compare_current(connection)
    return state_of(latest)


def known_system(system: System) -> System:
    """Return model and recipe as the registry writes them. Raises `UnknownNameError` for an unknown one."""
    model, recipe = system
    return TrainingRequest([model], recipe).chosen[0]


def list_declarations(home: Home) -> QueryResult:
    """Return every declaration, the latest first: time, hash, systems, split, margin and state."""
    with open_work(home) as connection:
        rows = reader.query_frame(connection, "registry/select_declarations").to_dicts()
    return QueryResult(
        COLUMNS,
        [
            (
                row["declared_at"], row["hash"], f"{row['model']} {row['recipe']}",
                f"{row['other_model']} {row['other_recipe']}", row["strategy"], row["margin"], state_of(row),
            )
            for row in rows
        ],
    )  # fmt: skip


def state_of(declaration: dict[str, Any]) -> str:
    """Say whether a row of `registry.declared` counts."""
    if not declaration["is_latest"]:
        return "replaced by a later declaration"
    if not declaration["is_before_training"]:
        return "declared after training: adjusted like the other pairs"
    if declaration["first_run_at"] is None:
        return "declared before training; neither system is trained yet"
    return "declared before training"
