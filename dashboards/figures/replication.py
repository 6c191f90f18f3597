"""The replication of the 2022 notebook: what it reported beside what the current runs reproduce."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
import polars as pl

from affect_store.dashboards import formatting, palette
from affect_store.dashboards.figures.base import DIGITS, CaptionedFigure, category_axis, figure, share_axis
from affect_store.dashboards.figures.leaderboard import BY_PERSON, has_score
from affect_store.store.reported_2022 import REPORTED

NOTEBOOK = "notebook"
PUBLISHED, WITH_SLIPS, CORRECTED = "published", "published_with_slips", "corrected"
COLUMNS = {
    (PUBLISHED, NOTEBOOK): "Reproduced, split of the notebook",
    (WITH_SLIPS, NOTEBOOK): "With its slips, split of the notebook",
    (PUBLISHED, BY_PERSON): "Reproduced, split by person",
    (WITH_SLIPS, BY_PERSON): "With its slips, split by person",
    (CORRECTED, NOTEBOOK): "Corrected, split of the notebook",
    (CORRECTED, BY_PERSON): "Corrected, split by person",
}
"""Recipe and strategy of the runs that are compared with the notebook, with their names."""

_MARKS = {
    (PUBLISHED, NOTEBOOK): (palette.ORANGE, "circle"),
    (WITH_SLIPS, NOTEBOOK): (palette.ORANGE, "x"),
    (PUBLISHED, BY_PERSON): (palette.ORANGE, "circle-open"),
    (WITH_SLIPS, BY_PERSON): (palette.ORANGE, "x-open"),
    (CORRECTED, NOTEBOOK): (palette.BLUE, "circle"),
    (CORRECTED, BY_PERSON): (palette.BLUE, "circle-open"),
}
_REPORTED = "reported in 2022"


@dataclass(frozen=True)
class Reproduced:
    """Figures of one run: those after its last epoch, the best validation accuracy and its epoch, the training losses
    of the first three epochs, and the test accuracy with its interval and the level of chance."""

    n_epochs: int
    train_accuracy: float
    val_accuracy: float
    val_auc: float | None
    best_val_accuracy: float
    best_epoch: int
    first_losses: tuple[float, ...]
    last_loss: float
    test_accuracy: float
    test_low: float | None
    test_high: float | None
    chance: float


Runs = Mapping[tuple[str, str, str], Reproduced]
"""Figures by system, recipe and strategy."""


def reproduced(leaderboard: pl.DataFrame, epochs: pl.DataFrame) -> Runs:
    """Return the figures of the notebook's systems on its split and by person; runs without a score are left out."""
    by_run = {str(run_id): rows.sort("epoch") for (run_id,), rows in epochs.group_by("run_id")}
    return {
        (row["model"], row["recipe"], row["strategy"]): _figures(row, by_run[row["run_id"]])
        for row in leaderboard.iter_rows(named=True)
        if row["model"] in REPORTED and (row["recipe"], row["strategy"]) in COLUMNS
        if has_score(row) and row["run_id"] in by_run
    }


def _figures(row: Mapping[str, Any], epochs: pl.DataFrame) -> Reproduced:
    last = epochs.row(-1, named=True)
    best = epochs.sort("val_accuracy", "epoch", descending=[True, False]).row(0, named=True)
    return Reproduced(
        n_epochs=epochs.height,
        train_accuracy=last["accuracy"], val_accuracy=last["val_accuracy"], val_auc=last["val_auc"],
        best_val_accuracy=best["val_accuracy"], best_epoch=best["epoch"],
        first_losses=tuple(epochs["loss"].head(3)), last_loss=last["loss"],
        test_accuracy=row["accuracy"], test_low=row["accuracy_low"], test_high=row["accuracy_high"],
        chance=row["chance"],
    )  # fmt: skip


def columns(runs: Runs) -> list[tuple[str, str]]:
    """Return the recipes and strategies that have a run."""
    present = {(recipe, strategy) for _, recipe, strategy in runs}
    return [column for column in COLUMNS if column in present]


def validation_accuracy(runs: Runs, titles: Mapping[str, str]) -> CaptionedFigure:
    """Draw the validation accuracy after the last epoch of every system: reported, reproduced and corrected."""
    systems = list(REPORTED)
    shown = columns(runs)
    fig = figure(
        height_px=130 + 24 * len(shown) + 44 * len(systems),
        xaxis=share_axis("validation accuracy after the last epoch"),
        yaxis=category_axis([formatting.plain(titles.get(name, name), 24) for name in systems], padding=0.35),
    )
    reported = {name: figures.val_accuracy for name, figures in REPORTED.items() if figures.val_accuracy is not None}
    fig.add_trace(_dots(systems, reported, _REPORTED, (palette.INK, "diamond"), 0.0))
    for index, (recipe, strategy) in enumerate(shown, 1):
        values = {
            name: runs[name, recipe, strategy].val_accuracy for name in systems if (name, recipe, strategy) in runs
        }
        offset = 0.55 * index / len(shown)
        label = COLUMNS[recipe, strategy].lower()
        fig.add_trace(_dots(systems, values, label, _MARKS[recipe, strategy], offset))
    return CaptionedFigure(
        "Validation accuracy: reported, reproduced and corrected",
        f"Reported of {_and(titles.get(name, name) for name in reported)}, on RaFD and the split of the notebook.",
        f"Dot plot of {len(systems)} systems; the tables below have the numbers.",
        fig,
        sources=("leaderboard", "epochs"),
    )


def _dots(
    systems: Sequence[str], values: Mapping[str, float], label: str, mark: tuple[str, str], offset: float
) -> go.Scatter:
    colour, symbol = mark
    return go.Scatter(
        x=[round(value, DIGITS) for value in values.values()],
        y=[systems.index(name) + offset - 0.2 for name in values],
        name=label,
        mode="markers",
        marker={"size": 10, "color": colour, "symbol": symbol, "line": {"width": 2, "color": colour}},
        hovertemplate=f"{label}: %{{x:.3f}}<extra></extra>",
    )


def _and(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
