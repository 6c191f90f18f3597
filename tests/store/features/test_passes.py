"""Landmarks over passes: moves and their inverse, lost and other faces, averages, and errors; FaceMesh does not run."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from affect_store.store.errors import CorpusError
from affect_store.store.features import feature_views
from affect_store.store.features.feature_options import (
    AVERAGES,
    MAX_PASSES,
    FeatureOptions,
    all_options,
    require_options,
)
from affect_store.store.features.landmarks import DetectedFace
from affect_store.store.features.moved_copies import find_over_passes, moved
from affect_store.store.features.passes import (
    SCALE,
    SHIFT,
    TRIMMED_SHARE,
    TURN_DEG,
    averaged,
    mapped_back,
    moves_of,
    standard_errors,
)
from affect_store.store.types import ByteArray, FloatArray
from tests.faces import SIZE_PX, face_px, normalised

FACE = normalised(face_px())
PICTURE = np.zeros((SIZE_PX[1], SIZE_PX[0], 3), np.uint8)
IMAGE_ID = "5f" * 32


def in_turn(*faces: FloatArray | None) -> Callable[[ByteArray], DetectedFace | None]:
    """Find these faces one after the other."""
    rest = iter(faces)

    def find_face(_: ByteArray) -> DetectedFace | None:
        xyz = next(rest)
        return None if xyz is None else DetectedFace(xyz, 2, 1, 0.9)

    return find_face


def copied(xyz: FloatArray, number: int) -> FloatArray:
    """The landmarks as they are in the copy of this number."""
    move, size = moves_of(IMAGE_ID, number + 1)[-1], np.array(SIZE_PX)
    matrix = move.matrix(SIZE_PX)
    planar = (xyz[:, :2] * size) @ matrix[:, :2].T + matrix[:, 2]
    return np.column_stack([planar / size, xyz[:, 2] * move.scale]).astype(np.float32)


def test_moves_are_those_of_the_photograph_and_within_their_bounds() -> None:
    moves = moves_of(IMAGE_ID, MAX_PASSES)
    assert moves == moves_of(IMAGE_ID, MAX_PASSES) and moves[:2] == moves_of(IMAGE_ID, 3)
    assert moves_of(IMAGE_ID, 1) == [] and len(set(moves)) == MAX_PASSES - 1
    assert not set(moves) & set(moves_of("60" * 32, MAX_PASSES))
    for values, bound in (
        ([move.turn_deg for move in moves], TURN_DEG),
        ([move.scale - 1 for move in moves], SCALE),
        ([shift for move in moves for shift in move.shift], SHIFT),
    ):
        assert 0.7 * bound < max(values) <= bound and -bound <= min(values) < -0.7 * bound


def blob_centre(rgb: ByteArray) -> tuple[float, float]:
    """Centre of the bright spot, as FaceMesh counts: in widths and heights from the corner of the picture."""
    weights = rgb[..., 0].astype(np.float64)
    rows, columns = np.indices(weights.shape)
    x, y = ((axis + 0.5) * weights for axis in (columns, rows))
    return x.sum() / weights.sum() / rgb.shape[1], y.sum() / weights.sum() / rgb.shape[0]


def test_what_is_found_in_a_moved_copy_is_mapped_back_to_where_it_is() -> None:
    rows, columns = np.indices((200, 150))
    spot = 255 * np.exp(-((columns - 60.3) ** 2 + (rows - 80.8) ** 2) / 60)
    picture = np.repeat(spot[..., None], 3, axis=2).round().astype(np.uint8)
    for move in moves_of(IMAGE_ID, 8):
        centre = blob_centre(moved(picture, move))
        back = mapped_back(np.array([[*centre, move.scale]], np.float32), move, (150, 200))[0]
        expected = blob_centre(picture)
        assert np.abs((back[:2] - expected) * (150, 200)).max() < 0.02 and back[2] == pytest.approx(1)
        assert np.abs((np.array(centre) - expected) * (150, 200)).max() > 0.1


def test_a_moved_copy_repeats_the_border() -> None:
    picture = np.full((40, 30, 3), 7, np.uint8)
    assert all((moved(picture, move) == picture).all() for move in moves_of(IMAGE_ID, 5))


def test_equal_faces_in_all_copies_give_the_face_without_error() -> None:
    copies = [copied(FACE, number) for number in (1, 2, 3)]
    face = find_over_passes(in_turn(FACE, *copies), PICTURE, moves_of(IMAGE_ID, 4), "mean")
    assert face is not None and face.pass_count == 4 and (face.face_count, face.size_rank, face.score) == (2, 1, 0.9)
    assert np.abs(face.xyz - FACE).max() < 1e-6
    assert face.errors is not None and face.errors.max() < 1e-4


def test_lost_and_other_faces_are_left_out() -> None:
    other = FACE + np.array([0.3, 0, 0], np.float32)
    detect = in_turn(FACE, None, copied(other, 2), copied(FACE, 3))
    face = find_over_passes(detect, PICTURE, moves_of(IMAGE_ID, 4), "mean")
    assert face is not None and face.pass_count == 2 and np.abs(face.xyz - FACE).max() < 1e-6


def test_the_photograph_itself_decides_whether_there_is_a_face() -> None:
    assert find_over_passes(in_turn(None, FACE), PICTURE, moves_of(IMAGE_ID, 2), "mean") is None


def test_a_face_in_the_photograph_only_has_no_errors() -> None:
    face = find_over_passes(in_turn(FACE, None, None), PICTURE, moves_of(IMAGE_ID, 3), "mean")
    assert face is not None and face.pass_count == 1 and face.errors is None and face.xyz is FACE


def test_the_median_and_the_trimmed_mean_resist_one_stray_pass() -> None:
    faces = np.stack([FACE] * 6 + [FACE + 1])
    assert np.abs(averaged(faces, "median") - FACE).max() < 1e-6 > np.abs(averaged(faces, "trimmed") - FACE).max()
    assert np.abs(averaged(faces, "mean") - FACE - 1 / 7).max() < 1e-6


def test_averages_do_not_depend_on_the_order_of_the_passes() -> None:
    rng = np.random.default_rng(1)
    faces = np.stack([normalised(face_px(seed=seed, noise=0.01)) for seed in range(7)])
    for average in AVERAGES:
        assert (averaged(faces, average) == averaged(rng.permutation(faces), average)).all()


def test_errors_are_those_of_a_known_noise_whatever_the_size_of_the_picture() -> None:
    passes, noise = 400, 0.01
    faces = np.stack([face_px(seed=seed, noise=noise) for seed in range(passes)])
    errors = standard_errors(normalised(faces), SIZE_PX)
    expected = noise * np.sqrt(3 / passes)
    assert errors.dtype == np.float32 and np.median(errors) == pytest.approx(expected, rel=0.05)
    other_px = (1362, 512)
    assert standard_errors(normalised(faces, other_px), other_px) == pytest.approx(errors, rel=1e-3)


def test_a_single_plain_pass_keeps_its_version_and_every_other_option_has_its_own() -> None:
    parameters = feature_views.landmarks().parameters
    assert parameters == {
        "static_image_mode": True, "max_num_faces": 1, "refine_landmarks": False, "decode_scale": 1.0,
    }  # fmt: skip
    options = list(all_options((1.0, 0.5)))
    assert len(options) == len(set(options)) == 2 * 2 * 2 * (1 + 3 * (MAX_PASSES - 1)) and options[0].is_single
    to_one_reference = [option for option in options if option.references == "one"]
    assert len({feature_views.landmarks(option).version for option in to_one_reference}) == len(to_one_reference)


def test_the_version_of_a_trimmed_mean_names_the_share_that_it_leaves_out() -> None:
    shares = {
        average: feature_views.landmarks(FeatureOptions(passes=7, average=average)).parameters.get("trimmed_share")
        for average in AVERAGES
    }
    assert shares == {"mean": None, "median": None, "trimmed": TRIMMED_SHARE}
    assert "trimmed_share" not in feature_views.landmarks(FeatureOptions(average="trimmed")).parameters


def test_deltas_of_the_published_recipe_are_of_single_landmarks() -> None:
    several = FeatureOptions(passes=7, mesh="attention")
    of_default = {view.feature: view.version for view in feature_views.chosen()}
    published = {view.feature: view.version for view in feature_views.chosen(several, published=["single_landmarks"])}
    alone = {view.feature: view.version for view in feature_views.chosen(several)}
    assert published["frontal_unit"] == of_default["frontal_unit"] != alone["frontal_unit"]
    assert published["landmarks"] == alone["landmarks"] != of_default["landmarks"]
    assert published["aligned"] == alone["aligned"] != of_default["aligned"]
    assert published["pixels"] == of_default["pixels"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (FeatureOptions(passes=0), "passes: expected a number from 1 to 31, received 0"),
        (FeatureOptions(passes=32), "received 32"),
        (FeatureOptions(mesh="fine"), "mesh: expected plain or attention, received 'fine'"),
        (FeatureOptions(references="all"), "references: expected one or mean, received 'all'"),
        (FeatureOptions(average="mode"), "average: expected mean or median or trimmed, received 'mode'"),
    ],
)
def test_options_that_do_not_exist_are_refused(options: FeatureOptions, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        require_options(options)
