"""Laws of the rendering: where features are, what the cameras see, what action units move."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affect_store.store.sources.synthetic.drawing.rasterizer import NO_TEXEL, MeshPart, grid_triangles, rasterize
from affect_store.store.sources.synthetic.person.appearance import person_and_appearance
from affect_store.store.sources.synthetic.person.canvas import Patch
from affect_store.store.sources.synthetic.person.expression import (
    ACTION_UNIT_NAMES,
    CONTEMPTUOUS,
    HAPPY,
    PROTOTYPES,
    SAD,
    SURPRISED,
    ActionUnits,
    sample_action_units,
)
from affect_store.store.sources.synthetic.person.eyes import eye_shape, eyeball_centre
from affect_store.store.sources.synthetic.person.geometry import _displacement, feature_shapes
from affect_store.store.sources.synthetic.person.mouth import lip_curves, mouth_shape
from affect_store.store.sources.synthetic.person.sampling import MAX_PEOPLE, sample_person
from affect_store.store.sources.synthetic.scene.camera import Pose, set_up_camera
from affect_store.store.sources.synthetic.shot import render_photograph, take_shot
from affect_store.store.vocabulary import ANGLES_DEG, EMOTIONS, FRONTAL_DEG, FRONTAL_GAZE, GAZES, NEUTRAL, RAFD_WIDTH_PX

PERSON, APPEARANCE = person_and_appearance((7, 1))
STILL = Pose(0.0, 0.0, 0.0, 0.0, 0.0)
SCALE = 0.25


def test_every_emotion_has_a_prototype_and_only_neutral_is_at_rest() -> None:
    assert set(PROTOTYPES) == set(EMOTIONS)
    assert [emotion for emotion in EMOTIONS if PROTOTYPES[emotion] == ActionUnits()] == [NEUTRAL]


@settings(deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(EMOTIONS))
def test_intensities_are_never_negative_and_those_of_the_prototype_dominate(seed: int, emotion: str) -> None:
    units = sample_action_units(PERSON.expressiveness, emotion, np.random.default_rng(seed))
    for name in ACTION_UNIT_NAMES:
        assert 0 <= getattr(units, name) < 2.5
        if getattr(PROTOTYPES[emotion], name) == 1:
            assert getattr(units, name) > 0.15


def test_expressions_move_the_mouth_and_lids_as_their_units_say() -> None:
    shapes = {emotion: mouth_shape(PERSON, PROTOTYPES[emotion]) for emotion in EMOTIONS}
    assert min(shapes[HAPPY].corner_lift) > 0.5 > -0.5 > max(shapes[SAD].corner_lift)
    assert shapes[SURPRISED].jaw_drop == max(shape.jaw_drop for shape in shapes.values())
    assert shapes[NEUTRAL].open_down == 0
    assert eye_shape(PERSON, PROTOTYPES[SURPRISED]).upper > eye_shape(PERSON, PROTOTYPES[HAPPY]).upper
    own, other = shapes[CONTEMPTUOUS].corner_lift[:: PERSON.expressiveness.dimple_side]
    assert abs(own - other) > 0.3


@settings(deadline=None)
@given(st.integers(0, 2**31), st.integers(1, MAX_PEOPLE), st.sampled_from(EMOTIONS))
def test_every_face_that_may_be_sampled_has_a_finite_shape(seed: int, index: int, emotion: str) -> None:
    """Regression: the profile of short, wrinkled noses was not monotone."""
    person = sample_person(seed, index)
    features = feature_shapes(person, sample_action_units(person.expressiveness, emotion, np.random.default_rng(seed)))
    x, y = np.meshgrid(np.linspace(-5, 5, 9, dtype=np.float32), np.linspace(-11, 6, 18, dtype=np.float32))
    displacement = _displacement(Patch(x, y, np.abs(x)), person, features)
    assert np.isfinite(displacement).all() and np.abs(displacement).max() < 4


@settings(deadline=None)
@given(st.sampled_from(EMOTIONS), st.floats(-4, 4))
def test_lips_lie_in_order_from_top_to_bottom(emotion: str, x: float) -> None:
    shape = mouth_shape(PERSON, PROTOTYPES[emotion])
    lips = lip_curves(shape, np.array([x], np.float32), np.array([0.0], np.float32))
    heights = [lips.upper_outer, lips.upper_inner, lips.lower_inner, lips.lower_outer]
    assert all(above >= below - 1e-5 for above, below in zip(heights, heights[1:], strict=False))


@settings(deadline=None)
@given(st.sampled_from(ANGLES_DEG), st.floats(-0.1, 0.1), st.floats(-1, 1))
def test_a_ray_through_a_projected_point_meets_the_point(angle: int, yaw: float, shift: float) -> None:
    camera = set_up_camera(angle, Pose(yaw, 0.02, -0.01, shift, 0.1), person_scale=0.9, picture_scale=1.0)
    point = np.array([[2.0, -3.0, 7.0]], np.float32)
    positions, _ = camera.project(point)
    ray = camera.rays(positions[:, 0] - 0.5, positions[:, 1] - 0.5)[0]
    direction = point[0] - camera.position()
    np.testing.assert_allclose(ray, direction / np.linalg.norm(direction), atol=1e-4)


def test_cameras_stand_where_the_convention_says() -> None:
    nose = np.array([[0.0, -4.0, 10.0]], np.float32)
    columns = [
        set_up_camera(angle, STILL, person_scale=1.0, picture_scale=1.0).project(nose)[0][0, 0] for angle in ANGLES_DEG
    ]
    assert columns == sorted(columns)
    assert columns[ANGLES_DEG.index(FRONTAL_DEG)] == pytest.approx(RAFD_WIDTH_PX / 2, abs=1)


def test_nearer_part_wins_whatever_the_order() -> None:
    square = np.array([[0, 0], [0, 8], [8, 0], [8, 8]], np.float32)
    triangles, corners = grid_triangles(2, 2), np.zeros((4, 3), np.float32)
    parts = {}
    for name, depth, texel in (("near", 1.0, 5), ("far", 2.0, 9)):
        part = MeshPart(corners, np.full(4, texel, np.complex64), triangles, is_double_sided=True)
        parts[name] = (part, square, np.full(4, depth, np.float32))
    for order in (("near", "far"), ("far", "near")):
        columns, _ = rasterize([parts[name] for name in order], (10, 10))
        assert (columns[:8, :8] == 5).all()
        assert (columns[9] == NO_TEXEL).all()


def test_gaze_moves_the_iris_to_the_side_it_names() -> None:
    """Left is the subject's own left: the image's right at the frontal camera."""
    centres = []
    for gaze in GAZES:
        shot = take_shot(PERSON, APPEARANCE, NEUTRAL, gaze)
        picture = render_photograph(shot, FRONTAL_DEG).astype(float).mean(axis=2)
        camera = set_up_camera(FRONTAL_DEG, shot.pose, person_scale=PERSON.skull.scale, picture_scale=1.0)
        ((column, row),) = camera.project(eyeball_centre(PERSON)[None])[0].round().astype(int)
        eye = picture[row - 10 : row + 10, column - 30 : column + 30]
        dark = np.clip(150 - eye, 0, None).sum(axis=0)
        centres.append(float((dark * np.arange(len(dark))).sum() / dark.sum()))
    frontal, left, right = centres
    assert right < frontal - 3 < frontal + 3 < left


@settings(max_examples=5, deadline=None)
@given(st.sampled_from(EMOTIONS))
def test_a_shot_is_the_same_twice_and_unlike_its_neighbour(emotion: str) -> None:
    first, second = (
        render_photograph(take_shot(PERSON, APPEARANCE, emotion, FRONTAL_GAZE), FRONTAL_DEG, internal_scale=SCALE)
        for _ in range(2)
    )
    other = render_photograph(take_shot(PERSON, APPEARANCE, emotion, GAZES[1]), FRONTAL_DEG, internal_scale=SCALE)
    np.testing.assert_array_equal(first, second)
    assert (first != other).any()
