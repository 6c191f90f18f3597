"""Near-duplicate photographs of two people are quarantined until released; similar poses of two people are not, and
splits accept released pairs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from affect_store.store.features.decode import decode, make_thumbnail
from affect_store.store.sources.synthetic.drawing.imaging import encode_jpeg
from affect_store.store.sources.synthetic.person.appearance import person_and_appearance
from affect_store.store.sources.synthetic.shot import render_photograph, take_shot
from affect_store.store.types import ByteArray
from affect_store.store.vocabulary import FRONTAL_DEG, FRONTAL_GAZE, NEUTRAL, PARTS, PIXEL_BYTES
from affect_store.validation.audit import audit
from affect_store.validation.thresholds import SHARED_PHOTOGRAPH
from affect_store.validation.verdict import Finding
from tests.stores.clean import DESIGN

(TRAINED, OTHER, *_), TESTED = DESIGN.people_in(PARTS[0]), DESIGN.people_in(PARTS[2])[0]
"""Two people of the training part and one of the test part."""

ACROSS_PARTS = "no near-duplicates across parts"
FIRST = "(SELECT min(image_id) FROM catalogue.images WHERE subject_id = $person AND excluded_reason IS NULL)"
PUT = f"UPDATE features.pixels SET rgb = $rgb WHERE image_id = {FIRST}"
RELEASED = f"INSERT INTO features.misses VALUES ({FIRST}, 'images', '', '', 'released', $checks, NULL, now(), now())"


def saved(number: int, quality: int) -> ByteArray:
    """The thumbnail of a person's frontal photograph, saved as JPEG of this quality."""
    picture = render_photograph(take_shot(*person_and_appearance((7, number)), NEUTRAL, FRONTAL_GAZE), FRONTAL_DEG)
    return make_thumbnail(decode(encode_jpeg(picture, quality)))


def put(store: Path, number: int, quality: int) -> None:
    """Give a trained-on person a photograph of rendered person 1, and a tested one a photograph of person `number`."""
    with duckdb.connect(store) as connection:
        for name, rgb in ((TRAINED, saved(1, 90)), (TESTED, saved(number, quality))):
            connection.execute(PUT, {"rgb": rgb.tobytes(), "person": name})


def released(store: Path, *names: str) -> None:
    """Store a release of these people's photographs from the quarantine of the check."""
    with duckdb.connect(store) as connection:
        for name in names:
            connection.execute(RELEASED, {"person": name, "checks": json.dumps([SHARED_PHOTOGRAPH])})


def finding_of(store: Path, stage: str, table: str, check: str) -> Finding:
    verdict = audit(store, audit_id="near", stage=stage, tables=[table])
    (finding,) = [finding for finding in verdict.findings if finding.check == check]
    return finding


@pytest.fixture
def store(unguarded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(unguarded, tmp_path / "work.duckdb"))


@pytest.mark.parametrize(("number", "quality", "pairs"), [(1, 60, 1), (1, 95, 1), (2, 95, 0)])
def test_a_photograph_of_two_people_is_quarantined(number: int, quality: int, pairs: int, store: Path) -> None:
    put(store, number, quality)
    rows = finding_of(store, "rows", "catalogue.images", SHARED_PHOTOGRAPH)
    assert rows.unexpected_count == 2 * pairs and rows.quarantines_rows is (pairs > 0)
    assert {view for _, view, _ in rows.offending} == ({"images"} if pairs else set())
    assert all(set(sample) == {"image_id", "other_image_id"} for sample in rows.samples)
    parts = finding_of(store, "splits", "splits.assignments", ACROSS_PARTS)
    assert parts.unexpected_count == pairs and parts.stops is (pairs > 0)
    assert all(set(sample) == {"split_id", "image_id", "other_image_id"} for sample in parts.samples)


def test_a_released_photograph_is_accepted(store: Path) -> None:
    put(store, 1, 95)
    released(store, TRAINED)
    assert len(finding_of(store, "rows", "catalogue.images", SHARED_PHOTOGRAPH).offending) == 1
    assert finding_of(store, "splits", "splits.assignments", ACROSS_PARTS).stops
    released(store, TESTED)
    assert finding_of(store, "rows", "catalogue.images", SHARED_PHOTOGRAPH).success
    assert finding_of(store, "splits", "splits.assignments", ACROSS_PARTS).success


@pytest.mark.parametrize("rgb", [b"\x80" * PIXEL_BYTES, b"short"])
def test_a_picture_without_a_sketch_keeps_nothing_from_being_looked_at(rgb: bytes, store: Path) -> None:
    put(store, 1, 95)
    with duckdb.connect(store) as connection:
        connection.execute(PUT, {"rgb": rgb, "person": OTHER})
    assert finding_of(store, "rows", "catalogue.images", SHARED_PHOTOGRAPH).unexpected_count == 2
