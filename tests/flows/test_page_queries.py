"""The query beside a figure, run on the published store, gives the numbers that the figure draws."""

import json
import re
from collections import defaultdict
from pathlib import Path

import duckdb
import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.metrics import roc_auc_score

from dashboards import people
from dashboards.figures.mesh import arrow_scale
from store.tables.home import STORE_FILE, Home
from store.vocabulary import EMOTIONS, FRONTAL_DEG, LANDMARK_COUNT, PARTS, STRATEGIES
from tests.finished import Finished
from tests.flows.page_figures import Figures, arrows, numbers, numpy_of, rounded

DRAWN = {
    "leak-": "x",
    "-loss": "y",
    "-accuracy": "y",
    "-slices": "x",
    "-importances": "x",
    "runs-timeline": "y",
}
"""Part of a figure's id -> the axes that hold measured values; the others hold places."""

NOT_MEASURED = {0.0, 1.0, 0.82}
"""Corners of a diagonal, and the human raters' line, which is of a paper."""


SHOWN_DIGITS = 1e-5
"""What a page may round away."""


@pytest.fixture(scope="module")
def published(finished: Finished) -> Path:
    assert finished.done.returncode == 0, finished.done.stderr
    return Home(finished.pristine).published.resolve()


@pytest.fixture(scope="module")
def figures(published: Path) -> list[dict]:
    return [
        {**one, "page": page.name, "traces": json.loads(one["data"])["data"]}
        for page in sorted((published / "dashboards").glob("*.html"))
        for one in Figures(page.read_text(encoding="utf-8")).found
    ]


@pytest.fixture(scope="module")
def rows(published: Path, figures: list[dict]) -> dict[str, list[dict]]:
    """Every query's rows."""
    found = {}
    with duckdb.connect(published / STORE_FILE, read_only=True) as connection:
        for query in {query for one in figures for query in one["queries"]}:
            answer = connection.execute(query)
            names = [column[0] for column in answer.description or ()]
            found[query] = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    return found


def test_every_figure_has_its_queries_and_each_gives_rows(figures: list[dict], rows: dict[str, list[dict]]) -> None:
    assert len(figures) > 20
    for one in figures:
        assert one["queries"], f"{one['page']} {one['id']} does not tell where its numbers come from"
    assert {query.splitlines()[0] for query, found in rows.items() if not found} == set()


@pytest.mark.parametrize("kind", DRAWN)
def test_what_is_drawn_is_what_the_query_says(figures: list[dict], rows: dict[str, list[dict]], kind: str) -> None:
    chosen = [one for one in figures if kind in one["id"] and not one["id"].startswith("coverage")]
    assert chosen
    for one in chosen:
        said = np.array(
            [value for query in one["queries"] for row in rows[query] for value in numbers([*row.values()])]
        )
        drawn = {value for trace in one["traces"] for axis in DRAWN[kind] for value in numbers(trace.get(axis))}
        assert drawn, f"{one['page']} {one['id']} draws nothing"
        missing = {value for value in drawn - NOT_MEASURED if np.abs(said - value).min() > SHOWN_DIGITS}
        assert not missing, f"{one['page']} {one['id']}"


@pytest.mark.parametrize("strategy", STRATEGIES[:2])
def test_each_split_draws_just_its_own_numbers(figures: list[dict], rows: dict[str, list[dict]], strategy: str) -> None:
    own = {one["id"].removesuffix(f"-{strategy}"): one for one in figures if one["id"].endswith(f"-{strategy}")}

    def asked(name: str, column: str) -> list[dict]:
        """The rows of the figure's query that has this column, of the runs of this split that have a score."""
        found = [rows[query] for query in own[name]["queries"] if rows[query]]
        (board,) = (answer for answer in found if "accuracy_low" in answer[0])
        runs = {row["run_id"] for row in board if row["strategy"] == strategy and row["accuracy"] is not None}
        (answer,) = (answer for answer in found if column in answer[0])
        return [row for row in answer if row["run_id"] in runs]

    def drawn(name: str) -> list[dict]:
        return [one for one in own[name]["traces"] if one.get("hoverinfo") != "skip"]

    dots = [value for trace in drawn("board") if "error_x" in trace for value in trace["x"]]
    assert rounded([one] for one in dots) == rounded([row["accuracy"]] for row in asked("board", "accuracy_low"))
    measured = [row for row in asked("scores", "metric") if row["part"] == PARTS[-1] and row["value"] is not None]
    for trace in drawn("scores"):
        metric, slice_ = trace["meta"]["group"].split("|")
        chosen = [row for row in measured if (row["metric"], row["slice"]) == (metric, slice_)]
        assert np.sort(trace["x"]) == pytest.approx(np.sort([row["value"] for row in chosen]), abs=SHOWN_DIGITS)
    assert "reliability" not in own, "no bin of so few test photographs holds enough for a point"
    curves = [point for trace in drawn("roc") for point in list(zip(trace["x"], trace["y"], strict=True))[1:]]
    assert rounded(curves) == rounded((row["fpr"], row["tpr"]) for row in asked("roc", "tpr"))


def test_the_area_below_a_roc_curve_is_that_of_the_stated_probabilities(
    published: Path, rows: dict[str, list[dict]]
) -> None:
    (found,) = (answer for query, answer in rows.items() if "true and false positive rate" in query)
    with duckdb.connect(published / STORE_FILE, read_only=True) as connection:
        for run_id in {row["run_id"] for row in found}:
            said = connection.execute(
                "SELECT truth, list_value(*COLUMNS('.*_prob')) FROM registry.predictions "
                "WHERE part = 'test' AND run_id = ?",
                [run_id],
            ).fetchall()
            is_shown = np.eye(len(EMOTIONS))[[truth for truth, _ in said]]
            area = roc_auc_score(is_shown, np.array([one for _, one in said]), average="micro")
            own = [(0.0, 0.0), *((row["fpr"], row["tpr"]) for row in found if row["run_id"] == run_id)]
            assert np.trapz([y for _, y in own], [x for x, _ in own]) == pytest.approx(area, abs=0.002)
            assert own[-1] == (1.0, 1.0)


def test_confusion_matrices_are_the_counts_of_their_query(figures: list[dict], rows: dict[str, list[dict]]) -> None:
    chosen = [one for one in figures if one["id"].endswith(("-train", "-validate", "-test"))]
    assert chosen
    for one in chosen:
        shares, totals = set(), defaultdict(int)
        counts = [row for query in one["queries"] for row in rows[query] if "truth" in row]
        for row in counts:
            totals[row["run_id"], row["part"], row["truth"]] += row["n"]
        for row in counts:
            shares.add(round(row["n"] / totals[row["run_id"], row["part"], row["truth"]], 6))
        drawn = {round(value, 6) for value in numbers(one["traces"][0]["z"])} - {0.0}
        assert drawn and drawn <= shares, f"{one['page']} {one['id']}"


@pytest.mark.parametrize("kind", ["aligned", "frontal_unit"])
def test_the_arrows_are_the_mean_of_the_querys_movements(
    figures: list[dict], rows: dict[str, list[dict]], kind: str
) -> None:
    (one,) = (one for one in figures if one["id"] == f"turning-{kind}")
    (query,) = one["queries"]
    found = [row for row in rows[query] if row["feature"] == kind and row["camera_angle_deg"] == FRONTAL_DEG]
    lengths = {}
    for emotion in {row["emotion"] for row in found}:
        own = [row for row in found if row["emotion"] == emotion]
        mean = np.average([row["mean_delta"] for row in own], axis=0, weights=[row["n"] for row in own])
        lengths[emotion] = mean.reshape(-1, 3)
    drawn = arrows(one)
    assert drawn.shape == (LANDMARK_COUNT, 3)
    fits = [
        emotion for emotion, mean in lengths.items()
        if np.allclose(drawn, arrow_scale(mean) * mean, atol=1e-4)
    ]  # fmt: skip
    assert len(fits) == 1, "the arrows are those of one emotion, drawn longer by its factor"


def test_the_querys_movements_are_the_means_of_the_stored_deltas(
    published: Path, figures: list[dict], rows: dict[str, list[dict]]
) -> None:
    (one,) = (one for one in figures if one["id"] == "plane-figure")
    told = {
        (row["subject_id"], row["emotion"], row["camera_angle_deg"], row["feature"]): row
        for row in rows[one["queries"][0]]
    }
    with duckdb.connect(published / STORE_FILE, read_only=True) as connection:
        stored = connection.execute("""
            FROM features.deltas AS d
            JOIN catalogue.images AS i USING (image_id)
            JOIN features.views AS v USING (version)
            SELECT i.subject_id, i.emotion, i.camera_angle_deg, v.kind, d.xyz WHERE i.excluded_reason IS NULL
        """).fetchall()
    vectors = defaultdict(list)
    for *key, xyz in stored:
        vectors[tuple(key)].append(xyz)
    assert set(told) == set(vectors)
    for key, found in vectors.items():
        assert told[key]["n"] == len(found)
        assert np.allclose(told[key]["mean_delta"], np.mean(found, axis=0), atol=1e-5)


def test_the_plane_is_made_from_the_querys_movements(figures: list[dict], rows: dict[str, list[dict]]) -> None:
    (one,) = (one for one in figures if one["id"] == "plane-figure")
    (query,) = one["queries"]
    own = [row for row in rows[query] if row["feature"] == "aligned"]
    placed = np.abs(PCA(2, svd_solver="full").fit_transform(np.array([row["mean_delta"] for row in own], float)))
    drawn = [point for trace in one["traces"] for point in zip(trace["x"], trace["y"], strict=True)]
    assert len(drawn) == len(own) > 20
    assert np.sort(np.abs(drawn), axis=0) == pytest.approx(np.sort(placed, axis=0), abs=1e-3)


def test_the_face_is_painted_with_the_querys_numbers(figures: list[dict], rows: dict[str, list[dict]]) -> None:
    chosen = [one for one in figures if one["id"] == "deciding"]
    assert chosen
    for one in chosen:
        (query,) = one["queries"]
        (mesh,) = one["traces"]
        fits = [row for row in rows[query] if np.allclose(numpy_of(mesh["intensity"]), row["added"], atol=1e-4)]
        assert [row["emotion"] for row in fits] == [mesh["meta"]["group"]]


def test_the_bars_of_the_checks_are_counts_of_the_query(figures: list[dict], rows: dict[str, list[dict]]) -> None:
    (one,) = (one for one in figures if one["id"] == "checks-by-table")
    query = one["queries"][0]
    passed = sum(row["success"] for row in rows[query])
    drawn = {trace["name"]: sum(trace["x"]) for trace in one["traces"]}
    assert drawn.pop("passed") == passed
    assert sum(drawn.values()) == len(rows[query]) - passed


def test_the_hardest_photographs_are_those_of_the_query(published: Path) -> None:
    """Found again from the predictions: of every section the wrong ones, those first whose truth was believed least."""
    with duckdb.connect(published / STORE_FILE, read_only=True) as connection:
        runs = connection.execute("SELECT run_id, model FROM leaderboard").fetchall()
        said = {
            run_id: connection.execute(
                "SELECT image_id, truth, predicted, list_value(*COLUMNS('.*_prob')) FROM registry.predictions "
                "WHERE part = 'test' AND run_id = ?", [run_id]
            ).fetchall()
            for run_id, _ in runs
        }  # fmt: skip
    for model in {one for _, one in runs}:
        page = (published / "dashboards" / f"model-{model}.html").read_text(encoding="utf-8")
        for section in page.split('class="run"')[1:]:
            (run_id,) = (one for one, name in runs if name == model and f"run {one}" in section)
            wrong = [(odds[truth], image_id) for image_id, truth, predicted, odds in said[run_id] if truth != predicted]
            shown = re.findall(r"</summary>([0-9a-f]{64}) ", section)
            assert shown == [image_id for _, image_id in sorted(wrong)[:12]], run_id
            told = re.findall(r"<span>([0-9.]+) against", section)
            assert told == [f"{odds:.2f}" for odds, _ in sorted(wrong)[:12]]


def test_a_person_script_tells_the_lineage_of_the_store(published: Path) -> None:
    """Every prediction that can be chosen on the page has the row of the view `lineage` that the page names."""
    with duckdb.connect(published / STORE_FILE, read_only=True) as connection:
        rows = connection.execute("""
            FROM lineage SEMI JOIN leaderboard USING (run_id)
            JOIN catalogue.images AS i ON i.image_id = photograph_sha256
            SELECT run_id, photograph_sha256, reference_sha256, truth, predicted, i.subject_id WHERE part = 'test'
        """).fetchall()
    page = (published / "dashboards" / "lineage.html").read_text(encoding="utf-8")
    found = re.search(r'id="lineage-constants">(.*?)</script>', page, re.DOTALL)
    assert found
    runs = [one["run_id"] for one in json.loads(found[1])["runs"]]
    told = set()
    for subject in {row[-1] for row in rows}:
        text = (published / "dashboards" / people.href(subject)).read_text(encoding="utf-8")
        _, person = json.loads(f"[{text.removeprefix('affectPeople.take(').removesuffix(');' + chr(10))}]")
        ids = [one["id"] for one in person["photographs"]]
        told |= {(runs[one[1]], ids[one[0]], ids[one[7]] if one[7] >= 0 else None, one[3], one[4], subject)
                 for one in person["predictions"]}  # fmt: skip
    assert told == set(rows) and told
