"""The SQL beside a figure, run on the published store, returns the numbers that the figure draws."""

import json
import re
from collections import defaultdict
from pathlib import Path

import duckdb
import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.metrics import roc_auc_score

from affect_store.dashboards import person_scripts
from affect_store.dashboards.figures.mesh import arrow_scale
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.vocabulary import EMOTIONS, FRONTAL_DEG, LANDMARK_COUNT, PARTS, STRATEGIES
from tests.finished import Finished
from tests.flows.page_figures import Figures, arrows, as_numpy, numbers, rounded

DRAWN = {
    "leakage-": "x",
    "-loss": "y",
    "-accuracy": "y",
    "-slices": "x",
    "-importances": "x",
    "runs-timeline": "y",
}
"""Part of a figure's id -> axes with measured values; the others hold positions."""

NOT_MEASURED = {0.0, 1.0, 0.82}
"""Corners of a diagonal, and the agreement of human raters, which is from a paper."""

SHOWN_DIGITS = 1e-5
"""Rounding error of numbers on a page."""


@pytest.fixture(scope="module")
def published(finished: Finished) -> Path:
    assert finished.done.returncode == 0, finished.done.stderr
    return Home(finished.pristine).published.resolve()


@pytest.fixture(scope="module")
def figures(published: Path) -> list[dict]:
    return [
        {**figure, "page": page.name, "traces": json.loads(figure["data"])["data"]}
        for page in sorted((published / "dashboards").glob("*.html"))
        for figure in Figures(page.read_text(encoding="utf-8")).figures
    ]


@pytest.fixture(scope="module")
def rows(published: Path, figures: list[dict]) -> dict[str, list[dict]]:
    """Rows of every query."""
    results = {}
    with duckdb.connect(published / STORE_FILE, read_only=True) as connection:
        for query in {query for figure in figures for query in figure["queries"]}:
            cursor = connection.execute(query)
            names = [column[0] for column in cursor.description or ()]
            results[query] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return results


def test_every_figure_has_its_queries_and_each_gives_rows(figures: list[dict], rows: dict[str, list[dict]]) -> None:
    assert len(figures) > 20
    for figure in figures:
        assert figure["queries"], f"{figure['page']} {figure['id']} has no query"
    assert {query.splitlines()[0] for query, result in rows.items() if not result} == set()


@pytest.mark.parametrize("kind", DRAWN)
def test_drawn_values_are_in_the_result_of_the_query(
    figures: list[dict], rows: dict[str, list[dict]], kind: str
) -> None:
    chosen = [figure for figure in figures if kind in figure["id"] and not figure["id"].startswith("coverage")]
    assert chosen
    for figure in chosen:
        stored = np.array(
            [value for query in figure["queries"] for row in rows[query] for value in numbers([*row.values()])]
        )
        drawn = {value for trace in figure["traces"] for axis in DRAWN[kind] for value in numbers(trace.get(axis))}
        assert drawn, f"{figure['page']} {figure['id']} draws nothing"
        missing = {value for value in drawn - NOT_MEASURED if np.abs(stored - value).min() > SHOWN_DIGITS}
        assert not missing, f"{figure['page']} {figure['id']}"


@pytest.mark.parametrize("strategy", STRATEGIES[:2])
def test_each_split_draws_only_its_own_numbers(figures: list[dict], rows: dict[str, list[dict]], strategy: str) -> None:
    own = {
        figure["id"].removesuffix(f"-{strategy}"): figure for figure in figures if figure["id"].endswith(f"-{strategy}")
    }

    def stored(name: str, column: str) -> list[dict]:
        """Rows of the figure's query with this column, of the scored runs of this split."""
        results = [rows[query] for query in own[name]["queries"] if rows[query]]
        (board,) = (result for result in results if "accuracy_low" in result[0])
        runs = {row["run_id"] for row in board if row["strategy"] == strategy and row["accuracy"] is not None}
        (result,) = (result for result in results if column in result[0])
        return [row for row in result if row["run_id"] in runs]

    def drawn(name: str) -> list[dict]:
        return [trace for trace in own[name]["traces"] if trace.get("hoverinfo") != "skip"]

    dots = [value for trace in drawn("board") if "error_x" in trace for value in trace["x"]]
    assert rounded([dot] for dot in dots) == rounded([row["accuracy"]] for row in stored("board", "accuracy_low"))
    measured = [row for row in stored("scores", "metric") if row["part"] == PARTS[-1] and row["value"] is not None]
    for trace in drawn("scores"):
        metric, slice_ = trace["meta"]["group"].split("|")
        metric = trace["meta"].get("metric", metric)
        chosen = [row for row in measured if (row["metric"], row["slice"]) == (metric, slice_)]
        assert np.sort(trace["x"]) == pytest.approx(np.sort([row["value"] for row in chosen]), abs=SHOWN_DIGITS)
    assert "reliability" not in own, "no bin has enough test photographs for a point"
    curves = [point for trace in drawn("roc") for point in list(zip(trace["x"], trace["y"], strict=True))[1:]]
    assert rounded(curves) == rounded((row["fpr"], row["tpr"]) for row in stored("roc", "tpr"))


def test_the_area_under_a_roc_curve_equals_that_of_the_predictions(
    published: Path, rows: dict[str, list[dict]]
) -> None:
    (curve,) = (result for result in rows.values() if result and "tpr" in result[0])
    with duckdb.connect(published / STORE_FILE, read_only=True) as connection:
        for run_id in {row["run_id"] for row in curve}:
            predictions = connection.execute(
                "SELECT truth, list_value(*COLUMNS('.*_prob')) FROM registry.predictions "
                "WHERE part = 'test' AND run_id = ?",
                [run_id],
            ).fetchall()
            is_shown = np.eye(len(EMOTIONS))[[truth for truth, _ in predictions]]
            area = roc_auc_score(is_shown, np.array([values for _, values in predictions]), average="micro")
            own = [(0.0, 0.0), *((row["fpr"], row["tpr"]) for row in curve if row["run_id"] == run_id)]
            assert np.trapz([y for _, y in own], [x for x, _ in own]) == pytest.approx(area, abs=0.002)
            assert own[-1] == (1.0, 1.0)


def test_the_layers_of_a_trained_network_are_on_its_page(published: Path) -> None:
    page = (published / "dashboards" / "model-vector_mlp.html").read_text(encoding="utf-8")
    assert re.search(r"Layers: 1,815,611 weights, 1,815,611 of them trainable", page)
    assert "registry.runs" in page and "<td>Dense</td>" in page


def test_confusion_matrices_are_the_counts_of_their_query(figures: list[dict], rows: dict[str, list[dict]]) -> None:
    chosen = [figure for figure in figures if figure["id"].endswith(("-train", "-validate", "-test"))]
    assert chosen
    for figure in chosen:
        shares, totals = set(), defaultdict(int)
        counts = [row for query in figure["queries"] for row in rows[query] if "truth" in row]
        for row in counts:
            totals[row["run_id"], row["part"], row["truth"]] += row["n"]
        for row in counts:
            shares.add(round(row["n"] / totals[row["run_id"], row["part"], row["truth"]], 6))
        drawn = {round(value, 6) for value in numbers(figure["traces"][0]["z"])} - {0.0}
        assert drawn and drawn <= shares, f"{figure['page']} {figure['id']}"


@pytest.mark.parametrize("kind", ["aligned", "frontal_unit"])
def test_the_arrows_are_the_mean_of_all_people(figures: list[dict], rows: dict[str, list[dict]], kind: str) -> None:
    (figure,) = (figure for figure in figures if figure["id"] == f"turning-{kind}")
    (query,) = figure["queries"]
    frontal = [row for row in rows[query] if row["feature"] == kind and row["camera_angle_deg"] == FRONTAL_DEG]
    lengths = {}
    for emotion in {row["emotion"] for row in frontal}:
        own = [row for row in frontal if row["emotion"] == emotion]
        mean = np.average([row["mean_delta"] for row in own], axis=0, weights=[row["n"] for row in own])
        lengths[emotion] = mean.reshape(-1, 3)
    drawn = arrows(figure)
    assert drawn.shape == (LANDMARK_COUNT, 3)
    fits = [
        emotion for emotion, mean in lengths.items()
        if np.allclose(drawn, arrow_scale(mean) * mean, atol=1e-4)
    ]  # fmt: skip
    assert len(fits) == 1, "the arrows are those of one emotion, scaled by its factor"


def test_the_mean_deltas_are_the_means_of_the_stored_deltas(
    published: Path, figures: list[dict], rows: dict[str, list[dict]]
) -> None:
    (figure,) = (figure for figure in figures if figure["id"] == "similarity-figure")
    mean_deltas = {
        (row["subject_id"], row["emotion"], row["camera_angle_deg"], row["feature"]): row
        for row in rows[figure["queries"][0]]
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
    assert set(mean_deltas) == set(vectors)
    for key, deltas in vectors.items():
        assert mean_deltas[key]["n"] == len(deltas)
        assert np.allclose(mean_deltas[key]["mean_delta"], np.mean(deltas, axis=0), atol=1e-5)


def test_the_similarity_is_the_pca_of_the_mean_deltas(figures: list[dict], rows: dict[str, list[dict]]) -> None:
    (figure,) = (figure for figure in figures if figure["id"] == "similarity-figure")
    (query,) = figure["queries"]
    own = [row for row in rows[query] if row["feature"] == "aligned"]
    projected = np.abs(PCA(2, svd_solver="full").fit_transform(np.array([row["mean_delta"] for row in own], float)))
    drawn = [point for trace in figure["traces"] for point in zip(trace["x"], trace["y"], strict=True)]
    assert len(drawn) == len(own) > 20
    assert np.sort(np.abs(drawn), axis=0) == pytest.approx(np.sort(projected, axis=0), abs=1e-3)


def test_the_face_is_coloured_by_the_attributions(figures: list[dict], rows: dict[str, list[dict]]) -> None:
    chosen = [figure for figure in figures if figure["id"] == "attributions"]
    assert chosen
    for figure in chosen:
        (query,) = (query for query in figure["queries"] if "added" in rows[query][0])
        (mesh,) = figure["traces"]
        fits = [row for row in rows[query] if np.allclose(as_numpy(mesh["intensity"]), row["added"], atol=1e-4)]
        assert [row["emotion"] for row in fits] == [mesh["meta"]["group"]]


def test_the_bars_of_the_checks_are_counts_of_the_query(figures: list[dict], rows: dict[str, list[dict]]) -> None:
    (figure,) = (figure for figure in figures if figure["id"] == "checks-by-table")
    query = figure["queries"][0]
    passed = sum(row["success"] for row in rows[query])
    drawn = {trace["name"]: sum(trace["x"]) for trace in figure["traces"]}
    assert drawn.pop("passed") == passed
    assert sum(drawn.values()) == len(rows[query]) - passed


def test_the_hardest_photographs_are_those_of_the_query(published: Path) -> None:
    """Each section lists the incorrect predictions, lowest probability of the true emotion first."""
    with duckdb.connect(published / STORE_FILE, read_only=True) as connection:
        runs = connection.execute("SELECT run_id, model FROM leaderboard").fetchall()
        predictions = {
            run_id: connection.execute(
                "SELECT image_id, truth, predicted, list_value(*COLUMNS('.*_prob')) FROM registry.predictions "
                "WHERE part = 'test' AND run_id = ?", [run_id]
            ).fetchall()
            for run_id, _ in runs
        }  # fmt: skip
    for model in {name for _, name in runs}:
        page = (published / "dashboards" / f"model-{model}.html").read_text(encoding="utf-8")
        for section in page.split('class="run"')[1:]:
            (run_id,) = (run_id for run_id, name in runs if name == model and f"run {run_id}" in section)
            incorrect = sorted(
                (probabilities[truth], image_id)
                for image_id, truth, predicted, probabilities in predictions[run_id]
                if truth != predicted
            )[:12]
            shown = re.findall(r"</summary>([0-9a-f]{64}) ", section)
            assert shown == [image_id for _, image_id in incorrect], run_id
            assert re.findall(r"<span>([0-9.]+) vs", section) == [f"{value:.2f}" for value, _ in incorrect]


def test_person_scripts_equal_the_lineage_of_the_store(published: Path) -> None:
    """Every prediction that can be selected on the page equals a row of the view `lineage`, and vice versa."""
    with duckdb.connect(published / STORE_FILE, read_only=True) as connection:
        rows = connection.execute("""
            FROM lineage SEMI JOIN leaderboard USING (run_id)
            JOIN catalogue.images AS i ON i.image_id = photograph_sha256
            SELECT run_id, photograph_sha256, reference_sha256, truth, predicted, i.subject_id WHERE part = 'test'
        """).fetchall()
    page = (published / "dashboards" / "lineage.html").read_text(encoding="utf-8")
    constants = re.search(r'id="lineage-constants">(.*?)</script>', page, re.DOTALL)
    assert constants
    runs = [run["run_id"] for run in json.loads(constants[1])["runs"]]
    shown = set()
    for subject in {row[-1] for row in rows}:
        text = (published / "dashboards" / person_scripts.href(subject)).read_text(encoding="utf-8")
        _, person = json.loads(f"[{text.removeprefix('affectPeople.take(').removesuffix(');' + chr(10))}]")
        ids = [photograph["id"] for photograph in person["photographs"]]
        shown |= {
            (runs[run], ids[image], ids[reference] if reference >= 0 else None, truth, predicted, subject)
            for image, run, _, truth, predicted, _, _, reference in person["predictions"]
        }
    assert shown == set(rows) and shown
