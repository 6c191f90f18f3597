"""The written folder: complete, self-contained, escaped."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType

import numpy as np
import polars as pl
import pytest

from affect_store.dashboards import build, formatting, person_scripts
from affect_store.dashboards.figures import leaderboard
from affect_store.dashboards.frames import COLUMNS, Frames
from affect_store.dashboards.pages import compare, data, features, index, model, quality
from affect_store.store.errors import AffectError
from affect_store.store.vocabulary import NEUTRAL, PARTS
from tests.dashboards.builder import HOSTILE, SYSTEMS, UNTRAINABLE_REASON, Builder, rated

SCRIPTS = {"menu.js", "plotly.min.js", "page.js", "people.js", "face.js", "lineage.js", "dictionary.js"}


class Reader(HTMLParser):
    """Collect the files that a page loads, its links, tags, text and figures."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.linked: list[str] = []
        self.tags: list[str] = []
        self.text: list[str] = []
        self.figures: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        attributes = {name: value or "" for name, value in attrs}
        if "src" in attributes or tag == "link":
            self.loaded.append(attributes.get("src") or attributes.get("href", ""))
        if tag == "a":
            self.linked.append(attributes.get("href", ""))

    def handle_data(self, data: str) -> None:
        is_figure = (self.get_starttag_text() or "").startswith('<script type="application/json"') and data.strip()
        (self.figures if is_figure else self.text).append(data)


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    return reader


def rendered(page: ModuleType, frames: Frames) -> str:
    """Render one page."""
    text: str = page.page(frames, build.site(frames))
    return text


def rendered_model(name: str, frames: Frames) -> str:
    """Render the page of a system."""
    return model.page(frames, build.site(frames), name)


def test_the_folder_is_complete(frames: Frames, tmp_path: Path) -> None:
    index = build.write(frames, tmp_path / "dashboards")
    names = {path.name for path in index.parent.iterdir()}
    assert names == {
        "index.html",
        "compare.html",
        "data.html",
        "features.html",
        "quality.html",
        "repeatability.html",
        "replication.html",
        "runs.html",
        "lineage.html",
        "dictionary.html",
        "people",
        "plotly.min.js",
        "menu.js",
        "page.js",
        "people.js",
        "face.js",
        "lineage.js",
        "dictionary.js",
        "style.css",
    } | {f"model-{model}.html" for model in SYSTEMS}
    for page in index.parent.glob("*.html"):
        reader = read(page.read_text(encoding="utf-8"))
        external = {address for address in reader.loaded if not address.startswith("data:")} - names
        assert not external, "nothing external is loaded"
        inside = {link.partition("#")[0] for link in reader.linked if not link.startswith(("#", "https://doi.org/"))}
        assert names >= inside
        assert page.stat().st_size < 3_000_000
        assert reader.tags.count("h1") == 1 and reader.tags.count("title") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["dashboards"], "no temporary file is left beside it"


def test_a_folder_with_files_is_not_overwritten(frames: Frames, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(AffectError, match="absent or empty"):
        build.write(frames, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_untrainable_runs_show_the_reason_and_no_score(frames: Frames) -> None:
    pages = build.pages(frames)
    assert pages["index.html"].count(UNTRAINABLE_REASON) == 6, "two systems, three runs each"
    page = pages["model-mm2.html"]
    assert UNTRAINABLE_REASON in page and "Not trainable." in page
    assert "canvas" not in page and "Confusion" not in page


def test_the_spread_of_the_errors_is_said_below_the_confusion_matrices(frames: Frames) -> None:
    run_id = "mm1-corrected-by_person"
    entropy = (pl.col("run_id") == run_id) & (pl.col("metric") == "confusion_entropy")
    value = {"value": 3.0, "low": 2.5, "high": 3.25}
    metrics = frames.metrics.with_columns(
        pl.when(entropy).then(number).otherwise(name).alias(name) for name, number in value.items()
    )
    tested = (pl.col("run_id") == run_id) & (pl.col("part") == PARTS[-1])
    errors = frames.confusion.filter(tested & (pl.col("truth") != pl.col("predicted")))["n"].sum()
    page = rendered_model("mm1", replace(frames, metrics=metrics))
    sentence = f"Errors on the test part: {errors} photographs; the entropy of their distribution"
    assert sentence in page
    assert "over the 56 pairs of true and predicted emotion is 3.00 bits (95 % interval 2.50–3.25), as for " in page
    assert "errors that 8.0 pairs share equally" in page
    assert sentence not in rendered_model("mm1", replace(frames, metrics=metrics.filter(~entropy)))


def test_what_perfect_calibration_would_show_is_beside_the_calibration_error(frames: Frames) -> None:
    page = rendered(index, frames)
    assert ">If perfectly calibrated<" in page
    assert re.search('<td class="number">0.080</td><td class="number">0.030</td>', page)
    rows = re.findall(r"<tr>.*?calibration error[^<]*", rendered_model("mm1", frames))
    assert [row.rpartition(">")[2] for row in rows[:2]] == [
        "calibration error if perfect scaled", "calibration error scaled",
    ]  # fmt: skip


@pytest.fixture(scope="module")
def minimal_pages(minimal: Frames) -> dict[str, str]:
    return build.pages(minimal)


def test_hostile_text_stays_text(minimal_pages: dict[str, str]) -> None:
    for name, text in minimal_pages.items():
        reader = read(text)
        assert "alert(1)" in text and HOSTILE not in text, name
        assert "b" not in reader.tags[: reader.tags.index("main")]
        assert {src for src in reader.loaded if src.endswith(".js")} <= SCRIPTS, name
        own = [tag for tag in reader.tags if tag == "script"]
        assert len(own) == len([src for src in reader.loaded if src.endswith(".js")]) + len(reader.figures), name
        for figure in reader.figures:
            assert not re.search("[<>&]", figure)
            json.loads(figure)


def test_plotly_gets_labels_without_markup(minimal_pages: dict[str, str]) -> None:
    figures = [json.loads(figure) for figure in read(minimal_pages["data.html"]).figures]
    labels = [label for figure in figures for label in figure["layout"]["yaxis"].get("ticktext", ())]
    assert any("&lt;script&gt;" in label for label in labels)
    assert not any("<" in label for label in labels)


def test_hostile_model_names_become_safe_files(frames: Frames) -> None:
    board = frames.leaderboard.with_columns(model=pl.concat_str(pl.lit("../"), "model"))
    assert all(re.fullmatch(r"[a-z0-9_-]+\.html", name) for name in build.pages(replace(frames, leaderboard=board)))


@pytest.mark.parametrize("href", ["https://example.org/x.html", "/etc/x.html", "javascript:alert(1)"])
def test_links_must_be_relative(frames: Frames, href: str) -> None:
    with pytest.raises(AffectError, match="relative"):
        build.pages(replace(frames, links={"Audit": href}))


def test_further_pages_are_linked(frames: Frames) -> None:
    page = rendered(index, replace(frames, links={"Audit": "../audit/index.html"}))
    assert "../audit/index.html" in read(page).linked


def test_human_agreement_is_shown_for_rafd_only(frames: Frames) -> None:
    for is_rafd in (False, True):
        chosen = replace(frames, is_rafd=is_rafd)
        assert ("agreement of human raters" in model.page(chosen, build.site(chosen), "mm1")) == is_rafd
        assert "human raters" not in rendered(index, chosen), "its figures show all cameras"


def test_an_ensemble_names_the_systems_that_it_averages(frames: Frames) -> None:
    members = pl.when(pl.col("model") == "mm1").then(pl.lit(["CNN", "Vector MLP"]))
    chosen = replace(frames, leaderboard=frames.leaderboard.with_columns(members=members))
    text = "mean of the probabilities of CNN, Vector MLP"
    assert text in model.page(chosen, build.site(chosen), "mm1")
    assert text not in model.page(chosen, build.site(chosen), "cnn")


def test_the_headline_is_the_score_of_the_pooled_folds_if_there_are_any(frames: Frames) -> None:
    by_person = frames.leaderboard.filter(strategy="by_person")
    folds = by_person.with_columns(
        strategy=pl.lit("folds"), run_id=pl.col("run_id") + "-folds", accuracy=pl.col("accuracy") - 0.111,
        n_people=pl.lit(16, pl.Int64),
    )  # fmt: skip
    for promotions, name in ((frames.promotions, "Champion"), (frames.promotions.clear(), "Best system")):
        chosen = replace(frames, promotions=promotions, leaderboard=pl.concat([frames.leaderboard, folds]))
        page = rendered(index, chosen)
        assert f"{name}, test accuracy, cross-validation by person" in page and "16 people" in page
        assert f"{name}, test accuracy, split by person" in rendered(index, replace(frames, promotions=promotions))


def test_the_headline_leaves_reference_photographs_out_and_shows_the_accuracy_with_them(frames: Frames) -> None:
    best = leaderboard.ranked(frames.leaderboard.filter(strategy="by_person")).row(0, named=True)
    frames = replace(frames, promotions=frames.promotions.clear())
    page = rendered(index, frames)
    assert f">{formatting.share(best['accuracy_without_references'])}<" in page
    assert f"{formatting.share(best['accuracy'])} with the reference photographs" in page
    unknown = frames.leaderboard.with_columns(pl.lit(None, pl.Float64).alias("accuracy_without_references"))
    assert "with the reference photographs" not in rendered(index, replace(frames, leaderboard=unknown))


def test_the_card_of_the_leak_has_its_interval(frames: Frames) -> None:
    page = rendered(index, frames)
    assert "Person leakage" in page and "gain in accuracy on the same photographs" in page
    assert re.search(r"95 % interval \+0\.\d\d to \+0\.\d\d, 6 people", page)


def test_emotions_that_are_not_tested_are_named(frames: Frames) -> None:
    """Rendered alone: the other pages do not show them."""
    row = {"emotion": "contemptuous", "n_images": 12, "n_people": 1}
    untested = pl.concat(
        Builder().untested(strategy=strategy, is_left_out=is_left_out, **row)
        for strategy, is_left_out in (("by_person", False), ("by_image", True))
    )
    page = data.page(replace(frames, untested=untested), build.site(frames))
    assert "Split by person: contemptuous is not tested (12 photographs of 1 person; no photograph in its test" in page
    assert "Split by image: contemptuous is not tested (12 photographs of 1 person; left out" in page


def test_the_pages_of_rated_photographs_have_the_metrics_of_human_raters(frames: Frames) -> None:
    words = ("intensity low", "accuracy divided by the agreement of human raters")
    of_raters = replace(frames, metrics=rated(frames.metrics))
    pages = [rendered(compare, of_raters), model.page(of_raters, build.site(of_raters), "mm1")]
    plain = [rendered(compare, frames), model.page(frames, build.site(frames), "mm1")]
    assert all(word in page.lower() for page in pages for word in words)
    assert not any(word in page.lower() for page in plain for word in words)
    assert ">accuracy human normalised<" in pages[1] and ">accuracy human normalised<" not in plain[1]


def test_an_empty_store_is_explained(frames: Frames) -> None:
    empty = replace(frames, neutral=None, **{name: getattr(frames, name).clear() for name in COLUMNS})
    pages = build.pages(empty)
    names = ("index", "compare", "data", "features", "repeatability", "quality", "runs", "lineage", "dictionary")
    assert set(pages) == {f"{name}.html" for name in names}
    assert "The catalogue contains no photographs." in pages["data.html"]
    assert "No mean face" in pages["features.html"] and "Scalar features" not in pages["features.html"]
    assert "No audit is on record" in pages["quality.html"]
    assert "There are no training runs yet." in pages["runs.html"]
    assert "There is no champion yet." in pages["runs.html"]
    assert "There are no predictions for test photographs yet." in pages["lineage.html"]
    assert [name for name, _ in person_scripts.scripts(empty)] == [person_scripts.href(None)]


def test_scalar_features_have_a_figure_per_column(frames: Frames) -> None:
    page = rendered(features, frames)
    assert "Scalar features" in page and page.count('class="canvas" id="scalar-head_pose-') == 3
    without = rendered(features, replace(frames, scalar_features=frames.scalar_features.clear()))
    assert "Scalar features" not in without


def test_the_precision_of_landmarks_over_several_passes_is_on_the_page_of_data_quality(frames: Frames) -> None:
    page = rendered(quality, frames)
    assert "Precision of the landmarks" in page and page.count('class="canvas" id="landmark-errors') == 1
    assert "90° 0.004" in page
    without = rendered(quality, replace(frames, landmark_errors=frames.landmark_errors.clear()))
    assert "Precision of the landmarks" not in without


def test_a_network_has_a_table_of_its_layers(frames: Frames) -> None:
    page = model.page(frames, build.site(frames), "cnn")
    assert "Layers: 11,272 weights, 11,256 of them trainable" in page and ">BatchNormalization<" in page
    without = replace(frames, layers=frames.layers.clear())
    assert "Layers:" not in model.page(without, build.site(without), "cnn")


def test_the_page_of_the_dataset_counts_predictions_for_unlabelled_photographs(frames: Frames) -> None:
    assert "Unlabelled photographs" not in data.page(frames, build.site(frames))
    rows = [
        {"model": "lda", "recipe": "corrected", "emotion": "happy", "n_images": 1200, "n_people": 3},
        {"model": "lda", "recipe": "corrected", "emotion": "sad", "n_images": 2, "n_people": 1},
    ]
    page = data.page(replace(frames, unlabelled=Builder().unlabelled(*rows)), build.site(frames))
    (row,) = re.findall(r'<tr><th scope="row">[^<]*, corrected</th>(.*?)</tr>', page)
    assert re.findall(r">([\d,]+)<", row) == ["0", "0", "0", "0", "1,200", "0", "2", "0", "1,202"]
    rows.append({"model": "lda", "recipe": "corrected", "emotion": "pained", "n_images": 7, "n_people": 1})
    page = data.page(replace(frames, unlabelled=Builder().unlabelled(*rows)), build.site(frames))
    assert re.findall(r"<th[^>]*>(pained|All)</th>", page) == ["pained", "All"]
    (row,) = re.findall(r'<tr><th scope="row">[^<]*, corrected</th>(.*?)</tr>', page)
    assert re.findall(r">([\d,]+)<", row)[-2:] == ["7", "1,209"]


OF_RUNS = (
    "metrics", "epochs", "confusion", "comparisons", "ranks", "reliability", "roc", "hardest", "attributions",
    "group_attributions", "importances", "layers", "predictions", "prediction_runs", "promotions",
    "unlabelled", "cross_corpus",
)  # fmt: skip


def without_models() -> Frames:
    usual = Builder(test_people=6)
    untrainable = Builder(test_people=6, untrainable=tuple(SYSTEMS)).leaderboard()
    return replace(
        usual.frames(), leaderboard=untrainable, **{name: getattr(usual, name)().clear() for name in OF_RUNS}
    )


def without_test_predictions() -> Frames:
    usual = Builder(test_people=6)
    return usual.frames(
        leaderboard=usual.leaderboard().with_columns(pl.lit(None, pl.Float64).alias("accuracy")),
        metrics=usual.metrics().filter(pl.col("part") != PARTS[-1]),
        confusion=usual.confusion().filter(pl.col("part") != PARTS[-1]),
        **{name: getattr(usual, name)().clear() for name in OF_RUNS[3:]},
    )


STORES: dict[str, Callable[[], Frames]] = {
    "one model": lambda: Builder(test_people=6, untrainable=tuple(name for name in SYSTEMS if name != "mm1")).frames(),
    "no model": without_models,
    "one class": lambda: Builder(emotions=(NEUTRAL,), test_people=6).frames(),
    "no test predictions": without_test_predictions,
    "200 people": lambda: Builder(people=200, test_people=50).frames(),
}


def values(figure: dict) -> list:
    """List the values that are drawn from the data: guide lines have no hover."""
    drawn = [trace for trace in figure["data"] if trace.get("hoverinfo") != "skip" or "meta" in trace]
    lines = [trace.get(axis) or () for trace in drawn for axis in "xyz"]
    return [
        value
        for line in lines
        for part in line
        for value in (part if isinstance(part, list) else [part])
        if value is not None
    ]


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[] if name in ("no model", "one class") else pytest.mark.long) for name in STORES],
)
def test_no_figure_is_empty_in_an_incomplete_store(name: str) -> None:
    for page, text in build.pages(STORES[name]()).items():
        reader = read(text)
        assert len(text) < 3_000_000 and reader.tags.count("h1") == 1
        for figure in map(json.loads, reader.figures):
            assert "data" not in figure or values(figure), f"{page} shows an empty figure"


def test_the_script_of_a_person_equals_the_frames(frames: Frames) -> None:
    scripts = dict(person_scripts.scripts(frames))
    subjects = frames.mean_deltas["subject_id"].unique()
    assert set(scripts) == {person_scripts.href(subject) for subject in (None, *subjects)}
    subject = frames.mean_deltas["subject_id"][-1]
    content = script(scripts[person_scripts.href(subject)])
    row = frames.mean_deltas.filter((pl.col("subject_id") == subject) & (pl.col("feature") == "aligned")).row(
        0, named=True
    )
    entry = content["mean_deltas"][f"aligned|{row['emotion']}|{row['camera_angle_deg']}"]
    stored = np.asarray(row["mean_delta"])
    numbers = np.frombuffer(base64.b64decode(entry["data"]), "<i2") * entry["scale"]
    assert np.abs(numbers - stored).max() <= np.abs(stored).max() / 32767
    first = content["predictions"][0]
    own = frames.photographs.filter(pl.col("subject_id") == subject)["image_id"]
    predicted = frames.predictions.filter(pl.col("image_id").is_in(own.implode()))["image_id"]
    assert first[3:5] == [0, 0] and content["photographs"][first[0]]["id"] == predicted[0]


def test_the_mean_over_people_is_weighted_by_photographs(frames: Frames) -> None:
    counted = frames.mean_deltas.with_columns(pl.Series("n", np.arange(frames.mean_deltas.height) % 5 + 1))
    content = script(dict(person_scripts.scripts(replace(frames, mean_deltas=counted)))[person_scripts.href(None)])
    for key, entry in content["mean_deltas"].items():
        kind, emotion, angle = key.split("|")
        own = counted.filter(
            (pl.col("feature") == kind) & (pl.col("emotion") == emotion) & (pl.col("camera_angle_deg") == int(angle))
        )
        expected = np.average(own["mean_delta"].to_numpy(), axis=0, weights=own["n"])
        numbers = np.frombuffer(base64.b64decode(entry["data"]), "<i2") * entry["scale"]
        assert entry["n"] == own["n"].sum() and np.abs(numbers - expected).max() <= np.abs(expected).max() / 32767


def test_hostile_names_get_safe_scripts(minimal: Frames) -> None:
    for name, text in person_scripts.scripts(minimal):
        assert re.fullmatch(r"people/[a-z0-9_-]+\.js", name)
        script(text)


def script(text: str) -> dict:
    """Parse a person's script: a single call with two JSON values."""
    match = re.fullmatch(r"affectPeople\.take\((.*)\);\n", text)
    assert match
    name, content = json.loads(f"[{match[1]}]")
    assert isinstance(name, str)
    return content
