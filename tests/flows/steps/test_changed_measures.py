"""Models that read changes of the measures predict with the measures that they were trained on, or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from affect_store.flows.steps.batch_predict import require_current_measures
from affect_store.models.training.artifact_files import RECORD
from affect_store.store.errors import StoreError
from affect_store.store.offline import measure_rows
from affect_store.validation.recompute import predictions

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
        require_current_measures(run_of("measures_lda", recorded))


def test_models_of_the_current_measures_and_of_none_are_accepted() -> None:
    require_current_measures(run_of("measures_lda", {"measure_changes": measure_rows.version_of("5f")}))
    require_current_measures(run_of("lda", {}))


@pytest.mark.parametrize(
    ("model", "version", "is_checked"),
    [("measures_lda", measure_rows.version_of("5f"), True), ("measures_lda", "0123", False), ("lda", "", True)],
)
def test_audits_do_not_recompute_predictions_with_other_measures(
    tmp_path: Path, model: str, version: str, is_checked: bool
) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / RECORD).write_text(json.dumps({"parameters": {"measure_changes": version}}))
    assert predictions._has_current_measures(tmp_path, run_of(model, {})) == is_checked
