"""Effects of system, camera angle and gaze on being right: odds ratios with intervals, as a forest plot."""

from __future__ import annotations

from collections.abc import Mapping
from math import log10
from typing import Any

import plotly.graph_objects as go
import polars as pl

from affect_store.dashboards import formatting, palette
from affect_store.dashboards.figures.base import DIGITS, CaptionedFigure, axis, category_axis, figure

TERMS = {"system": "system", "camera_angle_deg": "camera", "gaze": "gaze"}
_STYLES = {"system": (palette.BLUE, "circle"), "camera_angle_deg": (palette.ORANGE, "diamond"),
           "gaze": (palette.MUTED, "square")}  # fmt: skip
_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
_ROW_PX = 26

Row = dict[str, Any]


def shown(effects: pl.DataFrame, *, strategy: str) -> list[Row]:
    """List the effects of a split: systems, then cameras, then gazes; systems from the best to the worst."""
    own = effects.filter(pl.col("strategy") == strategy).to_dicts()
    order = list(TERMS)
    return sorted(own, key=lambda row: (order.index(row["term"]), *_within_term(row)))


def has_any(effects: pl.DataFrame, *, strategy: str) -> bool:
    """Return whether a split has an odds ratio."""
    return any(row["value"] is not None for row in shown(effects, strategy=strategy))


def reason(effects: pl.DataFrame, *, strategy: str) -> str:
    """Say why a split has no odds ratio; empty without effects."""
    rows = shown(effects, strategy=strategy)
    return f"Effects of system, camera and gaze: {formatting.visible(rows[0]['method'], 160)}." if rows else ""


def forest(effects: pl.DataFrame, titles: Mapping[str, str], *, strategy: str) -> CaptionedFigure:
    """Draw the odds ratio of every level with its interval on a logarithmic axis, one row per level.

    `titles` are the display names of the models.
    """
    rows = shown(effects, strategy=strategy)
    labels = [_label(row["term"], row["level"], titles) for row in rows]
    limits = [end for row in rows if row["value"] is not None for end in (row["low"], row["high"])]
    fig = figure(
        height_px=110 + _ROW_PX * max(len(rows), 3),
        xaxis=axis(
            "odds ratio, log scale", type="log", tickvals=_TICKS,
            ticktext=[f"{tick:g}" for tick in _TICKS], **_range(limits),
        ),
        yaxis=category_axis(labels, padding=0.35),
    )  # fmt: skip
    fig.add_vline(x=1, line={"color": palette.MUTED, "width": 1})
    for term in TERMS:
        own = [(k, row) for k, row in enumerate(rows) if row["term"] == term and row["value"] is not None]
        if own:
            fig.add_trace(_dots(own, labels))
    for index, row in enumerate(rows):
        if row["value"] is None:
            font = {"size": 12, "color": palette.MUTED}
            fig.add_annotation(
                xref="paper", x=0, y=index, text="no odds ratio", showarrow=False, xanchor="left", xshift=6, font=font
            )
    title = f"Effects of system, camera and gaze, {formatting.split(strategy)}"
    return CaptionedFigure(title, _note(rows, titles), _alt(rows, titles), fig, sources=("effects",))


def _within_term(row: Row) -> tuple[float, int, str]:
    """Order systems by their odds, those without last, and other levels by number or name."""
    if row["term"] == "system":
        return (-row["value"] if row["value"] is not None else 0.0), 0, row["level"]
    return 0.0, int(row["level"]) if row["level"].isdigit() else 0, row["level"]


def _range(limits: list[float]) -> dict[str, Any]:
    """Give the axis a tick on either side of 1 at least, so that it has labels when all effects are small."""
    low, high = min([*limits, 0.5]), max([*limits, 2.0])
    return {"range": [log10(low) - 0.05, log10(high) + 0.08]}


def _dots(own: list[tuple[int, Row]], labels: list[str]) -> go.Scatter:
    colour, symbol = _STYLES[own[0][1]["term"]]
    return go.Scatter(
        x=[round(row["value"], DIGITS) for _, row in own],
        y=[k for k, _ in own],
        name=TERMS[own[0][1]["term"]],
        mode="markers",
        marker={"size": 9, "color": colour, "symbol": symbol},
        error_x={
            "type": "data", "symmetric": False, "color": colour, "thickness": 1.6, "width": 4,
            "array": [round(row["high"] - row["value"], DIGITS) for _, row in own],
            "arrayminus": [round(row["value"] - row["low"], DIGITS) for _, row in own],
        },
        customdata=[
            f"{labels[k]}<br>odds ratio {row['value']:.2f} ({row['low']:.2f} to {row['high']:.2f})"
            f"<br>p {formatting.p_value(row['p'])}"
            for k, row in own
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )  # fmt: skip


def _label(term: str, level: str, titles: Mapping[str, str]) -> str:
    if term == "system":
        model, _, recipe = level.rpartition(" ")
        return f"{formatting.plain(titles.get(model, model), 20)} · {formatting.plain(recipe, 14)}"
    return f"camera {formatting.plain(level)}°" if term == "camera_angle_deg" else f"gaze {formatting.plain(level)}"


def _note(rows: list[Row], titles: Mapping[str, str]) -> str:
    if not rows:
        return "No effects: they need two systems, cameras or gazes."
    first = next((row for row in rows if row["value"] is not None), rows[0])
    baselines = dict.fromkeys((row["term"], row["baseline"]) for row in rows)
    *others, last = (_label(term, level, titles) for term, level in baselines)
    reference = f"{', '.join(others)} and {last}" if others else last
    return (
        f"Odds of a correct prediction relative to {reference}; below 1, fewer predictions are right. Logistic "
        "regression in which photographs of one person are correlated (GEE), over "
        f"{formatting.photographs(first['n_images'])} of {formatting.people(first['n_people'])}. Bars: 95 % intervals, "
        "not adjusted for the number of levels. The tests of pairs decide whether systems differ."
        + _missing(rows, titles)
    )


def _missing(rows: list[Row], titles: Mapping[str, str]) -> str:
    """Name the levels without an odds ratio, by the reason."""
    by_reason: dict[str, list[str]] = {}
    for row in rows:
        if row["value"] is None:
            by_reason.setdefault(row["method"], []).append(_label(row["term"], row["level"], titles))
    return "".join(
        f" Not estimated: {', '.join(names)} ({formatting.visible(why, 160)})." for why, names in by_reason.items()
    )


def _alt(rows: list[Row], titles: Mapping[str, str]) -> str:
    parts = [
        f"{_label(row['term'], row['level'], titles)} {row['value']:.2f} ({row['low']:.2f} to {row['high']:.2f})"
        for row in rows
        if row["value"] is not None
    ]
    return f"Forest plot of odds ratios: {'; '.join(parts) or 'none'}."
