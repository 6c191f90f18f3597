"""Models of a user's own in a store: trained on a split, predicted and shown with and without their file."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from affect_store.dashboards import build
from affect_store.flows.steps import final_models, trained_model
from affect_store.flows.steps.batch_predict import predict_uncalibrated
from affect_store.flows.steps.dashboard_frames import frames_of
from affect_store.flows.steps.extensions import use_extensions
from affect_store.flows.steps.final_models import systems_without_basis
from affect_store.flows.steps.further_features import with_further_features
from affect_store.flows.steps.own_features import materialize_own_views
from affect_store.flows.steps.own_prediction import compute_all, views_for
from affect_store.flows.steps.prediction_rows import options_and_versions
from affect_store.flows.steps.run_execution import execute
from affect_store.flows.steps.run_queries import list_systems
from affect_store.flows.steps.run_records import record_run
from affect_store.flows.steps.run_specs import RunSpec, TrainingRequest, run_specs_for
from affect_store.models.systems import SYSTEMS, use_own
from affect_store.store.engine import reader
from affect_store.store.engine.published_store import open_published
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import StoreError, UnknownNameError
from affect_store.store.home import Home
from affect_store.store.offline.feature_store import FeatureStore
from affect_store.validation.audit import audit
from affect_store.validation.recompute.extra_checks import ExtraChecks
from affect_store.validation.recompute.predictions import PREDICTIONS_CHECK
from tests.flows.steps.own import MOUTH, extension, home_with, published, rows

pytestmark = pytest.mark.long

MODELS = MOUTH.with_name("models.py")


@pytest.fixture(autouse=True)
def no_own_models():
    yield
    use_own([])


def specs_of(home: Home, *models: str) -> list[RunSpec]:
    """The runs of models on the split by person."""
    use_extensions(home)
    with open_work(home) as connection:
        newest = reader.query_frame(connection, "splits/select_newest_splits")["split_id"]
        splits = [reader.frozen_split(connection, split_id) for split_id in newest]
        by_person = [split for split in splits if split.strategy == "by_person"]
        return with_further_features(connection, run_specs_for(by_person, {}, TrainingRequest(models, epochs=1)))


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    home = home_with(tmp_path_factory.mktemp("own"), MOUTH, MODELS)
    materialize_own_views(home)
    for spec in specs_of(home, "my_forest"):
        record_run(home, spec, execute(home, spec))
    use_own([])
    return published(home)


def test_a_model_is_trained_on_the_features_that_it_asks_for(home: Home) -> None:
    ((run_id, service, versions, parameters, status),) = rows(
        home,
        "SELECT run_id, service, feature_versions, parameters, status FROM registry.runs WHERE model = 'my_forest'",
    )
    assert status == "completed" and service == "my_forest.corrected"
    assert set(json.loads(versions)) == {"aligned", "mouth"}
    assert json.loads(parameters)["own"]["file"] == "models.py"
    assert rows(home, f"SELECT count(*) > 30 FROM registry.predictions WHERE run_id = '{run_id}'") == [(True,)]
    card = (home.artifacts / run_id / "README.md").read_text()
    assert "# My forest" in card and "aligned, mouth" in card and "Random forest over the deltas and the mouth" in card


def test_a_run_changes_with_its_code_and_the_values_that_it_reads(tmp_path: Path) -> None:
    def write(mouth: str, forest: str) -> str:
        lines = (
            "@feature_view(columns=['x'])", "def mouth(landmarks):", f"    return landmarks[0, 0] * {mouth}",
            "from affect_store import model", "from sklearn.ensemble import RandomForestClassifier",
            "@model(inputs=['mouth'])", "def forest():", f"    return RandomForestClassifier({forest})",
        )  # fmt: skip
        extension(tmp_path, "\n".join(lines))
        materialize_own_views(home)
        (spec,) = specs_of(home, "forest")
        return spec.run_id

    home = home_with(tmp_path, tmp_path / "own.py")
    first = write("1", "10")
    assert write("1", "10") == first
    assert len({first, write("2", "10"), write("2", "20")}) == 3


FOREST = ("my_forest", "corrected")


@pytest.fixture
def copied(home: Home, tmp_path: Path) -> Home:
    """A copy of the home that names the same files, whose models are in use."""
    copied = Home(tmp_path / "copied")
    shutil.copytree(home.root, copied.root, symlinks=True)
    use_extensions(home)
    return copied


def test_a_final_model_has_no_basis_of_other_code(copied: Home) -> None:
    assert systems_without_basis(copied, [FOREST]) == []
    declared = SYSTEMS["my_forest"].declaration
    assert declared is not None
    use_own([replace(declared, fingerprint="other")])
    assert systems_without_basis(copied, [FOREST]) == [FOREST]


def test_a_final_model_has_no_basis_of_other_features(copied: Home) -> None:
    change = """UPDATE registry.runs SET feature_versions = json_merge_patch(feature_versions, '{"mouth": "x"}')"""
    with open_work(copied) as connection:
        connection.execute(change)
    assert systems_without_basis(copied, [FOREST]) == [FOREST]


@pytest.mark.parametrize(("patch", "is_calibrated"), [("{}", True), ('{"own": {"code": "other"}}', False)])
def test_folds_of_other_code_do_not_calibrate_a_final_model(copied: Home, patch: str, is_calibrated: bool) -> None:
    with open_work(copied) as connection:
        connection.execute(
            "INSERT INTO splits.sets BY NAME SELECT * REPLACE ('folds' AS strategy, 'folds-x' AS split_id, "
            "'3' AS folds_id, 0 AS repeat) FROM splits.current WHERE strategy = 'by_person'"
        )
        pooled = "'pooled' AS run_id, 'folds-x' AS split_id, '{\"epochs\": 1}' AS parameters"
        part = f"'part' AS run_id, 'pooled' AS pooled_run_id, json_merge_patch(parameters, '{patch}') AS parameters"
        for values in (pooled, part):
            connection.execute(
                f"INSERT INTO registry.runs BY NAME SELECT * REPLACE ({values}) FROM registry.runs WHERE "
                "model = 'my_forest' AND run_id NOT IN ('pooled', 'part')"
            )
        bases = final_models._bases(connection)
    assert (bases[FOREST]["folds_run_id"] == "pooled") is is_calibrated


def test_it_is_listed_and_known_while_its_file_is_loaded(home: Home) -> None:
    use_extensions(home)
    listed = {row[0]: row for row in list_systems().rows}
    assert listed["my_forest"][1:5] == ("My forest", "corrected", "own", "aligned mouth")
    use_own([])
    with pytest.raises(UnknownNameError):
        _ = TrainingRequest(["my_forest"]).chosen


def test_pages_and_predictions_need_no_file(home: Home) -> None:
    assert "my_forest" not in SYSTEMS
    with open_published(home) as store:
        pages = build.pages(frames_of(store, {"published": "today"}))
    assert "my_forest" in pages["compare.html"] and "model-my_forest.html" in pages
    run_id = rows(home, "SELECT run_id FROM registry.runs WHERE model = 'my_forest'")[0][0]
    stored = rows(home, f"SELECT image_id, happy_prob, angry_prob FROM registry.predictions WHERE run_id = '{run_id}'")
    predicted = predict_uncalibrated(home, run_id)
    again = {row["image_id"]: (row["happy_prob"], row["angry_prob"]) for row in predicted.iter_rows(named=True)}
    assert len(stored) > 30
    for image_id, *chances in stored:
        assert again[image_id] == pytest.approx(tuple(chances), abs=1e-6)
    with FeatureStore.open(home) as store:
        frame = store.predict(run_id)
        assert frame["model"].unique().to_list() == ["my_forest.corrected"] and len(frame) >= len(stored)


def test_pages_have_its_title_while_its_file_is_loaded(home: Home) -> None:
    use_extensions(home)
    with open_published(home) as store:
        pages = build.pages(frames_of(store, {"published": "today"}))
    assert "My forest" in pages["compare.html"]


def test_an_audit_predicts_again(home: Home) -> None:
    extras = ExtraChecks(0, None, home.root)
    verdict = audit(home.work, audit_id="a", stage="results", tables=["registry.runs", "registry.predictions"],
                    extras=extras)  # fmt: skip
    assert [finding.check for finding in verdict.failures if finding.stops] == []
    (checked,) = [finding for finding in verdict.findings if finding.check == PREDICTIONS_CHECK]
    assert checked.success and not checked.observed.startswith("0 of 0")


def test_new_photographs_get_the_features_of_training(home: Home) -> None:
    with FeatureStore.open(home) as store:
        model = trained_model.read_model(home, store._source, trained_model.choose(store._source, "my_forest")[0])
        assert [view.name for view in model.own] == ["mouth"] and {"aligned", "mouth", "landmarks"} <= model.columns
        assert options_and_versions("r", model.versions, model.own)[1]["mouth"] == model.versions["mouth"]
        ids, values = store.get_features("mouth").matrix()
        face = store.latest(ids[0], "landmarks")["landmarks"].reshape(468, 3)
        size = store.sql("SELECT width_px, height_px FROM catalogue.images").row(0)
    computed = compute_all(model.own, {"landmarks": face, "size": np.array(size)})
    assert not isinstance(computed, str) and np.array_equal(computed["mouth"], values[0])
    assert compute_all(model.own, {"size": np.array(size)}) == "no mouth: no landmarks"
    assert compute_all(model.own, {"landmarks": face * np.nan, "size": np.array(size)}) == (
        "no mouth: its function returned nan as width, expected a finite number"
    )


def test_new_photographs_cannot_be_predicted_without_the_function(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with pytest.raises(StoreError, match="my_forest reads mouth, which no extension of this home declares"):
        views_for(home, "my_forest", ["aligned", "mouth"])
    assert views_for(home, "lda", ["aligned", "head_pose"]) == ()


def test_a_model_that_raises_is_untrainable_with_the_reason(tmp_path: Path) -> None:
    text = "from affect_store import model\n@model(inputs=['aligned'])\ndef broken():\n    return 1 / 0\n"
    home = home_with(tmp_path, extension(tmp_path, text))
    (spec,) = specs_of(home, "broken")
    outcome = execute(home, spec)
    assert outcome.status == "untrainable"
    assert outcome.detail == "the function of broken raised ZeroDivisionError: division by zero"


def test_columns_of_a_service_are_exported_by_feature(home: Home, tmp_path: Path) -> None:
    from affect_store.store.engine.export import export

    export(home, "my_forest.corrected", tmp_path / "rows.parquet")
    assert pl.read_parquet(tmp_path / "rows.parquet").columns == ["image_id", "aligned", "mouth_width", "mouth_opening"]
