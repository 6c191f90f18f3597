"""The perceptual hash stays nearly the same when a picture is saved again, and tells different people apart."""

from __future__ import annotations

import io
import os
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from store.errors import ShapeError
from store.features.decode import decode, shrink
from store.features.perceptual import HASH_BITS, distance, likeness, perceptual_hash
from store.sources.synthetic.look import look_of
from store.sources.synthetic.shot import photograph, take_shot
from store.types import ByteArray
from store.vocabulary import FRONTAL_DEG, FRONTAL_GAZE, NEUTRAL, PIXEL_CHANNELS, PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX
from validation.bounds import SAME_PICTURE_LIKENESS

COPY_BITS = 24
"""Hashes of copies are no further apart; of people who look alike neither."""

LONDON = Path(os.environ.get("AFFECT_LONDON", "no such folder"))
"""A folder with the photographs of the Face Research Lab London Set (doi 10.6084/m9.figshare.5047666.v5)."""
SHAPE = (PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, PIXEL_CHANNELS)


@cache
def picture(person: int, emotion: str = NEUTRAL, angle: int = FRONTAL_DEG) -> ByteArray:
    return np.asarray(photograph(take_shot(*look_of((7, person)), emotion, FRONTAL_GAZE), angle))


def saved(rgb: ByteArray, quality: int) -> ByteArray:
    """The thumbnail of a picture after it was saved as JPEG."""
    stream = io.BytesIO()
    Image.fromarray(rgb).save(stream, "JPEG", quality=quality)
    return shrink(decode(stream.getvalue()))


def copies(rgb: ByteArray) -> dict[str, ByteArray]:
    """Thumbnails of what a hand may make of one picture."""
    height, width = rgb.shape[:2]
    return {
        **{f"quality {quality}": saved(rgb, quality) for quality in (60, 75, 95)},
        **{
            f"resized {scale}": saved(
                np.asarray(Image.fromarray(rgb).resize((int(width * scale), int(height * scale)))), 90
            )
            for scale in (0.5, 0.9, 1.1)
        },
        "darker": saved((rgb * 0.85).astype(np.uint8), 90),
        "moved by 2 px": saved(np.roll(rgb, (2, 2), (0, 1)), 90),
    }


@pytest.mark.parametrize("person", [1, 2, 3])
def test_copies_are_near_and_alike(person: int) -> None:
    original = shrink(picture(person))
    for name, copy in copies(picture(person)).items():
        assert distance(perceptual_hash(original), perceptual_hash(copy)) <= COPY_BITS, name
        assert likeness(original, copy) >= SAME_PICTURE_LIKENESS, name


@pytest.mark.parametrize("by_px", [1, 2, 3])
def test_a_copy_that_lies_a_little_aside_is_alike(by_px: int) -> None:
    moved = np.pad(picture(1), ((by_px, 0), (by_px, 0), (0, 0)), mode="edge")[:-by_px, :-by_px]
    assert likeness(shrink(picture(1)), saved(moved, 90)) >= SAME_PICTURE_LIKENESS


def test_two_people_who_look_alike_are_not_one_picture() -> None:
    one, other = (shrink(picture(person, angle=45)) for person in (10, 20))
    assert distance(perceptual_hash(one), perceptual_hash(other)) <= COPY_BITS
    assert likeness(one, other) < SAME_PICTURE_LIKENESS


def test_likeness_is_symmetric_and_full_for_a_picture_itself() -> None:
    one, other = shrink(picture(1)), shrink(picture(2))
    assert likeness(one, one) == pytest.approx(1)
    assert likeness(one, other) == pytest.approx(likeness(other, one), abs=0.02)


def test_people_in_the_same_pose_are_not_one_picture() -> None:
    thumbnails = [shrink(picture(person)) for person in range(1, 7)]
    assert max(likeness(one, other) for one, other in combinations(thumbnails, 2)) < SAME_PICTURE_LIKENESS


@pytest.mark.skipif(not LONDON.is_dir(), reason="the London photographs are not here")
def test_people_of_london_are_not_one_picture() -> None:
    thumbnails = [shrink(decode(path.read_bytes())) for path in sorted(LONDON.glob("*_03.jpg"))[:20]]
    assert max(likeness(one, other) for one, other in pairwise(thumbnails)) < SAME_PICTURE_LIKENESS


def test_it_is_hexadecimal_and_deterministic() -> None:
    told = perceptual_hash(shrink(picture(1)))
    assert len(bytes.fromhex(told)) * 8 == HASH_BITS
    assert told == perceptual_hash(shrink(picture(1)))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 999), gain=st.floats(0.3, 0.9))
def test_brightness_and_contrast_do_not_matter(seed: int, gain: float) -> None:
    smooth = np.random.default_rng(seed).integers(0, 200, (16, 11, PIXEL_CHANNELS), dtype=np.uint8)
    rgb = shrink(np.asarray(Image.fromarray(smooth).resize((340, 512), Image.Resampling.BICUBIC)))
    dim = (rgb * gain).round().astype(np.uint8)
    assert distance(perceptual_hash(rgb), perceptual_hash(dim)) <= COPY_BITS
    assert likeness(rgb, dim) > SAME_PICTURE_LIKENESS


def test_distance_counts_bits() -> None:
    assert distance("00ff", "0f0f") == 8
    assert distance("a0", "a0") == 0


@pytest.mark.parametrize(
    "rgb", [np.zeros((PIXEL_WIDTH_PX, PIXEL_HEIGHT_PX, PIXEL_CHANNELS), np.uint8), np.zeros(SHAPE, np.float32)]
)
def test_it_refuses_another_shape_or_type(rgb: ByteArray) -> None:
    with pytest.raises(ShapeError, match="expected a uint8 thumbnail"):
        perceptual_hash(rgb)


def test_a_picture_of_one_colour_is_like_nothing() -> None:
    grey = np.full(SHAPE, 90, np.uint8)
    assert likeness(grey, shrink(picture(1))) == 0
