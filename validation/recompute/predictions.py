"""Check trained models: their files, their epochs, and recomputed predictions of a few photographs.

Features are read again as of the run's split, which shows that training and prediction get the same inputs. Deltas
relative to the person are computed from all photographs of that person in the part. Models whose weights were pruned,
and those of other computed columns than this code computes, are reported as not checked.
"""

from __future__ import annotations

import json
import math
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from affect_store.models.systems import PUBLISHED, SYSTEMS, base_recipe, input_columns, reads_zeros
from affect_store.store.emotion_classes import classes_in
from affect_store.store.engine.feature_sql import view_sql
from affect_store.store.engine.sql_files import sql as of_tables
from affect_store.store.features.feature_views import BICUBIC_PIXELS, SINGLE_LANDMARKS
from affect_store.store.features.references import OWN_REFERENCE
from affect_store.store.offline import computed_columns, measure_rows, relative_rows
from affect_store.store.offline.own_references import FEATURE, with_zeros
from affect_store.store.vocabulary import PROBABILITIES
from affect_store.validation.gx.dialect import StoreReader, sql
from affect_store.validation.rules import STOP
from affect_store.validation.thresholds import (
    REPREDICTED_PHOTOGRAPHS,
    REPREDICTED_RUNS,
    REPREDICTED_TOLERANCE,
    SHOWN_ROWS,
)
from affect_store.validation.verdict import Finding

ARTIFACTS_CHECK = "artifact matches its checksum"
EPOCHS_CHECK = "epochs match the artifact"
PREDICTIONS_CHECK = "predictions reproducible from the model"
Run = dict[str, Any]


def check_models(store: StoreReader, home: Path, seed: str) -> list[Finding]:
    """Check the runs on the leaderboard, and recompute predictions of some selected by the seed; three findings."""
    from affect_store.models.training.artifact_files import fingerprint

    shown = store.arrow(sql("select/runs"), {"seed": seed}).to_pylist()
    runs = [run for run in shown if run["artifact_path"]]
    changed = [
        run for run in runs if not _is_recorded(home / run["artifact_path"], run["artifact_sha256"], fingerprint)
    ]
    intact = [run for run in runs if run not in changed]
    other_epochs = [run for run in intact if not _has_recorded_epochs(store, home, run)]
    pruned = f"; {len(shown) - len(runs)} runs without weights were not checked" if runs != shown else ""
    of_runs = f"{{}} of {len(runs)} runs differ{pruned}"
    return [
        _finding("registry.runs", ARTIFACTS_CHECK, "artifact_sha256", "files with the recorded SHA-256", of_runs,
                 _keys(changed)),
        _finding("registry.epochs", EPOCHS_CHECK, "", "the epochs stored beside the weights", of_runs,
                 _keys(other_epochs)),
        _predictions_finding(store, home, intact, seed),
    ]  # fmt: skip


def _predictions_finding(store: StoreReader, home: Path, runs: list[Run], seed: str) -> Finding:
    computable = [run for run in runs if _has_current_columns(home, run)]
    chosen, other = computable[:REPREDICTED_RUNS], len(runs) - len(computable)
    wrong = [key for run in chosen for key in _differing(store, home, run, seed)]
    observed = f"{{}} of {REPREDICTED_PHOTOGRAPHS * len(chosen)} predictions of {len(chosen)} runs differ"
    if other:
        observed += f"; {other} runs trained on other computed columns were not checked"
    expected = f"probabilities within {REPREDICTED_TOLERANCE:g}"
    return _finding("registry.predictions", PREDICTIONS_CHECK, "", expected, observed, wrong)


def _keys(runs: list[Run]) -> list[dict[str, object]]:
    return [{"run_id": run["run_id"]} for run in runs]


def _is_recorded(folder: Path, sha256: str, fingerprint: Any) -> bool:
    try:
        return bool(fingerprint(folder) == sha256)
    except OSError:
        return False


def _has_recorded_epochs(store: StoreReader, home: Path, run: Run) -> bool:
    from affect_store.models.training.artifact_files import RECORD

    recorded = json.loads((home / run["artifact_path"] / RECORD).read_text(encoding="utf-8"))["epochs"]
    stored = store.arrow(sql("select/epochs"), {"run_id": run["run_id"]}).to_pylist()
    return len(recorded) == len(stored) and all(
        _is_near(first.get(name), second[name])  # earlier versions recorded fewer measures
        for first, second in zip(recorded, stored, strict=True)
        for name in second
    )


def _is_near(first: float | None, second: float | None) -> bool:
    if first is None or second is None:
        return first is second
    return math.isclose(first, second, rel_tol=1e-9)


def _differing(store: StoreReader, home: Path, run: Run, seed: str) -> list[dict[str, object]]:
    """Return keys of the sampled predictions that differ from those of the model."""
    sample = {"run_id": run["run_id"], "seed": seed, "photographs": REPREDICTED_PHOTOGRAPHS}
    stored = {row["image_id"]: row for row in store.arrow(sql("select/sampled_predictions"), sample).to_pylist()}
    versions = _versions(run)
    parameters = {**versions, "as_of": run["as_of"], "image_ids": sorted(stored)}
    inputs = store.arrow(sql("select/inputs"), parameters)
    further = {name: version for name, version in json.loads(run["run_versions"]).items() if name not in versions}
    inputs = _with_further(store, inputs, further, _parameters(home / run["artifact_path"]))
    if reads_zeros(run["model"], run["recipe"]):
        reference = {"version": versions[FEATURE], "moment": run["as_of"], "reason": OWN_REFERENCE}
        own = store.arrow(of_tables("features/select_own_references"), reference)
        inputs = with_zeros(inputs, own.column("image_id").to_pylist())
    if measure_rows.COLUMN in _columns_of(run):
        inputs = measure_rows.with_measure_changes(inputs)
    if relative_rows.COLUMN in _columns_of(run):
        of_split = {name: parameters[name] for name in ("aligned", "as_of", "image_ids")}
        rows = store.arrow(sql("select/deltas_of_people"), {**of_split, "split_id": run["split_id"]})
        inputs = _with_relative(inputs, rows)
    frame = _predictions(home / run["artifact_path"], inputs)
    recomputed = {row["image_id"]: row for row in frame.iter_rows(named=True)}
    return [
        {"run_id": run["run_id"], "image_id": image_id}
        for image_id, row in stored.items()
        if image_id not in recomputed or not _are_near(row, recomputed[image_id])
    ]


def _columns_of(run: Run) -> list[str]:
    """Return the columns that a run of the product reads; none of a model that is not loaded."""
    return list(input_columns(run["model"], run["recipe"]).values()) if run["model"] in SYSTEMS else []


def _has_current_columns(home: Path, run: Run) -> bool:
    """Return whether the inputs of a run can be computed: those of older measures, for instance, cannot."""
    computed = computed_columns.versions_of(_columns_of(run), json.loads(run["run_versions"]))
    return not computed or computed.items() <= _parameters(home / run["artifact_path"]).items()


def _with_relative(inputs: pa.Table, rows: pa.Table) -> pa.Table:
    """Add deltas relative to the person from `rows`, which hold all photographs of these people in their parts."""
    pairs = zip(rows.column("part").to_pylist(), rows.column("subject_id").to_pylist(), strict=True)
    people = [f"{part} {subject_id}" for part, subject_id in pairs]
    values = relative_rows.column_of(rows.column(relative_rows.FEATURE), people)
    positions = pc.index_in(inputs.column("image_id"), rows.column("image_id").combine_chunks())
    return inputs.append_column(relative_rows.COLUMN, values.combine_chunks().take(positions.combine_chunks()))


def _with_further(
    store: StoreReader, inputs: pa.Table, versions: dict[str, str], parameters: dict[str, Any]
) -> pa.Table:
    """Add features that the split does not freeze, as of the time that the run recorded."""
    moment = str(parameters.get("further_features_at", ""))
    image_ids = inputs.column("image_id").to_pylist()
    known = {row["version"]: row["view"] for row in store.arrow(sql("select/view_versions")).to_pylist()}
    for name, version in versions.items() if moment else ():
        bound = {"version": version, "moment": datetime.fromisoformat(moment), "image_ids": image_ids}
        rows = store.arrow(view_sql("select_values", known[version]), bound).to_pylist()
        value_of = {row["image_id"]: row["value"] for row in rows}
        width = len(next(iter(value_of.values()), [0.0]))
        values = [value_of.get(image_id) for image_id in image_ids]
        inputs = inputs.append_column(name, pa.array(values, pa.list_(pa.float32(), width)))
    return inputs


def _versions(run: Run) -> dict[str, Any]:
    """Return the versions of the features of a run's split, with the landmarks that its recipe reads."""
    versions = {BICUBIC_PIXELS: None, **json.loads(run["feature_versions"])}
    single = versions.pop(SINGLE_LANDMARKS, None)
    if single and base_recipe(run["recipe"]) == PUBLISHED:
        versions["landmarks"] = single
    return versions


def _are_near(stored: dict[str, Any], recomputed: dict[str, Any]) -> bool:
    """Return whether two predictions have the same classes and nearly the same probabilities."""
    further = {f"{emotion}_prob": chance for emotion, chance in stored["further_chances"] or ()}
    names = (*PROBABILITIES, *further)
    if set(names) != {name for name in recomputed if name.endswith("_prob")}:
        return False
    known = {**stored, **further}
    first, second = ([row[name] for name in names] for row in (known, recomputed))
    return np.allclose(first, second, rtol=0, atol=REPREDICTED_TOLERANCE)


def _predictions(folder: Path, inputs: pa.Table) -> pl.DataFrame:
    """Predict with a model, or with an ensemble, whose members are in sibling folders."""
    from affect_store.models.training.artifact import load
    from affect_store.models.training.ensemble import combine
    from affect_store.models.training.predict import predict

    parameters = _parameters(folder)
    if "members" not in parameters:
        return predict(load(folder), inputs)
    members = [_member_predictions(folder.parent / run["run_id"], inputs) for run in parameters["members"]]
    return combine(members, classes_in(parameters))


def _member_predictions(folder: Path, inputs: pa.Table) -> pl.DataFrame:
    temperature = float(_parameters(folder)["temperature"])
    return _predictions(folder, inputs).with_columns(temperature=pl.lit(temperature))


def _parameters(folder: Path) -> dict[str, Any]:
    from affect_store.models.training.artifact_files import RECORD

    parameters: dict[str, Any] = json.loads((folder / RECORD).read_text(encoding="utf-8"))["parameters"]
    return parameters


def _finding(
    table: str, check: str, column: str, expected: str, observed: str, wrong: list[dict[str, object]]
) -> Finding:
    samples = tuple(wrong[:SHOWN_ROWS])
    return Finding(table, check, column, not wrong, observed.format(len(wrong)), len(wrong), samples, STOP, expected)
