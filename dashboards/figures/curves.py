"""Probabilities of all systems in one figure: reliability and ROC curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
import polars as pl

from dashboards import palette, words
from dashboards.figures.base import Picture, figure, share_axis
from dashboards.figures.leaderboard import is_scored, name, ranked

SHOWN = 5
"""So many of the best systems are drawn at first; the legend turns others on."""

FEWEST = 10
"""Photographs that a point of a reliability curve needs."""

_DASHES = ("solid", "dot", "dash")
_MARKS = ("circle", "square", "diamond")


def reliability(frame: pl.DataFrame, leaderboard: pl.DataFrame, *, strategy: str) -> Picture:
    """How often a system is right when it says how sure it is; on the diagonal it knows itself."""
    board = _board(leaderboard, strategy)
    picture = _square("mean probability of the answer", "share right")
    for place, row in enumerate(board):
        own = frame.filter((pl.col("run_id") == row["run_id"]) & (pl.col("n_images") >= FEWEST)).sort("bin")
        hover = [f"{name(row)}<br>{words.photographs(n)}" for n in own["n_images"]]
        points = (own["confidence"].to_list(), own["accuracy"].to_list(), hover)
        picture.add_trace(_line(row, place, points, mode="lines+markers"))
    note = (
        "Test photographs in fifteenths of the greatest probability, after temperature scaling on the validation part. "
        "On the diagonal a stated probability is the share that is right; below it the system is too sure. "
        f"Fifteenths with fewer than {FEWEST} photographs are left out. "
    )
    title = f"Reliability, photographs split {words.strategy(strategy)}"
    alt = _alt("Reliability curves", board)
    return Picture(title, note + _turned_on(board), alt, picture, sources=("reliability", "leaderboard"))


def roc(frame: pl.DataFrame, leaderboard: pl.DataFrame, *, strategy: str) -> Picture:
    """True against false positive rate over all pairs of photograph and emotion."""
    board = _board(leaderboard, strategy)
    picture = _square("false positive rate", "true positive rate")
    for place, row in enumerate(board):
        own = frame.filter(pl.col("run_id") == row["run_id"]).sort("threshold", descending=True)
        said = ["nothing is said to be shown", *(f"from probability {value:.3f} on" for value in own["threshold"])]
        hover = [f"{name(row)}<br>{one}" for one in said]
        points = ([0.0, *own["fpr"]], [0.0, *own["tpr"]], hover)
        picture.add_trace(_line(row, place, points, mode="lines"))
    note = (
        "An emotion against the rest, all emotions together (micro-average), from stated probabilities. The area in "
        "the leaderboard is the mean over emotions. "
    )
    title = f"ROC, photographs split {words.strategy(strategy)}"
    alt = _alt("ROC curves", board)
    return Picture(title, note + _turned_on(board), alt, picture, sources=("roc", "leaderboard"))


def has_points(frame: pl.DataFrame, leaderboard: pl.DataFrame, *, strategy: str) -> bool:
    """Whether a reliability curve of the split has a point."""
    ids = [row["run_id"] for row in _board(leaderboard, strategy)]
    return not frame.filter(pl.col("run_id").is_in(ids) & (pl.col("n_images") >= FEWEST)).is_empty()


def _board(leaderboard: pl.DataFrame, strategy: str) -> list[dict[str, Any]]:
    return ranked(leaderboard.filter(is_scored() & (pl.col("strategy") == strategy))).to_dicts()


def _square(x: str, y: str) -> go.Figure:
    legend = {"x": 0, "y": 0, "yref": "container", "yanchor": "bottom", "orientation": "h", "font": {"size": 12}}
    picture = figure(height_px=560, xaxis=share_axis(x), yaxis=share_axis(y), legend=legend)
    line = {"color": palette.GREY, "dash": "dot", "width": 1.5}
    picture.add_trace(go.Scatter(x=[0, 1], y=[0, 1], mode="lines", line=line, showlegend=False, hoverinfo="skip"))
    return picture


def _line(
    row: dict[str, Any], place: int, points: tuple[Sequence[float], Sequence[float], list[str]], *, mode: str
) -> go.Scatter:
    colour = palette.SERIES[place % len(palette.SERIES)]
    again = place // len(palette.SERIES)
    x, y, hover = points
    return go.Scatter(
        x=list(x),
        y=list(y),
        name=name(row),
        mode=mode,
        visible=True if place < SHOWN else "legendonly",
        line={"color": colour, "width": 2, "dash": _DASHES[again % len(_DASHES)]},
        marker={"color": colour, "size": 7, "symbol": _MARKS[again % len(_MARKS)]},
        customdata=hover,
        hovertemplate="%{customdata}<br>%{x:.3f}, %{y:.3f}<extra></extra>",
    )


def _turned_on(board: Sequence[object]) -> str:
    if not board:
        return "No run of this split has a score."
    hidden = len(board) - SHOWN
    return f"The best {SHOWN} are drawn; a click in the legend shows one of the other {hidden}." if hidden > 0 else ""


def _alt(what: str, board: list[dict[str, Any]]) -> str:
    if not board:
        return "No curve to draw."
    told = "; ".join(f"{words.visible(row['title'], 40)} {row['recipe']}" for row in board)
    return f"{what} of {words.count(len(board), 'system')}: {told}."
