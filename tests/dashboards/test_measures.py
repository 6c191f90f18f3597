"""Measures and action-unit proxies on the page: means over people with intervals, one person beside all, agreement."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from scipy import stats

from affect_store.dashboards.figures import measures
from affect_store.dashboards.frames import Frames
from affect_store.dashboards.pages import features
from affect_store.dashboards.people_means import in_words, mean_over_people
from affect_store.store.vocabulary import MIN_PEOPLE
from tests.dashboards.test_build import rendered


def test_means_have_the_t_interval_over_people() -> None:
    values = [0.1, 0.2, 0.25, 0.3, 0.55, 0.4]
    low, mean, high = mean_over_people(values)
    expected = stats.t.interval(0.95, len(values) - 1, np.mean(values), stats.sem(values))
    assert (low, high) == pytest.approx(expected) and mean == pytest.approx(np.mean(values))
    assert mean_over_people(values[: MIN_PEOPLE - 1])[::2] == (None, None)
    assert in_words(values, 2) == f"{mean:.2f} ({low:.2f} to {high:.2f})" and in_words([0.5]) == "0.500"


def test_one_person_is_beside_all_people(frames: Frames) -> None:
    picture = measures.by_emotion(frames.person_measures)
    traces = {trace.meta["group"]: trace for trace in picture.figure.data}
    people, happy = measures.people_in(frames.person_measures), frames.person_measures.filter(emotion="happy")
    width = happy.filter(column_name="mouth_width_change_iod")
    assert traces["happy"].x[0] == pytest.approx(width["mean"].mean(), abs=1e-4)
    assert traces["happy|0"].x[0] == pytest.approx(width.filter(subject_id=people[0])["mean"][0], abs=1e-4)
    assert len(traces) == len(measures.emotions(frames.person_measures)) * (1 + len(people))
    assert [trace.visible for trace in picture.figure.data].count(True) == 1
    assert list(picture.figure.layout.yaxis.ticktext) == ["mouth width", "eye opening"], "both eyes are one row"
    assert "neutral" not in traces


def test_the_table_has_every_measure_with_its_interval(frames: Frames) -> None:
    rows = measures.table_rows(frames.person_measures)
    assert [row[0] for row in rows] == [
        "mouth_width_change_iod", "eye_opening_right_change_iod", "eye_opening_left_change_iod",
        "brow_slope_right_change_deg",
    ]  # fmt: skip
    assert all(len(row) == 1 + len(measures.emotions(frames.person_measures)) for row in rows)
    assert " to " in rows[0][1]


def test_proxies_are_compared_with_intended_units(frames: Frames) -> None:
    picture = measures.against_intended(frames.unit_means)
    traces = [trace for trace in picture.figure.data if trace.meta["group"] == "au12"]
    dots = [dot for trace in traces for dot in zip(trace.x, trace.y, strict=True)]
    assert dots and all(y == pytest.approx(x / 2, abs=1e-3) for x, y in dots)
    rows = measures.agreement_rows(frames.unit_agreement)
    assert rows[0][:3] == ("AU07, lid tightener", "90°", "–") and rows[0][4] == "0"
    own = frames.unit_agreement.filter(unit="au12", camera_angle_deg=90)
    (shown,) = [row for row in rows if row[:2] == ("AU12, lip corner puller", "90°")]
    assert shown[2] == in_words(own["correlation"].to_list(), 2)


def test_the_page_has_the_sections_only_with_rows(frames: Frames) -> None:
    page = rendered(features, frames)
    assert "Measures by emotion" in page and "not codings by the Facial Action Coding System" in page
    real = replace(frames, unit_means=frames.unit_means.clear(), unit_agreement=frames.unit_agreement.clear())
    assert "Measures by emotion" in rendered(features, real) and "Action-unit proxies" not in rendered(features, real)
    without = replace(real, person_measures=frames.person_measures.clear())
    assert "Measures by emotion" not in rendered(features, without)


def test_few_people_have_no_interval(frames: Frames) -> None:
    few = frames.person_measures.filter(pl.col("subject_id").is_in(measures.people_in(frames.person_measures)[:2]))
    assert measures.by_emotion(few).figure.data[0].error_x.visible is False
    assert all(" to " not in cell for row in measures.table_rows(few) for cell in row)
