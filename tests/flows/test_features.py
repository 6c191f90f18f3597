"""Landmarks and deltas into the store, with fabricated faces: no detector runs here."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from flows import deltas, landmarks, services
from store.features import views
from store.features.extract import Extracted
from store.features.references import NO_FACE, NO_REFERENCE, OWN_REFERENCE, SAME_PICTURE
from store.tables import clock, read, write
from store.tables.connection import open_work
from store.tables.home import Home
from store.types import Face, NoFace, Thumbnail
from store.vocabulary import EMOTIONS, NEUTRAL, PIXEL_CHANNELS, PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX
from tests.faces import SIZE_PX, face_px, normalised

HAPPY = EMOTIONS[4]
BLACK = np.zeros((PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, PIXEL_CHANNELS), np.uint8)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def add(home: Home, image_id: str, emotion: str, gaze: str = "frontal") -> None:
    with open_work(home) as connection:
        connection.execute(
            "INSERT INTO catalogue.images "
            "VALUES (?, 'lab', ?, 'lab-1', 'male', 'Kid', NULL, ?, 90, ?, ?, ?, 1, now(), NULL)",
            [image_id, f"/{image_id}.jpg", emotion, gaze, *SIZE_PX],
        )


def found(image_id: str, seed: int) -> Extracted:
    return Extracted(image_id, Face(image_id, normalised(face_px(seed=seed, noise=0.01))), Thumbnail(image_id, BLACK))


def keep(home: Home, *extracted: Extracted) -> None:
    with open_work(home) as connection:
        landmarks.store_extracted(connection, list(extracted), services.current(connection))


def wanted(home: Home) -> list[str]:
    with open_work(home) as connection:
        versions = {name: services.current(connection)[name] for name in ("landmarks", "pixels")}
        parameters = {**versions, "retried": landmarks.UNREADABLE, "moment": write.now()}
        rows = read.frame(connection, "select_images_to_extract", parameters)
    return rows["image_id"].to_list()


def state(home: Home, feature: str) -> dict[str, str]:
    """image_id -> reference or reason, of one feature, as it counts now."""
    query = (
        "FROM features.present LEFT JOIN features.deltas USING (image_id, version, created_at) "
        "SELECT image_id, coalesce(reference_image_id, 'there') WHERE feature = $feature "
        "UNION ALL FROM features.absent SELECT image_id, reason WHERE feature = $feature"
    )
    with open_work(home) as connection:
        return dict(connection.execute(query, {"feature": feature}).fetchall())


def test_what_could_not_be_read_is_a_miss_that_is_tried_again_and_goes(home: Home) -> None:
    add(home, "a", NEUTRAL)
    keep(home, Extracted("a", unreadable="no such file"))
    assert wanted(home) == ["a"]
    keep(home, found("a", 1))
    assert wanted(home) == [] and state(home, "landmarks") == {"a": "there"}


def test_a_photograph_without_a_face_is_a_miss_and_looked_at_once(home: Home) -> None:
    add(home, "a", NEUTRAL)
    keep(home, Extracted("a", NoFace("a"), Thumbnail("a", BLACK)))
    assert wanted(home) == [] and state(home, "landmarks") == {"a": NO_FACE}


def test_deltas_before_landmarks_decide_nothing(home: Home) -> None:
    for image_id, emotion, gaze in (("n", NEUTRAL, "frontal"), ("l", NEUTRAL, "left"), ("h", HAPPY, "frontal")):
        add(home, image_id, emotion, gaze)
    assert deltas.compute_missing(home) == 0
    keep(home, found("n", 1), found("l", 2), found("h", 3))
    deltas.compute_missing(home)
    assert state(home, "aligned") == {"n": "l", "l": "n", "h": "n"}
    assert state(home, "frontal_unit") == {"n": OWN_REFERENCE, "l": "n", "h": "n"}
    assert deltas.compute_missing(home) == 0


def test_a_missing_reference_is_made_up_for_when_it_comes(home: Home) -> None:
    add(home, "h", HAPPY)
    keep(home, found("h", 1))
    deltas.compute_missing(home)
    assert state(home, "aligned") == {"h": NO_REFERENCE}
    add(home, "n", NEUTRAL)
    keep(home, found("n", 2))
    deltas.compute_missing(home)
    assert state(home, "aligned") == {"h": "n", "n": NO_REFERENCE}


def test_the_same_picture_in_two_files_is_a_miss_and_no_crash(home: Home) -> None:
    add(home, "n", NEUTRAL)
    add(home, "o", NEUTRAL)
    keep(home, found("n", 1), found("o", 1))
    deltas.compute_missing(home)
    assert state(home, "frontal_unit") == {"n": OWN_REFERENCE, "o": SAME_PICTURE}
    assert state(home, "aligned") == {"n": SAME_PICTURE, "o": SAME_PICTURE}


def test_a_file_that_cannot_be_read_hides_nothing_that_is_stored(home: Home) -> None:
    add(home, "a", NEUTRAL)
    keep(home, found("a", 1))
    with open_work(home) as connection:
        services.make_current(connection, views.chosen(0.5))
        half = services.current(connection)
        both = {"landmarks": half["landmarks"], "pixels": views.pixels().version}
        landmarks.store_extracted(connection, [Extracted("a", unreadable="the disk is away")], both)
        services.make_current(connection, views.chosen())
    assert state(home, "pixels") == {"a": "there"} and state(home, "landmarks") == {"a": "there"}


def test_a_clock_that_was_set_back_hides_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for image_id, emotion, gaze in (("n", NEUTRAL, "frontal"), ("l", NEUTRAL, "left")):
        add(home, image_id, emotion, gaze)
    keep(home, found("n", 1), found("l", 2))

    class SetBack(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime(2001, 1, 1, tzinfo=UTC)

    monkeypatch.setattr(clock, "datetime", SetBack)
    monkeypatch.setattr(clock, "_last", SetBack.now())
    assert deltas.compute_missing(home) > 0
    assert state(home, "aligned") == {"n": "l", "l": "n"}
