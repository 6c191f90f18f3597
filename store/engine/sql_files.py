"""The SQL files below `store/engine/sql`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def sql(name: str) -> str:
    """Return the statement in `store/engine/sql/NAME.sql`, e.g. `registry/select_run`."""
    return files("affect_store.store.engine").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
