"""The declared primary comparison: which pair of systems it names, and whether it was declared before training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

SHOWN_HASH = 12
"""Number of characters of a declaration's hash that a method shows."""


@dataclass(frozen=True)
class Primary:
    """The declared primary comparison of a split: two systems (model and recipe) and the margin of equivalence.

    `is_before_training` says whether it was declared before the runs of both systems started. Only then its p is not
    adjusted for the other pairs.
    """

    hash: str
    systems: frozenset[tuple[str, str]]
    margin: float
    is_before_training: bool

    @property
    def label(self) -> str:
        """The first characters of the hash."""
        return self.hash[:SHOWN_HASH]

    def names(self, *systems: tuple[str, str]) -> bool:
        """Return whether these are the two systems, in either order."""
        return self.systems == set(systems)


def primary_of(declarations: pl.DataFrame, strategy: str) -> Primary | None:
    """Return the primary comparison of a split's strategy; None if the latest declaration is of another strategy.

    `declarations` has the columns of the view `registry.declared`.
    """
    rows: list[dict[str, Any]] = declarations.filter(pl.col("is_latest"), pl.col("strategy") == strategy).to_dicts()
    if not rows:
        return None
    row = rows[0]
    systems = frozenset({(row["model"], row["recipe"]), (row["other_model"], row["other_recipe"])})
    return Primary(row["hash"], systems, row["margin"], row["is_before_training"])
