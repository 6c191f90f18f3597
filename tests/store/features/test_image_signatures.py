"""Signatures and detail of copies match, those of other people do not, whatever was done to the image."""

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

from affect_store.store.errors import ShapeError
from affect_store.store.features.decode import decode, make_thumbnail
from affect_store.store.features.image_signatures import SIGNATURE_BITS, compute_signatures, detail_correlation
from affect_store.store.sources.synthetic.person.appearance import person_and_appearance
from affect_store.store.sources.synthetic.shot import render_photograph, take_shot
from affect_store.store.types import ByteArray
from affect_store.store.vocabulary import (
    FRONTAL_DEG,
    FRONTAL_GAZE,
    NEUTRAL,
    PIXEL_CHANNELS,
    PIXEL_HEIGHT_PX,
    PIXEL_WIDTH_PX,
)
from affect_store.validation.thresholds import MAX_SIGNATURE_DISTANCE, MIN_DUPLICATE_CORRELATION

LONDON = Path(os.environ.get("AFFECT_LONDON", "no such folder"))
"""A folder with the photographs of the Face Research Lab London Set (doi 10.6084/m9.figshare.5047666.v5)."""

SHAPE = (PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, PIXEL_CHANNELS)


@cache
def rendered(person: int, emotion: str = NEUTRAL, angle: int = FRONTAL_DEG) -> ByteArray:
    return np.asarray(render_photograph(take_shot(*person_and_appearance((7, person)), emotion, FRONTAL_GAZE), angle))


def saved(rgb: ByteArray, quality: int) -> ByteArray:
    """The thumbnail of an image after it was saved as JPEG."""
    stream = io.BytesIO()
    Image.fromarray(rgb).save(stream, "JPEG", quality=quality)
    return make_thumbnail(decode(stream.getvalue()))


def shifted(rgb: ByteArray, by_px: int) -> ByteArray:
    return np.ascontiguousarray(np.pad(rgb, ((by_px, 0), (by_px, 0), (0, 0)), mode="edge")[:-by_px, :-by_px])


def copies(rgb: ByteArray) -> dict[str, ByteArray]:
    """Thumbnails of an image after common edits."""
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
        "shifted by 2 px": saved(np.roll(rgb, (2, 2), (0, 1)), 90),
    }


def bits_apart(first: str | None, second: str | None) -> int:
    assert first is not None and second is not None
    return (int(first, 16) ^ int(second, 16)).bit_count()


@pytest.mark.parametrize("person", [1, 2, 3])
def test_copies_match(person: int) -> None:
    original, edited = make_thumbnail(rendered(person)), copies(rendered(person))
    signature, *others = compute_signatures([original, *edited.values()])
    for (name, copy), other in zip(edited.items(), others, strict=True):
        assert bits_apart(signature, other) <= MAX_SIGNATURE_DISTANCE, name
        assert detail_correlation(original, copy) >= MIN_DUPLICATE_CORRELATION, name


@pytest.mark.parametrize("by_px", [1, 2, 3])
def test_detail_of_a_slightly_shifted_copy_matches(by_px: int) -> None:
    assert (
        detail_correlation(make_thumbnail(rendered(1)), saved(shifted(rendered(1), by_px), 90))
        >= MIN_DUPLICATE_CORRELATION
    )


def test_signature_of_a_shifted_copy_matches() -> None:
    assert (
        bits_apart(*compute_signatures([make_thumbnail(rendered(1)), make_thumbnail(shifted(rendered(1), 5))]))
        <= MAX_SIGNATURE_DISTANCE
    )


def test_signatures_of_different_people_do_not_match_even_where_they_look_alike() -> None:
    signatures = compute_signatures([*(make_thumbnail(rendered(person)) for person in range(1, 7))])
    signatures += compute_signatures([make_thumbnail(rendered(person, angle=45)) for person in (10, 20)])
    assert min(bits_apart(first, second) for first, second in combinations(signatures, 2)) > MAX_SIGNATURE_DISTANCE


def test_detail_of_different_people_does_not_match() -> None:
    look_alikes = [make_thumbnail(rendered(person, angle=45)) for person in (10, 20)]
    assert detail_correlation(*look_alikes) < MIN_DUPLICATE_CORRELATION
    same_pose = [make_thumbnail(rendered(person)) for person in range(1, 7)]
    assert (
        max(detail_correlation(first, second) for first, second in combinations(same_pose, 2))
        < MIN_DUPLICATE_CORRELATION
    )


@pytest.mark.skipif(not LONDON.is_dir(), reason="AFFECT_LONDON names no folder with the London photographs")
def test_detail_of_people_of_london_does_not_match() -> None:
    thumbnails = [make_thumbnail(decode(path.read_bytes())) for path in sorted(LONDON.glob("*_03.jpg"))[:20]]
    assert max(detail_correlation(first, second) for first, second in pairwise(thumbnails)) < MIN_DUPLICATE_CORRELATION


def test_likeness_is_symmetric_and_1_for_identical_images() -> None:
    first, second = make_thumbnail(rendered(1)), make_thumbnail(rendered(2))
    assert detail_correlation(first, first) == pytest.approx(1)
    assert detail_correlation(first, second) == pytest.approx(detail_correlation(second, first), abs=0.02)


def test_signatures_do_not_depend_on_brightness() -> None:
    rgb = make_thumbnail(rendered(1))
    assert bits_apart(*compute_signatures([rgb, (rgb * 0.6).round().astype(np.uint8)])) <= MAX_SIGNATURE_DISTANCE


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 999), gain=st.floats(0.3, 0.9))
def test_likeness_does_not_depend_on_brightness_or_contrast(seed: int, gain: float) -> None:
    smooth = np.random.default_rng(seed).integers(0, 200, (16, 11, PIXEL_CHANNELS), dtype=np.uint8)
    rgb = make_thumbnail(np.asarray(Image.fromarray(smooth).resize((340, 512), Image.Resampling.BICUBIC)))
    assert detail_correlation(rgb, (rgb * gain).round().astype(np.uint8)) > MIN_DUPLICATE_CORRELATION


def test_an_image_of_one_colour_has_no_signature_and_matches_nothing() -> None:
    grey = np.full(SHAPE, 90, np.uint8)
    assert compute_signatures([grey]) == [None]
    assert detail_correlation(grey, make_thumbnail(rendered(1))) == 0


def test_signatures_are_hexadecimal_in_the_order_of_the_images() -> None:
    first, second = make_thumbnail(rendered(1)), make_thumbnail(rendered(2))
    signatures = compute_signatures([first, second])
    assert compute_signatures([second, first]) == signatures[::-1] and compute_signatures([]) == []
    assert {len(bytes.fromhex(signature or "")) * 8 for signature in signatures} == {SIGNATURE_BITS}


@pytest.mark.parametrize(
    "rgb", [np.zeros((PIXEL_WIDTH_PX, PIXEL_HEIGHT_PX, PIXEL_CHANNELS), np.uint8), np.zeros(SHAPE, np.float32)]
)
def test_another_shape_or_type_is_refused(rgb: ByteArray) -> None:
    for function in (lambda: compute_signatures([rgb]), lambda: detail_correlation(rgb, rgb)):
        with pytest.raises(ShapeError, match="expected a uint8 thumbnail"):
            function()
