"""Photographs are re-extracted from their files: one that differs is quarantined, several in a sample stop."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from affect_store.store.features import decode, feature_views
from affect_store.store.features.extract import extract
from affect_store.store.features.feature_options import FeatureOptions
from affect_store.store.sources.synthetic.corpus import JPEG_QUALITY
from affect_store.store.sources.synthetic.drawing.imaging import encode_jpeg
from affect_store.store.sources.synthetic.person.appearance import person_and_appearance
from affect_store.store.sources.synthetic.shot import render_photograph, take_shot
from affect_store.store.types import Face, Thumbnail, checksum_of
from affect_store.store.vocabulary import FRONTAL_DEG, FRONTAL_GAZE, NEUTRAL, VECTOR_LENGTH
from affect_store.validation.audit import audit
from affect_store.validation.recompute.extra_checks import ExtraChecks
from affect_store.validation.recompute.files import (
    BICUBIC_CHECK,
    LANDMARKS_CHECK,
    NO_FACE_CHECK,
    PIXELS_CHECK,
    SINGLE_CHECK,
    SIZES_CHECK,
)
from affect_store.validation.verdict import Finding
from tests.stores.clean import LANDMARKS, PIXELS

CHECKS = (SIZES_CHECK, LANDMARKS_CHECK, PIXELS_CHECK, NO_FACE_CHECK)
SHOWN = (*CHECKS, BICUBIC_CHECK, SINGLE_CHECK)
OF_BICUBIC = (
    "INSERT INTO features.views SELECT * REPLACE ('{version}' AS version, '{feature}' AS feature, 'bicubic' AS kind) "
    "FROM features.views WHERE feature = 'pixels'; "
    "INSERT INTO features.services SELECT * REPLACE ('{version}' AS version, '{feature}' AS feature, "
    "'{feature}' AS service) FROM features.services WHERE service = 'pixels'"
)
"""Registers the view of bicubic pixels."""

OF = "WHERE image_id IN (SELECT image_id FROM catalogue.images WHERE subject_id LIKE 'real%' ORDER BY path LIMIT {})"


def reextracted(path: Path, photographs: int = 999) -> dict[str, Finding]:
    verdict = audit(
        path, audit_id="again", stage="rows", tables=["features.landmarks"], extras=ExtraChecks(photographs)
    )
    return {finding.check: finding for finding in verdict.findings if finding.check in SHOWN}


def test_a_sample_without_files_is_a_warning(guarded: Path) -> None:
    findings = reextracted(guarded, 3)
    assert [finding.observed for finding in findings.values()] == [
        f"not checked: none of {count} files could be read" for count in (4, 3, 4, 1)
    ]
    assert not any(finding.success or finding.stops or finding.quarantines_rows for finding in findings.values())


@pytest.fixture(scope="module")
def extracted(unguarded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the files, landmarks and thumbnails of three rendered photographs."""
    import hashlib

    folder = tmp_path_factory.mktemp("real")
    photos = []
    for person in (1, 2, 3):
        data = encode_jpeg(
            render_photograph(take_shot(*person_and_appearance((7, person)), NEUTRAL, FRONTAL_GAZE), FRONTAL_DEG),
            JPEG_QUALITY,
        )
        photos.append((hashlib.sha256(data).hexdigest(), str(folder / f"real{person}.jpg")))
        Path(photos[-1][1]).write_bytes(data)
    store = Path(shutil.copy(unguarded, folder / "work.duckdb"))
    with duckdb.connect(store) as connection:
        for (_, path), result in zip(photos, extract(photos, processes=1), strict=True):
            assert isinstance(result.face, Face) and result.thumbnail is not None
            insert(connection, path, result.face, result.thumbnail)
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
        {"id": face.image_id, "xyz": face.xyz.ravel().tolist(), "seal": face.checksum},
    )
    connection.execute(
        "INSERT INTO features.pixels SELECT * REPLACE ($id AS image_id, $rgb AS rgb, $seal AS seal) "
        "FROM features.pixels LIMIT 1",
        {"id": face.image_id, "rgb": thumbnail.rgb.tobytes(),
         "seal": checksum_of(face.image_id, thumbnail.rgb.tobytes())},
    )  # fmt: skip


def spoiled(extracted: Path, folder: Path, statement: str) -> Path:
    store = Path(shutil.copy(extracted, folder / "work.duckdb"))
    with duckdb.connect(store) as connection:
        connection.execute(statement)
    return store


def test_stored_values_match_the_files(extracted: Path) -> None:
    findings = reextracted(extracted)
    assert all(findings[name].observed.startswith("0 of 3 re-extracted photographs differ") for name in CHECKS[:3])
    assert findings[SIZES_CHECK].observed.startswith("0 of 3") and "could not be read" in findings[SIZES_CHECK].observed


SPOILED = {
    LANDMARKS_CHECK: ("landmarks", "UPDATE features.landmarks SET xyz = "
                      "(SELECT xyz FROM features.landmarks LIMIT 1) "),
    PIXELS_CHECK: ("pixels", "UPDATE features.pixels SET rgb = (SELECT rgb FROM features.pixels LIMIT 1) "),
    SIZES_CHECK: ("images", "UPDATE catalogue.images SET width_px = width_px * 11 // 10 "),
}  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("check", SPOILED)
def test_one_difference_quarantines_and_two_stop(check: str, extracted: Path, tmp_path: Path) -> None:
    view, statement = SPOILED[check]
    findings = reextracted(spoiled(extracted, tmp_path, statement + OF.format(1)))
    version = {"landmarks": LANDMARKS, "pixels": PIXELS, "images": ""}[view]
    assert findings[check].quarantines_rows and [row[1:] for row in findings[check].offending] == [(view, version)]
    assert all(other.success for name, other in findings.items() if name not in (check, NO_FACE_CHECK))
    two = reextracted(spoiled(extracted, tmp_path, statement + OF.format(2)))[check]
    assert two.stops and two.unexpected_count == 2 and "systematic error" in two.observed


def test_bicubic_pixels_are_compared_where_a_home_has_them(extracted: Path, tmp_path: Path) -> None:
    view = feature_views.bicubic_pixels()
    store = spoiled(extracted, tmp_path, OF_BICUBIC.format(version=view.version, feature=view.feature))
    with duckdb.connect(store) as connection:
        photos = connection.execute(
            "FROM catalogue.images SELECT image_id, path WHERE subject_id LIKE 'real%' ORDER BY path"
        ).fetchall()
        for image_id, path in photos:
            rgb = decode.make_bicubic_thumbnail(decode.decode(Path(path).read_bytes())).tobytes()
            connection.execute(
                "INSERT INTO features.pixels SELECT * REPLACE ($id AS image_id, $rgb AS rgb, $version AS version) "
                "FROM features.pixels LIMIT 1",
                {"id": image_id, "rgb": rgb, "version": view.version},
            )
        connection.execute(
            "UPDATE features.pixels SET rgb = (SELECT rgb FROM features.pixels LIMIT 1) "
            "WHERE image_id = ? AND version = ?",
            [photos[0][0], view.version],
        )
    finding = reextracted(store)[BICUBIC_CHECK]
    assert finding.observed.startswith("1 of 3 re-extracted photographs differ")
    assert finding.quarantines_rows and list(finding.offending) == [(photos[0][0], "pixels", view.version)]


@pytest.mark.long
def test_landmarks_over_passes_and_those_of_the_published_recipe_are_found_again(
    extracted: Path, tmp_path: Path
) -> None:
    options = FeatureOptions(passes=2)
    view = feature_views.landmarks(options)
    services = (
        "INSERT INTO features.services SELECT * REPLACE ('{service}' AS service, '{version}' AS version, "
        "now() AS created_at) FROM features.services WHERE service = 'landmarks' AND version = '{plain}'"
    )
    store = spoiled(
        extracted,
        tmp_path,
        f"INSERT INTO features.views SELECT * REPLACE ('{view.version}' AS version, "
        f"'{json.dumps(view.parameters)}' AS parameters) FROM features.views WHERE feature = 'landmarks'; "
        f"{services.format(service='single_landmarks', version=LANDMARKS, plain=LANDMARKS)}; "
        f"{services.format(service='landmarks', version=view.version, plain=LANDMARKS)}",
    )
    with duckdb.connect(store) as connection:
        query = "FROM catalogue.images SELECT image_id, path WHERE subject_id LIKE 'real%' ORDER BY path"
        photos = connection.execute(query).fetchall()
        for extracted in extract(photos, options=options, processes=1):
            assert isinstance(extracted.face, Face) and extracted.face.pass_count == 2
            connection.execute(
                "INSERT INTO features.landmarks SELECT * REPLACE ($version AS version, $xyz AS xyz) "
                "FROM features.landmarks WHERE image_id = $id",
                {"version": view.version, "xyz": extracted.face.xyz.ravel().tolist(), "id": extracted.image_id},
            )
    findings = reextracted(store)
    for check in (LANDMARKS_CHECK, SINGLE_CHECK):
        assert findings[check].success and findings[check].observed.startswith("0 of 3 re-extracted photographs differ")
    with duckdb.connect(store) as connection:
        image_id = photos[0][0]
        connection.execute(
            f"UPDATE features.landmarks SET xyz = list_transform(xyz, lambda x: x + 0.01)::FLOAT[{VECTOR_LENGTH}] "
            "WHERE image_id = ? AND version = ?",
            [image_id, LANDMARKS],
        )
    findings = reextracted(store)
    assert findings[LANDMARKS_CHECK].success
    assert list(findings[SINGLE_CHECK].offending) == [(image_id, "landmarks", LANDMARKS)]


@pytest.mark.long
def test_undetected_faces_are_found(extracted: Path, tmp_path: Path) -> None:
    hidden = (
        "INSERT INTO features.misses BY NAME SELECT image_id, 'landmarks' AS \"view\", version, 'no face' AS reason, "
        "now() AS created_at "
        "FROM features.landmarks "
    )
    finding = reextracted(spoiled(extracted, tmp_path, hidden + OF.format(1)))[NO_FACE_CHECK]
    assert not finding.success and not finding.stops and not finding.quarantines_rows
    two = reextracted(spoiled(extracted, tmp_path, hidden + OF.format(2)))[NO_FACE_CHECK]
    assert two.stops and two.unexpected_count == 2
