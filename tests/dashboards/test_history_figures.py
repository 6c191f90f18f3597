"""Figures of audits, history and scalar features: values for given frames."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from affect_store.dashboards.figures import checks, history, scalar_features
from affect_store.dashboards.frames import Frames
from affect_store.dashboards.pages import runs as runs_page


def test_checks_are_counted_by_outcome(frames: Frames) -> None:
    picture = checks.by_table(frames.checks).figure
    assert {trace.name: sum(trace.x) for trace in picture.data} == {
        "passed": 2, "warning": 2, "rows quarantined": 2
    }  # fmt: skip
    over = checks.over_time(frames.audits)
    assert {trace.name: list(trace.y) for trace in over.figure.data}["publication stopped"] == [2, 0]
    assert "1 with a failure that stops the publication" in over.note


def test_the_history_shows_runs_and_publications(frames: Frames) -> None:
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


@pytest.mark.parametrize("column", ["yaw_deg", "pitch_deg", "roll_deg"])
def test_scalar_features_show_mean_deviation_and_range(frames: Frames, column: str) -> None:
    picture = scalar_features.by_camera(frames.scalar_features, "head_pose", column)
    own = frames.scalar_features.filter(column_name=column)
    ranges, means = picture.figure.data
    assert list(means.x) == own["camera_angle_deg"].to_list() and list(means.y) == own["mean"].to_list()
    assert list(means.error_y.array) == own["sd"].to_list()
    assert list(ranges.error_y.array) == pytest.approx((own["greatest"] - own["mean"]).to_list())
    assert list(ranges.error_y.arrayminus) == pytest.approx((own["mean"] - own["least"]).to_list())
    assert picture.title == f"head_pose: {column}" and "288 photographs" in picture.note


def test_scalar_features_of_one_camera_and_photograph(frames: Frames) -> None:
    single = frames.scalar_features.head(1).with_columns(sd=pl.lit(None, pl.Float64), n_images=pl.lit(1, pl.UInt32))
    picture = scalar_features.by_camera(single, "head_pose", "yaw_deg")
    assert "sd –" in picture.figure.data[1].customdata[0] and "1 photograph." in picture.note
