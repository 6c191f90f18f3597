"""Distributions as pictures: what lies outside its bounds is marked, and the words say the same as the bars."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from validation.charts import chart
from validation.verdict import Distribution


def of(*, low: float | None = None, high: float | None = None) -> Distribution:
    return Distribution("length <b>", (0.0, 1.0, 2.0, 3.0), (5, 0, 1), 0.25, 2.75, low, high)


def classes(one: Distribution) -> list[str]:
    return [element.get("class", "") for element in ElementTree.fromstring(str(chart(one).svg)).iter()]


@pytest.mark.parametrize(
    ("low", "high", "allowed", "is_outside", "bars_outside"),
    [
        (None, None, "anything", False, 0),
        (0.0, 3.0, "0 to 3", False, 0),
        (None, 2.0, "at most 2", True, 1),
        (1.0, None, "at least 1", True, 1),
        (1.0, 2.0, "1 to 2", True, 2),
    ],
)
def test_bounds_are_lines_and_what_is_outside_is_marked(
    low: float | None, high: float | None, allowed: str, is_outside: bool, bars_outside: int
) -> None:
    one = of(low=low, high=high)
    drawn = chart(one)
    assert (drawn.seen, drawn.allowed, drawn.is_outside) == ("0.25 to 2.75", allowed, is_outside)
    assert classes(one).count("bound") == (low is not None) + (high is not None)
    assert classes(one).count("bar out") == bars_outside and classes(one).count("bar") == 2 - bars_outside


def test_a_single_value_is_drawn_and_names_are_escaped() -> None:
    one = Distribution("<b>", (0.5, 1.5), (3,), 1.0, 1.0)
    assert chart(one).seen == "1" and classes(one).count("bar") == 1
    assert "<b>" not in str(chart(one).svg)
