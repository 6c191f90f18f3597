"""Call the functions of a user's own feature views again for a few photographs, and compare with the stored values.

A difference is a warning: the function may draw random numbers, or read something else than its inputs. Values that
were changed in the store are found by their checksums.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from affect_store.store.engine import clock
from affect_store.store.extensions.load import load
from affect_store.store.extensions.own_view import LANDMARKS, OwnView
from affect_store.store.extensions.results import compute
from affect_store.store.home import Home
from affect_store.store.offline.own_inputs import stored_values, unstored_values
from affect_store.store.offline.photograph_folders import photograph_folders
from affect_store.validation.gx.dialect import StoreReader, sql
from affect_store.validation.rules import OWN_TABLE, WARN
from affect_store.validation.thresholds import RECOMPUTED_TOLERANCE, REEXTRACTED_PHOTOGRAPHS, SHOWN_ROWS
from affect_store.validation.verdict import Finding

RECOMPUTED_CHECK = "values reproducible by their function"
_EXPECTED = f"differences of at most {RECOMPUTED_TOLERANCE:g} times (1 + value)"


def check_own_values(store: StoreReader, home: Path, seed: str) -> list[Finding]:
    """Return one finding per loaded feature view: values of some photographs that its function returns differently.

    Raises `ExtensionError` if the extensions of the home cannot be used.
    """
    current = {row["feature"]: (row["view"], row["version"]) for row in _rows(store, "select/current_features")}
    views = load(Home(home), photograph_folders(store.connection, Home(home))).views
    return [_check(store, view, current, seed) for view in views]


def _check(store: StoreReader, view: OwnView, current: dict[str, tuple[str, str]], seed: str) -> Finding:
    version = current[view.name][1] if view.name in current else ""
    if unknown := [name for name in (LANDMARKS, *view.features) if name not in current]:
        return _finding(view, f"not checked: it has no values yet, since {', '.join(unknown)} has none", [])
    if view.version_of({name: known for name, (_, known) in current.items()}).version != version:
        return _finding(view, f"not checked: {version or 'nothing'} was computed by other code", [])
    parameters = {"version": version, "seed": seed, "photographs": REEXTRACTED_PHOTOGRAPHS}
    rows = _rows(store, "select/own_values_sample", parameters)
    recomputed = _recomputed(store, view, current, rows)
    wrong = [row["image_id"] for row in rows if row["image_id"] in recomputed and _differs(row, recomputed)]
    return _finding(view, f"{len(wrong)} of {len(recomputed)} recomputed photographs differ", wrong)


def _recomputed(
    store: StoreReader, view: OwnView, current: dict[str, tuple[str, str]], rows: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return values, or the reason for none, of the photographs that have all inputs and whose files can be read."""
    if not rows:
        return {}
    ids = [row["image_id"] for row in rows]
    moment = clock.now()
    stored = {name: stored_values(store.connection, name, current[name], ids, moment) for name in view.features}
    unstored, unreadable = unstored_values(pl.DataFrame(rows), view.declaration.inputs)
    inputs = {**stored, **unstored}
    usable = [key for key in ids if key not in unreadable and all(key in arrays for arrays in inputs.values())]
    return {key: compute(view.declaration, {name: each[key] for name, each in inputs.items()}) for key in usable}


def _differs(row: dict[str, Any], recomputed: dict[str, Any]) -> bool:
    values = recomputed[row["image_id"]]
    if isinstance(values, str) or len(values) != len(row["numbers"]):
        return True
    limit = RECOMPUTED_TOLERANCE * (1 + np.abs(values))
    return not (np.abs(np.array(row["numbers"], np.float32) - values) <= limit).all()


def _finding(view: OwnView, observed: str, wrong: list[str]) -> Finding:
    samples = tuple({"image_id": image_id, "feature": view.name} for image_id in wrong[:SHOWN_ROWS])
    observed = f"{view.name}: {observed}"
    return Finding(OWN_TABLE, RECOMPUTED_CHECK, "numbers", not wrong, observed, len(wrong), samples, WARN, _EXPECTED)


def _rows(store: StoreReader, statement: str, parameters: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = store.arrow(sql(statement), parameters).to_pylist()
    return rows
