"""Any metric on any part of the design, for all systems: one is drawn, the page's selectors change it."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import polars as pl

from dashboards import palette, words
from dashboards.figures.base import Picture, axis, figure, interval_bars, words_axis
from dashboards.figures.leaderboard import is_scored, name, ranked
from dashboards.figures.slices import ALL, label, order
from store.vocabulary import PARTS

METRICS = {
    "accuracy": "accuracy",
    "accuracy_all": "accuracy, unscored photographs as wrong",
    "macro_f1": "macro F1",
    "roc_auc": "ROC AUC, one against the rest",
    "log_loss": "log loss (less is better)",
    "log_loss_scaled": "log loss after temperature scaling (less is better)",
    "calibration_error": "calibration error (less is better)",
    "calibration_error_scaled": "calibration error after temperature scaling (less is better)",
}
"""Metrics that can be chosen, and what they are called."""

FIRST = ("accuracy", ALL)
_ROW_PX = 30


def choices(metrics: pl.DataFrame, leaderboard: pl.DataFrame, *, strategy: str) -> tuple[list[str], list[str]]:
    """The metrics and the slices that the scored runs of a split have on the test part."""
    known = _own(metrics, _board(leaderboard, strategy))
    slices = sorted(set(known["slice"]) - {ALL}, key=order)
    return [one for one in METRICS if one in set(known["metric"])], [ALL, *slices]


def scores(metrics: pl.DataFrame, leaderboard: pl.DataFrame, *, strategy: str) -> Picture:
    """A trace a metric and slice, with its 95 % intervals; runs from best to worst by accuracy."""
    board = _board(leaderboard, strategy)
    known = _own(metrics, board)
    names, slices = choices(metrics, leaderboard, strategy=strategy)
    picture = figure(
        height_px=90 + _ROW_PX * max(len(board), 2),
        xaxis=axis(_title(*FIRST)),
        yaxis=words_axis([name(row) for row in board], air=0.35),
        showlegend=False,
    )
    places = {row["run_id"]: place for place, row in enumerate(board)}
    values = dict(known.group_by("metric", "slice", maintain_order=True))
    for one in names:
        for slice_ in slices:
            if (one, slice_) in values:
                picture.add_trace(_dots(values[one, slice_], places, (one, slice_)))
    return Picture(
        f"Any metric, photographs split {words.strategy(strategy)}",
        _note(board),
        f"Dot plot of {words.count(len(board), 'run')}; the pages of the systems have the same numbers as tables.",
        picture,
        sources=("metrics", "leaderboard"),
    )


def _board(leaderboard: pl.DataFrame, strategy: str) -> list[dict[str, Any]]:
    return ranked(leaderboard.filter(is_scored() & (pl.col("strategy") == strategy))).to_dicts()


def _own(metrics: pl.DataFrame, board: list[dict[str, Any]]) -> pl.DataFrame:
    ids = [row["run_id"] for row in board]
    wanted = pl.col("run_id").is_in(ids) & (pl.col("part") == PARTS[-1]) & pl.col("metric").is_in(list(METRICS))
    is_level = (pl.col("slice") == ALL) | pl.col("slice").str.contains("=", literal=True)
    return metrics.filter(wanted & is_level & pl.col("value").is_not_null())


def _dots(own: pl.DataFrame, places: dict[str, int], chosen: tuple[str, str]) -> go.Scatter:
    rows = own.to_dicts()
    ends = [(row["low"], row["value"], row["high"]) for row in rows]
    return go.Scatter(
        x=[round(row["value"], 5) for row in rows],
        y=[places[row["run_id"]] for row in rows],
        mode="markers+text",
        texttemplate="%{x:.3f}",
        textposition="top center",
        textfont={"size": 11, "color": palette.BLUE},
        cliponaxis=False,
        marker={"size": 9, "color": palette.BLUE},
        error_x=interval_bars(ends, color=palette.BLUE, thickness=1.5, width=3),
        meta={"group": "|".join(chosen), "title": _title(*chosen)},
        visible=chosen == FIRST,
        customdata=[row["n_people"] for row in rows],
        hovertemplate=f"{_title(*chosen)}: %{{x:.3f}}<br>%{{customdata}} people<extra></extra>",
    )


def _title(metric: str, slice_: str) -> str:
    return f"{METRICS[metric]}, {words.plain(label(slice_), 60)}"


def _note(board: list[dict[str, Any]]) -> str:
    if not board:
        return "No run of this split has a score."
    return f"Test part, runs in the order of their accuracy. Bars: {words.INTERVAL}, where there are people enough."
