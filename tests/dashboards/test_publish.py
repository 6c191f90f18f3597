"""The folder that is written: complete, self-contained, escaped."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from dashboards import people, publish
from dashboards.frames import COLUMNS, Frames
from store.errors import AffectError
from store.vocabulary import NEUTRAL, PARTS
from tests.dashboards.builder import HOSTILE, SENTENCE, SYSTEMS, Builder

SCRIPTS = {"menu.js", "plotly.min.js", "page.js", "people.js", "face.js", "lineage.js"}


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
        is_figure = (self.get_starttag_text() or "").startswith('<script type="application/json"') and data.strip()
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
        "quality.html",
        "runs.html",
        "lineage.html",
        "people",
        "plotly.min.js",
        "menu.js",
        "page.js",
        "people.js",
        "face.js",
        "lineage.js",
        "style.css",
    } | {f"model-{model}.html" for model in SYSTEMS}
    for page in index.parent.glob("*.html"):
        reader = read(page.read_text(encoding="utf-8"))
        elsewhere = {one for one in reader.loaded if not one.startswith("data:")} - names
        assert not elsewhere, "nothing from elsewhere is loaded"
        inside = {link.partition("#")[0] for link in reader.linked if not link.startswith(("#", "https://doi.org/"))}
        assert names >= inside
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
        assert {src for src in reader.loaded if src.endswith(".js")} <= SCRIPTS, name
        own = [tag for tag in reader.tags if tag == "script"]
        assert len(own) == len([src for src in reader.loaded if src.endswith(".js")]) + len(reader.figures), name
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


def test_rendered_people_are_not_held_against_what_people_saw_in_real_ones(frames: Frames) -> None:
    pages = [publish.pages(replace(frames, is_rafd=is_rafd))["index.html"] for is_rafd in (False, True)]
    assert ["Human raters" in page for page in pages] == [False, True]
    assert ["human raters on RaFD" in page for page in pages] == [False, True]


def test_an_empty_store_gives_sentences(frames: Frames) -> None:
    empty = replace(frames, neutral=None, **{name: getattr(frames, name).clear() for name in COLUMNS})
    pages = publish.pages(empty)
    names = ("index", "compare", "data", "features", "quality", "runs", "lineage")
    assert set(pages) == {f"{name}.html" for name in names}
    assert "No photograph is in the catalogue." in pages["data.html"]
    assert "No mean face to show" in pages["features.html"]
    assert "No audit is on record" in pages["quality.html"]
    assert "Nothing was trained yet." in pages["runs.html"] and "No system was made champion" in pages["runs.html"]
    assert "there is no lineage to show" in pages["lineage.html"]
    assert [name for name, _ in people.scripts(empty)] == [people.href(None)]


OF_RUNS = (
    "metrics", "epochs", "confusion", "comparisons", "ranks", "reliability", "roc", "hardest", "attributions",
    "importances", "predictions", "makers", "promotions",
)  # fmt: skip


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
        for figure in map(json.loads, reader.figures):
            assert "data" not in figure or values(figure), f"{page} shows an empty figure"


def test_a_persons_script_holds_what_the_frames_hold(frames: Frames) -> None:
    scripts = dict(people.scripts(frames))
    assert set(scripts) == {people.href(one) for one in (None, *frames.movements["subject_id"].unique())}
    subject = frames.movements["subject_id"][-1]
    told = script(scripts[people.href(subject)])
    row = frames.movements.filter((pl.col("subject_id") == subject) & (pl.col("feature") == "aligned")).row(
        0, named=True
    )
    entry = told["movements"][f"aligned|{row['emotion']}|{row['camera_angle_deg']}"]
    stored = np.asarray(row["mean_delta"])
    numbers = np.frombuffer(base64.b64decode(entry["data"]), "<i2") * entry["scale"]
    assert np.abs(numbers - stored).max() <= np.abs(stored).max() / 32767
    first = told["predictions"][0]
    assert (
        first[3:5] == [0, 0]
        and told["photographs"][first[0]]["id"]
        == frames.predictions.filter(
            pl.col("image_id").is_in(frames.photographs.filter(pl.col("subject_id") == subject)["image_id"])
        )["image_id"][0]
    )


def test_everyones_movement_is_weighted_by_photographs(frames: Frames) -> None:
    n = pl.Series("n", np.arange(frames.movements.height) % 5 + 1)
    told = script(dict(people.scripts(replace(frames, movements=frames.movements.with_columns(n))))[people.href(None)])
    counted = frames.movements.with_columns(n)
    for key, entry in told["movements"].items():
        kind, emotion, angle = key.split("|")
        own = counted.filter(
            (pl.col("feature") == kind) & (pl.col("emotion") == emotion) & (pl.col("camera_angle_deg") == int(angle))
        )
        expected = np.average(own["mean_delta"].to_numpy(), axis=0, weights=own["n"])
        numbers = np.frombuffer(base64.b64decode(entry["data"]), "<i2") * entry["scale"]
        assert entry["n"] == own["n"].sum() and np.abs(numbers - expected).max() <= np.abs(expected).max() / 32767


def test_hostile_people_have_harmless_scripts(poor: Frames) -> None:
    for name, text in people.scripts(poor):
        assert re.fullmatch(r"people/[a-z0-9_-]+\.js", name)
        script(text)


def script(text: str) -> dict:
    """What a person's script tells: one call with two JSON values, and nothing else."""
    found = re.fullmatch(r"affectPeople\.take\((.*)\);\n", text)
    assert found
    name, told = json.loads(f"[{found[1]}]")
    assert isinstance(name, str)
    return told
