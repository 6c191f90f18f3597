"""Histograms mark values outside the limits, and texts and bars agree."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from affect_store.validation.report.charts import chart
from affect_store.validation.verdict import Distribution


def of(*, low: float | None = None, high: float | None = None) -> Distribution:
    return Distribution("length <b>", (0.0, 1.0, 2.0, 3.0), (5, 0, 1), 0.25, 2.75, low, high)


def classes(distribution: Distribution) -> list[str]:
    return [element.get("class", "") for element in ElementTree.fromstring(str(chart(distribution).svg)).iter()]


@pytest.mark.parametrize(
    ("low", "high", "allowed", "is_outside", "bars_outside"),
    [
        (None, None, "any value", False, 0),
        (0.0, 3.0, "0 to 3", False, 0),
        (None, 2.0, "at most 2", True, 1),
        (1.0, None, "at least 1", True, 1),
        (1.0, 2.0, "1 to 2", True, 2),
    ],
)
def test_limits_are_lines_and_bars_outside_are_marked(
    low: float | None, high: float | None, allowed: str, is_outside: bool, bars_outside: int
) -> None:
    distribution = of(low=low, high=high)
    drawn = chart(distribution)
    assert (drawn.observed, drawn.allowed, drawn.is_outside) == ("0.25 to 2.75", allowed, is_outside)
    assert classes(distribution).count("limit") == (low is not None) + (high is not None)
    assert (
        classes(distribution).count("bar out") == bars_outside
        and classes(distribution).count("bar") == 2 - bars_outside
    )


def test_a_single_value_is_drawn_and_names_are_escaped() -> None:
    distribution = Distribution("<b>", (0.5, 1.5), (3,), 1.0, 1.0)
    assert chart(distribution).observed == "1" and classes(distribution).count("bar") == 1
    assert "<b>" not in str(chart(distribution).svg)
