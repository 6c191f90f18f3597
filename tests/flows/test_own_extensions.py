"""Feature views and models of a user's own from the command line: named once, then part of every run of the home."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from affect_store.store.home import Home
from tests.finished import Finished, affect

pytestmark = pytest.mark.long

FILES = Path(__file__).parents[1] / "extensions"
TENTH = """
from affect_store import feature_view

calls = 0


@feature_view(columns={"red": "0 to 255"})
def redness(picture):
    global calls
    calls += 1
    if calls % 10 == 0:
        raise ValueError("every tenth")
    return picture[..., 0].mean()
"""


@pytest.fixture(scope="module")
def folder(finished: Finished, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a home that has run before, photographs, and the user's files."""
    assert finished.done.returncode == 0, finished.done.stderr
    folder = tmp_path_factory.mktemp("own")
    shutil.copytree(finished.pristine, folder / "home", symlinks=True)
    shutil.copytree(finished.photographs, folder / "lab")
    for name in ("mouth.py", "models.py"):
        shutil.copy(FILES / name, folder)
    (folder / "tenth.py").write_text(TENTH, encoding="utf-8")
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return affect("run", "--images", "lab", *arguments, home=folder / "home", folder=folder)


def answer(folder: Path, query: str) -> list[dict]:
    result = affect("sql", query, "--json", home=folder / "home")
    assert result.returncode == 0, result.stderr
    rows: list[dict] = json.loads(result.stdout)
    return rows


@pytest.fixture(scope="module")
def first(folder: Path) -> subprocess.CompletedProcess[str]:
    named = [word for name in ("mouth.py", "models.py", "tenth.py") for word in ("--extensions", name)]
    return run(folder, "--models", "lda,my_forest,my_network", *named)


def test_features_and_models_are_in_the_comparison_and_on_the_pages(
    first: subprocess.CompletedProcess[str], folder: Path
) -> None:
    assert first.returncode == 0, first.stderr + first.stdout
    trained = answer(
        folder, "SELECT model, accuracy FROM leaderboard WHERE split = 'by_person' AND recipe = 'corrected'"
    )
    assert {"lda", "my_forest", "my_network"} <= {row["model"] for row in trained if row["accuracy"] is not None}
    pairs = answer(
        folder, "SELECT DISTINCT r.model FROM registry.comparisons AS c JOIN registry.runs AS r USING (run_id)"
    )
    assert "my_forest" in {row["model"] for row in pairs}
    values = answer(folder, "SELECT count(width) AS n, min(opening) >= 0 AS is_positive FROM own.mouth")
    assert values[0]["n"] > 20 and values[0]["is_positive"]
    pages = Home(folder / "home").dashboards.parent
    assert 'id="scalar-mouth-width"' in (pages / "features.html").read_text(encoding="utf-8")
    assert "My forest" in (pages / "model-my_forest.html").read_text(encoding="utf-8")


def test_an_exception_for_every_tenth_photograph_is_no_stop(
    first: subprocess.CompletedProcess[str], folder: Path
) -> None:
    reasons = answer(folder, "SELECT reason, count(*) AS n FROM features.absent WHERE feature = 'redness' GROUP BY ALL")
    count = {row["reason"]: row["n"] for row in reasons}["its function raised ValueError: every tenth"]
    assert count >= 3 and "have no redness: its function raised ValueError: every tenth" in first.stdout


def test_a_second_run_computes_and_trains_nothing(first: subprocess.CompletedProcess[str], folder: Path) -> None:
    again = run(folder, "--models", "lda,my_forest,my_network")
    assert again.returncode == 0 and "0 models to train" in again.stdout and "Nothing new" in again.stdout


def test_changed_code_is_a_new_version_and_another_run_of_the_models_that_read_it(
    first: subprocess.CompletedProcess[str], folder: Path
) -> None:
    path = folder / "mouth.py"
    path.write_text(path.read_text(encoding="utf-8").replace('"opening": np', '"opening": 2 * np'), encoding="utf-8")
    changed = run(folder, "--models", "lda,my_forest,my_network")
    assert changed.returncode == 0, changed.stderr + changed.stdout
    trained = [line.split()[0] for line in changed.stdout.splitlines() if "corrected by_person" in line]
    assert trained.count("my_forest") == 1 and "my_network" not in trained
    versions = answer(
        folder, "SELECT feature, count(*) AS n FROM features.views WHERE view = 'own_values' GROUP BY ALL"
    )
    assert {row["feature"]: row["n"] for row in versions} == {"mouth": 2, "smile": 2, "redness": 1}


def test_an_error_in_a_file_stops_a_run_at_once_and_a_file_that_is_gone_does_not(
    first: subprocess.CompletedProcess[str], folder: Path
) -> None:
    (folder / "broken.py").write_text("def f(:\n", encoding="utf-8")
    broken = run(folder, "--extensions", "broken.py")
    assert broken.returncode == 1 and "broken.py' cannot be loaded: line 1: invalid syntax" in broken.stderr
    (folder / "mouth.py").rename(folder / "gone.py")
    gone = run(folder, "--models", "lda")
    (folder / "gone.py").rename(folder / "mouth.py")
    assert gone.returncode == 0, gone.stderr + gone.stdout
    assert "mouth.py' is gone" in gone.stdout and "needs mouth, which no loaded extension declares" in gone.stdout
