"""Numbers and names as the pages write them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards import palette, words
from store.vocabulary import EMOTIONS


@given(st.text(max_size=300))
def test_plain_holds_no_markup_and_stays_short(text: str) -> None:
    shown = words.plain(text, 20)
    assert not re.search("[<>\u202e\x00-\x1f]", shown)
    assert len(shown) <= 20 * len("&amp;")


@given(st.text(max_size=80))
def test_slug_is_a_harmless_file_name(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,60}", words.slug(name))


def test_slugs_of_different_names_differ() -> None:
    assert words.slug("mm1") == "mm1"
    assert words.slug("a/b") != words.slug("a.b")


@pytest.mark.parametrize(("value", "shown"), [(None, "–"), (float("nan"), "–"), (0.8249, "0.82")])
def test_share(value: float | None, shown: str) -> None:
    assert words.share(value) == shown


def test_sentences() -> None:
    assert words.signed(-0.5) == "−0.50"
    assert words.interval(None, 0.4) == ""
    assert words.people(1) == "1 person" and words.people(4824) == "4,824 people"
    assert "4 people" in words.few_people(4) and words.few_people(5) == ""


def test_emotions_have_one_colour_each() -> None:
    assert set(palette.EMOTION_COLOURS) == set(EMOTIONS)
    assert len(set(palette.EMOTION_COLOURS.values())) == len(EMOTIONS)


@pytest.mark.parametrize("scale", [palette.SHARES, palette.MOVEMENT])
def test_scales_darken_steadily(scale: tuple[tuple[float, str], ...]) -> None:
    colours = [palette.at(scale, k / 20) for k in range(21)]
    light = [sum(w * int(c[k : k + 2], 16) for w, k in ((0.21, 1), (0.72, 3), (0.07, 5))) for c in colours]
    assert light == sorted(light, reverse=True)
