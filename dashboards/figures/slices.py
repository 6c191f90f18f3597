"""Accuracy on parts of the design: camera, gaze, sex, population, age."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import polars as pl

from dashboards import palette, words
from dashboards.figures.base import Picture, figure, interval_bars, share_axis, words_axis
from store.vocabulary import AGE_BANDS

ALL = "all"
FACTORS = {"camera_angle_deg": "camera", "gaze": "gaze", "sex": "sex", "population": "group", "age": "age"}
_AGES = list(AGE_BANDS)
_COLOURS = dict(zip(FACTORS, (palette.BLUE, "#3b7d4f", palette.ORANGE, "#6a4c93", palette.MUTED), strict=True))


def rows(metrics: pl.DataFrame, *, part: str, metric: str = "accuracy") -> list[dict[str, Any]]:
    """One run's slices of the known factors, in the order of `FACTORS`, each with factor and label; 'all' first."""
    chosen = metrics.filter((pl.col("part") == part) & (pl.col("metric") == metric)).sort("slice").to_dicts()
    found = [{**row, "factor": ALL, "label": label(ALL)} for row in chosen if row["slice"] == ALL]
    for factor in FACTORS:
        own = [row for row in chosen if row["slice"].startswith(factor + "=")]
        own.sort(key=lambda row: order(row["slice"]))
        found += [{**row, "factor": factor, "label": label(row["slice"])} for row in own]
    return [row for row in found if row["value"] is not None]


def label(slice_: str) -> str:
    """'all photographs', 'camera 45°', 'sex female'."""
    if slice_ == ALL:
        return "all photographs"
    factor, _, level = slice_.partition("=")
    return f"{FACTORS.get(factor, factor)} {level}{'°' if factor.endswith('_deg') else ''}"


def order(slice_: str) -> tuple[int, float, str]:
    """Key to sort slices: factor by factor, angles by their number, ages from young to old."""
    factor, _, word = slice_.partition("=")
    known = list(FACTORS)
    number = float(word) if word.isdigit() else float(_AGES.index(word)) if word in _AGES else 0.0
    return (known.index(factor) if factor in known else len(known), number, word)


def accuracies(metrics: pl.DataFrame, *, part: str) -> Picture:
    """Accuracy of one run on each slice of `part`, with intervals where there are people enough."""
    table = rows(metrics, part=part)
    picture = figure(
        height_px=100 + 28 * max(len(table), 2),
        xaxis=share_axis(f"{part} accuracy"),
        yaxis=words_axis([words.plain(row["label"], 26) for row in table], air=0.35),
        showlegend=False,
    )
    for factor in dict.fromkeys(row["factor"] for row in table):
        picture.add_trace(_dots(table, factor))
    overall = next((row["value"] for row in table if row["factor"] == ALL), None)
    if overall is not None:
        picture.add_vline(x=overall, line={"color": palette.MUTED, "dash": "dot", "width": 1})
    title = "Accuracy by camera, gaze, sex, group and age"
    return Picture(title, _note(table, part), _alt(table), picture, sources=("metrics",))


def _dots(table: list[dict[str, Any]], factor: str) -> go.Scatter:
    own = [(k, row) for k, row in enumerate(table) if row["factor"] == factor]
    colour = _COLOURS.get(factor, palette.INK)
    ends = [(row["low"], row["value"], row["high"]) for _, row in own]
    return go.Scatter(
        x=[row["value"] for _, row in own],
        y=[k for k, _ in own],
        mode="markers+text",
        text=[words.share(row["value"]) for _, row in own],
        textposition="top center",
        textfont={"size": 11, "color": colour},
        cliponaxis=False,
        marker={"size": 9, "color": colour},
        error_x=interval_bars(ends, color=colour, thickness=1.5, width=3),
        customdata=[
            f"{words.plain(row['label'], 60)}<br>"
            f"{words.photographs(row['n_images'])} of {words.people(row['n_people'])}"
            for _, row in own
        ],
        hovertemplate="%{customdata}<br>accuracy %{x:.3f}<extra></extra>",
    )


def _note(table: list[dict[str, Any]], part: str) -> str:
    drawn = [row for row in table if row["low"] is not None]
    if not drawn:
        few = f"every slice holds fewer than {words.FEWEST_PEOPLE} people"
        return f"{part.capitalize()} part. No interval is drawn: {few}."
    missing = len(table) - len(drawn)
    rest = f" {words.count(missing, 'slice')} below {words.FEWEST_PEOPLE} people without one." if missing else ""
    return f"{part.capitalize()} part. Bars: {words.INTERVAL}.{rest} Dotted: all photographs."


def _alt(table: list[dict[str, Any]]) -> str:
    return (
        "Dot plot: "
        + "; ".join(f"{words.visible(row['label'], 40)} {words.share(row['value'])}" for row in table)
        + "."
    )
