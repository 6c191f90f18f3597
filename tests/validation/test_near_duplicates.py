"""A picture that comes in again under another person, saved anew, is set aside until a person has looked; two people in
one pose are not, and a split believes who was released."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from store.features.decode import decode, shrink
from store.sources.synthetic.imaging import jpeg
from store.sources.synthetic.look import look_of
from store.sources.synthetic.shot import photograph, take_shot
from store.types import ByteArray
from store.vocabulary import FRONTAL_DEG, FRONTAL_GAZE, NEUTRAL, PARTS, PIXEL_BYTES
from tests.validation.fabricate import part_of, person
from validation.audit import audit
from validation.bounds import ONE_PERSON_A_PICTURE
from validation.verdict import QUARANTINED, Finding

ACROSS_PARTS = "no picture is in two parts"
FIRST = "(SELECT min(image_id) FROM catalogue.images WHERE subject_id = $person AND excluded_reason IS NULL)"
PUT = f"UPDATE features.pixels SET rgb = $rgb WHERE image_id = {FIRST}"
RELEASED = f"INSERT INTO features.misses VALUES ({FIRST}, 'images', '', $reason, now(), now())"


def saved(number: int, quality: int) -> ByteArray:
    """The thumbnail of a person's frontal photograph, saved as JPEG of this quality."""
    picture = photograph(take_shot(*look_of((7, number)), NEUTRAL, FRONTAL_GAZE), FRONTAL_DEG)
    return shrink(decode(jpeg(picture, quality)))


def put(store: Path, number: int, quality: int) -> None:
    """A picture of rendered person 1 for the first person, and one of person `number` for the last."""
    with duckdb.connect(store) as connection:
        for name, rgb in ((person(0), saved(1, 90)), (person(5), saved(number, quality))):
            connection.execute(PUT, {"rgb": rgb.tobytes(), "person": name})


def released(store: Path, *names: str) -> None:
    """These people's photographs were set aside because of the check, and a person has let them back in."""
    with duckdb.connect(store) as connection:
        for name in names:
            connection.execute(RELEASED, {"person": name, "reason": QUARANTINED + ONE_PERSON_A_PICTURE})


def found(store: Path, stage: str, table: str, check: str) -> Finding:
    verdict = audit(store, audit_id="near", stage=stage, tables=[table])
    (finding,) = [one for one in verdict.findings if one.check == check]
    return finding


@pytest.fixture
def store(unguarded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(unguarded, tmp_path / "work.duckdb"))


@pytest.mark.parametrize(("number", "quality", "pairs"), [(1, 60, 1), (1, 95, 1), (2, 95, 0)])
def test_a_picture_of_two_people_is_seen(number: int, quality: int, pairs: int, store: Path) -> None:
    assert (part_of(0, 6), part_of(5, 6)) == (PARTS[0], PARTS[2])
    put(store, number, quality)
    rows = found(store, "rows", "catalogue.images", ONE_PERSON_A_PICTURE)
    assert rows.unexpected_count == 2 * pairs and rows.sets_aside is (pairs > 0)
    assert {view for _, view, _ in rows.offending} == ({"images"} if pairs else set())
    assert all(set(sample) == {"image_id", "other_image_id"} for sample in rows.samples)
    parts = found(store, "splits", "splits.assignments", ACROSS_PARTS)
    assert parts.unexpected_count == pairs and parts.stops is (pairs > 0)
    assert all(set(sample) == {"split_id", "image_id", "other_image_id"} for sample in parts.samples)


def test_a_picture_that_was_released_is_no_dead_end(store: Path) -> None:
    put(store, 1, 95)
    released(store, person(0))
    assert len(found(store, "rows", "catalogue.images", ONE_PERSON_A_PICTURE).offending) == 1
    assert found(store, "splits", "splits.assignments", ACROSS_PARTS).stops
    released(store, person(5))
    assert found(store, "rows", "catalogue.images", ONE_PERSON_A_PICTURE).success
    assert found(store, "splits", "splits.assignments", ACROSS_PARTS).success


def test_a_missing_perceptual_hash_hides_no_picture(store: Path) -> None:
    put(store, 1, 95)
    with duckdb.connect(store) as connection:
        connection.execute("UPDATE features.pixels SET perceptual_hash = NULL")
    assert found(store, "rows", "catalogue.images", ONE_PERSON_A_PICTURE).unexpected_count == 2


@pytest.mark.parametrize("rgb", [b"\x80" * PIXEL_BYTES, b"short"])
def test_a_picture_without_a_sketch_keeps_nothing_from_being_looked_at(rgb: bytes, store: Path) -> None:
    put(store, 1, 95)
    with duckdb.connect(store) as connection:
        connection.execute(PUT, {"rgb": rgb, "person": person(2)})
    assert found(store, "rows", "catalogue.images", ONE_PERSON_A_PICTURE).unexpected_count == 2
