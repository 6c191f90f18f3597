"""Prediction reads the published store, which no pipeline run locks, and falls back on the work store."""

import shutil
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from affect_store.flows.steps import batch_predict
from affect_store.models.training import artifact
from affect_store.models.training.fit import FitOptions, fit
from affect_store.models.training.predict import predict
from affect_store.store.engine import reader
from affect_store.store.engine.settings import renew_change_token
from affect_store.store.engine.store_file import StoreFile
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import StoreError, UnknownNameError
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.offline import training_sets
from affect_store.store.offline.feature_store import FeatureStore
from affect_store.store.publication import publish
from affect_store.store.vocabulary import EMOTIONS, PARTS, PROBABILITIES
from tests.store.holder import held
from tests.stores import known
from tests.stores.known import small_home

RUN = known.RUNS[0]
"""vector_mlp in the corrected recipe, by person."""


def publish_home(home: Home, name: str) -> None:
    publish.publish(home, name, lambda folder: publish.write_store(home.work, folder / STORE_FILE))


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pl.DataFrame]:
    """The small home with a trained model in place of the fabricated one of a run, and its predictions."""
    home = Home(tmp_path_factory.mktemp("homes") / "home")
    shutil.copytree(small_home().root, home.root, symlinks=True)
    with StoreFile(home.work) as source:
        split_id = reader.query_frame(source.connection, "registry/select_run", {"run_id": RUN.run_id})["split_id"][0]
        split = reader.frozen_split(source.connection, split_id)
        rows = {
            part: training_sets.read_table(source, training_sets.locate_part(source, split, part, RUN.features))
            for part in PARTS
        }
    fitted = fit(RUN.model, RUN.recipe, rows[PARTS[0]], rows[PARTS[1]], FitOptions(7, 1))
    digest = artifact.save(fitted, home.artifacts / RUN.run_id)
    with open_work(home) as work:
        work.execute("UPDATE registry.runs SET artifact_sha256 = $digest WHERE run_id = $run_id",
                     {"digest": digest, "run_id": RUN.run_id})  # fmt: skip
        renew_change_token(work)
    publish_home(home, "2")
    return home.root, pl.concat([predict(fitted, rows[part]) for part in PARTS]).sort("image_id")


@pytest.fixture
def home(trained: tuple[Path, pl.DataFrame], tmp_path: Path) -> Home:
    shutil.copytree(trained[0], tmp_path / "home", symlinks=True)
    return Home(tmp_path / "home")


def test_a_run_that_holds_the_work_store_blocks_no_prediction(home: Home, trained: tuple[Path, pl.DataFrame]) -> None:
    with held(home.work):
        predictions = batch_predict.predict_with(home, RUN.run_id).sort("image_id")
    assert_frame_equal(predictions, trained[1], abs_tol=1e-5)  # other batches change the last digits


def test_a_run_that_is_not_published_yet_is_read_from_the_work_store(home: Home) -> None:
    with open_work(home) as work:
        work.execute("UPDATE registry.runs SET run_id = 'new' WHERE run_id = $run_id", {"run_id": RUN.run_id})
    assert batch_predict.predict_with(home, "new").height
    with pytest.raises(UnknownNameError, match="no run or trained system 'newer'; did you mean new"):
        batch_predict.predict_with(home, "newer")


def test_weights_trained_again_are_those_of_the_work_store(home: Home) -> None:
    record = home.artifacts / RUN.run_id / artifact.RECORD
    record.write_text(record.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(StoreError, match="is not the model of run"):
        batch_predict.predict_with(home, RUN.run_id)
    with open_work(home) as work:
        work.execute("UPDATE registry.runs SET artifact_sha256 = $digest WHERE run_id = $run_id",
                     {"digest": artifact.fingerprint(record.parent), "run_id": RUN.run_id})  # fmt: skip
    assert batch_predict.predict_with(home, RUN.run_id).height


def test_a_run_without_a_model_says_why_and_where_others_are(home: Home) -> None:
    """Folds are completed and have no model."""
    with open_work(home) as work:
        work.execute("UPDATE registry.runs SET run_id = 'fold', artifact_path = NULL WHERE run_id = $run_id",
                     {"run_id": RUN.run_id})  # fmt: skip
    with pytest.raises(StoreError, match="the run fold has no model: models of folds are not kept.*from leaderboard"):
        batch_predict.predict_with(home, "fold")


def test_missing_weights_are_an_error(home: Home) -> None:
    shutil.rmtree(home.artifacts / RUN.run_id)
    command = f"affect train --model {RUN.model} --recipe {RUN.recipe} --seed [0-9]+"
    with pytest.raises(StoreError, match=f"is missing: expected its files in the folder.*{command}"):
        batch_predict.predict_with(home, RUN.run_id)
    with pytest.raises(StoreError, match="is missing"):
        batch_predict.predict_with(home, known.RUNS[1].run_id)
    home.work.unlink()
    with pytest.raises(StoreError, match="is missing"):
        batch_predict.predict_with(home, RUN.run_id)


def test_a_notebook_predicts_the_photographs_of_its_store(home: Home, trained: tuple[Path, pl.DataFrame]) -> None:
    expected = trained[1]
    with FeatureStore.open(home) as store:
        frame = store.predict(RUN.run_id).sort("image_id")
        some = store.predict(f"{RUN.model}.{RUN.recipe}", frame["image_id"][:3].to_list())
        with pytest.raises(UnknownNameError, match="no system or run 'point_mpl'; did you mean point_mlp"):
            store.predict("point_mpl")
        with pytest.raises(StoreError, match="image_ids: expected a list of identifiers, received 'abc'"):
            store.predict(RUN.run_id, "abc")
    assert frame.columns == ["image_id", "part", "model", "run_id", "predicted", *PROBABILITIES] and set(
        frame["run_id"]
    ) == {RUN.run_id}
    assert_frame_equal(frame.select(PROBABILITIES), expected.select(PROBABILITIES), abs_tol=1e-5)
    assert frame["image_id"].equals(expected["image_id"])
    assert frame["predicted"].to_list() == [EMOTIONS[label] for label in expected["predicted"]]
    assert some["image_id"].to_list() == frame["image_id"][:3].to_list()
    with open_work(home) as work:
        parts = work.execute("FROM splits.assignments JOIN registry.runs USING (split_id) SELECT image_id, part "
                             "WHERE run_id = ?", [RUN.run_id]).fetchall()  # fmt: skip
    assert dict(frame.select("image_id", "part").iter_rows()).items() <= dict(parts).items()


def test_a_notebook_whose_store_is_closed_or_has_no_home_says_so(home: Home) -> None:
    with FeatureStore.open(home) as store:
        pass
    with pytest.raises(StoreError, match="FeatureStore.predict: the store '.*' is closed; open it again with"):
        store.predict()
    with FeatureStore(StoreFile(home.work)) as store, pytest.raises(StoreError, match="predict: models are in a home"):
        store.predict()
