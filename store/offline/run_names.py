"""Find the run that a name means: its id, the beginning of its id, or the name of a system."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from affect_store.store.engine import reader
from affect_store.store.engine.duckdb import Connection
from affect_store.store.errors import StoreError, UnknownNameError, unknown_name

RECIPE, SPLIT, COMPLETED = "corrected", "by_person", "completed"
"""The run that the name of a system means: completed, in this recipe, on this split."""

_LISTED = 5
_ALL = "`affect runs` lists all"


@dataclass(frozen=True)
class NamedRun:
    """A run, and, if it was named by its system, a sentence that says which run was taken."""

    run_id: str
    remark: str = ""


def find_run(connection: Connection, name: str) -> NamedRun:
    """Return the run that `name` means.

    `name` is the id of a run, the beginning of the id of one run only, `MODEL` or `MODEL.RECIPE`. A model means the
    run by person that was requested last and is completed, in the corrected recipe unless one is given.

    Raises `UnknownNameError`, with similar names, if there is no such run or system, and `StoreError`, with the runs
    that there are, if a beginning fits several runs or a system has no such run.
    """
    runs = reader.query_frame(connection, "registry/list_runs", {"with_folds": True})
    if name in runs["run_id"]:
        return NamedRun(name)
    model, _, recipe = name.partition(".")
    of_system = runs.filter(pl.col("model") == model)
    if of_system.height and (not recipe or recipe in of_system["recipe"]):
        return _newest(of_system, name, recipe or RECIPE)
    matching = runs.filter(pl.col("run_id").str.starts_with(name))
    if matching.height > 1:
        raise StoreError(
            f"{matching.height} runs begin with {name!r}, for example {_listed(matching)}: give more characters"
        )
    if matching.is_empty():
        known = [*runs["model"], *(f"{model}.{recipe}" for model, recipe in runs.select("model", "recipe").rows())]
        raise UnknownNameError(
            f"{unknown_name('run or trained system', name, set(known) | set(runs['run_id']))}; {_ALL}"
        )
    return NamedRun(matching["run_id"][0])


def _newest(runs: pl.DataFrame, name: str, recipe: str) -> NamedRun:
    """Return the run of a system that was requested last; `runs` are all of the system, in this order."""
    fitting = runs.filter(recipe=recipe, split=SPLIT, status=COMPLETED)
    if fitting.is_empty():
        raise StoreError(
            f"the system {runs['model'][0]!r} has no completed run in the {recipe} recipe by person. Its runs: "
            f"{_listed(runs)}; {_ALL}. Name one by its id"
        )
    run = fitting.row(0, named=True)
    remark = f"{name!r} is run {run['run_id']} ({recipe}, split by person, {run['date']:%Y-%m-%d %H:%M} UTC)"
    return NamedRun(run["run_id"], remark)


def _listed(runs: pl.DataFrame) -> str:
    texts = [
        f"{row['run_id']} ({row['model']}, {row['recipe']}, {row['split']}, {row['status']})"
        for row in runs.head(_LISTED).iter_rows(named=True)
    ]
    return ", ".join(texts) + (f" and {runs.height - _LISTED} more" if runs.height > _LISTED else "")
