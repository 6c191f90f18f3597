"""The folder that is written: complete, self-contained, escaped."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

from dashboards import publish
from dashboards.frames import COLUMNS, Frames
from store.errors import AffectError
from store.vocabulary import NEUTRAL, PARTS
from tests.dashboards.builder import HOSTILE, SENTENCE, SYSTEMS, Builder


class Reader(HTMLParser):
    """Collects what a page loads, links to and says."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.linked: list[str] = []
        self.tags: list[str] = []
        self.text: list[str] = []
        self.figures: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        found = {name: value or "" for name, value in attrs}
        if "src" in found or tag == "link":
            self.loaded.append(found.get("src") or found.get("href", ""))
        if tag == "a":
            self.linked.append(found.get("href", ""))

    def handle_data(self, data: str) -> None:
        is_figure = self.get_starttag_text() == '<script type="application/json">' and data.strip()
        (self.figures if is_figure else self.text).append(data)


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    return reader


def test_the_folder_is_complete(frames: Frames, tmp_path: Path) -> None:
    index = publish.write(frames, tmp_path / "dashboards")
    names = {path.name for path in index.parent.iterdir()}
    assert names == {
        "index.html",
        "compare.html",
        "data.html",
        "features.html",
        "plotly.min.js",
        "page.js",
        "style.css",
    } | {f"model-{model}.html" for model in SYSTEMS}
    for page in index.parent.glob("*.html"):
        reader = read(page.read_text(encoding="utf-8"))
        assert set(reader.loaded) <= names | {"data:,"}, "nothing from elsewhere is loaded"
        assert names >= {link for link in reader.linked if not link.startswith(("#", "https://doi.org/"))}
        assert page.stat().st_size < 3_000_000
        assert reader.tags.count("h1") == 1 and reader.tags.count("title") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["dashboards"], "nothing is left beside it"


def test_a_folder_in_use_is_left_alone(frames: Frames, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(AffectError, match="absent or empty"):
        publish.write(frames, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_untrainable_runs_show_their_sentence_and_no_score(frames: Frames) -> None:
    pages = publish.pages(frames)
    assert pages["index.html"].count(SENTENCE) == 6, "two systems, three runs each"
    page = pages["model-mm2.html"]
    assert SENTENCE in page and "Not trainable." in page
    assert "canvas" not in page and "Confusion" not in page


def test_hostile_text_stays_text(poor: Frames) -> None:
    for name, text in publish.pages(poor).items():
        reader = read(text)
        assert "alert(1)" in text and HOSTILE not in text, name
        assert "b" not in reader.tags[: reader.tags.index("main")]
        assert not [tag for tag in reader.tags if tag == "script"][2 + len(reader.figures) :], name
        for figure in reader.figures:
            assert not re.search("[<>&]", figure)
            json.loads(figure)


def test_plotly_gets_labels_without_markup(poor: Frames) -> None:
    figures = [json.loads(figure) for figure in read(publish.pages(poor)["data.html"]).figures]
    labels = [label for figure in figures for label in figure["layout"]["yaxis"].get("ticktext", ())]
    assert any("&lt;script&gt;" in label for label in labels)
    assert not any("<" in label for label in labels)


def test_hostile_model_names_become_harmless_files(frames: Frames) -> None:
    board = frames.leaderboard.with_columns(model=pl.concat_str(pl.lit("../"), "model"))
    assert all(re.fullmatch(r"[a-z0-9_-]+\.html", name) for name in publish.pages(replace(frames, leaderboard=board)))


@pytest.mark.parametrize("href", ["https://example.org/x.html", "/etc/x.html", "javascript:alert(1)"])
def test_links_stay_inside(frames: Frames, href: str) -> None:
    with pytest.raises(AffectError, match="relative"):
        publish.pages(replace(frames, links={"Audit": href}))


def test_further_pages_are_linked(frames: Frames) -> None:
    page = publish.pages(replace(frames, links={"Audit": "../audit/index.html"}))["index.html"]
    assert "../audit/index.html" in read(page).linked


def test_an_empty_store_gives_sentences(frames: Frames) -> None:
    empty = replace(frames, neutral=None, **{name: getattr(frames, name).clear() for name in COLUMNS})
    pages = publish.pages(empty)
    assert set(pages) == {"index.html", "compare.html", "data.html", "features.html"}
    assert "No photograph is in the catalogue." in pages["data.html"]
    assert "No mean face to show" in pages["features.html"]


OF_RUNS = ("metrics", "epochs", "confusion", "comparisons", "ranks", "reliability", "roc")


def stores() -> dict[str, Frames]:
    others = tuple(name for name in SYSTEMS if name != "mm1")
    usual = Builder(test_people=6)
    untested = usual.frames(
        leaderboard=usual.leaderboard().with_columns(pl.lit(None, pl.Float64).alias("accuracy")),
        metrics=usual.metrics().filter(pl.col("part") != PARTS[-1]),
        confusion=usual.confusion().filter(pl.col("part") != PARTS[-1]),
        **{name: getattr(usual, name)().clear() for name in OF_RUNS[3:]},
    )
    return {
        "one model": Builder(test_people=6, untrainable=others).frames(),
        "no model": replace(
            usual.frames(),
            leaderboard=Builder(test_people=6, untrainable=tuple(SYSTEMS)).leaderboard(),
            **{name: getattr(usual, name)().clear() for name in OF_RUNS},
        ),
        "one class": Builder(emotions=(NEUTRAL,), test_people=6).frames(),
        "no test predictions": untested,
        "200 people": Builder(people=200, test_people=50).frames(),
    }


def values(figure: dict) -> list:
    """What is drawn from the data: lines that only help to read have no hover."""
    drawn = [one for one in figure["data"] if one.get("hoverinfo") != "skip" or "meta" in one]
    lines = [trace.get(axis) or () for trace in drawn for axis in "xyz"]
    return [
        one
        for line in lines
        for part in line
        for one in (part if isinstance(part, list) else [part])
        if one is not None
    ]


@pytest.mark.parametrize("name", ["one model", "no model", "one class", "no test predictions", "200 people"])
def test_no_figure_is_empty_whatever_a_store_lacks(name: str) -> None:
    for page, text in publish.pages(stores()[name]).items():
        reader = read(text)
        assert len(text) < 3_000_000 and reader.tags.count("h1") == 1
        for figure in reader.figures:
            assert values(json.loads(figure)), f"{page} shows an empty figure"
