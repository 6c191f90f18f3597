"""The page Across corpora: one section per pair, and nothing where no model was tested on another corpus."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from affect_store.dashboards import build
from affect_store.dashboards.figures import cross_corpus as figures
from affect_store.dashboards.frames import Frames
from affect_store.dashboards.pages import cross_corpus
from tests.dashboards.builder import Builder

PAIRS = (("demo", "london"), ("demo + <lab>", "kdef"))


def row(pair: tuple[str, str], model: str, accuracy: float | None, emotion: str = "all") -> dict[str, object]:
    low, high = (None, None) if accuracy is None else (accuracy - 0.1, accuracy + 0.1)
    return {"model": model, "recipe": "corrected", "trained_on": pair[0], "tested_on": pair[1], "emotion": emotion,
            "accuracy": accuracy, "accuracy_low": low, "accuracy_high": high, "n_images": 102, "n_people": 51,
            "n_runs": 1}  # fmt: skip


@pytest.fixture(scope="module")
def frames() -> Frames:
    return Builder().frames()


@pytest.fixture(scope="module")
def crossed(frames: Frames) -> Frames:
    rows = [
        row(pair, model, accuracy, emotion)
        for pair in PAIRS
        for model, accuracy in (("mm1", 0.5), ("vector_mlp", 0.75), ("cnn", None))
        for emotion in ("all", "happy", "neutral")
    ]
    return replace(frames, cross_corpus=Builder().cross_corpus(*rows))


def test_there_is_no_page_without_a_run_across_corpora(frames: Frames) -> None:
    assert not cross_corpus.has_any(frames)
    assert "cross-corpus.html" not in str(build.site(frames).links)


def test_each_pair_is_a_section_with_escaped_names(crossed: Frames) -> None:
    page = cross_corpus.page(crossed, build.site(crossed))
    assert "Trained on demo, tested on london</h2>" in page
    assert "Trained on demo + &lt;lab&gt;, tested on kdef</h2>" in page
    assert page.count("<section") == 2
    assert "cross-corpus.html" in str(build.site(crossed).links)


def test_systems_come_best_first_and_those_without_a_score_are_left_out(crossed: Frames) -> None:
    own = crossed.cross_corpus.filter(tested_on="london").with_columns(title="model")
    assert [score["model"] for score in figures.scores(own)] == ["vector_mlp", "mm1"]
    heat = figures.by_emotion(own, PAIRS[0])
    assert [list(line) for line in heat.figure.data[0].z] == [[0.75, 0.75], [0.5, 0.5]]
    assert "Lowest: mm1 · corrected, happy, 0.50." in heat.alt
    without = pl.when(pl.col("emotion") != "neutral").then("accuracy").alias("accuracy")
    unscored = figures.by_emotion(own.with_columns(without), PAIRS[0])
    assert [list(line) for line in unscored.figure.data[0].z] == [[0.75, None], [0.5, None]], "own references only"
    assert "Lowest: mm1 · corrected, happy, 0.50." in unscored.alt
    dots = figures.accuracies(own, PAIRS[0])
    assert dots.note == "Tested on 102 photographs of 51 people. Bars: 95 % interval over people."
    assert list(dots.figure.data[0].error_x.array) == pytest.approx([0.1, 0.1])
