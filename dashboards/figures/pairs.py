"""Every pair of systems: which is better, and whether that can be shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
import polars as pl

from dashboards import palette, words
from dashboards.figures.base import Picture, figure, words_axis
from dashboards.figures.leaderboard import is_scored, name, ranked
from dashboards.figures.slices import ALL
from store.vocabulary import PARTS

LEVELS = (0.001, 0.01, 0.05)
"""Adjusted p below which a cell gets its colour, the strongest first."""

NAMES_PX, CELL_PX = 190, 44
"""Room that the names and a p of three digits need."""

Pair = dict[str, Any]


def compared(
    comparisons: pl.DataFrame, leaderboard: pl.DataFrame, *, strategy: str
) -> tuple[list[dict[str, Any]], dict]:
    """The scored runs of a split, best first, and the comparison of each ordered pair of their ids; runs that share no
    photograph are no pair."""
    board = ranked(leaderboard.filter(is_scored() & (pl.col("strategy") == strategy))).to_dicts()
    wanted = (pl.col("part") == PARTS[-1]) & (pl.col("slice") == ALL) & (pl.col("metric") == "accuracy")
    found: dict[tuple[str, str], Pair] = {}
    for row in comparisons.filter(wanted & pl.col("value").is_not_null()).to_dicts():
        found[row["run_id"], row["other_run_id"]] = row
        found[row["other_run_id"], row["run_id"]] = {**row, "value": -row["value"]}
    return board, found


def has_any(comparisons: pl.DataFrame, leaderboard: pl.DataFrame, *, strategy: str) -> bool:
    """Whether two scored runs of a split were compared."""
    board, found = compared(comparisons, leaderboard, strategy=strategy)
    return any((one["run_id"], other["run_id"]) in found for one in board for other in board)


def heat(comparisons: pl.DataFrame, leaderboard: pl.DataFrame, *, strategy: str) -> Picture:
    """Adjusted p of every pair: blue where the system of the row is better, orange where it is worse."""
    board, found = compared(comparisons, leaderboard, strategy=strategy)
    ids = [row["run_id"] for row in board]
    names = [name(row) for row in board]
    grid = [[found.get((one, other)) for other in ids] for one in ids]
    picture = figure(
        height_px=190 + 26 * max(len(ids), 2),
        xaxis=words_axis(names, range=[-0.5, len(ids) - 0.5], tickangle=-50, side="bottom"),
        yaxis=words_axis(names),
    )
    picture.add_trace(_cells(grid, names))
    title = f"Every pair, photographs split {words.strategy(strategy)}"
    width = NAMES_PX + CELL_PX * len(ids)
    sources = ("comparisons", "leaderboard")
    return Picture(title, _note(grid), _alt(grid, board), picture, sources=sources, least_width_px=width)


def shade(pair: Pair | None) -> float | None:
    """-1 (worse, p below 0.001) to 1 (better), 0 where no difference is shown, None where nothing was compared."""
    if pair is None:
        return None
    if pair["p_adjusted"] is None:
        return 0.0
    steps = sum(pair["p_adjusted"] < level for level in LEVELS)
    return (1 if pair["value"] > 0 else -1) * steps / len(LEVELS)


def _cells(grid: Sequence[Sequence[Pair | None]], names: list[str]) -> go.Heatmap:
    return go.Heatmap(
        z=[[shade(pair) for pair in line] for line in grid],
        text=[["" if pair is None else words.p_value(pair["p_adjusted"]) for pair in line] for line in grid],
        texttemplate="%{text}",
        textfont={"size": 10},
        customdata=[
            [_hover(one, other, pair) for other, pair in zip(names, line, strict=True)]
            for one, line in zip(names, grid, strict=True)
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


def _hover(one: str, other: str, pair: Pair | None) -> str:
    if pair is None:
        return "not compared"
    return (
        f"{one}<br>against {other}<br>accuracy {words.signed(pair['value'], 3)}"
        f"<br>p {words.p_value(pair['p'])}, adjusted {words.p_value(pair['p_adjusted'])}"
        f"<br>{words.people(pair['n_people'])}"
    )


def _note(grid: Sequence[Sequence[Pair | None]]) -> str:
    pairs = [pair for k, line in enumerate(grid) for pair in line[k + 1 :] if pair]
    if not pairs:
        return "No pair was compared: it takes two systems that were tested on the same photographs."
    tested = [pair for pair in pairs if pair["p_adjusted"] is not None]
    few = f"{words.count(len(pairs) - len(tested), 'pair')} not tested: it takes {words.FEWEST_PEOPLE} people."
    if not tested:
        return f"{few} Nothing is known of differences."
    shown = sum(bool(shade(pair)) for pair in tested)
    return (
        "p of Wilcoxon's signed-rank test over people, Holm-adjusted over all pairs of the split. Blue: the system of "
        "the row is better; orange: worse; the deeper, the smaller p "
        f"({', '.join(f'{one:g}' for one in reversed(LEVELS))}). "
        f"A difference is shown for {shown} of {words.count(len(tested), 'pair')}."
        + (f" {few}" if len(tested) < len(pairs) else "")
        + _cannot(max(pair["n_people"] for pair in tested), len(tested))
    )


def _cannot(people: int, pairs: int) -> str:
    """The sentence for so few people that the least p there can be is not small enough after Holm's adjustment."""
    least = 2 / 2**people  # all differences on one side, two-sided (Wilcoxon 1945)
    if least * pairs < LEVELS[-1]:
        return ""
    return (
        f" With {words.people(people)} no p is below {least:.2g}, and adjusted for so many pairs the least cannot be "
        f"below {LEVELS[-1]:g}. Folds test everybody (affect train --folds 5)."
    )


def _alt(grid: Sequence[Sequence[Pair | None]], board: list[dict[str, Any]]) -> str:
    if not board:
        return "No pair to draw."
    beaten = sum((shade(pair) or 0) > 0 for pair in grid[0])
    best = words.visible(board[0]["title"], 40)
    others = f"{beaten} of {len(board) - 1} others"
    return f"Heat map of adjusted p values. {best}, {board[0]['recipe']}, is better than {others}."
