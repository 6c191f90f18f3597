"""Reliability and ROC curves of all systems of a split."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
import polars as pl

from affect_store.dashboards import formatting, palette
from affect_store.dashboards.figures.base import CaptionedFigure, figure, share_axis
from affect_store.dashboards.figures.leaderboard import name, scored_runs

SHOWN_CURVES = 5
"""Number of systems visible at first, the best ones; a click in the legend shows the others."""

MIN_BIN_PHOTOGRAPHS = 10
"""Minimum number of photographs per point of a reliability curve."""

_DASHES = ("solid", "dot", "dash")
_MARKS = ("circle", "square", "diamond")


def reliability(frame: pl.DataFrame, leaderboard: pl.DataFrame, *, strategy: str) -> CaptionedFigure:
    """Draw accuracy against confidence, one curve per system; a calibrated system lies on the diagonal."""
    board = scored_runs(leaderboard, strategy)
    fig = _square("mean confidence (probability of the prediction)", "accuracy")
    for index, row in enumerate(board):
        own = frame.filter((pl.col("run_id") == row["run_id"]) & (pl.col("n_images") >= MIN_BIN_PHOTOGRAPHS)).sort(
            "bin"
        )
        hover = [f"{name(row)}<br>{formatting.photographs(n)}" for n in own["n_images"]]
        points = (own["confidence"].to_list(), own["accuracy"].to_list(), hover)
        fig.add_trace(_line(row, index, points, mode="lines+markers"))
    note = (
        "Test photographs in 15 bins of confidence, after temperature scaling on the validation part. On the diagonal "
        "confidence equals accuracy; below it the system is overconfident. "
        f"Bins with fewer than {MIN_BIN_PHOTOGRAPHS} photographs are left out. "
    )
    title = f"Reliability, {formatting.split(strategy)}"
    alt = _alt("Reliability curves", board)
    return CaptionedFigure(title, note + _shown(board), alt, fig, sources=("reliability", "leaderboard"))


def roc(frame: pl.DataFrame, leaderboard: pl.DataFrame, *, strategy: str) -> CaptionedFigure:
    """Draw true against false positive rate over all pairs of photograph and emotion, one curve per system."""
    board = scored_runs(leaderboard, strategy)
    fig = _square("false positive rate", "true positive rate")
    for index, row in enumerate(board):
        own = frame.filter(pl.col("run_id") == row["run_id"]).sort("threshold", descending=True)
        thresholds = ["above all probabilities", *(f"{value:.3f}" for value in own["threshold"])]
        hover = [f"{name(row)}<br>threshold {threshold}" for threshold in thresholds]
        points = ([0.0, *own["fpr"]], [0.0, *own["tpr"]], hover)
        fig.add_trace(_line(row, index, points, mode="lines"))
    note = (
        "One emotion against the rest, micro-averaged over all emotions. The ROC AUC of the leaderboard is the mean "
        "over emotions (macro-average). "
    )
    title = f"ROC curves, {formatting.split(strategy)}"
    alt = _alt("ROC curves", board)
    return CaptionedFigure(title, note + _shown(board), alt, fig, sources=("roc", "leaderboard"))


def has_points(frame: pl.DataFrame, leaderboard: pl.DataFrame, *, strategy: str) -> bool:
    """Return whether a reliability curve of the split has a point."""
    ids = [row["run_id"] for row in scored_runs(leaderboard, strategy)]
    return not frame.filter(pl.col("run_id").is_in(ids) & (pl.col("n_images") >= MIN_BIN_PHOTOGRAPHS)).is_empty()


def _square(x: str, y: str) -> go.Figure:
    legend = {"x": 0, "y": 0, "yref": "container", "yanchor": "bottom", "orientation": "h", "font": {"size": 12}}
    fig = figure(height_px=560, xaxis=share_axis(x), yaxis=share_axis(y), legend=legend)
    line = {"color": palette.GREY, "dash": "dot", "width": 1.5}
    fig.add_trace(go.Scatter(x=[0, 1], y=[0, 1], mode="lines", line=line, showlegend=False, hoverinfo="skip"))
    return fig


def _line(
    row: dict[str, Any], index: int, points: tuple[Sequence[float], Sequence[float], list[str]], *, mode: str
) -> go.Scatter:
    colour = palette.SERIES[index % len(palette.SERIES)]
    repeat = index // len(palette.SERIES)
    x, y, hover = points
    return go.Scatter(
        x=list(x),
        y=list(y),
        name=name(row),
        mode=mode,
        visible=True if index < SHOWN_CURVES else "legendonly",
        line={"color": colour, "width": 2, "dash": _DASHES[repeat % len(_DASHES)]},
        marker={"color": colour, "size": 7, "symbol": _MARKS[repeat % len(_MARKS)]},
        customdata=hover,
        hovertemplate="%{customdata}<br>%{x:.3f}, %{y:.3f}<extra></extra>",
    )


def _shown(board: Sequence[object]) -> str:
    if not board:
        return "No run of this split has a score."
    hidden = len(board) - SHOWN_CURVES
    return f"The best {SHOWN_CURVES} are shown; select one of the other {hidden} in the legend." if hidden > 0 else ""


def _alt(kind: str, board: list[dict[str, Any]]) -> str:
    if not board:
        return "No curve to draw."
    names = "; ".join(f"{formatting.visible(row['title'], 40)} {row['recipe']}" for row in board)
    return f"{kind} of {formatting.count(len(board), 'system')}: {names}."
