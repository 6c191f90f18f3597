"""A picture that comes in again under another person, saved anew, is seen; two people in one pose are not."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from store.features.decode import decode, shrink
from store.features.perceptual import perceptual_hash
from store.sources.synthetic.imaging import jpeg
from store.sources.synthetic.look import look_of
from store.sources.synthetic.shot import photograph, take_shot
from store.types import ByteArray
from store.vocabulary import FRONTAL_DEG, FRONTAL_GAZE, NEUTRAL, PARTS
from tests.validation.fabricate import part_of, person
from validation.audit import audit

CHECK = "no picture is in two parts"
PUT = """
UPDATE features.pixels SET rgb = $rgb, perceptual_hash = $hash
WHERE image_id = (SELECT min(image_id) FROM catalogue.images WHERE subject_id = $person AND excluded_reason IS NULL)
"""


def saved(number: int, quality: int) -> ByteArray:
    """The thumbnail of a person's frontal photograph, saved as JPEG of this quality."""
    picture = photograph(take_shot(*look_of((7, number)), NEUTRAL, FRONTAL_GAZE), FRONTAL_DEG)
    return shrink(decode(jpeg(picture, quality)))


@pytest.mark.parametrize(("number", "quality", "pairs"), [(1, 60, 1), (1, 95, 1), (2, 95, 0)])
def test_a_picture_in_two_parts_is_seen(number: int, quality: int, pairs: int, unguarded: Path, tmp_path: Path) -> None:
    assert (part_of(0, 6), part_of(5, 6)) == (PARTS[0], PARTS[2])
    store = Path(shutil.copy(unguarded, tmp_path / "work.duckdb"))
    with duckdb.connect(store) as connection:
        for name, rgb in ((person(0), saved(1, 90)), (person(5), saved(number, quality))):
            told = {"rgb": rgb.tobytes(), "hash": perceptual_hash(rgb), "person": name}
            connection.execute(PUT, told)
    verdict = audit(store, audit_id="near", stage="splits", tables=["splits.assignments"])
    (finding,) = [one for one in verdict.findings if one.check == CHECK]
    assert finding.unexpected_count == pairs and finding.success is (pairs == 0)
    assert not pairs or set(finding.samples[0]) == {"split_id", "image_id", "other_image_id"}
