"""`affect train`, `evaluate` and `compare`, on a copy of a finished run's home."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.finished import Finished, affect
from tests.flows.corpus import PEOPLE

pytestmark = pytest.mark.long

FOLDS = 4
TRAIN = ("train", "--model", "lda,logistic", "--recipe", "corrected", "--folds", str(FOLDS))


@pytest.fixture(scope="module")
def home(finished: Finished, tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert finished.done.returncode == 0, finished.done.stderr
    return Path(shutil.copytree(finished.pristine, tmp_path_factory.mktemp("experiment") / "home", symlinks=True))


@pytest.fixture(scope="module")
def trained(home: Path) -> subprocess.CompletedProcess[str]:
    return affect(*TRAIN, home=home)


def answer(home: Path, *arguments: str) -> list[dict]:
    result = affect(*arguments, "--json", home=home)
    assert result.returncode == 0, result.stderr
    rows: list[dict] = json.loads(result.stdout)
    return rows


def test_folds_are_trained_pooled_compared_and_published(trained: subprocess.CompletedProcess[str], home: Path) -> None:
    assert trained.returncode == 0, trained.stderr
    assert f"{2 * (FOLDS + 1)} models to train" in trained.stdout
    assert "audit splits" in trained.stdout and "audit rows" not in trained.stdout, "the rows have not changed"
    rows = answer(home, "sql", "select model, n_people, n_images, accuracy from leaderboard where split = 'folds'")
    assert sorted(row["model"] for row in rows) == ["lda", "logistic"]
    assert {row["n_people"] for row in rows} == {PEOPLE}
    tested = answer(home, "sql", "select model, count(*) as n, count(distinct image_id) as images, "
                                 "count(distinct subject_id) as people from registry.predictions "
                                 "join registry.runs using (run_id) join splits.sets using (split_id) "
                                 "join catalogue.images using (image_id) "
                                 "where strategy = 'folds' group by all")  # fmt: skip
    assert all(row["n"] == row["images"] and row["people"] == PEOPLE for row in tested) and len(tested) == 2
    assert re.search(r"Time in steps: \d+ s \(.*train models \d+ s", trained.stdout)


def test_a_second_run_does_nothing_and_says_so(trained: subprocess.CompletedProcess[str], home: Path) -> None:
    before = (home / "published").readlink()
    again = affect(*TRAIN, home=home)
    assert again.returncode == 0 and "Nothing new" in again.stdout, again.stderr
    assert (home / "published").readlink() == before


def test_the_metrics_of_a_run_follow_from_its_predictions(
    trained: subprocess.CompletedProcess[str], home: Path
) -> None:
    (run,) = answer(home, "sql", "select run_id from leaderboard where split = 'folds' and model = 'lda'")
    metrics = answer(home, "evaluate", run["run_id"][:10])
    (accuracy,) = (row for row in metrics if (row["slice"], row["metric"]) == ("all", "accuracy"))
    assert {"camera_angle_deg=90", "gaze=frontal", "sex=female"} < {row["slice"] for row in metrics}
    shares = answer(home, "sql", f"select avg((predicted = truth)::int) as share from registry.predictions "
                               f"where run_id = '{run['run_id']}' and part = 'test'")  # fmt: skip
    assert accuracy["value"] == pytest.approx(shares[0]["share"], abs=1e-6)
    assert accuracy["low"] <= accuracy["value"] <= accuracy["high"]


def test_two_runs_are_compared_over_people_all_together_and_by_camera(
    trained: subprocess.CompletedProcess[str], home: Path
) -> None:
    runs = answer(home, "sql", "select run_id, model from leaderboard where split = 'folds' order by model")
    rows = answer(home, "compare", runs[0]["run_id"], runs[1]["run_id"])
    assert [row["photographs"] for row in rows] == ["all", "camera_angle_deg=90"]
    shares = answer(home, "sql", "select model, subject_id, avg((predicted = truth)::int) as share "
                                 "from registry.predictions join leaderboard using (run_id) "
                                 "join catalogue.images using (image_id) "
                                 "where split = 'folds' group by all")  # fmt: skip
    accuracy = {name: np.mean([row["share"] for row in shares if row["model"] == name]) for name in ("lda", "logistic")}
    assert rows[0]["difference"] == pytest.approx(accuracy["lda"] - accuracy["logistic"], abs=1e-6)
    assert rows[0]["people"] == PEOPLE and rows[0]["method"].startswith("Wilcoxon")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("train", "--model", "resnet"), "there is no model 'resnet'; available: general_mlp, cnn"),
        (("train", "--model", "lda", "--recipe", "published"), "no recipe of 'lda' 'published'"),
        (("train", "--folds", "9"), "expected at least 3 and at most the number of people, 8; received 9"),
        (("evaluate", "zzz"), "there is no run or trained system 'zzz'"),
        (("compare", "zzz", "zzz"), "there is no run or trained system 'zzz'"),
    ],
)
def test_a_mistake_is_one_message(
    trained: subprocess.CompletedProcess[str], home: Path, arguments: tuple[str, ...], message: str
) -> None:
    result = affect(*arguments, home=home)
    assert result.returncode == 1 and message in result.stderr and "Traceback" not in result.stderr + result.stdout


def test_training_needs_a_store_and_makes_none(tmp_path: Path) -> None:
    result = affect("train", home=tmp_path / "new")
    assert result.returncode == 1 and "Traceback" not in result.stderr and "there is no store in" in result.stderr
    assert not (tmp_path / "new").exists()
