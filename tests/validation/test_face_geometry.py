"""Face measures are invariant to position and size and identify mirrored faces."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affect_store.store.vocabulary import FRONTAL_DEG, USED_ANGLES_DEG
from affect_store.validation.face_geometry import measure
from affect_store.validation.thresholds import FACE_MEASURES, FACE_SHAPE
from tests.faces import SIZE_PX, face_px, normalised, rotation

UP = np.array([0.0, 1.0, 0.0])
SIZE = np.array([SIZE_PX])


def measured(face: np.ndarray) -> dict[str, float]:
    """Measures of one face in pixels."""
    return dict(zip(FACE_MEASURES, measure(normalised(face)[None], SIZE)[0], strict=True))


def implausible(face: np.ndarray, angle: int = FRONTAL_DEG) -> set[str]:
    """Names of the measures outside their bounds for a camera."""
    measures = measured(face)
    return {
        name for name in FACE_MEASURES if not FACE_SHAPE[angle, name][0] <= measures[name] <= FACE_SHAPE[angle, name][1]
    }


def turned(angle: int, *, seed: int = 0) -> np.ndarray:
    """A face as a camera at this angle sees it, in pixels, in the middle of the picture."""
    face = face_px(seed=seed, noise=0.02)
    middle = face.mean(axis=0)
    return (face - middle) @ rotation(UP, np.radians(FRONTAL_DEG - angle)).T + middle


@pytest.mark.parametrize("angle", [*USED_ANGLES_DEG, 50, 60, 75, 100, 120, 130])
@pytest.mark.parametrize("seed", range(5))
def test_a_face_is_plausible_from_its_camera(angle: int, seed: int) -> None:
    assert implausible(turned(angle, seed=seed), angle) == set()


@settings(max_examples=25, deadline=None)
@given(scale=st.floats(0.3, 2.0), right=st.floats(-200, 200), down=st.floats(-200, 200))
def test_position_and_size_do_not_matter(scale: float, right: float, down: float) -> None:
    face = face_px(seed=1, noise=0.01)
    before, after = measured(face), measured(face * scale + [right, down, 0])
    for name in set(FACE_MEASURES) - {"size"}:
        assert after[name] == pytest.approx(before[name], abs=1e-3)
    assert after["size"] == pytest.approx(before["size"] * scale, rel=1e-3)


def test_wrong_faces_have_named_measures() -> None:
    face = face_px()
    mirrored, upside_down, inside_out = (face * np.array(signs) for signs in ((-1, 1, 1), (1, -1, 1), (1, 1, -1)))
    assert implausible(mirrored) == {"eyes apart"}
    assert implausible(upside_down) == {"chin below"}
    assert implausible(inside_out) == {"nose before"}
    assert len(implausible(face[:, [1, 0, 2]])) > 1


def test_a_face_in_one_point_is_not_plausible() -> None:
    assert implausible(np.zeros_like(face_px())) == set(FACE_MEASURES)


def test_the_side_is_given_by_the_sign() -> None:
    assert measured(turned(45))["turned"] * measured(turned(135))["turned"] < 0
