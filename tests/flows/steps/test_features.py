"""Storing landmarks and deltas, with fabricated faces: no face detector runs here."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from affect_store.flows.steps import extraction, feature_services
from affect_store.flows.steps.delta_features import materialize_deltas
from affect_store.flows.steps.missing_features import UNREADABLE
from affect_store.store.engine import clock, reader
from affect_store.store.engine.sql_files import sql
from affect_store.store.engine.work_store import open_work
from affect_store.store.features import deltas, feature_views
from affect_store.store.features.extract import ExtractionResult
from affect_store.store.features.feature_options import FeatureOptions
from affect_store.store.features.feature_views import BICUBIC_PIXELS, PUBLISHED_FEATURES, SINGLE_LANDMARKS
from affect_store.store.features.references import NO_FACE, NO_REFERENCE, OWN_REFERENCE, SAME_PICTURE
from affect_store.store.home import Home
from affect_store.store.types import Face, NoFace, Thumbnail
from affect_store.store.vocabulary import (
    EMOTIONS,
    LANDMARK_COUNT,
    NEUTRAL,
    PIXEL_CHANNELS,
    PIXEL_HEIGHT_PX,
    PIXEL_WIDTH_PX,
)
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
            "VALUES (?, 'lab', ?, 'lab-1', 'male', 'Kid', NULL, ?, 90, ?, ?, ?, 1, now(), NULL, NULL, NULL)",
            [image_id, f"/{image_id}.jpg", emotion, gaze, *SIZE_PX],
        )


def extracted(image_id: str, seed: int) -> ExtractionResult:
    return ExtractionResult(
        image_id, Face(image_id, normalised(face_px(seed=seed, noise=0.01))), Thumbnail(image_id, BLACK)
    )


def keep(home: Home, *images: ExtractionResult) -> None:
    with open_work(home) as connection:
        extraction.store_extracted(connection, list(images), feature_services.current_versions(connection))


def wanted(home: Home) -> list[str]:
    with open_work(home) as connection:
        versions = {name: feature_services.current_versions(connection)[name] for name in ("landmarks", "pixels")}
        parameters = {
            "bicubic_pixels": None,
            "single_landmarks": None,
            **versions,
            "retried": UNREADABLE,
            "moment": clock.now(),
        }
        rows = reader.query_frame(connection, "features/select_images_to_extract", parameters)
    return rows["image_id"].to_list()


def state(home: Home, feature: str) -> dict[str, str]:
    """image_id -> reference or reason of one feature now."""
    query = (
        "FROM features.present LEFT JOIN features.deltas USING (image_id, version, created_at) "
        "SELECT image_id, coalesce(reference_image_id, 'there') WHERE feature = $feature "
        "UNION ALL FROM features.absent SELECT image_id, reason WHERE feature = $feature"
    )
    with open_work(home) as connection:
        return dict(connection.execute(query, {"feature": feature}).fetchall())


def test_an_unreadable_photograph_is_tried_again(home: Home) -> None:
    add(home, "a", NEUTRAL)
    keep(home, ExtractionResult("a", unreadable="no such file"))
    assert wanted(home) == ["a"]
    keep(home, extracted("a", 1))
    assert wanted(home) == [] and state(home, "landmarks") == {"a": "there"}


def test_a_photograph_without_a_face_is_a_missing_feature_and_extracted_once(home: Home) -> None:
    add(home, "a", NEUTRAL)
    keep(home, ExtractionResult("a", NoFace("a"), Thumbnail("a", BLACK)))
    assert wanted(home) == [] and state(home, "landmarks") == {"a": NO_FACE}


def photograph(home: Home, folder: Path, seed: int) -> str:
    """Store a picture file with landmarks and pixels, as if extracted by a run without the published recipe."""
    image_id = photograph_file(home, folder, seed)
    keep(home, extracted(image_id, seed))
    return image_id


def photograph_file(home: Home, folder: Path, seed: int) -> str:
    """Catalogue a picture file of noise."""
    noise = np.random.default_rng(seed).integers(0, 256, (200, 150, 3), np.uint8)
    path = folder / f"{seed}.png"
    Image.fromarray(noise).save(path)
    image_id = hashlib.sha256(path.read_bytes()).hexdigest()
    add(home, image_id, HAPPY)
    with open_work(home) as connection:
        connection.execute("UPDATE catalogue.images SET path = ? WHERE image_id = ?", [str(path), image_id])
    return image_id


def test_pixels_of_the_published_recipe_are_extracted_on_request_and_then_kept_complete(
    home: Home, tmp_path: Path
) -> None:
    first = photograph(home, tmp_path, 1)
    assert extraction.materialize_landmarks(home) == 0 and state(home, "bicubic_pixels") == {}
    assert extraction.materialize_landmarks(home, published=[BICUBIC_PIXELS]) == 1
    assert extraction.materialize_landmarks(home, published=[BICUBIC_PIXELS]) == 0
    second = photograph(home, tmp_path, 2)
    assert extraction.materialize_landmarks(home) == 1
    assert state(home, "bicubic_pixels") == {first: "there", second: "there"} == state(home, "pixels")
    with open_work(home) as connection:
        version = feature_services.current_versions(connection)["bicubic_pixels"]
        query = "FROM features.pixels SELECT rgb WHERE image_id = ? AND version = ?"
        (rgb,) = connection.execute(query, [second, version]).fetchone() or ()
    with Image.open(tmp_path / "2.png") as picture:
        assert rgb == picture.resize((PIXEL_WIDTH_PX, PIXEL_HEIGHT_PX)).tobytes()


def test_an_unreadable_file_lacks_the_pixels_of_the_published_recipe(home: Home, tmp_path: Path) -> None:
    image_id = photograph(home, tmp_path, 1)
    (tmp_path / "1.png").unlink()
    assert extraction.materialize_landmarks(home, published=[BICUBIC_PIXELS]) == 1
    assert state(home, "bicubic_pixels")[image_id].startswith(UNREADABLE) and state(home, "pixels") == {
        image_id: "there"
    }


SEVERAL = FeatureOptions(passes=3)


def several(image_id: str, seed: int, passes: int) -> ExtractionResult:
    """A face over passes, with landmarks of a single pass beside them."""
    errors = None if passes == 1 else np.linspace(0.001, 0.01, LANDMARK_COUNT, dtype=np.float32)
    face = Face(image_id, normalised(face_px(seed=seed, noise=0.01)), 1, 1, 0.9, passes, errors)
    single = Face(image_id, normalised(face_px(seed=seed + 50, noise=0.02)))
    return ExtractionResult(image_id, face, Thumbnail(image_id, BLACK), single=single)


def test_errors_of_the_landmarks_are_stored_with_the_number_of_passes(home: Home) -> None:
    add(home, "a", NEUTRAL)
    add(home, "b", HAPPY)
    with open_work(home) as connection:
        versions = feature_services.register(connection, feature_views.chosen(SEVERAL))
        images = [several("a", 1, 3), several("b", 2, 1)]
        extraction.store_extracted(connection, images, {**versions, SINGLE_LANDMARKS: "single"}, SEVERAL.passes)
        query = (
            "FROM features.landmark_errors SELECT image_id, version, n_passes, mean_error, errors, seal ORDER BY ALL"
        )
        first, second = connection.execute(query).fetchall()
    face = images[0].face
    assert isinstance(face, Face) and face.errors is not None
    assert first[:3] == ("a", versions["landmarks"], 3) and first[3] == pytest.approx(0.0055)
    assert np.array_equal(np.array(first[4], np.float32), face.errors) and first[5] == face.errors_checksum
    assert second[:5] == ("b", versions["landmarks"], 1, None, None)


def test_the_published_recipe_has_landmarks_of_a_single_pass_and_deltas_from_them(home: Home) -> None:
    for image_id, emotion in (("n", NEUTRAL), ("h", HAPPY)):
        add(home, image_id, emotion)
    with open_work(home) as connection:
        views = feature_views.chosen(SEVERAL, published=PUBLISHED_FEATURES)
        registered = feature_services.register(connection, views, feature_views.landmarks(SEVERAL.single))
        versions = feature_services.current_versions(connection)
        images = [several("n", 1, 3), several("h", 2, 3)]
        extraction.store_extracted(connection, images, versions, SEVERAL.passes)
    assert versions == registered and versions[SINGLE_LANDMARKS] == feature_views.landmarks().version
    assert versions["landmarks"] == feature_views.landmarks(SEVERAL).version
    materialize_deltas(home)
    assert state(home, "frontal_unit") == {"n": OWN_REFERENCE, "h": "n"} == state(home, "aligned")
    face, neutral = (image.single.xyz[None] for image in images[::-1] if isinstance(image.single, Face))
    with open_work(home) as connection:
        query = "FROM features.deltas SELECT xyz WHERE version = ?"
        (xyz,) = connection.execute(query, [versions["frontal_unit"]]).fetchone() or ()
        services = dict(
            connection.execute(
                "FROM features.services SELECT service, version WHERE feature = 'landmarks' AND service LIKE 'mm2.%'"
            ).fetchall()
        )
    assert np.array_equal(np.array(xyz, np.float32), deltas.frontal_unit(face, neutral).xyz.ravel())
    assert services == {"mm2.corrected": versions["landmarks"], "mm2.published": versions[SINGLE_LANDMARKS]}


def test_a_home_that_returns_to_a_single_pass_has_no_landmarks_of_the_recipe_apart(home: Home) -> None:
    single = feature_views.landmarks()
    with open_work(home) as connection:
        before = feature_services.register(connection, feature_views.chosen(published=PUBLISHED_FEATURES))
        views = feature_views.chosen(SEVERAL, published=PUBLISHED_FEATURES)
        feature_services.register(connection, views, single)
        assert SINGLE_LANDMARKS in feature_services.current_versions(connection)
        feature_services.register(connection, feature_views.chosen(published=PUBLISHED_FEATURES), single)
        assert feature_services.current_versions(connection) == before


def test_landmarks_of_the_recipe_are_found_beside_others_where_they_are_missing(home: Home, tmp_path: Path) -> None:
    first, second = photograph(home, tmp_path, 1), photograph_file(home, tmp_path, 2)  # the first has single landmarks
    assert extraction.materialize_landmarks(home, SEVERAL, published=[SINGLE_LANDMARKS]) == 2
    assert extraction.materialize_landmarks(home, SEVERAL) == 0
    with open_work(home) as connection:
        versions = feature_services.current_versions(connection)
        query = "FROM features.misses SELECT image_id, version WHERE reason = ?"
        missing = connection.execute(query, [NO_FACE]).fetchall()
    single, others = versions[SINGLE_LANDMARKS], versions["landmarks"]
    assert single == feature_views.landmarks().version  # noise shows no face
    assert sorted(missing) == sorted([(first, others), (second, others), (second, single)])


def test_deltas_before_landmarks_record_nothing(home: Home) -> None:
    for image_id, emotion, gaze in (("n", NEUTRAL, "frontal"), ("l", NEUTRAL, "left"), ("h", HAPPY, "frontal")):
        add(home, image_id, emotion, gaze)
    assert materialize_deltas(home) == 0
    keep(home, extracted("n", 1), extracted("l", 2), extracted("h", 3))
    materialize_deltas(home)
    assert state(home, "aligned") == {"n": "l", "l": "n", "h": "n"}
    assert state(home, "frontal_unit") == {"n": OWN_REFERENCE, "l": "n", "h": "n"}
    assert materialize_deltas(home) == 0


def test_deltas_are_computed_when_a_missing_reference_arrives(home: Home) -> None:
    add(home, "h", HAPPY)
    keep(home, extracted("h", 1))
    materialize_deltas(home)
    assert state(home, "aligned") == {"h": NO_REFERENCE}
    add(home, "n", NEUTRAL)
    keep(home, extracted("n", 2))
    materialize_deltas(home)
    assert state(home, "aligned") == {"h": "n", "n": OWN_REFERENCE}
    with open_work(home) as connection:
        connection.execute(sql("views/coverage"))
        statuses = connection.execute("SELECT image_id, status FROM coverage WHERE image_id IS NOT NULL").fetchall()
    assert dict(statuses) == {"h": "ok", "n": OWN_REFERENCE}


def test_the_rule_of_a_reference_follows_a_corrected_gaze(home: Home) -> None:
    for seed, (image_id, emotion, gaze) in enumerate(
        (("n", NEUTRAL, "frontal"), ("l", NEUTRAL, "left"), ("h", HAPPY, "frontal"))
    ):
        add(home, image_id, emotion, gaze)
        keep(home, extracted(image_id, seed))
    materialize_deltas(home)
    assert rules(home)["l"] == ("n", "neutral, same camera, frontal gaze")
    with open_work(home) as connection:
        connection.execute("UPDATE catalogue.images SET gaze = 'right' WHERE image_id = 'n'")
    materialize_deltas(home)
    left, right = "neutral, same camera, left gaze", "neutral, same camera, right gaze"
    assert rules(home) == {"n": ("l", left), "l": ("n", right), "h": ("l", left)}
    assert materialize_deltas(home) == 0


def rules(home: Home) -> dict[str, tuple[str, str]]:
    """Return the current reference of each aligned delta and the rule that chose it."""
    with open_work(home) as connection:
        rows = connection.execute(
            "FROM features.present AS n JOIN features.deltas AS d USING (image_id, version, created_at) "
            "SELECT image_id, reference_image_id, reference_rule WHERE n.feature = 'aligned'"
        ).fetchall()
    return {image_id: (reference, rule) for image_id, reference, rule in rows}


def test_a_copy_of_the_reference_is_a_missing_feature(home: Home) -> None:
    add(home, "n", NEUTRAL)
    add(home, "o", NEUTRAL)
    keep(home, extracted("n", 1), extracted("o", 1))
    materialize_deltas(home)
    assert state(home, "frontal_unit") == {"n": OWN_REFERENCE, "o": SAME_PICTURE}
    assert state(home, "aligned") == {"n": SAME_PICTURE, "o": SAME_PICTURE}


def test_an_unreadable_file_does_not_hide_stored_features(home: Home) -> None:
    add(home, "a", NEUTRAL)
    keep(home, extracted("a", 1))
    with open_work(home) as connection:
        feature_services.register(connection, feature_views.chosen(FeatureOptions(0.5)))
        half = feature_services.current_versions(connection)
        both = {"landmarks": half["landmarks"], "pixels": feature_views.pixels().version}
        extraction.store_extracted(connection, [ExtractionResult("a", unreadable="the disk is away")], both)
        feature_services.register(connection, feature_views.chosen())
    assert state(home, "pixels") == {"a": "there"} and state(home, "landmarks") == {"a": "there"}


def test_a_clock_that_is_set_back_does_not_hide_rows(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for image_id, emotion, gaze in (("n", NEUTRAL, "frontal"), ("l", NEUTRAL, "left")):
        add(home, image_id, emotion, gaze)
    keep(home, extracted("n", 1), extracted("l", 2))

    class SetBack(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime(2001, 1, 1, tzinfo=UTC)

    monkeypatch.setattr(clock, "datetime", SetBack)
    monkeypatch.setattr(clock, "_last", SetBack.now())
    assert materialize_deltas(home) > 0
    assert state(home, "aligned") == {"n": "l", "l": "n"}


def test_the_number_of_faces_is_stored_and_reported(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    add(home, "a", HAPPY)
    keep(home, replace(extracted("a", 1), face=replace(extracted("a", 1).face, face_count=2, face_size_rank=1)))
    with open_work(home) as connection:
        stored = connection.execute("SELECT face_count, face_size_rank, face_score FROM features.landmarks").fetchall()
    assert stored == [(2, 1, None)]
    extraction._report(1, [])
    assert "1 photograph shows several faces" in capsys.readouterr().out
