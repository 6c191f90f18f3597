import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affect_store.store.errors import ShapeError
from affect_store.store.features import deltas
from affect_store.store.vocabulary import LANDMARK_COUNT, RIGID_LANDMARKS
from tests.faces import SIZE_PX, face_px, normalised, rotation

SIZES = np.array([SIZE_PX])
MOUTH_CORNER = 61


def pair(seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    return normalised(face_px(seed=seed, noise=0.01))[None], normalised(face_px())[None]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.tuples(*[st.floats(-0.2, 0.2)] * 3))
def test_directions_have_norm_one_and_do_not_change_under_a_shift_of_both(seed: int, shift: tuple) -> None:
    face, reference = pair(seed)
    batch = deltas.frontal_unit(face, reference)
    assert np.allclose(np.linalg.norm(batch.xyz, axis=2), 1, atol=1e-5)
    moved = np.array(shift, np.float32)
    again = deltas.frontal_unit(face + moved, reference + moved)
    vectors, moved_vectors = (directions.xyz * directions.magnitude[..., None] for directions in (batch, again))
    assert np.allclose(vectors, moved_vectors, atol=1e-6)


def test_a_vector_without_length_is_zero_and_counted() -> None:
    face, reference = pair()
    face[0, :5] = reference[0, :5]
    batch = deltas.frontal_unit(face, reference)
    assert batch.zero_norm_count.tolist() == [5]
    assert (batch.xyz[0, :5] == 0).all() and np.isfinite(batch.xyz).all()


def test_a_face_that_is_its_own_reference_is_refused() -> None:
    _, reference = pair()
    with pytest.raises(ShapeError, match="cannot be its own reference"):
        deltas.frontal_unit(reference, reference)


def aligned(face: np.ndarray, reference: np.ndarray) -> deltas.DeltaBatch:
    return deltas.aligned(face, reference, faces_size_px=SIZES, references_size_px=SIZES)


@settings(max_examples=25, deadline=None)
@given(st.floats(-0.3, 0.3), st.floats(0.8, 1.2), st.tuples(*[st.floats(-60, 60)] * 3))
def test_aligned_deltas_do_not_depend_on_pose_size_and_position_of_the_face(
    angle: float, scale: float, shift: tuple
) -> None:
    expression = face_px(seed=3, noise=0.01)
    centre = expression.mean(axis=0)
    turned = scale * (expression - centre) @ rotation(np.array([0.2, 1, 0.1]), angle).T + centre + np.array(shift)
    reference = normalised(face_px())[None]
    straight = aligned(normalised(expression)[None], reference)
    moved = aligned(normalised(turned)[None], reference)
    assert np.allclose(straight.xyz, moved.xyz, atol=1e-4)


def test_aligned_deltas_measure_in_inter_ocular_distances_along_the_heads_axes() -> None:
    reference = face_px()
    smile = reference.copy()
    smile[MOUTH_CORNER] += [-16.0, -8.0, 0.0]  # the face's inter-ocular distance is 160 px
    for turn in (0.0, 0.7, -0.7):
        turned = rotation(np.array([0.0, 1, 0]), turn)
        centre = np.array([SIZE_PX[0] / 2, SIZE_PX[1] / 2, 0.0])
        views = [normalised((face - centre) @ turned.T + centre)[None] for face in (smile, reference)]
        vectors = aligned(*views).xyz[0]
        assert np.allclose(vectors[MOUTH_CORNER], [-0.1, -0.05, 0.0], atol=2e-4)
        assert np.abs(np.delete(vectors, MOUTH_CORNER, axis=0)).max() < 1e-4


def test_rigid_landmarks_stay_where_they_are() -> None:
    face, reference = face_px(), face_px()
    face[MOUTH_CORNER] += 20
    batch = aligned(normalised(face)[None], normalised(reference)[None])
    assert batch.magnitude[0, list(RIGID_LANDMARKS)].max() < 1e-5


def test_a_wrong_shape_is_named() -> None:
    with pytest.raises(ShapeError, match=r"received \(1, 5, 3\)"):
        deltas.frontal_unit(np.zeros((1, 5, 3), np.float32), np.zeros((1, 5, 3), np.float32))


def test_the_mean_over_references_is_that_of_the_deltas_with_its_own_lengths() -> None:
    face, _ = pair()
    references = np.concatenate([normalised(face_px(seed=seed, noise=0.01))[None] for seed in (2, 3, 4)])
    counts = np.array([1, 2])
    batch = aligned(np.repeat(face, 3, axis=0), references)
    mean = deltas.mean_over(batch, counts)
    assert np.array_equal(mean.xyz[0], batch.xyz[0]) and mean.xyz.dtype == mean.magnitude.dtype == np.float32
    assert np.allclose(mean.xyz[1], batch.xyz[1:].mean(axis=0), atol=1e-7)
    assert np.allclose(mean.magnitude, np.linalg.norm(mean.xyz, axis=2), atol=1e-6)
    assert not np.allclose(mean.magnitude[1], batch.magnitude[1:].mean(axis=0), atol=1e-3)
    assert deltas.mean_over(batch, np.ones(3, int)) is batch


def test_the_mean_of_no_deltas_is_none() -> None:
    face, reference = pair()
    assert len(deltas.mean_over(aligned(face[:0], reference[:0]), np.zeros(0, int)).xyz) == 0


def test_joined_batches_keep_their_order() -> None:
    parts = [
        deltas.DeltaBatch(
            np.full((n, LANDMARK_COUNT, 3), n, np.float32),
            np.full((n, LANDMARK_COUNT), n, np.float32),
            np.full(n, n, np.uint16),
        )
        for n in (2, 1, 3)
    ]
    whole = deltas.joined(parts)
    expected = [2, 2, 1, 3, 3, 3]
    for values in (whole.xyz[:, 0, 0], whole.magnitude[:, 0], whole.zero_norm_count):
        assert values.tolist() == expected
