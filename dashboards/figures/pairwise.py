"""Pairwise comparison of the systems of a split: direction and significance of each difference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
import polars as pl

from affect_store.dashboards import formatting, palette
from affect_store.dashboards.figures.base import CaptionedFigure, category_axis, figure
from affect_store.dashboards.figures.leaderboard import name, scored_runs
from affect_store.dashboards.figures.slices import ALL
from affect_store.store.vocabulary import (
    EQUIVALENCE,
    MIN_PEOPLE,
    PARTS,
    RANK_BISERIAL,
    SHARE_BETTER,
    SMALLEST_DETECTABLE,
)

LEVELS = (0.001, 0.01, 0.05)
"""Thresholds of the adjusted p value for the colour of a cell, strongest first."""

NAMES_PX, CELL_PX = 190, 44
"""Width of the labels, and of a cell with a p value of three digits."""

Pair = dict[str, Any]


def compared(
    comparisons: pl.DataFrame, leaderboard: pl.DataFrame, *, strategy: str
) -> tuple[list[dict[str, Any]], dict[tuple[str, str], Pair]]:
    """Return the scored runs of a split, best first, and the comparison of each ordered pair of run ids.

    Runs without a common photograph have no comparison. `value` and `rank_biserial` are positive where the first run of
    the pair is better, which it is for the share `share_better` of the people. `smallest_detectable`, `margin` and
    `equivalence_p` are the same in both directions. All but `value` are None where they are not stored.
    """
    board = scored_runs(leaderboard, strategy)
    wanted = (pl.col("part") == PARTS[-1]) & (pl.col("slice") == ALL) & pl.col("value").is_not_null()
    known = comparisons.filter(wanted)
    further = {(row["metric"], row["run_id"], row["other_run_id"]): row for row in known.to_dicts()}
    by_pair: dict[tuple[str, str], Pair] = {}
    for row in known.filter(metric="accuracy").to_dicts():
        first, second = row["run_id"], row["other_run_id"]
        effect, share, detectable, equivalence = (
            further.get((metric, first, second), {})
            for metric in (RANK_BISERIAL, SHARE_BETTER, SMALLEST_DETECTABLE, EQUIVALENCE)
        )
        pair = {
            **row, "rank_biserial": effect.get("value"), "share_better": share.get("value"),
            "smallest_detectable": detectable.get("value"), "margin": equivalence.get("value"),
            "equivalence_p": equivalence.get("p"),
        }  # fmt: skip
        by_pair[first, second] = pair
        by_pair[second, first] = _turned(pair)
    return board, by_pair


def _turned(pair: Pair) -> Pair:
    """Return the comparison of the second system with the first."""
    low, high, effect, share = pair["low"], pair["high"], pair["rank_biserial"], pair["share_better"]
    return {
        **pair, "value": -pair["value"], "low": None if high is None else -high, "high": None if low is None else -low,
        "rank_biserial": None if effect is None else -effect, "share_better": None if share is None else 1 - share,
    }  # fmt: skip


def has_any(comparisons: pl.DataFrame, leaderboard: pl.DataFrame, *, strategy: str) -> bool:
    """Return whether two scored runs of a split were compared."""
    board, by_pair = compared(comparisons, leaderboard, strategy=strategy)
    return any((row["run_id"], other["run_id"]) in by_pair for row in board for other in board)


def heat_map(
    comparisons: pl.DataFrame, leaderboard: pl.DataFrame, *, strategy: str, has_primary: bool = False
) -> CaptionedFigure:
    """Draw the adjusted p value of every pair: blue if the system of the row is better, orange if it is worse.

    `has_primary` says whether one of the pairs is a primary comparison that was declared before training.
    """
    board, by_pair = compared(comparisons, leaderboard, strategy=strategy)
    ids = [row["run_id"] for row in board]
    names = [name(row) for row in board]
    grid = [[by_pair.get((run_id, other)) for other in ids] for run_id in ids]
    fig = figure(
        height_px=190 + 26 * max(len(ids), 2),
        xaxis=category_axis(names, range=[-0.5, len(ids) - 0.5], tickangle=-50, side="bottom"),
        yaxis=category_axis(names),
    )
    fig.add_trace(_cells(grid, names))
    title = f"Pairwise comparison, {formatting.split(strategy)}"
    width = NAMES_PX + CELL_PX * len(ids)
    sources = ("comparisons", "leaderboard")
    return CaptionedFigure(
        title, _note(grid, has_primary=has_primary), _alt(grid, board), fig, sources=sources, least_width_px=width
    )


def shade(pair: Pair | None) -> float | None:
    """Map a comparison to -1 (worse, p below 0.001) to 1 (better), 0 if not significant; None without comparison.

    p belongs to the ranks: where they favour one system and the mean the other, neither is shown as better.
    """
    if pair is None:
        return None
    if pair["p_adjusted"] is None or is_contradictory(pair):
        return 0.0
    steps: int = sum(pair["p_adjusted"] < level for level in LEVELS)
    return (1 if pair["value"] > 0 else -1) * steps / len(LEVELS)


def is_contradictory(pair: Pair) -> bool:
    """Return whether the ranks do not favour the system that the mean difference favours."""
    return not (pair["rank_biserial"] or 0) * pair["value"] > 0


def _cells(grid: Sequence[Sequence[Pair | None]], names: list[str]) -> go.Heatmap:
    return go.Heatmap(
        z=[[shade(pair) for pair in line] for line in grid],
        text=[["" if pair is None else formatting.p_value(pair["p_adjusted"]) for pair in line] for line in grid],
        texttemplate="%{text}",
        textfont={"size": 10},
        customdata=[
            [_hover(row, column, pair) for column, pair in zip(names, line, strict=True)]
            for row, line in zip(names, grid, strict=True)
        ],
        hovertemplate="%{customdata}<extra></extra>",
        hoverongaps=False,
        zmin=-1,
        zmax=1,
        colorscale=[list(stop) for stop in palette.BETTER_OR_WORSE],
        showscale=False,
        xgap=1.5,
        ygap=1.5,
    )


def _hover(row: str, column: str, pair: Pair | None) -> str:
    if pair is None:
        return "not compared"
    return (
        f"{row}<br>versus {column}<br>difference in accuracy {formatting.signed(pair['value'], 3)}"
        f"{f' ({band})' if (band := formatting.signed_interval(pair['low'], pair['high'])) else ''}"
        f"<br>rank-biserial correlation {formatting.signed(pair['rank_biserial'])}"
        f"<br>p {formatting.p_value(pair['p'])}, adjusted {formatting.p_value(pair['p_adjusted'])}"
        f"<br>{formatting.people(pair['n_people'])}"
    )


def _note(grid: Sequence[Sequence[Pair | None]], *, has_primary: bool) -> str:
    pairs = [pair for k, line in enumerate(grid) for pair in line[k + 1 :] if pair]
    if not pairs:
        return "No pair was compared: a comparison needs two systems tested on the same photographs."
    tested = [pair for pair in pairs if pair["p_adjusted"] is not None]
    few = f"{formatting.count(len(pairs) - len(tested), 'pair')} not tested: the test needs {MIN_PEOPLE} people."
    if not tested:
        return few
    significant = sum(bool(shade(pair)) for pair in tested)
    family = "all pairs of the split but the primary comparison" if has_primary else "all pairs of the split"
    return (
        f"p values of the Wilcoxon signed-rank test over people, Holm-adjusted over {family}. Blue: the "
        "system of the row is better; orange: it is worse. Darker colours mark p below "
        f"{', '.join(f'{level:g}' for level in reversed(LEVELS))}. "
        f"{significant} of {formatting.count(len(tested), 'pair')} differ significantly."
        + _contradictions(tested)
        + (f" {few}" if len(tested) < len(pairs) else "")
        + _power_note(max(pair["n_people"] for pair in tested), max(len(tested) - has_primary, 1))
    )


def _contradictions(tested: Sequence[Pair]) -> str:
    count = sum(pair["p_adjusted"] < LEVELS[-1] and is_contradictory(pair) for pair in tested)
    if not count:
        return ""
    return (
        f" {formatting.count(count, 'pair')} with p below {LEVELS[-1]:g} without colour: the mean difference favours "
        "one system, the ranks the other."
    )


def _power_note(people: int, pairs: int) -> str:
    """Explain that the smallest possible p value is too large after Holm's adjustment; empty if it is not."""
    least = 2 / 2**people  # all differences on one side, two-sided (Wilcoxon 1945)
    if least * pairs < LEVELS[-1]:
        return ""
    return (
        f" With {formatting.people(people)} the smallest possible p value is {least:.2g}; adjusted for "
        f"{formatting.count(pairs, 'pair')} it cannot fall below {LEVELS[-1]:g}. Cross-validation tests all people "
        "(affect train --folds 5)."
    )


def _alt(grid: Sequence[Sequence[Pair | None]], board: list[dict[str, Any]]) -> str:
    if not board:
        return "No pair to draw."
    worse = sum((shade(pair) or 0) > 0 for pair in grid[0])
    best = formatting.visible(board[0]["title"], 40)
    others = f"{worse} of {len(board) - 1} others"
    return f"Heat map of adjusted p values. {best}, {board[0]['recipe']}, is significantly better than {others}."
