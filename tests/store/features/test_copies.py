"""Copies of photographs: landmarks found in them lie where they are in the photograph, whatever was changed."""

from __future__ import annotations

import numpy as np
import pytest

from affect_store.store.face_mesh import mean_face, mirror_partners
from affect_store.store.features import feature_views
from affect_store.store.features.copied_pictures import copied, landmarks_of_copies
from affect_store.store.features.copies import COPIES, COPY_NAMES, Copy, as_array
from affect_store.store.features.feature_options import ATTENTION, AVERAGES, FeatureOptions
from affect_store.store.types import ByteArray, FloatArray
from affect_store.store.vocabulary import LANDMARK_COUNT, LANDMARK_GROUPS
from tests.faces import SIZE_PX, face_px, normalised

BY_NAME = {copy.name: copy for copy in COPIES}
FACE = normalised(face_px(noise=0.02, seed=4))


def in_copy(xyz: FloatArray, copy: Copy) -> FloatArray:
    """The landmarks of a photograph as a detector without errors finds them in the copy."""
    if copy.is_mirrored:
        mirrored = xyz[mirror_partners()] * np.array([-1, 1, 1], np.float32)
        return np.asarray(mirrored + np.array([1, 0, 0], np.float32), np.float32)
    if copy.move is None:
        return xyz
    size, matrix = np.array(SIZE_PX), copy.move.matrix(SIZE_PX)
    planar = (xyz[:, :2] * size) @ matrix[:, :2].T + matrix[:, 2]
    return np.column_stack([planar / size, xyz[:, 2] * copy.move.scale]).astype(np.float32)


def picture(width: int = 150, height: int = 200) -> ByteArray:
    """A picture with a bright red spot away from the centre."""
    rows, columns = np.indices((height, width))
    spot = np.exp(-((columns - 60) ** 2 + (rows - 80) ** 2) / 72)
    return np.stack([200 * spot, 60 * spot, 30 * spot], axis=2).astype(np.uint8)


def spot_of(rgb: ByteArray) -> tuple[float, float]:
    """The centre of the spot in widths and heights from the corner, as FaceMesh counts."""
    weights = rgb.astype(np.float64).sum(axis=2)
    rows, columns = np.indices(weights.shape)
    x, y = (float(((axis + 0.5) * weights).sum() / weights.sum()) for axis in (columns, rows))
    return x / rgb.shape[1], y / rgb.shape[0]


@pytest.mark.parametrize("name", COPY_NAMES)
def test_landmarks_of_a_copy_are_mapped_back_to_the_photograph(name: str) -> None:
    copy = BY_NAME[name]
    seen = in_copy(FACE, copy)
    assert np.allclose(copy.back(seen, SIZE_PX), FACE, atol=1e-5)
    is_moved = copy.is_mirrored or copy.move is not None
    assert is_moved == (not np.allclose(seen, FACE, atol=1e-3))


@pytest.mark.parametrize("name", COPY_NAMES)
def test_pictures_are_changed_as_their_landmarks_are(name: str) -> None:
    copy, rgb = BY_NAME[name], picture()
    changed = copied(rgb, copy)
    assert changed.shape == rgb.shape and changed.dtype == np.uint8 and not np.array_equal(changed, rgb)
    x, y = spot_of(changed)
    back = copy.back(np.full((LANDMARK_COUNT, 3), [x, y, 0.0], np.float32), (150, 200))
    assert back[0, :2] == pytest.approx(spot_of(rgb), abs=2e-3)


def test_colours_change_by_the_stated_amounts() -> None:
    rgb = np.full((8, 8, 3), [200, 100, 40], np.uint8)
    assert set(np.unique(copied(rgb, BY_NAME["grey"]))) == {round(0.299 * 200 + 0.587 * 100 + 0.114 * 40)}
    assert copied(rgb, BY_NAME["darker"])[0, 0].tolist() == [150, 75, 30]
    assert copied(rgb, BY_NAME["brighter"])[0, 0].tolist() == [250, 125, 50]
    assert copied(np.full((8, 8, 3), 240, np.uint8), BY_NAME["brighter"]).max() == 255
    assert copied(rgb, BY_NAME["mirrored"]).flags.c_contiguous


def test_the_mirror_is_an_involution_that_exchanges_the_sides() -> None:
    partners = mirror_partners()
    assert np.array_equal(partners[partners], np.arange(LANDMARK_COUNT))
    for left, right in (("left eye", "right eye"), ("left eyebrow", "right eyebrow")):
        assert set(partners[list(LANDMARK_GROUPS[left])]) == set(LANDMARK_GROUPS[right])
    for group in ("mouth", "face outline"):
        assert set(partners[list(LANDMARK_GROUPS[group])]) == set(LANDMARK_GROUPS[group])
    own = np.flatnonzero(partners == np.arange(LANDMARK_COUNT))
    assert np.allclose(mean_face()[own, 0], 0, atol=1e-3) and len(own) > 20
    twice = BY_NAME["mirrored"].back(BY_NAME["mirrored"].back(FACE, SIZE_PX), SIZE_PX)
    assert np.allclose(twice, FACE, atol=1e-6)


def test_a_copy_without_a_face_is_nan_in_its_place() -> None:
    faces = iter([FACE if name != "darker" else None for name in COPY_NAMES])
    landmarks = as_array(landmarks_of_copies(lambda _: next(faces), picture()))
    is_missing = np.isnan(landmarks).all(axis=(1, 2))
    assert [name for name, missing in zip(COPY_NAMES, is_missing, strict=True) if missing] == ["darker"]
    assert np.isfinite(landmarks[~is_missing]).all()


@pytest.mark.parametrize("passes", [1, 7])
@pytest.mark.parametrize("average", AVERAGES)
def test_options_are_those_of_the_parameters_of_a_version(passes: int, average: str) -> None:
    options = FeatureOptions(0.5, passes, ATTENTION, average=average if passes > 1 else "mean")
    view = feature_views.landmarks(options)
    assert feature_views.options_of(view.parameters) == options
    assert feature_views.options_of(feature_views.landmarks().parameters) == FeatureOptions()
