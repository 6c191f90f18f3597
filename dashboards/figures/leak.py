"""What a split by image adds to the score: the same system, recipe and photographs, split in both ways."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import polars as pl

from dashboards import palette, words
from dashboards.figures.base import Picture, figure, share_axis, words_axis
from dashboards.figures.leaderboard import BY_IMAGE, BY_PERSON, is_scored, name

_MARKS = {
    BY_PERSON: ("split by person", palette.BLUE, "circle"),
    BY_IMAGE: ("split by image", palette.ORANGE, "circle-open"),
}


def pairs(leaderboard: pl.DataFrame) -> pl.DataFrame:
    """One row a system and recipe: model, title, recipe, by_person, by_image (mean test accuracy over runs, null where
    there is none), inflation = by_image - by_person; the largest inflation first."""
    means = (
        leaderboard.filter(is_scored()).group_by("model", "title", "recipe", "strategy").agg(pl.col("accuracy").mean())
    )
    wide = means.select("model", "title", "recipe").unique()
    for strategy in (BY_PERSON, BY_IMAGE):
        one = means.filter(pl.col("strategy") == strategy).drop("strategy").rename({"accuracy": strategy})
        wide = wide.join(one, on=["model", "title", "recipe"], how="left")
    wide = wide.with_columns(inflation=pl.col(BY_IMAGE) - pl.col(BY_PERSON))
    return wide.sort("inflation", "title", "recipe", descending=[True, False, False], nulls_last=True)


def has_any(leaderboard: pl.DataFrame) -> bool:
    """Whether a system has a score on both splits."""
    return pairs(leaderboard)["inflation"].drop_nulls().len() > 0


def leak(leaderboard: pl.DataFrame) -> Picture:
    """Both scores of each system and recipe on one line, the difference in figures beside it."""
    rows = pairs(leaderboard).to_dicts()
    picture = figure(
        height_px=100 + 30 * max(len(rows), 2),
        xaxis=share_axis("test accuracy", range=[-0.02, 1.16]),
        yaxis=words_axis([name(row) for row in rows]),
    )
    picture.add_trace(_links(rows))
    for strategy in (BY_PERSON, BY_IMAGE):
        picture.add_trace(_marks(rows, strategy))
    both = [row for row in rows if row["inflation"] is not None]
    title = "Person leak: the same systems, split by image and by person"
    return Picture(title, _note(both), _alt(both), picture, sources=("leaderboard",))


def _links(rows: list[dict[str, Any]]) -> go.Scatter:
    both = [(k, row) for k, row in enumerate(rows) if row["inflation"] is not None]
    xs: list[float | None] = []
    ys: list[float | None] = []
    for k, row in both:
        xs += [row[BY_PERSON], row[BY_IMAGE], None]
        ys += [k, k, None]
    line = {"color": palette.GREY, "width": 3}
    return go.Scatter(x=xs, y=ys, mode="lines", line=line, showlegend=False, hoverinfo="skip")


def _marks(rows: list[dict[str, Any]], strategy: str) -> go.Scatter:
    title, colour, symbol = _MARKS[strategy]
    own = [(k, row) for k, row in enumerate(rows) if row[strategy] is not None]
    right = strategy == BY_IMAGE
    return go.Scatter(
        x=[row[strategy] for _, row in own],
        y=[k for k, _ in own],
        name=title,
        mode="markers+text",
        text=[words.signed(row["inflation"]) if right and row["inflation"] is not None else "" for _, row in own],
        textposition=["middle right" if (row["inflation"] or 0) >= 0 else "middle left" for _, row in own],
        textfont={"size": 12, "color": palette.INK},
        cliponaxis=False,
        marker={"size": 11, "color": colour, "symbol": symbol, "line": {"width": 2, "color": colour}},
        customdata=[f"{name(row)}<br>{title}: {words.share(row[strategy], 3)}" for _, row in own],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _note(both: list[dict[str, Any]]) -> str:
    if not both:
        return "No system was trained on both splits, so the leak cannot be read here."
    mean = sum(row["inflation"] for row in both) / len(both)
    return (
        "Split by image, the same people stand in training and test, often in the same instant seen by another camera; "
        "split by person, the test people are new. The figure beside each line is what the leak adds: "
        f"{words.signed(mean)} in the mean over {words.count(len(both), 'system')} and recipes. "
        "Only the score by person says how a system does on a new face."
    )


def _alt(both: list[dict[str, Any]]) -> str:
    if not both:
        return "No pair to compare."
    most = both[0]
    return (
        f"Pairs of dots for {words.count(len(both), 'system and recipe', 'systems and recipes')}. Largest difference: "
        f"{words.visible(most['title'], 40)}, {most['recipe']}: {words.share(most[BY_PERSON])} by person, "
        f"{words.share(most[BY_IMAGE])} by image."
    )
