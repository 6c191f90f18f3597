import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affect_store.store.errors import ShapeError
from affect_store.store.features import alignment
from tests.faces import face_px, rotation


@settings(max_examples=40, deadline=None)
@given(
    angle=st.floats(-3, 3),
    scale=st.floats(0.2, 5),
    shift=st.tuples(*[st.floats(-500, 500)] * 3),
    axis=st.tuples(*[st.floats(0.1, 1)] * 3),
)
def test_a_known_similarity_is_recovered(angle: float, scale: float, shift: tuple, axis: tuple) -> None:
    source = face_px(noise=0.02)[None]
    matrix = rotation(np.array(axis), angle)
    target = scale * source @ matrix.T + np.array(shift)
    transform = alignment.estimate_similarity(source, target)
    assert np.allclose(transform.rotation[0], matrix, atol=1e-6)
    assert np.isclose(transform.scale[0], scale)
    assert np.allclose(alignment.apply_similarity(transform, source), target, atol=1e-6 * max(1, scale) * 1000)


def test_a_mirror_image_is_not_taken_for_a_rotation() -> None:
    source = face_px(noise=0.02)[None]
    transform = alignment.estimate_similarity(source, source * np.array([-1.0, 1.0, 1.0]))
    assert np.isclose(np.linalg.det(transform.rotation[0]), 1.0)


def test_coinciding_points_are_refused() -> None:
    with pytest.raises(ShapeError, match="coinciding"):
        alignment.estimate_similarity(np.zeros((1, 5, 3)), np.ones((1, 5, 3)))


def test_pixels_scale_each_axis_by_its_own_side() -> None:
    scaled = alignment.to_pixels(np.ones((1, 2, 3), np.float32), np.array([[600, 900]]))
    assert scaled[0, 0].tolist() == [600, 900, 600]
