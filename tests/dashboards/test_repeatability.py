"""The page Repeatability: dots with intervals, heat maps and tables per corpus, or the command to run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from affect_store.dashboards import build
from affect_store.dashboards.figures import repeatability as figures
from affect_store.dashboards.frames import Frames
from affect_store.dashboards.pages import repeatability
from tests.dashboards.builder import HOSTILE, Builder
from tests.dashboards.builder_basics import COPIED, copied


def measured(frames: Frames, *corpora: str, **changed: object) -> Frames:
    rows = [
        copied(feature, component, copy, **{"corpus": corpus, **changed})
        for corpus in corpora
        for feature, components in COPIED.items()
        for component in components
        for copy in figures.COLUMNS
    ]
    return replace(frames, repeatability=Builder().repeatability(*rows))


@pytest.fixture(scope="module")
def frames() -> Frames:
    return Builder().frames()


def test_the_command_is_named_where_nothing_was_measured(frames: Frames) -> None:
    frames = replace(frames, repeatability=frames.repeatability.clear())
    page = repeatability.page(frames, build.site(frames))
    assert "<code>affect repeatability</code>" in page and "<section" not in page
    assert "repeatability.html" in str(build.site(frames).links) and "repeatability.html" in build.pages(frames)


def test_each_corpus_is_a_section_with_escaped_names(frames: Frames) -> None:
    page = repeatability.page(frames := measured(frames, "london", HOSTILE), build.site(frames))
    assert page.count("<section") == 2 and HOSTILE not in page and ">london</h2>" in page
    assert "<code>affect repeatability</code>" not in page
    assert "change by 10% of their length (grey) to 80% (mirrored)." in page
    assert "A sample of 150 photographs" in page and "In 2 of them copies show no face" in page
    assert page.count('class="canvas"') == 2 * (4 + 4)
    assert "mouth width" in page and "AU12 lip corner puller" in page


def test_dots_have_intervals_and_both_features(frames: Frames) -> None:
    landmarks, deltas = figures.by_group(measured(frames, "lab").repeatability).figure.data
    assert (landmarks.name, deltas.name) == ("Landmarks", "Aligned deltas")
    assert list(landmarks.x) == pytest.approx([0.55] * len(figures.GROUPS))
    assert list(landmarks.error_x.arrayminus) == pytest.approx([0.1] * len(figures.GROUPS))
    assert [round(place) for place in deltas.y] == list(range(len(figures.GROUPS)))
    assert all(below > above for below, above in zip(deltas.y, landmarks.y, strict=True))


def test_heat_maps_name_the_least_repeatable_copy(frames: Frames) -> None:
    frame = measured(frames, "lab").repeatability
    changes, errors = figures.relative_changes(frame), figures.errors(frame)
    assert list(changes.figure.data[0].z[0]) == pytest.approx([0.1 * (k + 1) for k in range(9)])
    assert changes.alt.endswith("Least repeatable: whole face, all copies, 90%.")
    assert errors.figure.data[0].text[0][0] == "1.2", "in % of the inter-ocular distance"
    own = figures.correlations(frame, "measures", ["mouth_width_iod"])
    assert own.figure.layout.yaxis.ticktext == ("mouth width",)
    assert "ICC 0.900 (0.800–0.920)" in own.figure.data[0].customdata[0][1]
    assert "148 photographs of 12 people, 2 left out" in own.figure.data[0].customdata[0][1]


def test_values_that_are_not_known_stay_blank(frames: Frames) -> None:
    unknown = measured(frames, "lab", icc=None, icc_low=None, icc_high=None, sem=None, relative_change=None)
    page = repeatability.page(unknown, build.site(unknown))
    assert ">–</td>" in page and "of their length" not in page
    few = measured(frames, "lab", icc_low=None, icc_high=None, n_people=2).repeatability
    assert "No interval: too few people." in figures.by_group(few).note
