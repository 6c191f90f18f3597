"""Accuracy by slice of the test part: camera, gaze, sex, population, age, rated intensity."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import polars as pl

from affect_store.dashboards import formatting, palette
from affect_store.dashboards.figures.base import CaptionedFigure, category_axis, figure, interval_bars, share_axis
from affect_store.store.vocabulary import (
    AGE_BANDS,
    FRONTAL_DEG,
    HUMAN_AGREEMENT,
    HUMAN_AGREEMENT_METRIC,
    HUMAN_NORMALISED_ACCURACY,
    INTENSITY_THIRDS,
    MIN_PEOPLE,
)

ALL = "all"
FACTORS = {
    "camera_angle_deg": "camera", "gaze": "gaze", "sex": "sex", "population": "population", "age": "age",
    "intensity": "intensity",
}  # fmt: skip
_ORDERED = {level: position for levels in (AGE_BANDS, INTENSITY_THIRDS) for position, level in enumerate(levels)}
"""Positions of levels that are sorted neither by number nor by name."""

_HUMAN = (
    f"Green: agreement of human raters with frontal photographs, {HUMAN_AGREEMENT:.2f} (Langner et al. 2010, doi "
    "10.1080/02699930903485076)"
)
_OWN_HUMAN = "Green: mean agreement of human raters with the intended emotion, over the rated photographs of the slice"
_OF_FACTORS = (palette.BLUE, "#3b7d4f", palette.ORANGE, "#6a4c93", palette.MUTED, palette.INK)
_COLOURS = dict(zip(FACTORS, _OF_FACTORS, strict=True))


def rows(metrics: pl.DataFrame, *, part: str, metric: str = "accuracy") -> list[dict[str, Any]]:
    """List the slices of one run with factor and label: 'all' first, then in the order of `FACTORS`."""
    chosen = metrics.filter((pl.col("part") == part) & (pl.col("metric") == metric)).sort("slice").to_dicts()
    labelled = [{**row, "factor": ALL, "label": label(ALL)} for row in chosen if row["slice"] == ALL]
    for factor in FACTORS:
        own = [row for row in chosen if row["slice"].startswith(factor + "=")]
        own.sort(key=lambda row: order(row["slice"]))
        labelled += [{**row, "factor": factor, "label": label(row["slice"])} for row in own]
    return [row for row in labelled if row["value"] is not None]


def label(slice_: str) -> str:
    """Format a slice: 'all photographs', 'camera 45°', 'sex female'."""
    if slice_ == ALL:
        return "all photographs"
    factor, _, level = slice_.partition("=")
    return f"{FACTORS.get(factor, factor)} {level}{'°' if factor.endswith('_deg') else ''}"


def order(slice_: str) -> tuple[int, float, str]:
    """Return the sort key of a slice: by factor, angles by number, ages from young to old, intensities from low."""
    factor, _, level = slice_.partition("=")
    known = list(FACTORS)
    number = float(level) if level.isdigit() else float(_ORDERED.get(level, 0))
    return (known.index(factor) if factor in known else len(known), number, level)


def accuracies(metrics: pl.DataFrame, *, part: str, is_rafd: bool = False) -> CaptionedFigure:
    """Draw the accuracy of one run on each slice of `part`, with intervals for slices with enough people.

    Slices with ratings by people include the agreement of the raters. For RaFD photographs without ratings, the slice
    of the frontal camera includes the published agreement; these raters saw no others.
    """
    table = rows(metrics, part=part)
    fig = figure(
        height_px=100 + 28 * max(len(table), 2),
        xaxis=share_axis(f"{part} accuracy"),
        yaxis=category_axis([formatting.plain(row["label"], 26) for row in table], padding=0.35),
        showlegend=False,
    )
    for factor in dict.fromkeys(row["factor"] for row in table):
        fig.add_trace(_dots(table, factor))
    overall = next((row["value"] for row in table if row["factor"] == ALL), None)
    if overall is not None:
        fig.add_vline(x=overall, line={"color": palette.MUTED, "dash": "dot", "width": 1})
    agreements, human = _agreements(metrics, table, part=part, is_rafd=is_rafd)
    if agreements:
        fig.add_trace(_human(agreements, human))
    has_thirds = any(row["factor"] == "intensity" for row in table)
    title = "Accuracy by camera, gaze, sex, population" + (", age and intensity" if has_thirds else " and age")
    note = _note(table, part) + (f" {human}." if agreements else "") + _normalised(metrics, part)
    return CaptionedFigure(title, note, _alt(table), fig, sources=("metrics",))


def _agreements(
    metrics: pl.DataFrame, table: list[dict[str, Any]], *, part: str, is_rafd: bool
) -> tuple[list[tuple[int, float]], str]:
    """Return the rows of the figure with an agreement of human raters, its values, and what they are."""
    wanted = (pl.col("part") == part) & (pl.col("metric") == HUMAN_AGREEMENT_METRIC) & pl.col("value").is_not_null()
    own = dict(metrics.filter(wanted).select("slice", "value").iter_rows())
    if own:
        return [(k, own[row["slice"]]) for k, row in enumerate(table) if row["slice"] in own], _OWN_HUMAN
    frontal = [k for k, row in enumerate(table) if row["slice"] == f"camera_angle_deg={FRONTAL_DEG}"]
    return [(k, HUMAN_AGREEMENT) for k in frontal if is_rafd], _HUMAN


def _normalised(metrics: pl.DataFrame, part: str) -> str:
    """Return the accuracy relative to human agreement as a sentence; empty without ratings."""
    is_whole = (pl.col("part") == part) & (pl.col("slice") == ALL)
    rows_ = metrics.filter(is_whole & (pl.col("metric") == HUMAN_NORMALISED_ACCURACY)).to_dicts()
    if not rows_ or rows_[0]["value"] is None:
        return ""
    limits = formatting.interval(rows_[0]["low"], rows_[0]["high"])
    value = f"{rows_[0]['value']:.2f}" + (f" (95 % interval {limits})" if limits else "")
    return f" Accuracy divided by the agreement of human raters on the same photographs: {value}."


def _human(agreements: list[tuple[int, float]], name: str) -> go.Scatter:
    return go.Scatter(
        x=[x for _, value in agreements for x in (value, value, None)][:-1],
        y=[y for row, _ in agreements for y in (row - 0.4, row + 0.4, None)][:-1],
        mode="lines",
        line={"color": "#3b7d4f", "width": 3},
        name=name,
        hoverinfo="skip",
    )


def _dots(table: list[dict[str, Any]], factor: str) -> go.Scatter:
    own = [(k, row) for k, row in enumerate(table) if row["factor"] == factor]
    colour = _COLOURS.get(factor, palette.INK)
    ends = [(row["low"], row["value"], row["high"]) for _, row in own]
    return go.Scatter(
        x=[row["value"] for _, row in own],
        y=[k for k, _ in own],
        mode="markers+text",
        text=[formatting.share(row["value"]) for _, row in own],
        textposition="top center",
        textfont={"size": 11, "color": colour},
        cliponaxis=False,
        marker={"size": 9, "color": colour},
        error_x=interval_bars(ends, color=colour, thickness=1.5, width=3),
        customdata=[
            f"{formatting.plain(row['label'], 60)}<br>"
            f"{formatting.photographs(row['n_images'])} of {formatting.people(row['n_people'])}"
            for _, row in own
        ],
        hovertemplate="%{customdata}<br>accuracy %{x:.3f}<extra></extra>",
    )


def _note(table: list[dict[str, Any]], part: str) -> str:
    drawn = [row for row in table if row["low"] is not None]
    if not drawn:
        few = f"every slice has fewer than {MIN_PEOPLE} people"
        return f"{part.capitalize()} part. No intervals: {few}."
    missing = len(table) - len(drawn)
    rest = (
        f" {formatting.count(missing, 'slice')} with fewer than {MIN_PEOPLE} people without interval."
        if missing
        else ""
    )
    return f"{part.capitalize()} part. Bars: {formatting.INTERVAL}.{rest} Dotted line: all photographs."


def _alt(table: list[dict[str, Any]]) -> str:
    return (
        "Dot plot: "
        + "; ".join(f"{formatting.visible(row['label'], 40)} {formatting.share(row['value'])}" for row in table)
        + "."
    )
