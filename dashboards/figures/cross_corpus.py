"""Accuracy on corpora that a model was not trained on: all photographs with intervals, and each emotion."""

from __future__ import annotations

from typing import Any

import polars as pl

from affect_store.dashboards import formatting, palette
from affect_store.dashboards.figures.base import (
    CaptionedFigure,
    category_axis,
    figure,
    interval_dots,
    share_axis,
    share_heat,
)
from affect_store.dashboards.figures.leaderboard import name
from affect_store.store.emotion_classes import in_order

ALL = "all"
_ROW_PX = 30
_MARGIN_PX = {"l": 8, "r": 12, "t": 36, "b": 8}
"""Room for the mode bar above the first row."""


def pairs(frame: pl.DataFrame) -> list[tuple[str, str]]:
    """List the pairs of corpora: trained on, tested on."""
    return frame.select("trained_on", "tested_on").unique().sort("trained_on", "tested_on").rows()


def scores(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """List the systems of one pair of corpora that have an accuracy on all photographs, the best first."""
    own = frame.filter((pl.col("emotion") == ALL) & pl.col("accuracy").is_not_null())
    return own.sort("accuracy", "title", "recipe", descending=[True, False, False]).to_dicts()


def accuracies(frame: pl.DataFrame, pair: tuple[str, str]) -> CaptionedFigure:
    """Draw the accuracy of every system of one pair of corpora with its interval."""
    rows = scores(frame)
    fig = figure(
        height_px=108 + _ROW_PX * max(len(rows), 2),
        margin=_MARGIN_PX,
        xaxis=share_axis("accuracy on the other corpus"),
        yaxis=category_axis([name(row) for row in rows], padding=0.35),
        showlegend=False,
    )
    ends = [(row["accuracy_low"], row["accuracy"], row["accuracy_high"]) for row in rows]
    texts = [formatting.share(row["accuracy"]) for row in rows]
    fig.add_trace(interval_dots(ends, texts, [_hover(row) for row in rows], palette.BLUE))
    trained, tested = (formatting.visible(side, 60) for side in pair)
    most, people = (max((row[column] for row in rows), default=0) for column in ("n_images", "n_people"))
    bars = formatting.few_people(people) or f"Bars: {formatting.INTERVAL}."
    seeds = " A system with several seeds is shown with their mean." if any(row["n_runs"] > 1 for row in rows) else ""
    note = f"Tested on {formatting.photographs(most)} of {formatting.people(people)}.{seeds} {bars}"
    best = f" Best: {name(rows[0])}, {formatting.share(rows[0]['accuracy'])}." if rows else ""
    alt = f"Dot plot of {formatting.count(len(rows), 'system')} trained on {trained} and tested on {tested}.{best}"
    return CaptionedFigure(f"Accuracy on {tested}", note, alt, fig, sources=("cross_corpus",))


def _hover(row: dict[str, Any]) -> str:
    limits = formatting.interval(row["accuracy_low"], row["accuracy_high"])
    return (
        f"{name(row)}<br>{formatting.plain(row['emotion'])}: {formatting.share(row['accuracy'], 3)}"
        f"{f' ({limits})' if limits else ''}<br>{formatting.photographs(row['n_images'])} of "
        f"{formatting.people(row['n_people'])}"
    )


def by_emotion(frame: pl.DataFrame, pair: tuple[str, str]) -> CaptionedFigure:
    """Draw the accuracy of every system of one pair of corpora on the photographs of each emotion."""
    rows, emotions = scores(frame), in_order(set(frame["emotion"]) - {ALL})
    cells = {(row["model"], row["recipe"], row["emotion"]): row for row in frame.iter_rows(named=True)}
    grid = [[cells.get((row["model"], row["recipe"], emotion)) for emotion in emotions] for row in rows]
    fig = figure(
        height_px=158 + _ROW_PX * max(len(rows), 2),
        margin=_MARGIN_PX,
        xaxis=category_axis(emotions, title="true emotion", range=[-0.5, len(emotions) - 0.5], tickangle=-45),
        yaxis=category_axis([name(row) for row in rows]),
    )
    fig.add_trace(
        share_heat(
            [[None if cell is None else cell["accuracy"] for cell in line] for line in grid],
            [["" if cell is None else formatting.share(cell["accuracy"]) for cell in line] for line in grid],
            [["" if cell is None else _hover(cell) for cell in line] for line in grid],
        )
    )
    tested = formatting.visible(pair[1], 60)
    scored = [cell for line in grid for cell in line if cell and cell["accuracy"] is not None]
    lowest = min(scored, key=lambda cell: cell["accuracy"], default=None)
    alt = f"Heat map of {formatting.count(len(rows), 'system')} and {formatting.count(len(emotions), 'emotion')}."
    if lowest:
        alt += f" Lowest: {name(lowest)}, {lowest['emotion']}, {formatting.share(lowest['accuracy'])}."
    note = "Share of the photographs of each emotion that is predicted correctly; intervals are in the hover texts."
    return CaptionedFigure(f"Accuracy on {tested} by emotion", note, alt, fig, sources=("cross_corpus",))
