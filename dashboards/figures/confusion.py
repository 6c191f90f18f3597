"""Confusion matrices, normalised by row, and the recall of each emotion."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import polars as pl

from affect_store.dashboards import formatting, palette
from affect_store.dashboards.figures.base import CaptionedFigure, category_axis, figure, share_axis, share_heat
from affect_store.store.emotion_classes import in_order

ROW_PX, MAX_WITH_NUMBERS = 22, 16
"""Height of a row, and the largest number of classes whose cells have room for numbers; the hover has them always."""


def occurring_emotions(confusion: pl.DataFrame) -> list[str]:
    """List the emotions that occur as truth or prediction, the eight first."""
    return in_order([*confusion["truth"], *confusion["predicted"]])


def matrix(confusion: pl.DataFrame, *, part: str, emotions: list[str], scores: dict[str, Any]) -> CaptionedFigure:
    """Draw the confusion matrix of one run and part; each row sums to 1.

    `scores` holds accuracy, roc_auc, n_images and n_people.
    """
    rows = confusion.filter(pl.col("part") == part)
    counts = {(row["truth"], row["predicted"]): row["n"] for row in rows.iter_rows(named=True)}
    totals = {truth: sum(counts.get((truth, other), 0) for other in emotions) for truth in emotions}
    fig = figure(
        height_px=max(410, 170 + ROW_PX * len(emotions)),
        xaxis=category_axis(emotions, title="predicted emotion", range=[-0.5, len(emotions) - 0.5], tickangle=-45),
        yaxis=category_axis(emotions, title="true emotion"),
    )
    fig.update_yaxes(title_standoff=10)  # else it overlaps the labels
    fig.add_trace(_heat(counts, totals, emotions))
    size = f"{formatting.photographs(sum(totals.values()))} of {formatting.people(scores.get('n_people'))}"
    metrics = f"accuracy {formatting.share(scores.get('accuracy'))}, ROC AUC {formatting.share(scores.get('roc_auc'))}"
    title = f"{part.capitalize()}: {metrics}"
    note = f"{size}. Percentages of each row (true emotion)."
    alt = f"Confusion matrix, {part}: {metrics}, {size}."
    return CaptionedFigure(title, note, alt, fig, sources=("confusion", "metrics"))


def _heat(counts: dict[tuple[str, str], int], totals: dict[str, int], emotions: list[str]) -> go.Heatmap:
    grid = [[counts.get((truth, other), 0) for other in emotions] for truth in emotions]
    shares = [
        [None if totals[truth] == 0 else n / totals[truth] for n in line]
        for truth, line in zip(emotions, grid, strict=True)
    ]
    return share_heat(
        shares,
        [["" if not value else f"{value * 100:.0f}" for value in line] for line in shares],
        [
            [f"{truth} predicted as {other}<br>{n} of {totals[truth]}" for other, n in zip(emotions, line, strict=True)]
            for truth, line in zip(emotions, grid, strict=True)
        ],
        with_texts=len(emotions) <= MAX_WITH_NUMBERS,
    )


def per_emotion(confusion: pl.DataFrame) -> pl.DataFrame:
    """Compute one row per part and true emotion: part, emotion, n, recall, precision, f1.

    Precision is null for an emotion that was never predicted.
    """
    true = confusion.group_by("part", emotion="truth").agg(n=pl.col("n").sum())
    predicted = confusion.group_by("part", emotion="predicted").agg(n_predicted=pl.col("n").sum())
    correct = confusion.filter(pl.col("truth") == pl.col("predicted")).select("part", emotion="truth", n_correct="n")
    table = true.join(predicted, on=["part", "emotion"], how="left").join(correct, on=["part", "emotion"], how="left")
    table = table.with_columns(pl.col("n_predicted", "n_correct").fill_null(0)).filter(pl.col("n") > 0)
    is_never = pl.col("n_predicted") == 0
    table = table.with_columns(
        recall=pl.col("n_correct") / pl.col("n"),
        precision=pl.when(is_never).then(None).otherwise(pl.col("n_correct") / pl.col("n_predicted")),
        f1=2 * pl.col("n_correct") / (pl.col("n") + pl.col("n_predicted")),
    )
    positions = {name: position for position, name in enumerate(in_order(table["emotion"]))}
    order = pl.col("emotion").replace_strict(positions, default=None, return_dtype=pl.Int64)
    return table.sort("part", order)


def recalls(confusion: pl.DataFrame, *, part: str) -> CaptionedFigure:
    """Draw the recall of each emotion as bars in the colours of the emotions."""
    rows = per_emotion(confusion).filter(pl.col("part") == part).to_dicts()
    fig = figure(
        height_px=90 + 30 * max(len(rows), 2),
        xaxis=share_axis("recall", range=[0, 1.14]),
        yaxis=category_axis([row["emotion"] for row in rows]),
        bargap=0.35,
        showlegend=False,
    )
    fig.add_trace(_recall_bars(rows))
    lowest = min(rows, key=lambda row: row["recall"], default=None)
    alt = "No emotion was scored." if lowest is None else f"Bars of the recall by emotion; lowest: {lowest['emotion']}."
    note = f"{part.capitalize()} part, {formatting.photographs(sum(row['n'] for row in rows))}."
    return CaptionedFigure("Recall by emotion", note, alt, fig, sources=("confusion",))


def _recall_bars(rows: list[dict[str, Any]]) -> go.Bar:
    colour_of = palette.emotion_colours(row["emotion"] for row in rows)
    colours = [colour_of[row["emotion"]] for row in rows]
    return go.Bar(
        x=[row["recall"] for row in rows],
        y=list(range(len(rows))),
        orientation="h",
        marker={"color": colours, "line": {"color": palette.INK, "width": 0.6}},
        text=[formatting.share(row["recall"]) for row in rows],
        textposition="outside",
        cliponaxis=False,
        customdata=[f"{row['emotion']}: {row['n_correct']} of {row['n']}" for row in rows],
        hovertemplate="%{customdata}<extra></extra>",
    )
