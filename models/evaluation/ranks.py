"""Rank systems over people: mean ranks, Friedman's test, and compact letters for groups without significant difference.

Source: Demšar 2006, "Statistical comparisons of classifiers over multiple data sets", JMLR 7, with people in place of
data sets. Groups follow from the adjusted p of the pairs (Holm's; a primary comparison's own) instead of Nemenyi's
critical difference, which ignores the sizes of the differences and has less power.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import friedmanchisquare, rankdata

from affect_store.models.evaluation.compare import (
    ACCURACY_DECIMALS,
    by_person,
    images_of_all_runs,
    system_of,
    systems_in,
)
from affect_store.models.evaluation.frame_schemas import frame_schema
from affect_store.models.evaluation.primary import Primary
from affect_store.store.vocabulary import MIN_PEOPLE

ALPHA = 0.05
SCHEMA = frame_schema("registry.ranks")


def rank_systems(predictions: pl.DataFrame, comparisons: pl.DataFrame, primary: Primary | None = None) -> pl.DataFrame:
    """Return one row per system and part, with the columns of `SCHEMA`, under the run of the system's lowest seed.

    `predictions`, `primary` and `comparisons` are the input and output of `compare.compare`. Rank 1 is the best; ties
    share their mean rank. Only photographs that every system has predicted count. `statistic` and `p` are Friedman's
    over all systems, null below `MIN_PEOPLE` people or three systems; systems that share a letter have no adjusted p
    below `ALPHA` between them. There are no letters where no pair of the family could reach it, even if the primary
    comparison could: the letters would separate one pair, and say nothing about the others. See `least_adjusted_p`.
    """
    rows: list[dict[str, Any]] = []
    for (part,), predictions_of_part in predictions.group_by("part", maintain_order=True):
        systems = systems_in(predictions_of_part)
        pairs = comparisons.filter(pl.col("part") == part, pl.col("metric") == "accuracy")
        rows += [{"part": part, **row} for row in _rank_rows(systems, pairs, primary)]
    return pl.DataFrame(rows, schema=SCHEMA)


def _rank_rows(
    systems: Sequence[pl.DataFrame], pairs: pl.DataFrame, primary: Primary | None = None
) -> list[dict[str, Any]]:
    run_ids = [system["run_id"][0] for system in systems]
    accuracies, images = _accuracies(systems)
    people = len(accuracies)
    if not people:
        return []
    mean_ranks = rankdata(-np.round(accuracies, ACCURACY_DECIMALS), axis=1).mean(axis=0)
    test: dict[str, Any] = {}
    if people >= MIN_PEOPLE and len(systems) >= 3:
        friedman = friedmanchisquare(*accuracies.T)
        test = {"statistic": _finite(friedman.statistic), "p": _finite(friedman.pvalue)}
    letters, why = _letters(run_ids, pairs, mean_ranks), "letters from the adjusted p"
    if (least := least_adjusted_p(_family(systems, pairs, primary))) >= ALPHA:
        letters, why = [None] * len(run_ids), f"no letters: the smallest possible adjusted p is {least:.2g}"
    method = f"mean ranks over {people} people, {images} photographs that all score; Friedman; {why}"
    shared = {"n_people": people, "method": method, **test}
    return [
        {"run_id": run_id, "mean_rank": float(mean_rank), "letters": letter, **shared}
        for run_id, mean_rank, letter in zip(run_ids, mean_ranks, letters, strict=True)
    ]


def _family(systems: Sequence[pl.DataFrame], pairs: pl.DataFrame, primary: Primary | None) -> pl.DataFrame:
    """Return the pairs that are adjusted together; all of them if there is but the primary comparison."""
    if primary is None or not primary.is_before_training:
        return pairs
    declared = [system["run_id"][0] for system in systems if system_of(system) in primary.systems]
    family = pairs.filter(~(pl.col("run_id").is_in(declared) & pl.col("other_run_id").is_in(declared)))
    return pairs if family.is_empty() else family


def least_adjusted_p(pairs: pl.DataFrame) -> float:
    """Return the smallest adjusted p that any of the tested pairs could have had; 1 without tested pairs.

    All differences of n people on one side give Wilcoxon's smallest two-sided p, 2 / 2^n; Holm multiplies the smallest
    p by the number of pairs.
    """
    tested = pairs.drop_nulls("p_adjusted")
    return min(1.0, 2.0 ** (1 - int(tested["n_people"].max())) * len(tested)) if len(tested) else 1.0  # type: ignore[arg-type]


def _accuracies(systems: Sequence[pl.DataFrame]) -> tuple[NDArray[np.float64], int]:
    """Return accuracies (people, systems), and the number of photographs that all systems have predicted."""
    shared = images_of_all_runs(systems[0])
    for system in systems[1:]:
        shared = shared.join(images_of_all_runs(system), on="image_id", how="semi")
    columns = [by_person(system, shared).sort("subject_id")["accuracy"].to_numpy() for system in systems]
    return np.stack(columns, axis=1), len(shared)


def _letters(run_ids: list[str], pairs: pl.DataFrame, mean_ranks: NDArray[np.float64]) -> list[str | None]:
    """Return compact letters of each system, starting with a for the best; None where a pair has no adjusted p."""
    from scikit_posthocs import compact_letter_display  # it imports a plotting library

    index = {run_id: number for number, run_id in enumerate(run_ids)}
    adjusted = np.full((len(run_ids),) * 2, np.nan)
    np.fill_diagonal(adjusted, 1.0)
    for first, second, p in pairs.select("run_id", "other_run_id", "p_adjusted").iter_rows():
        if first in index and second in index and p is not None:
            adjusted[index[first], index[second]] = adjusted[index[second], index[first]] = p
    if np.isnan(adjusted).any():
        return [None] * len(run_ids)
    order = np.argsort(mean_ranks, kind="stable")
    letters = compact_letter_display(adjusted[np.ix_(order, order)], alpha=ALPHA)
    by_system = dict(zip(order.tolist(), _without_subgroups(list(letters)), strict=True))
    return [by_system[number] for number in range(len(run_ids))]


def _without_subgroups(letters: list[str]) -> list[str]:
    """Drop the letters of groups that are subsets of another group, and rename the others from a."""
    groups = {
        letter: {system for system, own in enumerate(letters) if letter in own}
        for letter in sorted(set("".join(letters)) - {" "})
    }
    kept = [letter for letter, group in groups.items() if not any(group < other for other in groups.values())]
    names = {letter: chr(ord("a") + number) for number, letter in enumerate(kept)}
    return ["".join(names[letter] for letter in kept if letter in own) for own in letters]


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
