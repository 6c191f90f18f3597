"""Which systems stand above which: mean ranks over people, and the groups that cannot be told apart."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import polars as pl

from dashboards import palette, words
from dashboards.figures.base import Picture, axis, figure, words_axis
from dashboards.figures.leaderboard import name

_ROW_PX = 30


def ranked(ranks: pl.DataFrame, leaderboard: pl.DataFrame, *, strategy: str) -> list[dict[str, Any]]:
    """The ranked systems of a split with their titles, best first."""
    titles = leaderboard.select("run_id", "title", "recipe", "accuracy")
    own = ranks.filter(pl.col("strategy") == strategy).join(titles, on="run_id")
    return own.sort("mean_rank", "title", "recipe").to_dicts()


def critical_difference(ranks: pl.DataFrame, leaderboard: pl.DataFrame, *, strategy: str) -> Picture:
    """Mean ranks as dots, best on top; beside them one upright bar for each group that cannot be told apart."""
    rows = ranked(ranks, leaderboard, strategy=strategy)
    letters = sorted(set("".join(row["letters"] or "" for row in rows)))
    picture = figure(
        height_px=90 + _ROW_PX * max(len(rows), 2),
        xaxis=axis("mean rank over people, 1 is best", domain=[0, 0.78], dtick=1 if len(rows) < 12 else 2),
        xaxis2=axis(
            domain=[0.82, 1], range=[-0.6, max(len(letters), 3) - 0.4], showticklabels=False, showgrid=False
        ),
        yaxis=words_axis([name(row) for row in rows], air=0.35),
        showlegend=False,
    )  # fmt: skip
    picture.add_trace(_dots(rows))
    for place, letter in enumerate(letters):
        picture.add_trace(_bar(rows, letter, place))
    title = f"Ranks, photographs split {words.strategy(strategy)}"
    return Picture(title, _note(rows), _alt(rows), picture, sources=("ranks", "leaderboard"))


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
            f"{name(row)}<br>mean rank {row['mean_rank']:.2f}<br>accuracy {words.share(row['accuracy'], 3)}"
            f"<br>groups {words.plain(row['letters'] or words.NO_VALUE)}"
            for row in rows
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _bar(rows: list[dict[str, Any]], letter: str, place: int) -> go.Scatter:
    """The group of a letter: a dot at each of its systems, joined."""
    own = [k for k, row in enumerate(rows) if letter in (row["letters"] or "")]
    return go.Scatter(
        x=[place] * len(own),
        y=own,
        xaxis="x2",
        mode="lines+markers",
        line={"color": palette.MUTED, "width": 4},
        marker={"color": palette.MUTED, "size": 9},
        hovertemplate=f"group {words.plain(letter)}<extra></extra>",
    )


def _note(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return f"No ranks: they take two systems and {words.FEWEST_PEOPLE} people that all of them were tested on."
    one = rows[0]
    differ = "no test" if one["p"] is None else f"p {words.p_value(one['p'])}"
    if any(row["letters"] is None for row in rows):
        return (
            f"Every person ranks the systems by accuracy; the mean over {words.people(one['n_people'])} is drawn. "
            "Which systems cannot be told apart is not known: some pair has too few people for a test."
        )
    return (
        f"Every person ranks the systems by accuracy; the mean over {words.people(one['n_people'])} is drawn. "
        f"All systems alike? Friedman's test: {differ}. Systems joined by a bar on the right cannot be told apart: "
        "Wilcoxon signed-rank over people, Holm-adjusted, 5 %."
    )


def _alt(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "No ranks to draw."
    return (
        f"Mean ranks of {words.count(len(rows), 'system')}, best {words.visible(rows[0]['title'], 40)}: "
        + "; ".join(
            f"{words.visible(row['title'], 40)} {row['recipe']} {row['mean_rank']:.1f} {row['letters'] or ''}"
            for row in rows
        )
    )
