"""`affect runs`, and systems' names in the commands that take the id of a run."""

import csv
import io
import json

import pytest
from typer.testing import CliRunner, Result

from affect_store.flows.cli.app import app
from affect_store.flows.runtime import console
from affect_store.store.engine.query import run_query
from tests.stores.known import RUNS, small_home


def affect(*arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--home", str(small_home().root)])


def test_runs_are_listed_newest_first_with_accuracy_and_interval() -> None:
    rows = list(csv.DictReader(io.StringIO(affect("runs", "--csv").stdout)))
    stored = run_query(small_home(), "SELECT run_id FROM registry.runs ORDER BY requested_at DESC, run_id").rows
    assert [row["run_id"] for row in rows] == [run_id for (run_id,) in stored] and len(rows) >= len(RUNS)
    board = run_query(small_home(), "SELECT run_id, accuracy, accuracy_low, accuracy_high FROM leaderboard").rows
    listed = {row["run_id"]: row for row in rows}
    for run_id, *scores in board:
        shown = [listed[run_id][name] for name in ("accuracy", "accuracy_low", "accuracy_high")]
        assert [None if text == "" else float(text) for text in shown] == scores
    assert json.loads(affect("runs", "--json").stdout)[0]["run_id"] == rows[0]["run_id"]


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_the_list_fits_the_terminal_with_models_and_runs_first(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "terminal_width", lambda: columns)
    text = affect("runs").stdout
    header, _, *rows = text.splitlines()
    assert max(map(len, [header, *rows[: len(RUNS)]])) <= columns and header.split()[0] == "model"
    assert "more columns (--wide shows them)" in " ".join(text.split())
    assert ("run_id" in header) == (columns > 40)


def test_a_system_is_taken_for_a_run_and_the_run_is_named() -> None:
    result = affect("evaluate", "vector_mlp", "--csv")
    (run_id,) = {row["run_id"] for row in run_board("vector_mlp")}
    assert result.exit_code == 0 and f"'vector_mlp' is run {run_id} (corrected, split by person, " in result.stderr
    assert result.stdout == affect("evaluate", run_id, "--csv").stdout and run_id not in result.stdout
    assert affect("evaluate", run_id).stderr == ""
    described = affect("describe", "vector_mlp")
    assert f"run {run_id}" in described.stdout and f"'vector_mlp' is run {run_id} (corrected" in described.stderr


def run_board(model: str) -> list[dict[str, str]]:
    query = f"SELECT run_id FROM leaderboard WHERE model = '{model}' AND recipe = 'corrected' AND split = 'by_person'"
    return [{"run_id": run_id} for (run_id,) in run_query(small_home(), query).rows]


def test_two_systems_are_compared_by_name() -> None:
    names = [row for (row,) in run_query(small_home(), "SELECT model FROM leaderboard WHERE split = 'by_person' "
             "AND recipe = 'corrected' AND accuracy IS NOT NULL ORDER BY model LIMIT 2").rows]  # fmt: skip
    result = affect("compare", *names)
    assert result.exit_code == 0 and result.stderr.count("split by person") == 2


def test_an_unknown_system_suggests_similar_ones() -> None:
    result = affect("evaluate", "vector_mpl")
    assert result.exit_code == 1 and "did you mean vector_mlp" in result.stderr and "affect runs" in result.stderr
