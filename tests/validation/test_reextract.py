"""Photographs are looked at again in their files: one that differs is set aside, several of a sample stop."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from store.features.extract import extract
from store.features.perceptual import perceptual_hash
from store.sources.synthetic.corpus import JPEG_QUALITY
from store.sources.synthetic.imaging import jpeg
from store.sources.synthetic.look import look_of
from store.sources.synthetic.shot import photograph, take_shot
from store.types import Face, Thumbnail, seal_of
from store.vocabulary import FRONTAL_DEG, FRONTAL_GAZE, NEUTRAL, VECTOR_LENGTH
from tests.validation.fabricate import LANDMARKS, PIXELS
from validation.audit import audit
from validation.extras import Extras
from validation.reextract import LANDMARKS_AGAIN, MISSES_AGAIN, PIXELS_AGAIN, SIZES_AGAIN
from validation.verdict import Finding

AGAIN = (SIZES_AGAIN, LANDMARKS_AGAIN, PIXELS_AGAIN, MISSES_AGAIN)
OF = "WHERE image_id IN (SELECT image_id FROM catalogue.images WHERE subject_id LIKE 'real%' ORDER BY path LIMIT {})"


def looked_at_again(path: Path, photographs: int = 999) -> dict[str, Finding]:
    verdict = audit(path, audit_id="again", stage="rows", tables=["features.landmarks"], extras=Extras(photographs))
    return {finding.check: finding for finding in verdict.findings if finding.check in AGAIN}


def test_files_that_are_gone_are_not_looked_at(guarded: Path) -> None:
    found = looked_at_again(guarded, 3)
    assert {one.observed for one in found.values()} == {"not looked at: there is no such file"}
    assert all(one.success for one in found.values())


@pytest.fixture(scope="module")
def extracted(unguarded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which three photographs are real ones: their files, landmarks and thumbnails."""
    import hashlib

    folder = tmp_path_factory.mktemp("real")
    photos = []
    for person in (1, 2, 3):
        data = jpeg(photograph(take_shot(*look_of((7, person)), NEUTRAL, FRONTAL_GAZE), FRONTAL_DEG), JPEG_QUALITY)
        photos.append((hashlib.sha256(data).hexdigest(), str(folder / f"real{person}.jpg")))
        Path(photos[-1][1]).write_bytes(data)
    store = Path(shutil.copy(unguarded, folder / "work.duckdb"))
    with duckdb.connect(store) as connection:
        for (_, path), found in zip(photos, extract(photos, processes=1), strict=True):
            assert isinstance(found.face, Face) and found.thumbnail is not None
            insert(connection, path, found.face, found.thumbnail)
    return store


def insert(connection: duckdb.DuckDBPyConnection, path: str, face: Face, thumbnail: Thumbnail) -> None:
    connection.execute(
        "INSERT INTO catalogue.images SELECT * REPLACE ($id AS image_id, $path AS path, $name AS subject_id) "
        "FROM catalogue.images WHERE excluded_reason IS NULL LIMIT 1",
        {"id": face.image_id, "path": path, "name": Path(path).stem},
    )
    connection.execute(
        f"INSERT INTO features.landmarks SELECT * REPLACE ($id AS image_id, $xyz::FLOAT[{VECTOR_LENGTH}] AS xyz, "
        "$seal AS seal) FROM features.landmarks LIMIT 1",
        {"id": face.image_id, "xyz": face.xyz.ravel().tolist(), "seal": face.seal},
    )
    connection.execute(
        "INSERT INTO features.pixels SELECT * REPLACE ($id AS image_id, $rgb AS rgb, $hash AS perceptual_hash, "
        "$seal AS seal) FROM features.pixels LIMIT 1",
        {"id": face.image_id, "rgb": thumbnail.rgb.tobytes(), "hash": perceptual_hash(thumbnail.rgb),
         "seal": seal_of(face.image_id, thumbnail.rgb.tobytes())},
    )  # fmt: skip


def spoiled(extracted: Path, folder: Path, statement: str) -> Path:
    store = Path(shutil.copy(extracted, folder / "work.duckdb"))
    with duckdb.connect(store) as connection:
        connection.execute(statement)
    return store


def test_what_is_stored_is_what_the_files_give(extracted: Path) -> None:
    found = looked_at_again(extracted)
    assert [found[name].observed for name in AGAIN[:3]] == ["no offending of 3 looked at again"] * 3
    assert found[MISSES_AGAIN].observed == "not looked at: there is no such file"


SPOILED = {
    LANDMARKS_AGAIN: ("landmarks", "UPDATE features.landmarks SET xyz = "
                      "(SELECT xyz FROM features.landmarks LIMIT 1) "),
    PIXELS_AGAIN: ("pixels", "UPDATE features.pixels SET perceptual_hash = repeat('0', 64) "),
    SIZES_AGAIN: ("images", "UPDATE catalogue.images SET width_px = width_px * 11 // 10 "),
}  # fmt: skip


@pytest.mark.parametrize("check", SPOILED)
def test_one_that_differs_is_set_aside_and_two_stop(check: str, extracted: Path, tmp_path: Path) -> None:
    view, statement = SPOILED[check]
    one = looked_at_again(spoiled(extracted, tmp_path, statement + OF.format(1)))
    version = {"landmarks": LANDMARKS, "pixels": PIXELS, "images": ""}[view]
    assert one[check].sets_aside and [row[1:] for row in one[check].offending] == [(view, version)]
    assert all(other.success for name, other in one.items() if name != check)
    two = looked_at_again(spoiled(extracted, tmp_path, statement + OF.format(2)))[check]
    assert two.stops and two.unexpected_count == 2 and "of so many of a sample" in two.observed


def test_faces_that_are_said_not_to_be_there_are_found(extracted: Path, tmp_path: Path) -> None:
    hidden = (
        "INSERT INTO features.misses SELECT image_id, 'landmarks', version, 'no face', NULL, now() "
        "FROM features.landmarks "
    )
    one = looked_at_again(spoiled(extracted, tmp_path, hidden + OF.format(1)))[MISSES_AGAIN]
    assert not one.success and not one.stops and not one.sets_aside
    two = looked_at_again(spoiled(extracted, tmp_path, hidden + OF.format(2)))[MISSES_AGAIN]
    assert two.stops and two.unexpected_count == 2
