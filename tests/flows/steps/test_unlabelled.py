"""Predictions for unlabelled photographs are stored once per system by person, and go when a label comes."""

import shutil
from pathlib import Path

import polars as pl
import pytest

from affect_store.flows.steps.batch_predict import predict_uncalibrated
from affect_store.flows.steps.unlabelled import predict_unlabelled
from affect_store.store.engine.settings import get_setting
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.store.vocabulary import PROBABILITIES
from tests.flows.steps.test_batch_predict import RUN, trained

__all__ = ["trained"]  # a fixture


@pytest.fixture
def home(trained: tuple[Path, pl.DataFrame], tmp_path: Path) -> Home:
    """A home with one trained model, and its first two photographs without a label."""
    shutil.copytree(trained[0], tmp_path / "home", symlinks=True)
    home = Home(tmp_path / "home")
    with open_work(home) as work:
        others = "UPDATE registry.runs SET artifact_path = NULL WHERE run_id <> ?"
        work.execute(others, [RUN.run_id])
        for image_id in trained[1]["image_id"][:2]:
            work.execute("UPDATE catalogue.images SET emotion = 'unknown' WHERE image_id = ?", [image_id])
    return home


def stored(home: Home) -> pl.DataFrame:
    with open_work(home) as work:
        return work.execute("FROM registry.unlabelled_predictions ORDER BY image_id").pl()


def test_each_unlabelled_photograph_is_predicted_once(home: Home) -> None:
    assert predict_unlabelled(home) == 2
    rows = stored(home)
    with open_work(home) as work:
        token = get_setting(work, SettingKey.CHANGE)
    again = predict_uncalibrated(home, RUN.run_id, rows["image_id"].to_list()).sort("image_id")
    assert rows["predicted"].to_list() == again["predicted"].to_list()
    assert rows.select(PROBABILITIES).to_numpy() == pytest.approx(again.select(PROBABILITIES).to_numpy(), abs=1e-5)
    assert predict_unlabelled(home) == 0 and stored(home).equals(rows)
    with open_work(home) as work:
        assert get_setting(work, SettingKey.CHANGE) == token, "nothing new is nothing to publish"


def test_a_prediction_goes_when_its_photograph_gets_a_label(home: Home) -> None:
    predict_unlabelled(home)
    first, second = stored(home)["image_id"]
    with open_work(home) as work:
        work.execute("UPDATE catalogue.images SET emotion = 'happy' WHERE image_id = ?", [first])
    assert predict_unlabelled(home) == 0
    assert stored(home)["image_id"].to_list() == [second]


def test_photographs_out_of_use_are_not_predicted(home: Home) -> None:
    with open_work(home) as work:
        work.execute("UPDATE catalogue.images SET excluded_reason = 'removed' WHERE emotion = 'unknown'")
    assert predict_unlabelled(home) == 0 and stored(home).is_empty()
