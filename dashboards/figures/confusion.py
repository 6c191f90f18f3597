"""Row-normalised confusion matrices and what follows from them for each emotion."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import polars as pl

from dashboards import palette, words
from dashboards.figures.base import Picture, figure, share_axis, words_axis
from store.vocabulary import EMOTIONS


def present(confusion: pl.DataFrame) -> list[str]:
    """The emotions that occur as truth or answer, in the order of the vocabulary."""
    seen = set(confusion["truth"]) | set(confusion["predicted"])
    return [name for name in EMOTIONS if name in seen]


def matrix(confusion: pl.DataFrame, *, part: str, emotions: list[str], scores: dict[str, Any]) -> Picture:
    """One run's answers for one part; each row sums to 1. `scores` holds accuracy, roc_auc, n_images, n_people."""
    rows = confusion.filter(pl.col("part") == part)
    counts = {(row["truth"], row["predicted"]): row["n"] for row in rows.iter_rows(named=True)}
    totals = {truth: sum(counts.get((truth, other), 0) for other in emotions) for truth in emotions}
    picture = figure(
        height_px=410,
        xaxis=words_axis(emotions, title="answer of the model", range=[-0.5, len(emotions) - 0.5], tickangle=-45),
        yaxis=words_axis(emotions, title="emotion asked for"),
    )
    picture.add_trace(_heat(counts, totals, emotions))
    size = f"{words.photographs(sum(totals.values()))} of {words.people(scores.get('n_people'))}"
    figures = f"accuracy {words.share(scores.get('accuracy'))}, ROC AUC {words.share(scores.get('roc_auc'))}"
    title = f"{part.capitalize()}: {figures}"
    note, alt = f"{size}. Each cell: % of its row.", f"Confusion matrix, {part}: {figures}, {size}."
    return Picture(title, note, alt, picture, sources=("confusion", "metrics"))


def _heat(counts: dict[tuple[str, str], int], totals: dict[str, int], emotions: list[str]) -> go.Heatmap:
    grid = [[counts.get((truth, other), 0) for other in emotions] for truth in emotions]
    shares = [
        [None if totals[truth] == 0 else n / totals[truth] for n in line]
        for truth, line in zip(emotions, grid, strict=True)
    ]
    return go.Heatmap(
        z=shares,
        text=[["" if not value else f"{value * 100:.0f}" for value in line] for line in shares],
        texttemplate="%{text}",
        textfont={"size": 11},
        customdata=[
            [f"{truth} answered as {other}<br>{n} of {totals[truth]}" for other, n in zip(emotions, line, strict=True)]
            for truth, line in zip(emotions, grid, strict=True)
        ],
        hovertemplate="%{customdata}<extra></extra>",
        hoverongaps=False,
        zmin=0,
        zmax=1,
        colorscale=[list(stop) for stop in palette.SHARES],
        showscale=False,
        xgap=1.5,
        ygap=1.5,
    )


def per_emotion(confusion: pl.DataFrame) -> pl.DataFrame:
    """One row a part and emotion asked for: part, emotion, n, recall, precision (null where never answered), f1."""
    asked = confusion.group_by("part", emotion="truth").agg(n=pl.col("n").sum())
    answered = confusion.group_by("part", emotion="predicted").agg(n_answered=pl.col("n").sum())
    right = confusion.filter(pl.col("truth") == pl.col("predicted")).select("part", emotion="truth", n_right="n")
    table = asked.join(answered, on=["part", "emotion"], how="left").join(right, on=["part", "emotion"], how="left")
    table = table.with_columns(pl.col("n_answered", "n_right").fill_null(0)).filter(pl.col("n") > 0)
    never = pl.col("n_answered") == 0
    table = table.with_columns(
        recall=pl.col("n_right") / pl.col("n"),
        precision=pl.when(never).then(None).otherwise(pl.col("n_right") / pl.col("n_answered")),
        f1=2 * pl.col("n_right") / (pl.col("n") + pl.col("n_answered")),
    )
    order = pl.col("emotion").replace_strict({name: k for k, name in enumerate(EMOTIONS)}, default=None)
    return table.sort("part", order)


def recalls(confusion: pl.DataFrame, *, part: str) -> Picture:
    """The share recognised of each emotion, as bars in the emotions' own colours."""
    rows = per_emotion(confusion).filter(pl.col("part") == part).to_dicts()
    names = [row["emotion"] for row in rows]
    picture = figure(
        height_px=90 + 30 * max(len(rows), 2),
        xaxis=share_axis("share recognised", range=[0, 1.14]),
        yaxis=words_axis(names),
        bargap=0.35,
        showlegend=False,
    )
    picture.add_trace(
        go.Bar(
            x=[row["recall"] for row in rows],
            y=list(range(len(rows))),
            orientation="h",
            marker={
                "color": [palette.EMOTION_COLOURS.get(name, palette.GREY) for name in names],
                "line": {"color": palette.INK, "width": 0.6},
            },
            text=[words.share(row["recall"]) for row in rows],
            textposition="outside",
            cliponaxis=False,
            customdata=[f"{row['emotion']}: {row['n_right']} of {row['n']}" for row in rows],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    lowest = min(rows, key=lambda row: row["recall"], default=None)
    alt = "No emotion was scored." if lowest is None else f"Bars; least recognised: {lowest['emotion']}."
    note = f"{part.capitalize()} part, {words.photographs(sum(row['n'] for row in rows))}."
    return Picture("Share recognised of each emotion", note, alt, picture, sources=("confusion",))
