"""Which systems stand above which, over people: mean ranks, Friedman's test, and groups that cannot be told apart.

Source: Demšar 2006, "Statistical comparisons of classifiers over multiple data sets", JMLR 7; people stand for his data
sets, and the groups follow from Holm's adjusted p of the pairs rather than from Nemenyi's critical difference, which
assumes nothing of the sizes of the differences and finds less.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import friedmanchisquare, rankdata

from models.compare import by_person, images_of_all_runs, systems_in
from models.resample import FEWEST_PEOPLE

ALPHA = 0.05
SCHEMA = {
    "run_id": pl.String, "part": pl.String, "mean_rank": pl.Float64, "statistic": pl.Float64, "p": pl.Float64,
    "letters": pl.String, "n_people": pl.Int64, "method": pl.String,
}  # fmt: skip


def rank(predictions: pl.DataFrame, comparisons: pl.DataFrame) -> pl.DataFrame:
    """One row a system and part, with the columns of `SCHEMA`, under the run of the system's lowest seed.

    `predictions` as `compare.compare` reads them, `comparisons` as it gives them. Rank 1 is the best; ties share the
    mean of their ranks. Photographs that every system has scored count. `statistic` and `p` are Friedman's, of all
    systems together, null from fewer than five people or three systems; systems that share a letter differ by no
    adjusted p below 0.05.
    """
    rows: list[dict[str, Any]] = []
    for (part,), of_part in predictions.group_by("part", maintain_order=True):
        systems = systems_in(of_part)
        pairs = comparisons.filter(pl.col("part") == part)
        rows += [{"part": part, **row} for row in _ranked(systems, pairs)]
    return pl.DataFrame(rows, schema=SCHEMA)


def _ranked(systems: Sequence[pl.DataFrame], pairs: pl.DataFrame) -> list[dict[str, Any]]:
    run_ids = [one["run_id"][0] for one in systems]
    accuracies, images = _accuracies(systems)
    people = len(accuracies)
    if not people:
        return []
    ranks = rankdata(-np.round(accuracies, 12), axis=1).mean(axis=0)
    tested: dict[str, Any] = {}
    if people >= FEWEST_PEOPLE and len(systems) >= 3:
        found = friedmanchisquare(*accuracies.T)
        tested = {"statistic": _finite(found.statistic), "p": _finite(found.pvalue)}
    letters = _letters(run_ids, pairs, ranks)
    method = f"mean ranks over {people} people, {images} photographs that all score; Friedman; letters from Holm's p"
    return [
        {"run_id": run_id, "mean_rank": float(place), "letters": letter, "n_people": people, "method": method, **tested}
        for run_id, place, letter in zip(run_ids, ranks, letters, strict=True)
    ]


def _accuracies(systems: Sequence[pl.DataFrame]) -> tuple[NDArray[np.float64], int]:
    """(people, systems), and the number of photographs that all systems have scored."""
    shared = images_of_all_runs(systems[0])
    for one in systems[1:]:
        shared = shared.join(images_of_all_runs(one), on="image_id", how="semi")
    columns = [by_person(one, shared).sort("subject_id")["accuracy"].to_numpy() for one in systems]
    return np.stack(columns, axis=1), len(shared)


def _letters(run_ids: list[str], pairs: pl.DataFrame, ranks: NDArray[np.float64]) -> list[str | None]:
    """Letters of each system, the best system's first letter being a; None where a pair has no adjusted p."""
    from scikit_posthocs import compact_letter_display  # it loads a plotting library

    place = {run_id: index for index, run_id in enumerate(run_ids)}
    adjusted = np.full((len(run_ids),) * 2, np.nan)
    np.fill_diagonal(adjusted, 1.0)
    for one, other, p in pairs.select("run_id", "other_run_id", "p_adjusted").iter_rows():
        if one in place and other in place and p is not None:
            adjusted[place[one], place[other]] = adjusted[place[other], place[one]] = p
    if np.isnan(adjusted).any():
        return [None] * len(run_ids)
    order = np.argsort(ranks, kind="stable")
    shown = compact_letter_display(adjusted[np.ix_(order, order)], alpha=ALPHA)
    of_place = dict(zip(order.tolist(), _largest(list(shown)), strict=True))
    return [of_place[index] for index in range(len(run_ids))]


def _largest(shown: list[str]) -> list[str]:
    """The letters without those of groups that lie within another group."""
    groups = {
        letter: {i for i, one in enumerate(shown) if letter in one} for letter in sorted(set("".join(shown)) - {" "})
    }
    kept = [letter for letter, group in groups.items() if not any(group < other for other in groups.values())]
    names = {letter: chr(ord("a") + index) for index, letter in enumerate(kept)}
    return ["".join(names[letter] for letter in kept if letter in one) for one in shown]


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
