"""Models that read computed columns predict with the values that they were trained on, or not at all."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from affect_store.flows.steps.batch_predict import require_current_columns
from affect_store.flows.steps.run_execution import execute
from affect_store.flows.steps.run_specs import TrainingRequest, run_specs_for
from affect_store.models.training.artifact_files import RECORD
from affect_store.store.engine import reader
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import StoreError
from affect_store.store.features import relative
from affect_store.store.home import Home
from affect_store.store.offline import measure_rows, relative_rows
from affect_store.store.vocabulary import STRATEGIES
from affect_store.validation.recompute import predictions
from tests.stores.known import small_home

BY_PERSON = STRATEGIES[0]
VERSIONS = {"landmarks": "5f", "aligned": "6e"}


def run_of(model: str, recorded: dict[str, str]) -> dict[str, Any]:
    versions = json.dumps(VERSIONS)
    return {
        "run_id": "1a", "model": model, "recipe": "corrected", "seed": 7, "parameters": json.dumps(recorded),
        "feature_versions": versions, "run_versions": versions, "artifact_path": "model",
    }  # fmt: skip


@pytest.mark.parametrize("recorded", [{}, {"measure_changes": "0123"}])
def test_a_model_of_other_measures_is_refused(recorded: dict[str, str]) -> None:
    expected = measure_rows.version_of("5f")
    received = recorded.get("measure_changes", "of an unknown version")
    with pytest.raises(StoreError, match=rf"1a was trained on .* {received}, expected {expected}, .*--seed"):
        require_current_columns(run_of("measures_lda", recorded))


def test_models_of_the_current_columns_and_of_none_are_accepted() -> None:
    require_current_columns(run_of("measures_lda", {"measure_changes": measure_rows.version_of("5f")}))
    require_current_columns(run_of("relative_lda", {"relative": relative_rows.version_of("6e")}))
    require_current_columns(run_of("lda", {}))


def test_another_constant_is_another_version_and_refuses_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    before = relative_rows.version_of("6e")
    monkeypatch.setattr(relative, "TYPICAL", 2 * relative.TYPICAL)
    assert relative_rows.version_of("6e") != before != relative_rows.version_of("6f")
    with pytest.raises(StoreError, match=f"1a was trained on relative {before}, expected"):
        require_current_columns(run_of("relative_lda", {"relative": before}))


@pytest.mark.parametrize(
    ("model", "version", "is_checked"),
    [("measures_lda", measure_rows.version_of("5f"), True), ("measures_lda", "0123", False), ("lda", "", True)],
)
def test_audits_do_not_recompute_predictions_with_other_measures(
    tmp_path: Path, model: str, version: str, is_checked: bool
) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / RECORD).write_text(json.dumps({"parameters": {"measure_changes": version}}))
    assert predictions._has_current_columns(tmp_path, run_of(model, {})) == is_checked


@pytest.mark.long
def test_a_trained_run_records_the_version_of_the_changes(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    shutil.copytree(small_home().root, home.root, symlinks=True)
    with open_work(home) as connection:
        ids = reader.query_frame(connection, "splits/select_newest_splits")["split_id"]
        splits = [reader.frozen_split(connection, split_id) for split_id in ids]
    by_person = [split for split in splits if split.strategy == BY_PERSON]
    (spec,) = run_specs_for(by_person, {}, TrainingRequest(["measures_lda"]))
    outcome = execute(home, spec)
    expected = {"measure_changes": measure_rows.version_of(spec.versions["landmarks"])}
    assert outcome.status == "completed" and expected.items() <= outcome.parameters.items()
