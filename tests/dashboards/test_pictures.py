"""Pictures of faces, people, decisions, audits and history: what a frame leads to."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from sklearn.decomposition import PCA

from dashboards.figures import checks, deciding, face, hardest, history, outline, plane
from dashboards.frames import Frames
from dashboards.pages import runs as runs_page
from store.mesh import mean_face
from store.vocabulary import EMOTIONS, FRONTAL_DEG, LANDMARK_GROUPS
from tests.dashboards.builder import photographed


def test_everyone_is_the_mean_over_all_photographs(frames: Frames) -> None:
    own = frames.movements.filter(
        (pl.col("feature") == "aligned")
        & (pl.col("emotion") == EMOTIONS[0])
        & (pl.col("camera_angle_deg") == FRONTAL_DEG)
    )
    weights = np.arange(1, own.height + 1)
    counted = own.with_columns(n=pl.Series(weights))
    expected = np.average(own["mean_delta"].to_numpy(), axis=0, weights=weights).reshape(-1, 3)
    assert face.everyone(counted, "aligned", EMOTIONS[0]) == pytest.approx(expected, abs=1e-6)
    assert not face.everyone(counted, "frontal_unit", EMOTIONS[0]).any()


def test_the_plane_holds_what_differs_most(frames: Frames) -> None:
    placed, shares = plane.points(frames.movements)
    own = frames.movements.filter(pl.col("feature") == "aligned")
    found = PCA(n_components=2, svd_solver="full").fit(own["mean_delta"].to_numpy().astype(float))
    assert shares == pytest.approx(found.explained_variance_ratio_)
    expected = np.abs(found.transform(own["mean_delta"].to_numpy().astype(float)))
    assert np.abs(placed.select("x", "y").to_numpy()) == pytest.approx(expected, abs=1e-4)


def test_a_face_is_drawn_inside_its_view() -> None:
    xyz = photographed(3)
    view, path = outline.svg(xyz, 681, 1024)
    width, height = (float(one) for one in view.split()[2:])
    numbers = np.array([float(one) for one in re.findall(r"[-0-9.]+", path)]).reshape(-1, 2)
    assert len(numbers) == sum(len(one) for one in outline.lines())
    assert (numbers >= 0).all() and (numbers <= [width + 0.5, height + 0.5]).all()
    far = numbers.max(axis=0) - numbers.min(axis=0)
    points = xyz.reshape(-1, 3)[list(outline.drawn()), :2] * [100 * 681 / 1024, 100]
    assert far == pytest.approx(points.max(axis=0) - points.min(axis=0), abs=0.2), "x in widths becomes y's unit"


def test_strokes_run_through_every_named_landmark_in_order() -> None:
    named = {one for members in LANDMARK_GROUPS.values() for one in members} - set(LANDMARK_GROUPS["nose"])
    assert named <= set(outline.drawn())
    closed = [stroke for stroke in outline.lines() if stroke[0] == stroke[-1]]
    assert len(closed) == 7 and len(outline.lines()) == 9
    face_points = mean_face()[:, :2]
    for stroke in closed:
        sides = np.linalg.norm(np.diff(face_points[list(stroke)], axis=0), axis=1)
        span = np.ptp(face_points[list(stroke)], axis=0).max()
        assert sides.max() < 0.45 * span, "a stroke that jumps across would have a long side"


def test_the_hardest_are_told_with_drawing_or_thumbnail(frames: Frames) -> None:
    run = frames.hardest["run_id"][0]
    first, second, third = hardest.cards(frames.hardest.filter(pl.col("run_id") == run))
    assert first["path"] and not first["src"]
    assert second["src"].startswith("data:image/png;base64,")
    assert not third["path"] and not third["src"], "no face: words alone"
    assert first["odds"] == "0.02 against 0.90"


def test_deciding_landmarks_are_the_stored_ones(frames: Frames) -> None:
    run = frames.attributions["run_id"][0]
    picture = deciding.solid(frames.attributions, run, frames.neutral)
    (mesh,) = picture.figure.data
    stored = frames.attributions.filter(pl.col("run_id") == run)["added"].to_list()[0]
    assert list(mesh.intensity) == pytest.approx(stored, abs=1e-4)
    assert mesh.cmax == -mesh.cmin > 0 and "mouth adds most" in picture.alt
    bars = deciding.importances(frames.importances, run).figure
    assert list(bars.data[0].x) == [0.7, 0.3, 0.06]


def test_checks_are_counted_by_what_came_of_them(frames: Frames) -> None:
    picture = checks.by_table(frames.checks).figure
    assert {trace.name: sum(trace.x) for trace in picture.data} == {
        "passed": 2, "warned": 2, "set rows aside": 2
    }  # fmt: skip
    over = checks.over_time(frames.audits)
    assert {trace.name: list(trace.y) for trace in over.figure.data}["stopped the publication"] == [2, 0]
    assert "1 of them with a check that stops" in over.note


def test_the_history_tells_runs_and_publications(frames: Frames) -> None:
    dots = [value for trace in history.runs(frames.runs).figure.data for value in trace.y]
    trained = frames.runs.filter(~pl.col("is_pooled"))
    assert trained.height == frames.runs.height - 1 and sorted(dots) == sorted(trained["duration_s"])
    assert f"{trained.height} runs" in history.runs(frames.runs).note, "a run that pools folds trained nothing itself"
    assert list(history.publications(frames.publications).figure.data[0].y) == pytest.approx([0.7, 0.75, 0.8])
    assert runs_page.changes(frames) == [
        "+72 photographs",
        "+1 person",
        "+1 training run",
        "best accuracy by person +0.050",
    ]
    assert runs_page.changes(replace(frames, publications=frames.publications.head(1))) == []
