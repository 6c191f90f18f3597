"""Analyses of the page are the predictions of `Predictor`, value by value, and leave nothing behind."""

from __future__ import annotations

import hashlib
import io
import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from affect_store.flows.steps.prediction import Predictor
from affect_store.flows.steps.prediction_frame import BOX
from affect_store.flows.webapp import systems
from affect_store.flows.webapp.analysis import Analyser
from affect_store.flows.webapp.document import document_of
from affect_store.store.vocabulary import NEUTRAL, PROBABILITIES
from tests.flows.predicting import ALONE, COMPARING, CORPUS, MODELS, photographs_of, predicting_home
from tests.flows.webapp.serving import Served, served

pytestmark = pytest.mark.long

PEOPLE = [f"{CORPUS}-02", f"{CORPUS}-05"]


@pytest.fixture(scope="module")
def analyser() -> Iterator[Analyser]:
    home, _ = predicting_home()
    with Analyser() as own:
        list(own.load(home, systems.choose(home, MODELS)[0]))
        own.warm_up()
        yield own


@pytest.fixture(scope="module")
def running(analyser: Analyser) -> Iterator[Served]:
    with served(
        lambda upload: document_of(
            analyser.analyse(upload.photograph, upload.neutral), upload.photograph, upload.neutral
        )
    ) as own:
        yield own


@pytest.fixture(scope="module")
def predictors() -> Iterator[list[Predictor]]:
    loaded = [Predictor.load(predicting_home()[0], name) for name in MODELS]
    yield loaded
    for predictor in loaded:
        predictor.close()


def of_person(subject: str) -> list[Path]:
    return photographs_of(predicting_home()[1], subject)


def neutral_of(subject: str) -> Path:
    return next(path for path in of_person(subject) if f"{NEUTRAL}_frontal" in path.name)


def contents(folder: Path) -> dict[Path, str]:
    """The files below a folder with the hashes of their bytes."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def wall() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (300, 400), (90, 120, 150)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize("subject", PEOPLE)
@pytest.mark.parametrize("has_neutral", [True, False])
def test_predictions_are_those_of_predictor_value_by_value(
    running: Served, predictors: list[Predictor], subject: str, has_neutral: bool
) -> None:
    neutral = neutral_of(subject) if has_neutral else None
    for path in of_person(subject):
        answer = running.post(path.read_bytes(), neutral.read_bytes() if neutral else b"").document
        for predictor, prediction in zip(predictors, answer["predictions"], strict=True):
            (row,) = predictor.predict(path, neutral=neutral).rows(named=True)
            assert prediction["predicted"] == row["predicted"], path
            if row["predicted"] is not None:
                assert prediction["probabilities"] == [row[name] for name in PROBABILITIES] and not prediction["reason"]
            else:
                assert prediction["probabilities"] == [] and prediction["reason"]
            assert answer["photograph"]["box_px"] == [row[name] for name in BOX]


def test_each_system_predicts_or_says_why_not(running: Served) -> None:
    comparing, alone = MODELS.index(COMPARING), MODELS.index(ALONE)
    expression = next(path for path in of_person(PEOPLE[0]) if NEUTRAL not in path.name).read_bytes()
    neutral = neutral_of(PEOPLE[0]).read_bytes()
    reasons = {
        "none": (running.post(expression), "needs a neutral photograph"),
        "faceless": (running.post(expression, wall()), "needs a neutral photograph"),
        "text": (running.post(expression, b"text"), "needs a neutral photograph"),
        "same file": (running.post(neutral, neutral), "the photograph and the neutral one are the same file"),
        "same picture": (
            running.post(neutral + b"\0", neutral),
            "the photograph and the neutral one are the same picture",
        ),
    }
    for name, (answer, reason) in reasons.items():
        assert answer.status == 200 and answer.document["movement"] is None, name
        assert answer.document["predictions"][comparing]["reason"] == reason, name
        assert answer.document["predictions"][alone]["predicted"], name
    problems = {
        name: (answer.document["neutral_photograph"] or {}).get("problem") for name, (answer, _) in reasons.items()
    }
    assert problems["faceless"] == "shows no face that the detector finds" and problems["same file"] is None
    assert problems["text"].startswith("cannot be read: not an image in one of the formats")
    both = running.post(expression, neutral).document
    assert all(prediction["predicted"] for prediction in both["predictions"])
    assert max(both["movement"]["lengths"]) > 0.02


@pytest.mark.parametrize(
    ("data", "problem"), [(b"", "the file is empty"), (b"text", "not an image"), (wall(), "no face")]
)
def test_a_photograph_that_cannot_be_used_has_no_prediction(running: Served, data: bytes, problem: str) -> None:
    answer = running.post(data)
    assert answer.status == 200 and problem in answer.document["photograph"]["problem"]
    assert all(row["predicted"] is None and row["reason"] for row in answer.document["predictions"])


def test_a_damaged_photograph_is_named(running: Served) -> None:
    whole = neutral_of(PEOPLE[0]).read_bytes()
    assert "is damaged" in running.post(whole[: len(whole) // 2]).document["photograph"]["problem"]


def test_several_faces_are_counted(running: Served) -> None:
    first, second = (Image.open(neutral_of(subject)) for subject in PEOPLE)
    both = Image.new("RGB", (first.width + second.width, max(first.height, second.height)))
    both.paste(first, (0, 0))
    both.paste(second, (first.width, 0))
    buffer = io.BytesIO()
    both.save(buffer, "TIFF")
    picture = running.post(buffer.getvalue()).document["photograph"]
    assert (
        picture["face_count"] == 2 and picture["size_rank"] in (1, 2) and picture["copy"].startswith("data:image/jpeg")
    )


def test_the_home_stays_as_it_is(running: Served) -> None:
    """That no file is left elsewhere is tested with the command, which has a folder for temporary files of its own."""
    home = predicting_home()[0]
    before = contents(home.root)
    expression, neutral = of_person(PEOPLE[1])[0].read_bytes(), neutral_of(PEOPLE[1]).read_bytes()
    for photograph, other in ((expression, neutral), (b"text", b""), (wall(), wall())):
        assert running.post(photograph, other).status == 200 and contents(home.root) == before
    assert running.reported == []


def test_after_a_worker_was_killed_the_next_analysis_starts_another(analyser: Analyser, running: Served) -> None:
    photograph = of_person(PEOPLE[0])[0].read_bytes()
    before = analyser.analyse(photograph)
    for worker in multiprocessing.active_children():
        worker.kill()
        worker.join()
    assert analyser.analyse(photograph).predictions == before.predictions
