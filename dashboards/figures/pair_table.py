"""The pairs of systems of a split as rows of a table, the declared primary comparison first."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import polars as pl

from affect_store.dashboards import formatting
from affect_store.dashboards.figures.leaderboard import scored_runs
from affect_store.dashboards.figures.pairwise import LEVELS, Pair, compared
from affect_store.store.vocabulary import EQUIVALENCE_MARGIN, MIN_PEOPLE

HEAD = (
    "System", "Other system", "Difference in accuracy", "95 % interval", "p, adjusted", "Rank-biserial correlation",
    "Share of people better off", "Smallest detectable difference", "Equivalent",
)  # fmt: skip
NUMBERS = (2, 3, 4, 5, 6, 7)
"""Columns with numbers."""

SHOWN_HASH = 12


@dataclass(frozen=True)
class PrimaryPair:
    """The declared primary comparison of a split: the runs of its two systems, whether it was declared before training,
    and the sentence that says so."""

    run_ids: tuple[str, str]
    is_before_training: bool
    sentence: str

    @property
    def mark(self) -> str:
        """The mark of its row."""
        return " (primary)" if self.is_before_training else " (declared after training)"


def primary_pair(declarations: pl.DataFrame, leaderboard: pl.DataFrame, *, strategy: str) -> PrimaryPair | None:
    """Return the primary comparison of a split; None if the latest declaration is of another split, or of a system
    without a score."""
    latest = declarations.filter(pl.col("is_latest"), pl.col("strategy") == strategy).to_dicts()
    board = {(row["model"], row["recipe"]): row for row in scored_runs(leaderboard, strategy)}
    if not latest:
        return None
    row = latest[0]
    first, second = (board.get((row[f"{side}model"], row[f"{side}recipe"])) for side in ("", "other_"))
    if first is None or second is None:
        return None
    counts: bool = row["is_before_training"]
    return PrimaryPair((first["run_id"], second["run_id"]), counts, _sentence(row, first, second))


def _sentence(declaration: dict[str, Any], first: dict[str, Any], second: dict[str, Any]) -> str:
    consequence = (
        "before training: its p value is not adjusted for the other pairs"
        if declaration["is_before_training"]
        else "after training: its p value is adjusted like that of every other pair"
    )
    return (
        f"Primary comparison: {_name(first)} against {_name(second)}, declared "
        f"{formatting.moment(declaration['declared_at'])} UTC (hash {declaration['hash'][:SHOWN_HASH]}), {consequence}."
    )


def rows(
    comparisons: pl.DataFrame, leaderboard: pl.DataFrame, *, strategy: str, primary: PrimaryPair | None = None
) -> list[tuple[str, ...]]:
    """List the compared pairs under the columns `HEAD`: the primary comparison first, then by adjusted p.

    The better system of the leaderboard comes first in its pair; in the primary comparison, the one declared first.
    """
    board, by_pair = compared(comparisons, leaderboard, strategy=strategy)
    known = {row["run_id"]: row for row in board}
    declared = primary.run_ids if primary else None
    keys = [key for key in combinations(known, 2) if key in by_pair and key != declared and key[::-1] != declared]
    keys.sort(key=lambda key: _order(by_pair[key]))
    listed = [(known[first], known[second], by_pair[first, second], "") for first, second in keys]
    if primary is not None and declared in by_pair:
        first, second = primary.run_ids
        listed.insert(0, (known[first], known[second], by_pair[first, second], primary.mark))
    return [
        (f"{_name(first)}{mark}", _name(second), *_numbers(pair), _equivalence(pair))
        for first, second, pair, mark in listed
    ]


def note(comparisons: pl.DataFrame, leaderboard: pl.DataFrame, *, strategy: str) -> str:
    """Explain the columns of the table."""
    board, by_pair = compared(comparisons, leaderboard, strategy=strategy)
    people = max((pair["n_people"] for pair in by_pair.values()), default=0)
    few = f" They need {MIN_PEOPLE} people." if people < MIN_PEOPLE else ""
    return (
        "People better off: those of whom the first system gets more photographs right; ties count half. The smallest "
        "detectable difference is the true difference that a paired t test at 0.05 finds with 80 % power, with these "
        "people and the observed spread; smaller ones are missed more often. Two systems are equivalent if two "
        "one-sided t tests at 0.05 exclude differences beyond the margin, "
        f"{EQUIVALENCE_MARGIN:g} unless declared otherwise. A pair that is neither different nor equivalent is "
        f"undecided; one that is both differs by little.{few}"
    )


def _order(pair: Pair) -> tuple[float, float]:
    p = pair["p_adjusted"]
    return 2.0 if p is None else p, -abs(pair["value"])


def _numbers(pair: Pair) -> tuple[str, ...]:
    return (
        formatting.signed(pair["value"], 3),
        formatting.signed_interval(pair["low"], pair["high"]) or formatting.NO_VALUE,
        formatting.p_value(pair["p_adjusted"]),
        formatting.signed(pair["rank_biserial"]),
        formatting.share(pair["share_better"]),
        formatting.share(pair["smallest_detectable"], 3),
    )


def _equivalence(pair: Pair) -> str:
    if pair["equivalence_p"] is None:
        return formatting.NO_VALUE
    is_shown = pair["equivalence_p"] < LEVELS[-1]
    return f"{'yes' if is_shown else 'not shown'}, within {pair['margin']:g}"


def _name(row: dict[str, Any]) -> str:
    return f"{formatting.visible(row['title'], 40)}, {formatting.visible(row['recipe'], 20)}"
