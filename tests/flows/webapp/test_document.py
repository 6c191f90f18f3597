"""The answer to the page: what is wrong with a picture, where its face is, and copies that browsers can show."""

from __future__ import annotations

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from affect_store.flows.steps.neutral_photographs import MAX_TURN_DEG, Neutral
from affect_store.flows.webapp.analysis import Analysis
from affect_store.flows.webapp.document import LEAST_TOP, SHOWN_SIDE_PX, document_of
from affect_store.flows.webapp.movement import Movement, movement_between
from affect_store.flows.webapp.systems import Prediction
from affect_store.store.features.extract import ExtractionResult
from affect_store.store.features.picture_header import read_header
from affect_store.store.types import Face, NoFace
from affect_store.store.vocabulary import AXES, EMOTIONS, LANDMARK_COUNT
from tests.faces import SIZE_PX, face_px, normalised, rotation

NOTHING = Prediction(None, (), "no face")


def picture(format_name: str = "PNG", size: tuple[int, int] = (60, 80), **options: object) -> bytes:
    """A picture whose left half is red."""
    image = Image.new("RGB", size, (0, 0, 255))
    image.paste((255, 0, 0), (0, 0, size[0] // 2, size[1]))
    buffer = io.BytesIO()
    image.save(buffer, format_name, **options)
    return buffer.getvalue()


def face(data: bytes, **options: int) -> ExtractionResult:
    xyz = np.random.default_rng(1).uniform(0.25, 0.75, (LANDMARK_COUNT, AXES)).astype(np.float32)
    return ExtractionResult("a", Face("a", xyz, **options), header=read_header(data))


def document(image: ExtractionResult, data: bytes, *predictions: Prediction, movement: Movement | None = None) -> dict:
    return json.loads(json.dumps(document_of(Analysis(image, None, movement, list(predictions)), data, None)))


@pytest.mark.parametrize(
    ("unreadable", "problem"),
    [
        ("unreadable: not an image in one of the formats", "cannot be read: not an image in one of the formats"),
        ("damaged: truncated: 4 bytes", "is damaged: truncated: 4 bytes"),
        ("too large: 5 bytes are more than 4", "is too large: 5 bytes are more than 4"),
    ],
)
def test_a_picture_that_cannot_be_read_says_why(unreadable: str, problem: str) -> None:
    answer = document(ExtractionResult("", unreadable=unreadable), b"", Prediction(None, (), unreadable))
    assert (
        answer["photograph"] == {"problem": problem}
        and answer["neutral_photograph"] is None
        and answer["movement"] is None
    )
    assert answer["predictions"] == [
        {"predicted": None, "emotions": [], "probabilities": [], "reason": "the photograph cannot be used"}
    ]


def test_a_picture_without_a_face_is_shown() -> None:
    data = picture()
    answer = document(ExtractionResult("a", NoFace("a"), header=read_header(data)), data, NOTHING)
    assert answer["photograph"]["problem"] == "shows no face that the detector finds"
    assert answer["predictions"][0]["reason"] == "the photograph shows no face"


def test_the_face_is_in_pixels_and_shares_of_the_upright_picture() -> None:
    data = picture()
    photograph = document(face(data, face_count=3, face_size_rank=2), data)["photograph"]
    assert (photograph["width_px"], photograph["height_px"], photograph["problem"], photograph["copy"]) == (
        60,
        80,
        None,
        None,
    )
    assert (photograph["face_count"], photograph["size_rank"]) == (3, 2)
    points = np.reshape(photograph["landmarks"], (LANDMARK_COUNT, 2))
    left, top, width, height = photograph["box_px"]
    assert left == pytest.approx(points[:, 0].min() * 60, abs=1) and top == pytest.approx(
        points[:, 1].min() * 80, abs=1
    )
    assert width == pytest.approx(30, abs=2) and height == pytest.approx(40, abs=2)


@pytest.mark.parametrize("format_name", ["TIFF", "JPEG", "PNG", "WEBP"])
def test_pictures_that_browsers_do_not_show_upright_come_with_a_copy(format_name: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # stored turned to the left: the left side of the picture is its top
    data = picture(format_name, exif=exif)
    copy = document(face(data), data)["photograph"]["copy"]
    shown = Image.open(io.BytesIO(base64.b64decode(copy.removeprefix("data:image/jpeg;base64,"))))
    red, _, blue = shown.getpixel((40, 5))
    assert shown.size == (80, 60) and red > 200 and blue < 60


def test_a_copy_of_a_large_picture_is_smaller() -> None:
    data = picture("TIFF", (4000, 3000))
    copy = document(face(data), data)["photograph"]["copy"]
    shown = Image.open(io.BytesIO(base64.b64decode(copy.removeprefix("data:image/jpeg;base64,"))))
    assert SHOWN_SIDE_PX <= shown.width <= 2 * SHOWN_SIDE_PX and shown.width * 3 == shown.height * 4


def test_probabilities_are_the_predicted_ones() -> None:
    data, probabilities = picture(), tuple(float(np.float32(1) / np.float32(k + 3)) for k in range(len(EMOTIONS)))
    classes = (*EMOTIONS[:-1], "pained")
    (prediction,) = document(face(data), data, Prediction("pained", probabilities, None, classes))["predictions"]
    assert prediction == {
        "predicted": "pained", "emotions": list(classes), "probabilities": list(probabilities), "reason": None,
    }  # fmt: skip
    (without,) = document(face(data), data, Prediction(None, (), "no neutral photograph"))["predictions"]
    assert without["reason"] == "needs a neutral photograph"


@pytest.mark.parametrize(("turn_deg", "is_turned"), [(MAX_TURN_DEG - 2, False), (MAX_TURN_DEG + 2, True)])
def test_movement_has_its_scale_and_says_whether_the_head_is_turned(turn_deg: float, is_turned: bool) -> None:
    centre = np.array([SIZE_PX[0] / 2, SIZE_PX[1] / 2, 0])
    turned = (face_px() - centre) @ rotation(np.array([0.0, 1.0, 0.0]), np.radians(turn_deg)).T + centre
    movement = movement_between(Neutral(normalised(turned), SIZE_PX), Neutral(normalised(face_px()), SIZE_PX))
    data = picture()
    shown = document(face(data), data, movement=movement)["movement"]
    assert shown["is_turned"] is is_turned and shown["turn_deg"] == pytest.approx(turn_deg, abs=0.01)
    assert shown["top"] == LEAST_TOP, "a face that does not move is not shown as moving"
    assert len(shown["start"]) == len(shown["delta"]) == 2 * LANDMARK_COUNT == 2 * len(shown["lengths"])
