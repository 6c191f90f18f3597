"""Thumbnails are OpenCV's to the last value, whatever the picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from affect_store.store.features import area_average
from affect_store.store.features.area_average import average_areas
from affect_store.store.features.decode import make_thumbnail
from affect_store.store.types import ByteArray
from affect_store.store.vocabulary import PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX


def of_opencv(rgb: ByteArray) -> ByteArray:
    return np.asarray(cv2.resize(rgb, (PIXEL_WIDTH_PX, PIXEL_HEIGHT_PX), interpolation=cv2.INTER_AREA))


def pictures(shape: tuple[int, int]) -> list[ByteArray]:
    rng = np.random.default_rng(shape)
    noise = rng.integers(0, 256, (*shape, 3), np.uint8)
    few = (noise // 128 * 255).astype(np.uint8)  # sums close to halves
    odd = (noise % 2 + rng.integers(0, 255)).astype(np.uint8)
    ramp = np.broadcast_to(np.arange(shape[1], dtype=np.uint8)[None, :, None], noise.shape).copy()
    return [noise, cv2.GaussianBlur(noise, (0, 0), 3), few, odd, ramp, np.full_like(noise, 255), noise[::-1, ::-1]]


@pytest.mark.parametrize("height", [64, 128, 256, 384, 512, 1000, 1024, 1280, 2048])
@pytest.mark.parametrize("width", [60, 85, 86, 170, 680, 681, 682, 1350])
def test_values_are_those_of_opencv(width: int, height: int) -> None:
    for picture in pictures((height, width)):
        np.testing.assert_array_equal(average_areas(picture), of_opencv(picture))


def test_no_value_depends_on_how_many_are_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(area_average, "_MOST_DOUBTS", 10**6)
    for picture in pictures((1024, 681)):
        np.testing.assert_array_equal(average_areas(picture), of_opencv(picture))


def test_half_values_are_rounded_as_opencv_does() -> None:
    """Each thumbnail row averages eight rows that are equal but for their sum: its last bit decides."""
    rng = np.random.default_rng(3)
    for _ in range(20):
        base = rng.integers(0, 255)
        picture = (base + (rng.random((1024, 681, 1)) < 0.5)).astype(np.uint8).repeat(3, axis=2)
        np.testing.assert_array_equal(make_thumbnail(picture), of_opencv(picture))


def test_a_thumbnail_is_contiguous_and_of_bytes() -> None:
    for picture in pictures((1024, 681))[:2]:
        thumbnail = make_thumbnail(picture)
        assert thumbnail.dtype == np.uint8 and thumbnail.flags.c_contiguous and thumbnail.flags.writeable
