"""Mean ranks of the systems over people, and the groups of systems without significant differences."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import polars as pl

from affect_store.dashboards import formatting, palette
from affect_store.dashboards.figures.base import CaptionedFigure, axis, category_axis, figure
from affect_store.dashboards.figures.leaderboard import name
from affect_store.store.vocabulary import MIN_PEOPLE

_ROW_PX = 30


def ranked(ranks: pl.DataFrame, leaderboard: pl.DataFrame, *, strategy: str) -> list[dict[str, Any]]:
    """List the ranked systems of a split with their titles, best first."""
    titles = leaderboard.select("run_id", "title", "recipe", "accuracy")
    own = ranks.filter(pl.col("strategy") == strategy).join(titles, on="run_id")
    return own.sort("mean_rank", "title", "recipe").to_dicts()


def critical_difference(ranks: pl.DataFrame, leaderboard: pl.DataFrame, *, strategy: str) -> CaptionedFigure:
    """Draw mean ranks as dots, best on top, and a vertical bar per group without significant differences."""
    rows = ranked(ranks, leaderboard, strategy=strategy)
    letters = sorted(set("".join(row["letters"] or "" for row in rows)))
    fig = figure(
        height_px=90 + _ROW_PX * max(len(rows), 2),
        xaxis=axis("mean rank over people (1 is best)", domain=[0, 0.78], dtick=1 if len(rows) < 12 else 2),
        xaxis2=axis(
            domain=[0.82, 1], range=[-0.6, max(len(letters), 3) - 0.4], showticklabels=False, showgrid=False
        ),
        yaxis=category_axis([name(row) for row in rows], padding=0.35),
        showlegend=False,
    )  # fmt: skip
    fig.add_trace(_dots(rows))
    for position, letter in enumerate(letters):
        fig.add_trace(_bar(rows, letter, position))
    title = f"Mean ranks, {formatting.split(strategy)}"
    return CaptionedFigure(title, _note(rows), _alt(rows), fig, sources=("ranks", "leaderboard"))


def _dots(rows: list[dict[str, Any]]) -> go.Scatter:
    return go.Scatter(
        x=[row["mean_rank"] for row in rows],
        y=list(range(len(rows))),
        mode="markers+text",
        text=[f"{row['mean_rank']:.1f}" for row in rows],
        textposition="top center",
        textfont={"size": 11, "color": palette.BLUE},
        cliponaxis=False,
        marker={"size": 10, "color": palette.BLUE},
        customdata=[
            f"{name(row)}<br>mean rank {row['mean_rank']:.2f}<br>accuracy {formatting.share(row['accuracy'], 3)}"
            f"<br>groups {formatting.plain(row['letters'] or formatting.NO_VALUE)}"
            for row in rows
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _bar(rows: list[dict[str, Any]], letter: str, position: int) -> go.Scatter:
    """Draw the group of a letter: connected dots at its systems."""
    own = [k for k, row in enumerate(rows) if letter in (row["letters"] or "")]
    return go.Scatter(
        x=[position] * len(own),
        y=own,
        xaxis="x2",
        mode="lines+markers",
        line={"color": palette.MUTED, "width": 4},
        marker={"color": palette.MUTED, "size": 9},
        hovertemplate=f"group {formatting.plain(letter)}<extra></extra>",
    )


def _note(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return f"No ranks: they need two systems tested on the same {MIN_PEOPLE} or more people."
    p = rows[0]["p"]
    ranking = (
        f"The systems are ranked by accuracy for each person; dots show the mean rank over "
        f"{formatting.people(rows[0]['n_people'])}."
    )
    if any(row["letters"] is None for row in rows):
        return f"{ranking} Groups are not shown: {_why_no_groups(rows)}"
    friedman = "not available" if p is None else f"p {formatting.p_value(p)}"
    return (
        f"{ranking} Friedman test of equal ranks: {friedman}. Systems joined by a bar on the right do not differ "
        "significantly (Wilcoxon signed-rank test over people, Holm-adjusted, 5 % level)."
    )


def _why_no_groups(rows: list[dict[str, Any]]) -> str:
    people, pairs = rows[0]["n_people"], len(rows) * (len(rows) - 1) // 2
    if people < MIN_PEOPLE:
        return f"a test of a pair needs {MIN_PEOPLE} people."
    return (
        f"with {formatting.people(people)} and {formatting.count(pairs, 'pair')}, some pair cannot be tested, or no "
        "adjusted p value can fall below 0.05."
    )


def _alt(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "No ranks to draw."
    return (
        f"Mean ranks of {formatting.count(len(rows), 'system')}, best {formatting.visible(rows[0]['title'], 40)}: "
        + "; ".join(
            f"{formatting.visible(row['title'], 40)} {row['recipe']} {row['mean_rank']:.1f} {row['letters'] or ''}"
            for row in rows
        )
    )
