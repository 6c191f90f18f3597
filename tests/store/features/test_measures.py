"""Measures: independent of camera and size, mirrored with the face, of known geometry; changes, and proxies."""

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from affect_store.store.errors import ShapeError
from affect_store.store.face_mesh import mean_face, mirror_partners
from affect_store.store.features import action_unit_proxies, measure_changes, measures
from affect_store.store.features.action_unit_proxies import PROXIES, Term
from affect_store.store.features.measure_definitions import LIPS, MEASURES
from affect_store.store.features.scalar_values import values_where_computable
from affect_store.store.features.scalar_view import ScalarView
from affect_store.store.features.scalar_views import SCALAR_VIEWS
from affect_store.store.vocabulary import LANDMARK_COUNT

SIZE_PX = (681, 1024)
COLUMN = {measure.name: index for index, measure in enumerate(MEASURES)}


def _photograph(face: NDArray[np.float64], rotation: Rotation | None = None, scale: float = 150) -> NDArray[np.float32]:
    """A face in inter-ocular distances, turned and put into a photograph: (1, 468, 3), image-normalised."""
    turned = face if rotation is None else face @ rotation.as_matrix().T
    width, height = SIZE_PX
    pixels = turned * scale + (300, 480, 20)
    return (pixels / (width, height, width)).astype(np.float32)[None]


def _measured(face: NDArray[np.float64], rotation: Rotation | None = None, scale: float = 150) -> NDArray[np.float64]:
    return measures.measures(_photograph(face, rotation, scale), np.array([SIZE_PX]))[0]


def _moved(landmarks: tuple[int, ...], by: tuple[float, float, float]) -> NDArray[np.float64]:
    face = mean_face().copy()
    face[list(landmarks)] += by
    return face


@settings(max_examples=20, deadline=None)
@given(st.floats(-40, 40), st.floats(-20, 20), st.floats(-30, 30), st.floats(40, 300))
def test_measures_do_not_depend_on_pose_and_size(yaw: float, pitch: float, roll: float, scale: float) -> None:
    rotation = Rotation.from_euler("yxz", (yaw, pitch, roll), degrees=True)
    face = _moved((61,), (-0.1, 0.05, 0.02))
    assert _measured(face, rotation, scale) == pytest.approx(_measured(face), abs=2e-3)


def test_lengths_are_those_of_the_mean_face() -> None:
    face, values = mean_face(), _measured(mean_face())
    assert values[COLUMN["mouth_width"]] == pytest.approx(np.linalg.norm(face[61] - face[291]), abs=1e-4)
    assert values[COLUMN["nose_width"]] == pytest.approx(np.linalg.norm(face[129] - face[358]), abs=1e-4)
    assert values[COLUMN["jaw_drop"]] == pytest.approx(face[152, 1] - face[2, 1], abs=1e-4)
    for name in ("lip_corner", "eye_opening", "brow_inner", "brow_outer"):
        assert values[COLUMN[f"{name}_asymmetry"]] == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize(
    ("name", "landmarks", "by", "expected"),
    [
        ("mouth_opening", (14, 87, 317, 178, 402), (0, 0.2, 0), 0.2),
        ("lip_corner_height_right", (61,), (0, -0.1, 0), 0.1),
        ("lip_corner_height_left", (61,), (0, -0.1, 0), 0),
        ("lip_corner_asymmetry", (61,), (0, -0.1, 0), -0.1),
        ("lip_protrusion", LIPS, (0, 0, -0.1), 0.1),
        ("jaw_drop", (152,), (0, 0.15, 0), 0.15),
        ("brow_inner_height_right", (107, 55), (0, -0.1, 0), 0.1),
        ("brow_outer_height_left", (300, 276), (0, -0.1, 0), 0.1),
        ("eye_opening_left", (385, 386, 387), (0, -0.05, 0), 0.05),
        ("lower_lid_height_right", (144, 145, 153), (0, 0.04, 0), -0.04),
        ("cheek_height_left", (280,), (0, -0.06, 0), 0.06),
    ],
)
def test_a_movement_changes_its_measure(
    name: str, landmarks: tuple[int, ...], by: tuple[float, float, float], expected: float
) -> None:
    change = _measured(_moved(landmarks, by)) - _measured(mean_face())
    assert change[COLUMN[name]] == pytest.approx(expected, abs=3e-3)


def test_a_mirrored_face_has_the_sides_exchanged() -> None:
    face = _moved((61, 107, 159), (0.02, -0.08, 0))
    mirrored = (face * (-1, 1, 1))[mirror_partners()]
    values, exchanged = _measured(face), _measured(mirrored)
    for name, index in COLUMN.items():
        if name.endswith("_asymmetry"):
            assert exchanged[index] == pytest.approx(-values[index], abs=2e-3), name
        else:
            other = name.replace("right", "LEFT").replace("left", "right").replace("LEFT", "left")
            assert exchanged[COLUMN[other]] == pytest.approx(values[index], abs=2e-2), name


def test_the_formulas_name_landmarks_of_the_mesh() -> None:
    for measure in MEASURES:
        if not measure.name.endswith("asymmetry"):
            named = [int(number) for number in re.findall(r"\d+", measure.formula)]
            assert named and max(named) < LANDMARK_COUNT, measure.name
        assert measure.source and measure.meaning


def test_changes_are_differences_and_proxies_are_zero_at_rest() -> None:
    sizes = np.array([SIZE_PX])
    neutral, smile = _photograph(mean_face()), _photograph(_moved((61, 291), (0, -0.1, 0.05)))
    changes = measure_changes.measure_changes(smile, sizes, neutral, sizes)
    assert changes == pytest.approx(measures.measures(smile, sizes) - measures.measures(neutral, sizes))
    assert not action_unit_proxies.action_unit_proxies(neutral, sizes, neutral, sizes).any()


def test_terms_use_the_mean_of_both_sides_their_size_and_their_cap() -> None:
    changes = np.zeros((1, len(MEASURES)))
    changes[0, [COLUMN["brow_inner_height_right"], COLUMN["brow_inner_height_left"]]] = 0.1, 0.3
    changes[0, COLUMN["lip_corner_asymmetry"]], changes[0, COLUMN["mouth_opening"]] = -0.2, 0.4
    assert Term(2, "brow_inner_height").of(changes) == pytest.approx([0.4])
    assert Term(2, "lip_corner_asymmetry", is_absolute=True).of(changes) == pytest.approx([0.4])
    assert Term(-2, "mouth_opening", 0.05).of(changes) == pytest.approx([-0.1])


def test_a_proxy_is_never_negative() -> None:
    changes = np.random.default_rng(0).normal(0, 0.1, (200, len(MEASURES)))
    for proxy in PROXIES:
        values = proxy.of(changes)
        assert (values >= 0).all() and values.any(), proxy.unit


def test_proxies_say_everywhere_that_they_are_proxies() -> None:
    (view,) = [view for view in SCALAR_VIEWS if view.name == "action_unit_proxies"]
    assert "not FACS coding" in view.description
    assert all("proxy" in column.meaning and "not FACS coding" in column.meaning for column in view.columns)


@pytest.mark.parametrize("view", SCALAR_VIEWS, ids=[view.name for view in SCALAR_VIEWS])
def test_faces_without_a_value_are_left_out(view: object) -> None:
    """One face in a single point, one of infinite depth, one that is usable."""
    faces = np.concatenate([_photograph(mean_face()), _photograph(mean_face()), _photograph(mean_face())])
    faces[0], faces[1, 152, 2] = 0.5, np.inf
    sizes = np.array([SIZE_PX] * 3)
    arrays = [faces, sizes, faces[[2, 2, 2]], sizes] if view.needs_reference else [faces, sizes]  # type: ignore[attr-defined]
    values, is_computable = values_where_computable(view, arrays)  # type: ignore[arg-type]
    assert (
        not is_computable[0] and is_computable[2] and np.isfinite(values).all() and len(values) == is_computable.sum()
    )


def test_coinciding_eyes_have_no_unit_of_length() -> None:
    face = mean_face().copy()
    face[[263, 362]] = face[[33, 133]]
    with pytest.raises(ShapeError, match="coinciding eyes"):
        _measured(face)


@pytest.mark.parametrize("view", [measures.VIEW, measure_changes.VIEW, action_unit_proxies.VIEW])
def test_every_view_of_measures_has_another_version_once_a_measure_changes(view: ScalarView) -> None:
    formulas = {measure.name: measure.formula for measure in MEASURES}
    assert view.parameters["measures"] == formulas and view.parameters["measures_revision"] == measures.VIEW.revision
    changed = replace(view, parameters={**view.parameters, "measures": {**formulas, "jaw_drop": "distance 2-152"}})
    assert changed.version_of("5f").version != view.version_of("5f").version
