"""Laws of the texture: invariance to position, exposure and contrast; exact interpolation; mirror symmetry."""

import numpy as np
import pytest

from affect_store.models.networks import surface_points
from affect_store.models.networks.texture_layers import FacePicture, MeshTexture, brightness_at
from affect_store.models.rows import IMAGE_SHAPE
from affect_store.store.face_mesh import mean_face, mirror_partners
from affect_store.store.vocabulary import LANDMARK_COUNT, PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX

FACE = (mean_face() * 0.15 + (0.5, 0.5, 0)).astype(np.float32)


def photograph(seed=0):
    """Return a smooth photograph, (1, height, width, 3) uint8."""
    y, x = np.mgrid[0:PIXEL_HEIGHT_PX, 0:PIXEL_WIDTH_PX]
    phase = np.random.default_rng(seed).uniform(0, 6, 3)
    waves = [100 + 60 * np.sin(x / 9 + a) * np.cos(y / 11 + a) for a in phase]
    return np.stack(waves, axis=-1).astype(np.uint8)[None]


def test_a_linear_brightness_gradient_is_reproduced():
    gradient = np.broadcast_to((np.arange(PIXEL_WIDTH_PX, dtype=np.uint8) * 2)[:, None], IMAGE_SHAPE)[None].copy()
    brightness = np.asarray(brightness_at(gradient, FACE.reshape(1, -1), surface_points.mesh_points()))[
        0, :LANDMARK_COUNT
    ]
    np.testing.assert_allclose(brightness, (FACE[:, 0] * PIXEL_WIDTH_PX - 0.5) * 2 / 255, atol=1e-4)


@pytest.mark.parametrize("layer", [MeshTexture(), FacePicture()], ids=["mesh", "grid"])
def test_texture_is_invariant_to_translation(layer):
    step = 7
    moved = np.roll(photograph(), step, axis=2)
    moved_face = FACE + np.array([step / PIXEL_WIDTH_PX, 0, 0], np.float32)
    original, shifted = layer(photograph(), FACE.reshape(1, -1)), layer(moved, moved_face.reshape(1, -1))
    np.testing.assert_allclose(np.asarray(original), np.asarray(shifted), atol=2e-3)


@pytest.mark.parametrize("layer", [MeshTexture(), FacePicture()], ids=["mesh", "grid"])
def test_texture_is_invariant_to_exposure_and_contrast(layer):
    dim = (photograph().astype(float) * 0.5 + 20).round().astype(np.uint8)
    original, dimmed = (np.asarray(layer(rgb, FACE.reshape(1, -1))) for rgb in (photograph(), dim))
    np.testing.assert_allclose(original, dimmed, atol=0.06)  # bytes are rounded
    flat = np.asarray(layer(np.full((1, *IMAGE_SHAPE), 90, np.uint8), FACE.reshape(1, -1)))
    assert np.abs(flat).max() < 1e-3, "a uniform photograph has no texture"


def test_the_mirrored_photograph_gives_the_mirrored_face():
    mirrored = FACE[mirror_partners()] * np.array([-1, 1, 1], np.float32) + np.array([1, 0, 0], np.float32)
    face = np.asarray(FacePicture()(photograph(), FACE.reshape(1, -1)))
    mirrored_face = np.asarray(
        FacePicture()(photograph()[:, :, ::-1].copy(), mirrored.reshape(1, -1).astype(np.float32))
    )
    inside = (face != 0) & (mirrored_face[:, :, ::-1] != 0)
    assert inside.mean() > 0.7
    assert np.abs(face - mirrored_face[:, :, ::-1])[inside].mean() < 0.05  # the mesh's triangles are not symmetric


def test_landmarks_outside_the_photograph_give_finite_values():
    texture = np.asarray(MeshTexture()(photograph(), (FACE + 3).reshape(1, -1)))
    assert np.isfinite(texture).all()


def test_every_point_is_within_its_triangle_and_the_grid_is_symmetric():
    for points in (surface_points.mesh_points(), surface_points.grid().points):
        np.testing.assert_allclose(points.weights.sum(axis=1), 1, atol=1e-5)
        assert (points.weights >= -1e-6).all()
    cells = np.zeros(surface_points.GRID_HEIGHT * surface_points.GRID_WIDTH, bool)
    cells[surface_points.grid().cells] = True
    rows = cells.reshape(surface_points.GRID_HEIGHT, surface_points.GRID_WIDTH)
    assert (rows == rows[:, ::-1]).all()
