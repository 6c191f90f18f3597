"""Laws of the texture: it does not see where the face is, nor how bright the picture; it knows the pixel's place."""

import numpy as np
import pytest

from models import surface
from models.rows import IMAGE_SHAPE
from models.texture import FacePicture, MeshTexture, brightness_at
from store.mesh import mean_face, mirror_partners
from store.vocabulary import LANDMARK_COUNT, PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX

FACE = (mean_face() * 0.15 + (0.5, 0.5, 0)).astype(np.float32)


def picture(seed=0):
    """A smooth picture, (1, height, width, 3) uint8."""
    y, x = np.mgrid[0:PIXEL_HEIGHT_PX, 0:PIXEL_WIDTH_PX]
    phase = np.random.default_rng(seed).uniform(0, 6, 3)
    waves = [100 + 60 * np.sin(x / 9 + a) * np.cos(y / 11 + a) for a in phase]
    return np.stack(waves, axis=-1).astype(np.uint8)[None]


def test_the_brightness_of_a_slope_is_the_slope():
    slope = np.broadcast_to((np.arange(PIXEL_WIDTH_PX, dtype=np.uint8) * 2)[:, None], IMAGE_SHAPE)[None].copy()
    found = np.asarray(brightness_at(slope, FACE.reshape(1, -1), surface.mesh_points()))[0, :LANDMARK_COUNT]
    np.testing.assert_allclose(found, (FACE[:, 0] * PIXEL_WIDTH_PX - 0.5) * 2 / 255, atol=1e-4)


@pytest.mark.parametrize("layer", [MeshTexture(), FacePicture()], ids=["mesh", "picture"])
def test_moving_picture_and_landmarks_together_changes_nothing(layer):
    step = 7
    moved = np.roll(picture(), step, axis=2)
    along = FACE + np.array([step / PIXEL_WIDTH_PX, 0, 0], np.float32)
    one, other = layer(picture(), FACE.reshape(1, -1)), layer(moved, along.reshape(1, -1))
    np.testing.assert_allclose(np.asarray(one), np.asarray(other), atol=2e-3)


@pytest.mark.parametrize("layer", [MeshTexture(), FacePicture()], ids=["mesh", "picture"])
def test_exposure_and_contrast_do_not_count(layer):
    dim = (picture().astype(float) * 0.5 + 20).round().astype(np.uint8)
    one, other = (np.asarray(layer(rgb, FACE.reshape(1, -1))) for rgb in (picture(), dim))
    np.testing.assert_allclose(one, other, atol=0.06)  # bytes are rounded
    flat = np.asarray(layer(np.full((1, *IMAGE_SHAPE), 90, np.uint8), FACE.reshape(1, -1)))
    assert np.abs(flat).max() < 1e-3, "a picture of one colour has no texture"


def test_the_mirrored_photograph_gives_the_mirrored_face():
    mirrored = FACE[mirror_partners()] * np.array([-1, 1, 1], np.float32) + np.array([1, 0, 0], np.float32)
    one = np.asarray(FacePicture()(picture(), FACE.reshape(1, -1)))
    other = np.asarray(FacePicture()(picture()[:, :, ::-1].copy(), mirrored.reshape(1, -1).astype(np.float32)))
    inside = (one != 0) & (other[:, :, ::-1] != 0)
    assert inside.mean() > 0.7
    assert np.abs(one - other[:, :, ::-1])[inside].mean() < 0.05  # triangles of the two sides are cut otherwise


def test_landmarks_outside_of_the_picture_take_its_edge():
    found = np.asarray(MeshTexture()(picture(), (FACE + 3).reshape(1, -1)))
    assert np.isfinite(found).all()


def test_every_point_is_within_its_triangle_and_the_grid_is_symmetric():
    for points in (surface.mesh_points(), surface.grid().points):
        np.testing.assert_allclose(points.weights.sum(axis=1), 1, atol=1e-5)
        assert (points.weights >= -1e-6).all()
    cells = np.zeros(surface.GRID_HEIGHT * surface.GRID_WIDTH, bool)
    cells[surface.grid().cells] = True
    rows = cells.reshape(surface.GRID_HEIGHT, surface.GRID_WIDTH)
    assert (rows == rows[:, ::-1]).all()
