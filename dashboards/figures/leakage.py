"""Person leakage: the gain in accuracy of a split by image on the same photographs of the same people."""

from __future__ import annotations

from typing import Any

import polars as pl

from affect_store.dashboards import formatting, palette
from affect_store.dashboards.figures.base import CaptionedFigure, axis, category_axis, figure, interval_dots
from affect_store.dashboards.figures.leaderboard import is_scored, name
from affect_store.store.vocabulary import PERSON_LEAKAGE


def pairs(comparisons: pl.DataFrame, leaderboard: pl.DataFrame) -> list[dict[str, Any]]:
    """List the systems that were tested on both kinds of splits: title, recipe, accuracy (by image), value (the gain),
    low, high, n_people and `against`, the strategy of the other run; the best system by image first."""
    board = leaderboard.filter(is_scored())
    others = board.select(other_run_id="run_id", against="strategy")
    own = comparisons.filter(pl.col("metric") == PERSON_LEAKAGE).join(others, on="other_run_id")
    own = own.join(board.select("run_id", "title", "recipe", "accuracy"), on="run_id")
    return own.sort("accuracy", "title", "recipe", descending=[True, False, False]).to_dicts()


def has_any(comparisons: pl.DataFrame, leaderboard: pl.DataFrame) -> bool:
    """Return whether a system was tested on both kinds of splits."""
    return bool(pairs(comparisons, leaderboard))


def leakage(comparisons: pl.DataFrame, leaderboard: pl.DataFrame) -> CaptionedFigure:
    """Draw the gain of each system and recipe with its interval."""
    rows = pairs(comparisons, leaderboard)
    fig = figure(
        height_px=100 + 30 * max(len(rows), 2),
        xaxis=axis("gain in accuracy by image", tickformat="+.2f", zeroline=True, zerolinecolor=palette.MUTED),
        yaxis=category_axis([name(row) for row in rows], padding=0.35),
        showlegend=False,
    )
    ends = [(row["low"], row["value"], row["high"]) for row in rows]
    texts = [formatting.signed(row["value"]) for row in rows]
    fig.add_trace(interval_dots(ends, texts, [_hover(row) for row in rows], palette.ORANGE))
    title = "Person leakage: gain in accuracy of the split by image, on the same photographs"
    return CaptionedFigure(title, _note(rows), _alt(rows), fig, sources=("comparisons", "leaderboard"))


def _hover(row: dict[str, Any]) -> str:
    return (
        f"{name(row)}<br>{formatting.signed_interval(row['low'], row['high']) or 'no interval'}"
        f"<br>{formatting.people(row['n_people'])}, against {formatting.split(row['against'])}"
    )


def _note(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "No system was tested on both kinds of splits, so the leakage cannot be measured."
    against = " and ".join(sorted({formatting.split(row["against"]) for row in rows}))
    fewest = min(row["n_people"] for row in rows)
    bars = formatting.few_people(fewest) or f"Bars: {formatting.INTERVAL}."
    return (
        "A split by image puts the same people into training and test, often the same instant from another camera. The "
        "gain is the accuracy by image minus that of a model that does not know the person "
        f"({against}), on the photographs that both test, averaged over people. {bars} "
        "Only a split by person or cross-validation by person estimates the accuracy on a new face."
    )


def _alt(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "No pair to compare."
    best = rows[0]
    return (
        f"Gains of {formatting.count(len(rows), 'system and recipe', 'systems and recipes')}. "
        f"{formatting.visible(best['title'], 40)}, {best['recipe']}: {formatting.signed(best['value'])}, "
        f"{formatting.people(best['n_people'])}."
    )
