"""The example notebooks run from the first cell to the last, without Jupyter, and hold no outputs of a machine."""

from __future__ import annotations

import ast
import json
import warnings
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import polars as pl
import pytest

from affect_store import FeatureStore
from tests import syntax
from tests.docs.documents import ROOT
from tests.stores.known import home_with_pages

NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))
FORMAT = (4, 5)
CELL = {"cell_type", "id", "metadata", "source"}
CODE_CELL = CELL | {"execution_count", "outputs"}


def read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))


def sources(path: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in read(path)["cells"] if cell["cell_type"] == "code"]


def run_cell(source: str, namespace: dict[str, Any]) -> Any:
    """Run a cell and return the value that a notebook would show: that of its last line, if it is an expression."""
    tree = syntax.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), namespace)
    return None if last is None else eval(compile(ast.Expression(last.value), "<cell>", "eval"), namespace)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebooks_are_of_the_format_and_have_no_outputs(path: Path) -> None:
    notebook = read(path)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == FORMAT
    assert len({cell["id"] for cell in notebook["cells"]}) == len(notebook["cells"])
    for cell in notebook["cells"]:
        assert set(cell) == (CODE_CELL if cell["cell_type"] == "code" else CELL)
        assert not cell.get("outputs") and cell.get("execution_count") is None and cell["metadata"] == {}


@pytest.mark.long
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_every_cell_runs_in_order_and_shows_something(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".affect").symlink_to(home_with_pages().root)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AFFECT_HOME", raising=False)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        shown = [run_cell(source, namespace) for source in sources(path)]
    kinds = {type(value) for value in shown if value is not None}
    assert {FeatureStore, pl.DataFrame, go.Figure} <= kinds
    assert all(value._repr_html_() for value in shown if hasattr(value, "_repr_html_"))
    assert [entry.name for entry in tmp_path.iterdir()] == [".affect"], "the notebook writes nothing"


def test_there_is_a_notebook_and_the_guide_links_to_it() -> None:
    guide = (ROOT / "docs" / "guides" / "notebooks.md").read_text(encoding="utf-8")
    assert NOTEBOOKS and all(f"../notebooks/{path.name}" in guide for path in NOTEBOOKS)
