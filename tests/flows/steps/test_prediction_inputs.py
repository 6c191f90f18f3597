"""The person and the neutral photograph of a prediction, checked whether the model needs them or not; no network."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from affect_store.flows.cli.app import app
from affect_store.flows.steps import prediction
from affect_store.flows.steps.prediction import Predictor
from affect_store.flows.steps.trained_model import TrainedModel
from affect_store.store.errors import StoreError, UnknownNameError, UnreadablePhotoError
from affect_store.store.features.extract import ExtractionResult
from affect_store.store.features.picture_header import read_header
from affect_store.store.offline.feature_store import FeatureStore
from affect_store.store.types import Face
from affect_store.store.vocabulary import AXES, LANDMARK_COUNT
from tests.stores.known import small_home

UNREADABLE = "unreadable: not an image"


class FaceExtractor:
    """In place of worker processes: files called face.png show a face, all others are unreadable."""

    def start(self) -> None:
        pass

    def close(self, *, waits: bool = True) -> None:
        pass

    def results(self, photos: Sequence[tuple[str | None, str]], **_: Any) -> Iterator[ExtractionResult]:
        buffer = io.BytesIO()
        Image.new("RGB", (60, 80)).save(buffer, "PNG")
        face = Face("a", np.zeros((LANDMARK_COUNT, AXES), np.float32))
        shown = ExtractionResult("a", face, header=read_header(buffer.getvalue()))
        for _, path in photos:
            yield shown if Path(path).name == "face.png" else ExtractionResult("", unreadable=UNREADABLE)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> Predictor:
    """A predictor with a model that needs no neutral photograph; it can predict nothing."""
    monkeypatch.setattr(prediction, "Extractor", FaceExtractor)
    monkeypatch.setattr(prediction, "LoadedModel", lambda *_: None)
    run = {"run_id": "aa01", "model": "point_mlp", "recipe": "corrected", "parameters": "{}"}
    return Predictor(small_home(), TrainedModel(run, {}), "the run")


def test_an_unknown_person_is_an_error_for_every_model(alone: Predictor) -> None:
    with pytest.raises(UnknownNameError, match="there is no person 'nobody'"):
        alone.predict("other.png", subject="nobody")
    with pytest.raises(StoreError, match="received both"):
        alone.predict("other.png", subject="nobody", neutral="face.png")


def test_a_known_person_is_in_the_rows(alone: Predictor) -> None:
    with FeatureStore.open(small_home()) as store:
        subject = store.sql("SELECT min(subject_id) AS subject_id FROM catalogue.images")["subject_id"][0]
    assert alone.predict("other.png", subject=subject).select("subject", "reason").rows() == [(subject, UNREADABLE)]


def test_a_neutral_photograph_is_read_for_every_model(alone: Predictor) -> None:
    with pytest.raises(UnreadablePhotoError, match="the neutral photograph cannot be read: unreadable"):
        alone.predict("other.png", neutral="text.png")
    assert alone.predict("other.png", neutral="face.png")["reason"].to_list() == [UNREADABLE]


def test_the_command_says_that_the_neutral_photograph_is_not_used(
    alone: Predictor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Predictor, "load", lambda *_, **__: alone)
    for name in ("face.png", "other.png"):
        (tmp_path / name).touch()
    arguments = ["predict", str(tmp_path / "other.png"), "--home", str(small_home().root), "--csv"]
    message = "point_mlp.corrected needs no neutral photograph: --neutral is not used"
    given = CliRunner().invoke(app, [*arguments, "--neutral", str(tmp_path / "face.png")])
    assert given.exit_code == 0 and "not an image" in given.stdout and message in capfd.readouterr().err
    assert CliRunner().invoke(app, arguments).exit_code == 0 and message not in capfd.readouterr().err
