"""Figures of faces, similarity, hardest photographs and attributions: values for given frames."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
import pytest
from sklearn.decomposition import PCA

from affect_store.dashboards.figures import attributions, face, hardest, outline, similarity
from affect_store.dashboards.frames import Frames
from affect_store.store.face_mesh import mean_face
from affect_store.store.vocabulary import EMOTIONS, FRONTAL_DEG, LANDMARK_GROUPS, VECTOR_LENGTH
from tests.dashboards.builder import photographed


def test_the_mean_of_an_emotion_is_weighted_by_photographs(frames: Frames) -> None:
    own = frames.mean_deltas.filter(
        (pl.col("feature") == "aligned")
        & (pl.col("emotion") == EMOTIONS[0])
        & (pl.col("camera_angle_deg") == FRONTAL_DEG)
    )
    weights = np.arange(1, own.height + 1)
    counted = own.with_columns(n=pl.Series(weights))
    expected = np.average(own["mean_delta"].to_numpy(), axis=0, weights=weights).reshape(-1, 3)
    assert face.mean_over_people(counted, "aligned", EMOTIONS[0]) == pytest.approx(expected, abs=1e-6)
    assert not face.mean_over_people(counted, "frontal_unit", EMOTIONS[0]).any()


def test_similarity_equals_the_pca_of_scikit_learn(frames: Frames) -> None:
    projected, shares = similarity.points(frames.mean_deltas)
    own = frames.mean_deltas.filter(pl.col("feature") == "aligned")
    pca = PCA(n_components=2, svd_solver="full").fit(own["mean_delta"].to_numpy().astype(float))
    assert shares == pytest.approx(pca.explained_variance_ratio_)
    expected = np.abs(pca.transform(own["mean_delta"].to_numpy().astype(float)))
    assert np.abs(projected.select("x", "y").to_numpy()) == pytest.approx(expected, abs=1e-4)


def test_a_face_is_drawn_inside_its_view() -> None:
    xyz = photographed(3)
    view, path = outline.svg(xyz, 681, 1024)
    width, height = (float(number) for number in view.split()[2:])
    numbers = np.array([float(number) for number in re.findall(r"[-0-9.]+", path)]).reshape(-1, 2)
    assert len(numbers) == sum(len(stroke) for stroke in outline.lines())
    assert (numbers >= 0).all() and (numbers <= [width + 0.5, height + 0.5]).all()
    extent = numbers.max(axis=0) - numbers.min(axis=0)
    points = xyz.reshape(-1, 3)[list(outline.drawn()), :2] * [100 * 681 / 1024, 100]
    assert extent == pytest.approx(points.max(axis=0) - points.min(axis=0), abs=0.2), "x is converted to the unit of y"


def test_strokes_contain_all_named_landmarks_in_order() -> None:
    named = {landmark for members in LANDMARK_GROUPS.values() for landmark in members} - set(LANDMARK_GROUPS["nose"])
    assert named <= set(outline.drawn())
    closed = [stroke for stroke in outline.lines() if stroke[0] == stroke[-1]]
    assert len(closed) == 7 and len(outline.lines()) == 9
    face_points = mean_face()[:, :2]
    for stroke in closed:
        sides = np.linalg.norm(np.diff(face_points[list(stroke)], axis=0), axis=1)
        span = np.ptp(face_points[list(stroke)], axis=0).max()
        assert sides.max() < 0.45 * span, "a stroke in the wrong order would have a long side"


def test_hardest_photographs_have_a_drawing_or_thumbnail(frames: Frames) -> None:
    run = frames.hardest["run_id"][0]
    first, second, third = hardest.cards(frames.hardest.filter(pl.col("run_id") == run))
    assert first["path"] and not first["src"]
    assert second["src"].startswith("data:image/png;base64,")
    assert not third["path"] and not third["src"], "without a face only text"
    assert first["probabilities"] == "0.02 vs 0.90"


def test_attributions_are_the_stored_ones(frames: Frames) -> None:
    run = frames.attributions["run_id"][0]
    picture = attributions.attribution_face(frames.attributions, run, frames.neutral)
    (mesh,) = picture.figure.data
    stored = frames.attributions.filter(pl.col("run_id") == run)["added"].to_list()[0]
    assert list(mesh.intensity) == pytest.approx(stored, abs=1e-4)
    assert mesh.cmax == -mesh.cmin > 0 and "strongest group mouth" in picture.alt
    first, *_ = attributions.rows(frames.attributions, frames.group_attributions, run)
    limits = " (+0.10\u00a0to\u00a0+0.70)"
    assert [cell.endswith(limits) for cell in first[1:]] == [group != "nose" for group in LANDMARK_GROUPS]
    bars = attributions.importances(frames.importances, run).figure
    assert list(bars.data[0].x) == [0.7, 0.3, 0.06]


@pytest.mark.parametrize("rows", [3, VECTOR_LENGTH])
def test_similarity_of_equal_faces_is_a_point_without_variance(rows: int) -> None:
    delta = pl.Series("mean_delta", [[0.5] * VECTOR_LENGTH] * rows, dtype=pl.Array(pl.Float32, VECTOR_LENGTH))
    labels = [pl.lit(value).alias(name) for name, value in (("subject_id", "a"), ("emotion", EMOTIONS[0]))]
    equal = pl.DataFrame([delta]).with_columns(*labels, camera_angle_deg=FRONTAL_DEG, feature=pl.lit("aligned"))
    projected, shares = similarity.points(equal)
    assert shares == pytest.approx([0, 0]) and projected.select("x", "y").to_numpy() == pytest.approx(0)
