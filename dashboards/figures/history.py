"""History: training runs over time, and the accuracy of the publications."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import polars as pl

from affect_store.dashboards import formatting, palette
from affect_store.dashboards.figures.base import CaptionedFigure, axis, figure, interval_bars, share_axis

_COLOURS = {"corrected": palette.BLUE, "published": palette.ORANGE}
_FOLD = "fold"
_TIMES = {"tickformatstops": [
    {"dtickrange": [None, 60_000], "value": "%H:%M:%S"},
    {"dtickrange": [60_000, 86_400_000], "value": "%H:%M\n%d %b"},
    {"dtickrange": [86_400_000, None], "value": "%d %b %Y"},
]}  # fmt: skip

_DURATIONS = {
    0.03: "0.03 s", 0.1: "0.1 s", 0.3: "0.3 s", 1: "1 s", 3: "3 s", 10: "10 s", 30: "30 s", 60: "1 min", 180: "3 min",
    600: "10 min", 1800: "30 min", 3600: "1 h", 10_800: "3 h", 36_000: "10 h", 108_000: "30 h",
}  # fmt: skip


def runs(frame: pl.DataFrame) -> CaptionedFigure:
    """Draw the duration of each training run by its start time, without runs that only pool others.

    Single folds have small markers, runs without a result crosses.
    """
    frame = frame.filter(~pl.col("is_pooled"))
    fig = figure(
        height_px=340,
        xaxis=axis("start of training (UTC)", type="date", **_TIMES),
        yaxis=axis("training time", type="log", tickvals=list(_DURATIONS), ticktext=list(_DURATIONS.values())),
    )
    for recipe in sorted(frame["recipe"].unique().to_list()):
        rows = frame.filter(pl.col("recipe") == recipe).sort("started_at").to_dicts()
        fig.add_trace(_run_dots(rows, recipe))
    total = formatting.duration(float(frame["duration_s"].sum()))
    completed = frame.filter(pl.col("status") == "completed").height
    note = (
        f"{formatting.count(frame.height, 'run')}, {completed:,} completed, {total} of training in total. Small dots: "
        "single folds of a cross-validation."
    )
    alt = f"Scatter plot of training time by start time. {note}"
    return CaptionedFigure("Training time by start time", note, alt, fig, sources=("runs",))


def _run_dots(rows: list[dict[str, Any]], recipe: str) -> go.Scatter:
    return go.Scatter(
        x=[f"{row['started_at']:%Y-%m-%d %H:%M:%S}" for row in rows],
        y=[max(row["duration_s"], 0.01) for row in rows],
        mode="markers",
        name=formatting.plain(recipe),
        marker={
            "color": _COLOURS.get(recipe, palette.INK),
            "size": [6 if row["strategy"] == _FOLD else 10 for row in rows],
            "symbol": ["circle" if row["status"] == "completed" else "x" for row in rows],
            "line": {"width": 1, "color": palette.PAPER},
        },
        text=[_hover(row) for row in rows],
        hovertemplate="%{text}<extra></extra>",
    )


def _hover(row: dict[str, Any]) -> str:
    accuracy = "" if row["accuracy"] is None else f"<br>test accuracy {row['accuracy']:.3f}"
    return (
        f"{formatting.plain(row['model'])} · {formatting.plain(row['recipe'])}, "
        f"{formatting.split(row['strategy'])}<br>"
        f"{row['started_at']:%Y-%m-%d %H:%M}, {formatting.duration(row['duration_s'])}, seed {row['seed']}{accuracy}"
    )


def publications(frame: pl.DataFrame) -> CaptionedFigure:
    """Draw the test accuracy (split by person) of the best run of each publication, with its interval."""
    rows = frame.filter(pl.col("value").is_not_null()).sort("published_at").to_dicts()
    fig = figure(
        height_px=300,
        xaxis=axis("published (UTC)", type="date", **_TIMES),
        yaxis=share_axis("test accuracy, split by person"),
        showlegend=False,
    )
    fig.add_trace(_accuracy_line(rows))
    note = (
        "Best run of each publication on the test people of its split. Bars: "
        f"{formatting.INTERVAL}. The data may differ between publications."
    )
    alt = f"Line chart of the best test accuracy over {formatting.count(len(rows), 'publication')}."
    return CaptionedFigure("Best test accuracy per publication", note, alt, fig, sources=("publications",))


def _accuracy_line(rows: list[dict[str, Any]]) -> go.Scatter:
    ends = [(row["low"], row["value"], row["high"]) for row in rows]
    return go.Scatter(
        x=[f"{row['published_at']:%Y-%m-%d %H:%M:%S}" for row in rows],
        y=[row["value"] for row in rows],
        mode="lines+markers",
        line={"color": palette.GREY, "width": 1.2},
        marker={"size": 10, "color": palette.BLUE},
        error_y=interval_bars(ends, color=palette.BLUE, thickness=1.6, width=4),
        text=[f"{formatting.photographs(row['n_images'])} of {formatting.people(row['n_people'])}" for row in rows],
        hovertemplate="%{x}<br>%{y:.3f}<br>%{text}<extra></extra>",
    )
