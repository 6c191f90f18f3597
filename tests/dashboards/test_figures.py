"""Figures of scores, comparisons, coverage and splits: traces and values for given frames."""

from __future__ import annotations

import json

import numpy as np
import plotly.graph_objects as go
import polars as pl
import pytest

from affect_store.dashboards.figures import (
    coverage,
    face,
    leaderboard,
    leakage,
    scores,
    slices,
    split_members,
)
from affect_store.dashboards.frames import Frames
from affect_store.dashboards.pages import data
from affect_store.store.vocabulary import (
    EMOTIONS,
    HUMAN_AGREEMENT,
    INTENSITY_THIRDS,
    LANDMARK_COUNT,
    NEUTRAL,
    PARTS,
    RATING_METRICS,
    STRATEGIES,
)
from tests.dashboards.builder import SYSTEMS, rated

TEST = PARTS[-1]
BY_PERSON, BY_IMAGE = STRATEGIES[:2]


def named(figure: go.Figure, start: str) -> go.Scatter:
    return next(trace for trace in figure.data if (trace.name or "").startswith(start))


def run_rows(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("run_id") == f"mm1-corrected-{BY_PERSON}")


def test_leaderboard_draws_scores_intervals_and_lines(frames: Frames) -> None:
    picture = leaderboard.accuracy(frames.leaderboard)
    dots = named(picture.figure, "corrected")
    best = SYSTEMS["mm1"][1][1]
    assert max(dots.x) == pytest.approx(best)
    assert dots.error_x.visible and dots.error_x.array[0] == pytest.approx(0.06)
    assert set(named(picture.figure, "chance").x) == {1 / len(EMOTIONS)}
    assert "95 % interval over people" in picture.note and "6 people" in picture.note
    assert "several seeds or repeats is shown with the mean of its runs" in picture.note
    single = frames.leaderboard.with_columns(n_runs=pl.when(pl.col("n_runs").is_not_null()).then(1))
    assert "mean of its runs" not in leaderboard.accuracy(single).note


def test_human_agreement_is_drawn_at_the_frontal_camera_of_rafd_only(frames: Frames) -> None:
    metrics = run_rows(frames.metrics)
    raters = named(slices.accuracies(metrics, part=PARTS[-1], is_rafd=True).figure, "Green")
    assert set(raters.x) == {HUMAN_AGREEMENT}
    labels = [row["label"] for row in slices.rows(metrics, part=PARTS[-1])]
    assert np.mean(raters.y) == labels.index("camera 90°") and np.ptp(raters.y) < 1
    sides = metrics.filter(pl.col("slice") != "camera_angle_deg=90")
    for picture in (
        slices.accuracies(metrics, part=PARTS[-1]),
        slices.accuracies(sides, part=PARTS[-1], is_rafd=True),
        leaderboard.accuracy(frames.leaderboard),
    ):
        assert str(HUMAN_AGREEMENT) not in picture.note
        assert not any(set(trace.x) == {HUMAN_AGREEMENT} for trace in picture.figure.data)


@pytest.mark.parametrize("is_rafd", [True, False])
def test_the_agreement_of_a_corpus_with_ratings_is_its_own(frames: Frames, is_rafd: bool) -> None:
    metrics = rated(run_rows(frames.metrics))
    picture = slices.accuracies(metrics, part=TEST, is_rafd=is_rafd)
    raters = named(picture.figure, "Green")
    assert list(raters.x) == [0.75, 0.75, None, 0.75, 0.75]
    labels = [row["label"] for row in slices.rows(metrics, part=TEST)]
    assert np.mean(raters.y[:2]) == labels.index("all photographs")
    assert np.mean(raters.y[3:]) == labels.index("camera 90°")
    assert labels[-3:] == ["intensity low", "intensity middle", "intensity high"]
    assert str(HUMAN_AGREEMENT) not in picture.note and "age and intensity" in picture.title
    assert "Accuracy divided by the agreement of human raters on the same photographs: 1.04 (95 %" in picture.note


def test_metrics_of_human_raters_can_be_chosen_only_if_photographs_are_rated(frames: Frames) -> None:
    metrics, levels = scores.choices(frames.metrics, frames.leaderboard, strategy=BY_PERSON)
    assert not {*RATING_METRICS} & {*metrics} and not any("intensity" in level for level in levels)
    metrics, levels = scores.choices(rated(frames.metrics), frames.leaderboard, strategy=BY_PERSON)
    assert metrics[-1] == "accuracy_human_normalised" and levels[-3:] == [f"intensity={x}" for x in INTENSITY_THIRDS]


def test_untrainable_runs_are_text_and_never_dots(frames: Frames) -> None:
    figure = leaderboard.accuracy(frames.leaderboard).figure
    dots = [place for trace in figure.data if "markers" in trace.mode for place in trace.y]
    labelled = [note.y for note in figure.layout.annotations if note.text == "not trainable"]
    assert len(dots) == 8 and len(labelled) == 4
    assert not set(dots) & set(labelled)


def test_no_interval_below_five_people(minimal: Frames) -> None:
    picture = leaderboard.accuracy(minimal.leaderboard)
    assert not named(picture.figure, "corrected").error_x.visible
    assert "at least 5 people" in picture.note and "2 people" in picture.note


def test_ranking_puts_the_split_by_person_first_and_untrainable_runs_last(frames: Frames) -> None:
    rows = leaderboard.ranked(frames.leaderboard).filter(pl.col("strategy") == BY_PERSON)
    known = rows["accuracy"].drop_nulls().to_list()
    assert known == sorted(known, reverse=True)
    assert rows["status"].to_list()[-4:] == ["untrainable"] * 4


def test_leakage_is_drawn_from_the_paired_comparison_with_its_interval(frames: Frames) -> None:
    rows = leakage.pairs(frames.comparisons, frames.leaderboard)
    (dots,) = leakage.leakage(frames.comparisons, frames.leaderboard).figure.data
    assert len(rows) == 4 and list(dots.x) == [row["value"] for row in rows]
    assert list(dots.error_x.arrayminus) == pytest.approx([0.05] * 4)
    assert [row["accuracy"] for row in rows] == sorted((row["accuracy"] for row in rows), reverse=True)
    unpaired = frames.comparisons.filter(pl.col("metric") == "accuracy")
    assert not leakage.has_any(unpaired, frames.leaderboard), "two scores on different people are no measure of it"


def test_a_failed_run_with_a_number_is_not_scored(frames: Frames) -> None:
    failed = frames.leaderboard.with_columns(status=pl.lit("failed"))
    assert failed.filter(leaderboard.is_scored()).is_empty()
    assert not leakage.has_any(frames.comparisons, failed)


def test_coverage_counts_cells(frames: Frames) -> None:
    table = coverage.cells(frames.coverage, "subject_id", "emotion")
    assert table.height == 16 * len(EMOTIONS)
    assert table["n"].sum() == frames.coverage.height
    heat = coverage.by_person(frames.coverage).figure.data[0]
    assert np.shape(heat.z) == (16, len(EMOTIONS))
    reference = table.filter(pl.col("emotion") == NEUTRAL).row(0, named=True)
    assert "1 × reference photograph" in reference["gaps"]


def test_a_reference_photograph_is_complete_and_no_gap(frames: Frames) -> None:
    only = frames.coverage.filter(pl.col("status") == coverage.REFERENCE)
    table = coverage.cells(only, "subject_id", "emotion")
    assert (table["share"] == 1).all() and set(table["gaps"]) == {"1 × reference photograph"}
    assert data.missing(only) == []


def test_subjects_named_like_numbers_keep_their_names(frames: Frames) -> None:
    axis = coverage.by_person(frames.coverage).figure.layout.yaxis
    assert list(axis.ticktext[:2]) == ["001", "002"]


def test_arrows_start_on_the_face_and_show_the_delta(frames: Frames) -> None:
    assert frames.neutral is not None
    delta, _ = face.deltas(frames.faces)[EMOTIONS[0]]
    picture = face.three_dimensional(delta, frames.neutral, "aligned", 0.2)
    shafts = picture.figure.data[2]
    x, y, z = (np.asarray(getattr(shafts, letter))[0::3] for letter in "xyz")
    neutral = frames.neutral
    assert x == pytest.approx(neutral[:, 0], abs=1e-5)
    assert y == pytest.approx(neutral[:, 2], abs=1e-5)
    assert z == pytest.approx(-neutral[:, 1], abs=1e-5), "down in data is down on the page"
    factor = (np.asarray(shafts.x)[1::3] - x)[np.abs(delta[:, 0]) > 0.01] / delta[np.abs(delta[:, 0]) > 0.01, 0]
    assert factor == pytest.approx(factor[0], abs=1e-3)
    assert picture.figure.layout.scene.aspectmode == "data"
    assert len(np.asarray(shafts.x)) == 3 * LANDMARK_COUNT


def test_figures_are_pure(frames: Frames) -> None:
    once, twice = (leaderboard.accuracy(frames.leaderboard).figure.to_json() for _ in range(2))
    assert once == twice and json.loads(once)["data"]


def test_profile_cameras_are_not_counted_as_missing(frames: Frames) -> None:
    profile = frames.coverage.with_columns(
        pl.lit(0, pl.UInt16).alias("camera_angle_deg"), status=pl.lit("profile camera")
    )
    both = pl.concat([frames.coverage, profile])
    assert coverage.of_used_cameras(both).equals(frames.coverage) and coverage.of_used_cameras(profile).is_empty()


def test_every_metric_and_slice_has_a_trace_and_one_is_visible(frames: Frames) -> None:
    picture = scores.scores(frames.metrics, frames.leaderboard, strategy=BY_PERSON)
    metrics, levels = scores.choices(frames.metrics, frames.leaderboard, strategy=BY_PERSON)
    groups = [trace.meta["group"] for trace in picture.figure.data if trace.marker.symbol != "line-ns"]
    assert len(groups) == len(set(groups)) and {group.split("|")[0] for group in groups} == set(metrics)
    assert {group.split("|")[1] for group in groups} == set(levels) and levels[:2] == ["all", "camera_angle_deg=45"]
    assert [trace.meta["group"] for trace in picture.figure.data if trace.visible] == ["accuracy|all"]
    (shown,) = (trace for trace in picture.figure.data if trace.visible)
    stored = frames.metrics.filter(part=TEST, slice="all", metric="accuracy")["value"].round(5)
    assert set(shown.x) <= set(stored)


def test_a_tick_beside_each_calibration_error_marks_perfect_calibration(frames: Frames) -> None:
    picture = scores.scores(frames.metrics, frames.leaderboard, strategy=BY_PERSON)
    (ticks,) = (trace for trace in picture.figure.data if trace.marker.symbol == "line-ns")
    group = ticks.meta["group"]
    (dots,) = (trace for trace in picture.figure.data if trace.meta["group"] == group and trace is not ticks)
    assert group == "calibration_error_scaled|all" and not ticks.visible
    assert sorted(ticks.y) == sorted(dots.y) and set(ticks.x) == {0.04}


def test_a_split_by_person_has_one_colour_per_bar(frames: Frames) -> None:
    for strategy, several in ((BY_PERSON, 0), (BY_IMAGE, 16)):
        picture = split_members.members(frames.subject_parts, strategy=strategy)
        bars = [position for trace in picture.figure.data for position in trace.x]
        assert sum(bars.count(position) > 1 for position in set(bars)) == several
        assert f"16 people, {several} of them in more than one part" in picture.note
