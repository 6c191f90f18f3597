"""Trained models looked at again: their files, their epochs, and what they say of a few photographs.

It proves that the inputs of training and of prediction are the same: the features are read anew, as of the run's split.
A model whose weights were pruned cannot be asked, and is said not to have been.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from store.vocabulary import PROBABILITIES
from validation.bounds import REPREDICTED_PHOTOGRAPHS, REPREDICTED_RUNS, REPREDICTED_TOLERANCE, SHOWN_ROWS
from validation.dialect import Reading, sql
from validation.relations import STOP
from validation.verdict import Finding

ARTIFACTS_AGAIN = "models are those that were recorded"
EPOCHS_AGAIN = "epochs are those of the model"
PREDICTIONS_AGAIN = "predictions are those of the model"
Run = dict[str, Any]


def models_again(store: Reading, home: Path, seed: str) -> list[Finding]:
    """Three findings about the runs that the leaderboard shows; so many as the seed chooses are asked again."""
    from models.artifact import fingerprint

    shown = store.arrow(sql("select_runs"), {"seed": seed}).to_pylist()
    runs = [run for run in shown if run["artifact_path"]]
    gone = [run for run in runs if not _is_recorded(home / run["artifact_path"], run["artifact_sha256"], fingerprint)]
    there = [run for run in runs if run not in gone]
    lost = [run for run in there if not _has_its_epochs(store, home, run)]
    asked = there[:REPREDICTED_RUNS]
    wrong = [one for run in asked for one in _differing(store, home, run, seed)]
    seen = f"of {len(runs)}" + (f"; of {len(shown) - len(runs)} the weights are not kept" if runs != shown else "")
    of_runs = [{"run_id": run["run_id"]} for run in gone]
    epochs = [{"run_id": run["run_id"]} for run in lost]
    photographs = f"of {REPREDICTED_PHOTOGRAPHS} photographs each of {len(asked)} of {len(runs)} runs, predicted again"
    return [
        _finding("registry.runs", ARTIFACTS_AGAIN, "artifact_sha256", "files with the recorded sha256", seen, of_runs),
        _finding("registry.epochs", EPOCHS_AGAIN, "", "the epochs that lie beside the weights", seen, epochs),
        _finding("registry.predictions", PREDICTIONS_AGAIN, "", f"probabilities within {REPREDICTED_TOLERANCE:g}",
                 photographs, wrong),
    ]  # fmt: skip


def _is_recorded(folder: Path, sha256: str, fingerprint: Any) -> bool:
    try:
        return bool(fingerprint(folder) == sha256)
    except OSError:
        return False


def _has_its_epochs(store: Reading, home: Path, run: Run) -> bool:
    from models.artifact import RECORD

    recorded = json.loads((home / run["artifact_path"] / RECORD).read_text(encoding="utf-8"))["epochs"]
    stored = store.arrow(sql("select_epochs"), {"run_id": run["run_id"]}).to_pylist()
    return len(recorded) == len(stored) and all(
        _is_near(mine[name], theirs[name]) for mine, theirs in zip(recorded, stored, strict=True) for name in theirs
    )


def _is_near(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9)


def _differing(store: Reading, home: Path, run: Run, seed: str) -> list[dict[str, object]]:
    """Keys of the chosen predictions that the model does not make."""
    chosen = {"run_id": run["run_id"], "seed": seed, "photographs": REPREDICTED_PHOTOGRAPHS}
    stored = {row["image_id"]: row for row in store.arrow(sql("select_predictions_again"), chosen).to_pylist()}
    bound = {**json.loads(run["feature_versions"]), "as_of": run["as_of"], "image_ids": sorted(stored)}
    again = _said(home / run["artifact_path"], store.arrow(sql("select_inputs"), bound))
    made = {row["image_id"]: row for row in again.iter_rows(named=True)}
    return [
        {"run_id": run["run_id"], "image_id": image_id}
        for image_id, row in stored.items()
        if image_id not in made
        or not np.allclose(
            [row[name] for name in PROBABILITIES], [made[image_id][name] for name in PROBABILITIES],
            rtol=0, atol=REPREDICTED_TOLERANCE,
        )
    ]  # fmt: skip


def _said(folder: Path, inputs: pa.Table) -> pl.DataFrame:
    """What a model says; an ensemble, the mean of its members, whose folders lie beside its own."""
    from models.artifact import RECORD, load
    from models.ensemble import combine
    from models.predict import predict

    told = json.loads((folder / RECORD).read_text(encoding="utf-8"))["parameters"]
    if "members" not in told:
        return predict(load(folder), inputs)
    return combine([_calibrating(folder.parent / one["run_id"], inputs) for one in told["members"]])


def _calibrating(folder: Path, inputs: pa.Table) -> pl.DataFrame:
    from models.artifact import RECORD

    told = json.loads((folder / RECORD).read_text(encoding="utf-8"))["parameters"]
    return _said(folder, inputs).with_columns(temperature=pl.lit(float(told["temperature"])))


def _finding(table: str, check: str, column: str, expected: str, seen: str, wrong: list[dict[str, object]]) -> Finding:
    told = f"{len(wrong) or 'no'} offending {seen}"
    return Finding(table, check, column, not wrong, told, len(wrong), tuple(wrong[:SHOWN_ROWS]), STOP, expected)
