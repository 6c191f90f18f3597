"""What happened: training runs over time, and the accuracy of one publication after another."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import polars as pl

from dashboards import palette, words
from dashboards.figures.base import Picture, axis, figure, interval_bars, share_axis

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


def runs(frame: pl.DataFrame) -> Picture:
    """Seconds of training of every run by when it began; single folds are small, runs without a result crosses. Runs
    that pool others are left out."""
    frame = frame.filter(~pl.col("is_pooled"))
    picture = figure(
        height_px=340,
        xaxis=axis("training began (UTC)", type="date", **_TIMES),
        yaxis=axis("time of training", type="log", tickvals=list(_DURATIONS), ticktext=list(_DURATIONS.values())),
    )
    for recipe in sorted(frame["recipe"].unique().to_list()):
        rows = frame.filter(pl.col("recipe") == recipe).sort("started_at").to_dicts()
        picture.add_trace(
            go.Scatter(
                x=[f"{row['started_at']:%Y-%m-%d %H:%M:%S}" for row in rows],
                y=[max(row["duration_s"], 0.01) for row in rows],
                mode="markers",
                name=words.plain(recipe),
                marker={
                    "color": _COLOURS.get(recipe, palette.INK),
                    "size": [6 if row["strategy"] == _FOLD else 10 for row in rows],
                    "symbol": ["circle" if row["status"] == "completed" else "x" for row in rows],
                    "line": {"width": 1, "color": palette.PAPER},
                },
                text=[_hover(row) for row in rows],
                hovertemplate="%{text}<extra></extra>",
            )
        )
    total = words.duration(float(frame["duration_s"].sum()))
    done = frame.filter(pl.col("status") == "completed").height
    note = f"{words.count(frame.height, 'run')}, {done:,} completed, {total} of training. Small dots are single folds."
    alt = f"Scatter of the training runs' durations over time. {note}"
    return Picture("Training runs", note, alt, picture, sources=("runs",))


def _hover(row: dict[str, Any]) -> str:
    told = "" if row["accuracy"] is None else f"<br>test accuracy {row['accuracy']:.3f}"
    return (
        f"{words.plain(row['model'])} · {words.plain(row['recipe'])}, {words.strategy(row['strategy'])}<br>"
        f"{row['started_at']:%Y-%m-%d %H:%M}, {words.duration(row['duration_s'])}, seed {row['seed']}{told}"
    )


def publications(frame: pl.DataFrame) -> Picture:
    """Test accuracy by person of the best run of each publication, with its interval."""
    rows = frame.filter(pl.col("value").is_not_null()).sort("published_at").to_dicts()
    picture = figure(
        height_px=300,
        xaxis=axis("published (UTC)", type="date", **_TIMES),
        yaxis=share_axis("test accuracy by person"),
        showlegend=False,
    )
    ends = [(row["low"], row["value"], row["high"]) for row in rows]
    picture.add_trace(
        go.Scatter(
            x=[f"{row['published_at']:%Y-%m-%d %H:%M:%S}" for row in rows],
            y=[row["value"] for row in rows],
            mode="lines+markers",
            line={"color": palette.GREY, "width": 1.2},
            marker={"size": 10, "color": palette.BLUE},
            error_y=interval_bars(ends, color=palette.BLUE, thickness=1.6, width=4),
            text=[f"{words.photographs(row['n_images'])} of {words.people(row['n_people'])}" for row in rows],
            hovertemplate="%{x}<br>%{y:.3f}<br>%{text}<extra></extra>",
        )
    )
    note = f"The best run of each on its own test people; line: {words.INTERVAL}. Data may differ between them."
    alt = f"Line of the best test accuracy over {words.count(len(rows), 'publication')}."
    return Picture("Accuracy, publication by publication", note, alt, picture, sources=("publications",))
