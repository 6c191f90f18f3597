"""The leaderboard: test accuracy of every run with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
import polars as pl

from affect_store.dashboards import formatting, palette
from affect_store.dashboards.figures.base import CaptionedFigure, category_axis, figure, interval_bars, share_axis
from affect_store.store.vocabulary import STRATEGIES

BY_PERSON, BY_IMAGE = STRATEGIES[:2]
_RECIPE_COLOURS = {"corrected": palette.BLUE, "published": palette.ORANGE}
_ROW_PX = 30


def is_scored() -> pl.Expr:
    """Express whether a run has a score: it completed and has a test accuracy."""
    return (pl.col("status") == "completed") & pl.col("accuracy").is_not_null()


def has_score(row: dict[str, Any]) -> bool:
    """Return the value of `is_scored` for one row."""
    return row["status"] == "completed" and row["accuracy"] is not None


def ranked(leaderboard: pl.DataFrame) -> pl.DataFrame:
    """Sort runs from best to worst, by_person before by_image; runs without a score come last within their split."""
    order = pl.col("strategy").replace_strict({BY_PERSON: 0, BY_IMAGE: 1}, default=2, return_dtype=pl.Int8)
    score = pl.when(is_scored()).then(pl.col("accuracy")).otherwise(None)
    by = [order, score, pl.col("title"), pl.col("recipe"), pl.col("run_id")]
    return leaderboard.sort(by, descending=[False, True, False, False, False], nulls_last=True)


def scored_runs(leaderboard: pl.DataFrame, strategy: str) -> list[dict[str, Any]]:
    """List the runs of a split that have a score, best first."""
    return ranked(leaderboard.filter(is_scored() & (pl.col("strategy") == strategy))).to_dicts()


def name(row: dict[str, Any]) -> str:
    """Format title and recipe as a label inside a figure: 'MM1 · corrected'."""
    return f"{formatting.plain(row['title'], 20)} · {formatting.plain(row['recipe'], 14)}"


def accuracy(leaderboard: pl.DataFrame, *, strategy: str = BY_PERSON) -> CaptionedFigure:
    """Draw the test accuracy of every run of one split, with interval and chance level; untrainable runs as text."""
    rows = ranked(leaderboard.filter(pl.col("strategy") == strategy)).to_dicts()
    scored = [row for row in rows if has_score(row)]
    labels = [name(row) for row in rows]
    fig = figure(
        height_px=100 + _ROW_PX * max(len(rows), 2),
        xaxis=share_axis("test accuracy"),
        yaxis=category_axis(labels, padding=0.35),
    )
    for recipe in dict.fromkeys(row["recipe"] for row in scored):
        fig.add_trace(_dots(rows, recipe))
    fig.add_trace(_chance(rows, scored))
    for index, row in enumerate(rows):
        if row not in scored:
            _annotate(fig, index, "not trainable" if row["status"] == "untrainable" else "no score")
    return CaptionedFigure(
        title=f"Test accuracy, {formatting.split(strategy)}",
        note=_note(scored),
        alt=_alt(scored, strategy),
        figure=fig,
        sources=("leaderboard",),
    )


def _dots(rows: Sequence[dict[str, Any]], recipe: str) -> go.Scatter:
    own = [(k, row) for k, row in enumerate(rows) if row["recipe"] == recipe and has_score(row)]
    colour = _RECIPE_COLOURS.get(recipe, palette.INK)
    ends = [(row["accuracy_low"], row["accuracy"], row["accuracy_high"]) for _, row in own]
    return go.Scatter(
        x=[row["accuracy"] for _, row in own],
        y=[k for k, _ in own],
        name=formatting.plain(recipe),
        mode="markers+text",
        text=[f"{row['accuracy']:.2f}" for _, row in own],
        textposition="top center",
        textfont={"size": 11, "color": colour},
        cliponaxis=False,
        marker={"size": 10, "color": colour, "symbol": "circle" if recipe != "published" else "diamond"},
        error_x=interval_bars(ends, color=colour, thickness=1.6, width=4),
        customdata=[_hover(row) for _, row in own],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _hover(row: dict[str, Any]) -> str:
    band = formatting.interval(row["accuracy_low"], row["accuracy_high"])
    return (
        f"{name(row)}<br>accuracy {formatting.share(row['accuracy'], 3)}{f' ({band})' if band else ''}"
        f"<br>over all photographs {formatting.share(row['accuracy_all'], 3)}"
        f"<br>chance {formatting.share(row['chance'], 3)}"
        f"<br>{formatting.photographs(row['n_images'])} of {formatting.people(row['n_people'])}"
    )


def _chance(rows: Sequence[dict[str, Any]], scored: Sequence[dict[str, Any]]) -> go.Scatter:
    """Draw a line through the chance level of each run: straight if all runs were scored on the same photographs."""
    levels = [(k, row["chance"]) for k, row in enumerate(rows) if row in scored and row["chance"] is not None]
    xs = [value for _, value in levels for _ in (0, 1)]
    ys = [end for k, _ in levels for end in (k - 0.5, k + 0.5)]
    line = {"color": palette.MUTED, "dash": "dot", "width": 1.5}
    return go.Scatter(x=xs, y=ys, mode="lines", line=line, name="chance", hoverinfo="skip")


def _annotate(fig: go.Figure, index: int, text: str) -> None:
    font = {"size": 12, "color": palette.MUTED}
    fig.add_annotation(x=0.0, y=index, text=text, showarrow=False, xanchor="left", font=font)


def _note(scored: Sequence[dict[str, Any]]) -> str:
    if not scored:
        return "No run of this split has a score."
    fewest = min((row["n_people"] for row in scored if row["n_people"] is not None), default=None)
    photographs, people = _span(scored, "n_images", "photograph"), _span(scored, "n_people", "person", "people")
    sizes = f"Test part: {photographs} of {people}."
    if any((row["n_runs"] or 1) > 1 for row in scored):
        sizes += " A system with several seeds or repeats is shown with the mean of its runs."
    bars = formatting.few_people(fewest) or f"Bars: {formatting.INTERVAL}."
    return f"{sizes} {bars}"


def _span(rows: Sequence[dict[str, Any]], column: str, singular: str, plural: str = "") -> str:
    values = [row[column] for row in rows if row[column] is not None]
    if not values:
        return f"an unknown number of {plural or singular + 's'}"
    low, high = min(values), max(values)
    largest = formatting.count(high, singular, plural)
    return largest if low == high else f"{low:,} to {largest}"


def _alt(scored: Sequence[dict[str, Any]], strategy: str) -> str:
    if not scored:
        return f"No run has a score, {formatting.split(strategy)}."
    best = scored[0]
    return (
        f"Dot plot of {formatting.count(len(scored), 'run')}. Best: {formatting.visible(best['title'], 40)}, "
        f"{best['recipe']}, accuracy {formatting.share(best['accuracy'])}, chance {formatting.share(best['chance'])}. "
        "The table below lists all numbers."
    )
