"""Prediction of photographs by file: the values of training, one row for every file, and a home that stays as it is."""

from __future__ import annotations

import hashlib
import multiprocessing
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from PIL import Image

from affect_store.flows.steps import batch_predict
from affect_store.flows.steps.prediction import Predictor
from affect_store.flows.steps.prediction_frame import BOX, SCHEMA
from affect_store.store.errors import StoreError, UnknownNameError, UnreadablePhotoError
from affect_store.store.features.references import NO_FACE, OWN_REFERENCE, SAME_PICTURE
from affect_store.store.home import Home
from affect_store.store.vocabulary import EMOTIONS, NEUTRAL, PROBABILITIES
from tests.flows.predicting import ALONE, COMPARING, CORPUS, MODELS, photographs_of, predicting_home

pytestmark = pytest.mark.long

SUBJECT = f"{CORPUS}-02"


@pytest.fixture(scope="module")
def predictors() -> Iterator[dict[str, Predictor]]:
    home, _ = predicting_home()
    loaded = {name: Predictor.load(home, name) for name in MODELS}
    yield loaded
    for predictor in loaded.values():
        predictor.close()


def of_person(subject: str = SUBJECT) -> list[Path]:
    return photographs_of(predicting_home()[1], subject)


def neutral_of(subject: str = SUBJECT) -> Path:
    return next(path for path in of_person(subject) if f"{NEUTRAL}_frontal" in path.name)


@pytest.mark.parametrize("model", MODELS)
def test_probabilities_are_those_of_the_stored_photographs(model: str, predictors: dict[str, Predictor]) -> None:
    home, folder = predicting_home()
    predictor = predictors[model]
    expected = batch_predict.predict_with(home, predictor.run_id)
    by_id = {row["image_id"]: row for row in expected.iter_rows(named=True)}
    frames = [predictor.predict(of_person(person), subject=person) for person in (SUBJECT, f"{CORPUS}-05")]
    for row in pl.concat(frames).iter_rows(named=True):
        image_id = hashlib.sha256(Path(row["path"]).read_bytes()).hexdigest()
        assert (row["reason"] is None) == (image_id in by_id), row
        if row["reason"] is None:
            assert row["predicted"] == EMOTIONS[by_id[image_id]["predicted"]]
            assert [row[name] for name in PROBABILITIES] == pytest.approx(
                [by_id[image_id][name] for name in PROBABILITIES], abs=1e-5
            )  # batches of another size change the last digits
    assert sum(frame["reason"].is_null().sum() for frame in frames) >= len(frames) * 3


def test_a_neutral_file_gives_what_the_neutral_photograph_in_the_store_gives(predictors: dict[str, Predictor]) -> None:
    predictor = predictors[COMPARING]
    photographs = [path for path in of_person() if NEUTRAL not in path.name]
    by_subject = predictor.predict(photographs, subject=SUBJECT)
    by_file = predictor.predict(photographs, neutral=neutral_of())
    assert by_file.drop("subject").equals(by_subject.drop("subject"))
    assert by_subject["subject"].to_list() == [SUBJECT] * 2 and by_file["subject"].to_list() == [None] * 2


def test_every_file_has_a_row_with_a_prediction_or_the_reason(predictors: dict[str, Predictor], tmp_path: Path) -> None:
    whole = neutral_of().read_bytes()
    (tmp_path / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.jpg").write_text("text")
    (tmp_path / "copy.jpg").write_bytes(whole + b"\0")
    Image.new("RGB", (300, 400), (90, 120, 150)).save(tmp_path / "wall.png")
    (tmp_path / "notes.txt").write_text("no picture: left out of a folder")
    hidden = tmp_path / "below" / "$(touch gone); \x1b[2J\udcff.jpg"
    hidden.parent.mkdir()
    shutil.copy(of_person()[0], hidden)
    paths = [tmp_path, neutral_of(), tmp_path / "missing.jpg"]
    frame = predictors[COMPARING].predict(paths, neutral=neutral_of())
    reasons = dict(zip((Path(path).name for path in frame["path"]), frame["reason"], strict=True))
    assert list(frame.schema.items()) == [(name, dtype) for name, dtype in SCHEMA.items()]
    assert reasons.pop("cut.jpg").startswith("damaged: ") and reasons.pop("text.jpg").startswith("unreadable: not an")
    assert reasons == {
        "copy.jpg": SAME_PICTURE, "wall.png": NO_FACE, "$(touch gone); \x1b[2J\\udcff.jpg": None,
        neutral_of().name: OWN_REFERENCE, "missing.jpg": "unreadable: No such file or directory",
    }  # fmt: skip
    predicted = frame.filter(pl.col("reason").is_null())
    assert predicted["predicted"].null_count() == 0 and frame["predicted"].null_count() == len(frame) - 1
    assert predicted.select(PROBABILITIES).sum_horizontal()[0] == pytest.approx(1, abs=1e-5)


def test_without_a_neutral_photograph_the_rows_say_so(predictors: dict[str, Predictor]) -> None:
    frame = predictors[COMPARING].predict(of_person()[0])
    assert frame["reason"].to_list() == ["no neutral photograph"] and frame[BOX[0]][0] > 0
    assert predictors[ALONE].predict(of_person()[0])["reason"].to_list() == [None]
    assert predictors[ALONE].predict([]).schema == SCHEMA


def test_the_box_is_in_pixels_of_the_upright_picture(predictors: dict[str, Predictor], tmp_path: Path) -> None:
    upright = Image.open(of_person()[0])
    exif = Image.Exif()
    exif[0x0112] = 6
    upright.rotate(90, expand=True).save(tmp_path / "turned.jpg", quality=95, exif=exif)
    upright.save(tmp_path / "upright.jpg", quality=95)
    turned, straight = predictors[ALONE].predict([tmp_path / "turned.jpg", tmp_path / "upright.jpg"]).rows(named=True)
    assert [turned[name] for name in BOX] == pytest.approx([straight[name] for name in BOX], abs=12)
    left, top, width, height = (straight[name] for name in BOX)
    assert left > 0 and left + width < upright.width and top > 0 and top + height < upright.height
    assert 0.3 < width / upright.width < 0.8 and 0.2 < height / upright.height < 0.8


def test_mistakes_are_named(predictors: dict[str, Predictor], tmp_path: Path) -> None:
    predictor = predictors[COMPARING]
    (tmp_path / "text.jpg").write_text("text")
    Image.new("RGB", (300, 400)).save(tmp_path / "wall.png")
    with pytest.raises(UnknownNameError, match=f"no person '{CORPUS}-2'; did you mean"):
        predictor.predict(of_person(), subject=f"{CORPUS}-2")
    with pytest.raises(StoreError, match="received both"):
        predictor.predict(of_person(), subject=SUBJECT, neutral=neutral_of())
    with pytest.raises(UnreadablePhotoError, match="neutral photograph cannot be read: unreadable: not an image"):
        predictor.predict(of_person(), neutral=tmp_path / "text.jpg")
    with pytest.raises(UnreadablePhotoError, match="no face was found in the neutral photograph"):
        predictor.predict(of_person(), neutral=tmp_path / "wall.png")
    home, _ = predicting_home()
    with pytest.raises(UnknownNameError, match="no system or run 'point_mpl'; did you mean point_mlp"):
        Predictor.load(home, "point_mpl")
    with pytest.raises(StoreError, match="no run of lda has a model: `affect train --model lda`"):
        Predictor.load(home, "lda")
    with pytest.raises(StoreError, match="no published store"):
        Predictor.load(tmp_path / "nowhere")


def test_after_a_worker_was_killed_the_next_prediction_starts_another(predictors: dict[str, Predictor]) -> None:
    predictor, photograph = predictors[ALONE], of_person()[0]
    expected = predictor.predict(photograph)
    for worker in multiprocessing.active_children():
        worker.kill()
        worker.join()
    assert predictor.predict(photograph).equals(expected)


def test_a_script_without_a_main_guard_predicts_and_the_home_stays_as_it_is(tmp_path: Path) -> None:
    home, _ = predicting_home()
    before = contents(home)
    script = tmp_path / "script.py"
    script.write_text(
        "from affect_store import Predictor\n"
        f"predictor = Predictor.load({str(home.root)!r}, {ALONE!r})\n"
        f"print('predicted', predictor.predict({str(of_person()[0])!r})['predicted'][0])\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert done.returncode == 0 and done.stdout.count("predicted") == 1, done.stderr
    assert "Traceback" not in done.stderr and contents(home) == before


def contents(home: Home) -> dict[str, str]:
    files = sorted(path for path in home.root.rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
