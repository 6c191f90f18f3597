"""How good the systems are: accuracy with its interval, and what splitting by image adds to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
import polars as pl

from dashboards import palette, words
from dashboards.figures.base import Picture, figure, interval_bars, share_axis, words_axis
from store.vocabulary import HUMAN_AGREEMENT, STRATEGIES

BY_PERSON, BY_IMAGE = STRATEGIES[:2]
_RECIPE_COLOURS = {"corrected": palette.BLUE, "published": palette.ORANGE}
_ROW_PX = 30


def is_scored() -> pl.Expr:
    """Whether a run may show a score: it completed and has an accuracy on the test part."""
    return (pl.col("status") == "completed") & pl.col("accuracy").is_not_null()


def ranked(leaderboard: pl.DataFrame) -> pl.DataFrame:
    """Runs from best to worst, by_person before by_image, those without a score last within their split."""
    order = pl.col("strategy").replace_strict({BY_PERSON: 0, BY_IMAGE: 1}, default=2, return_dtype=pl.Int8)
    score = pl.when(is_scored()).then(pl.col("accuracy")).otherwise(None)
    by = [order, score, pl.col("title"), pl.col("recipe"), pl.col("run_id")]
    return leaderboard.sort(by, descending=[False, True, False, False, False], nulls_last=True)


def name(row: dict[str, Any]) -> str:
    """'MM1 · corrected', safe inside a figure."""
    return f"{words.plain(row['title'], 20)} · {words.plain(row['recipe'], 14)}"


def accuracy(leaderboard: pl.DataFrame, *, strategy: str = BY_PERSON, is_rafd: bool = False) -> Picture:
    """Test accuracy of every run of one split: dot, interval, chance, and human agreement where people have judged
    these photographs; untrainable runs as words."""
    rows = ranked(leaderboard.filter(pl.col("strategy") == strategy)).to_dicts()
    scored = [row for row in rows if row["status"] == "completed" and row["accuracy"] is not None]
    labels = [name(row) for row in rows]
    picture = figure(
        height_px=100 + _ROW_PX * max(len(rows), 2),
        xaxis=share_axis("test accuracy"),
        yaxis=words_axis(labels, air=0.35),
    )
    for recipe in dict.fromkeys(row["recipe"] for row in scored):
        picture.add_trace(_dots(rows, recipe))
    picture.add_trace(_chance(rows, scored))
    if is_rafd:
        picture.add_trace(_human(len(rows)))
    for place, row in enumerate(rows):
        if row not in scored:
            _say(picture, place, "not trainable" if row["status"] == "untrainable" else "no score")
    return Picture(
        title=f"Test accuracy, photographs split {words.strategy(strategy)}",
        note=_note(scored),
        alt=_alt(scored, strategy),
        figure=picture,
        sources=("leaderboard",),
    )


def _dots(rows: Sequence[dict[str, Any]], recipe: str) -> go.Scatter:
    own = [
        (k, row)
        for k, row in enumerate(rows)
        if row["recipe"] == recipe and row["status"] == "completed" and row["accuracy"] is not None
    ]
    colour = _RECIPE_COLOURS.get(recipe, palette.INK)
    ends = [(row["accuracy_low"], row["accuracy"], row["accuracy_high"]) for _, row in own]
    return go.Scatter(
        x=[row["accuracy"] for _, row in own],
        y=[k for k, _ in own],
        name=words.plain(recipe),
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
    band = words.interval(row["accuracy_low"], row["accuracy_high"])
    return (
        f"{name(row)}<br>accuracy {words.share(row['accuracy'], 3)}{f' ({band})' if band else ''}"
        f"<br>unscored photographs as wrong {words.share(row['accuracy_all'], 3)}"
        f"<br>chance {words.share(row['chance'], 3)}"
        f"<br>{words.photographs(row['n_images'])} of {words.people(row['n_people'])}"
    )


def _chance(rows: Sequence[dict[str, Any]], scored: Sequence[dict[str, Any]]) -> go.Scatter:
    """A line through each run's chance: straight where all runs were scored on the same photographs."""
    places = [(k, row["chance"]) for k, row in enumerate(rows) if row in scored and row["chance"] is not None]
    xs = [value for k, value in places for _ in (0, 1)]
    ys = [end for k, _ in places for end in (k - 0.5, k + 0.5)]
    line = {"color": palette.MUTED, "dash": "dot", "width": 1.5}
    return go.Scatter(x=xs, y=ys, mode="lines", line=line, name="chance", hoverinfo="skip")


def _human(n_rows: int) -> go.Scatter:
    return go.Scatter(
        x=[HUMAN_AGREEMENT, HUMAN_AGREEMENT],
        y=[-0.5, max(n_rows, 1) - 0.5],
        mode="lines",
        line={"color": "#3b7d4f", "dash": "dash", "width": 1.5},
        name=f"human raters on RaFD, {HUMAN_AGREEMENT:.2f}",
        hoverinfo="skip",
    )


def _say(picture: go.Figure, place: int, text: str) -> None:
    font = {"size": 12, "color": palette.MUTED}
    picture.add_annotation(x=0.0, y=place, text=text, showarrow=False, xanchor="left", font=font)


def _note(scored: Sequence[dict[str, Any]]) -> str:
    if not scored:
        return "No run of this split has a score."
    fewest = min((row["n_people"] for row in scored if row["n_people"] is not None), default=None)
    sizes = f"Test part: {_span(scored, 'n_images', 'photographs')} of {_span(scored, 'n_people', 'people')}."
    bars = words.few_people(fewest) or f"Bars: {words.INTERVAL}."
    return f"{sizes} {bars}"


def _span(rows: Sequence[dict[str, Any]], column: str, unit: str) -> str:
    values = [row[column] for row in rows if row[column] is not None]
    if not values:
        return f"an unknown number of {unit}"
    low, high = min(values), max(values)
    return f"{low:,} {unit}" if low == high else f"{low:,} to {high:,} {unit}"


def _alt(scored: Sequence[dict[str, Any]], strategy: str) -> str:
    if not scored:
        return f"No run split {words.strategy(strategy)} has a score."
    best = scored[0]
    return (
        f"Dot plot of {words.count(len(scored), 'run')}. Best: {words.visible(best['title'], 40)}, {best['recipe']}, "
        f"accuracy {words.share(best['accuracy'])}, chance {words.share(best['chance'])}. The table has all numbers."
    )
