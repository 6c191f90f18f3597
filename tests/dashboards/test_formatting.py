"""Formatting of numbers and names."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affect_store.dashboards import formatting, palette
from affect_store.store.vocabulary import EMOTIONS, MAX_FURTHER_EMOTIONS


@given(st.text(max_size=300))
def test_plain_has_no_markup_and_is_short(text: str) -> None:
    shown = formatting.plain(text, 20)
    assert not re.search("[<>\u202e\x00-\x1f]", shown)
    assert len(shown) <= 20 * len("&amp;")


@given(st.text(max_size=80))
def test_slug_is_a_safe_file_name(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,60}", formatting.slug(name))


def test_slugs_of_different_names_differ() -> None:
    assert formatting.slug("mm1") == "mm1"
    assert formatting.slug("a/b") != formatting.slug("a.b")


@pytest.mark.parametrize(("value", "shown"), [(None, "–"), (float("nan"), "–"), (0.8249, "0.82")])
def test_share(value: float | None, shown: str) -> None:
    assert formatting.share(value) == shown


def test_numbers_and_names_are_formatted_as_text() -> None:
    assert formatting.signed(-0.5) == "−0.50"
    assert formatting.split("by_image") == "split by image"
    assert formatting.split("folds") == "cross-validation by person"
    assert formatting.split("notebook") == "split of the notebook"
    assert formatting.interval(None, 0.4) == ""
    assert formatting.people(1) == "1 person" and formatting.people(4824) == "4,824 people"
    assert "4 people" in formatting.few_people(4) and formatting.few_people(5) == ""


def test_emotions_have_one_colour_each() -> None:
    assert set(palette.EMOTION_COLOURS) == set(EMOTIONS)
    assert len(set(palette.EMOTION_COLOURS.values())) == len(EMOTIONS)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("paper", [palette.PAPER, palette.DARK[palette.PAPER]])
def test_colours_of_further_classes_stand_out_on_light_and_dark_pages(paper: str) -> None:
    assert len(palette.FURTHER_COLOURS) == MAX_FURTHER_EMOTIONS
    for colour in palette.FURTHER_COLOURS:
        high, low = sorted((luminance(colour), luminance(paper)), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 3, colour


def test_every_class_has_a_colour_of_its_own_that_others_rarely_change() -> None:
    names = [f"class_{chr(97 + number)}" for number in range(MAX_FURTHER_EMOTIONS)]
    colours = palette.emotion_colours([*names, *EMOTIONS])
    assert list(colours)[: len(EMOTIONS)] == list(EMOTIONS)
    assert len(set(colours.values())) == len(EMOTIONS) + MAX_FURTHER_EMOTIONS
    assert {name: colours[name] for name in EMOTIONS} == palette.EMOTION_COLOURS
    assert palette.emotion_colours(["bored"])["bored"] == palette.emotion_colours(["bored", "pained", "sad"])["bored"]


@pytest.mark.parametrize("scale", [palette.SHARES, palette.MOVEMENT])
def test_scales_darken_steadily(scale: tuple[tuple[float, str], ...]) -> None:
    colours = [palette.at(scale, k / 20) for k in range(21)]
    light = [sum(w * int(c[k : k + 2], 16) for w, k in ((0.21, 1), (0.72, 3), (0.07, 5))) for c in colours]
    assert light == sorted(light, reverse=True)
