"""Properties of the geometry of a drawn face."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from affect_store.dashboards.figures import mesh
from tests.dashboards.builder import ellipsoid


def test_triangles_and_edges_form_a_disc() -> None:
    faces = mesh.triangles(ellipsoid())
    sides = mesh.edges(faces)
    assert faces.min() == 0 and faces.max() == len(ellipsoid()) - 1
    assert len(np.unique(sides, axis=0)) == len(sides)
    assert len(ellipsoid()) - len(sides) + len(faces) == 1, "Euler characteristic of a disc"


def test_upright_is_a_rotation() -> None:
    axes = mesh.upright(np.eye(3))
    assert np.linalg.det(axes) == 1


@given(st.floats(1e-3, 5))
def test_arrow_scale_keeps_arrows_readable(length: float) -> None:
    delta = np.full((10, 3), length / np.sqrt(3))
    assert mesh.arrow_scale(delta) * length <= 0.51


def test_zero_deltas_have_a_scale() -> None:
    assert mesh.arrow_scale(np.zeros((10, 3))) > 0


def test_segments_are_separated() -> None:
    path = mesh.segments(np.zeros((2, 3)), np.ones((2, 3)))
    assert path.shape == (6, 3) and np.isnan(path[2]).all() and np.isnan(path[5]).all()
