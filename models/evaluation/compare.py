"""Compare pairs of systems over people, never over photographs, on the photographs that both have predicted.

Photographs of one person are not independent; a test over photographs finds differences that do not exist.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import rankdata
from statsmodels.stats.multitest import multipletests

from affect_store.models.evaluation.evaluate import ALL
from affect_store.models.evaluation.frame_schemas import frame_schema
from affect_store.models.evaluation.primary import Primary
from affect_store.models.evaluation.sensitivity import sensitivity_rows
from affect_store.models.intervals import DIFFERENCE, interval
from affect_store.store.vocabulary import EQUIVALENCE_MARGIN, MIN_PEOPLE, PARTS, RANK_BISERIAL

SCHEMA = frame_schema("registry.comparisons")
HOLM = "Holm over the part's pairs"
ACCURACY_DECIMALS = 12
"""Decimals to which accuracies are rounded before they are ranked: equal ones may differ in their last bit."""

_Row = dict[str, Any]


def compare(predictions: pl.DataFrame, primary: Primary | None = None) -> pl.DataFrame:
    """Return five rows per pair of systems and part, with the columns of `SCHEMA`: of the metrics `accuracy`,
    `RANK_BISERIAL`, and those of `sensitivity`.

    `predictions`: run_id, model, recipe, seed, part, image_id, subject_id, truth, predicted, of runs on one split. Runs
    of one model and recipe with several seeds are first averaged within each person, under the run id of the lowest
    seed. `value` is the mean over people of the first system's accuracy minus the other's, `low` and `high` its 95 %
    interval over people: see `intervals.interval`. `p` is from Wilcoxon's two-sided signed-rank test over people and
    `p_adjusted` is Holm's adjustment over the pairs of the part. Interval and p are null below `MIN_PEOPLE` people.
    The rank-biserial correlation says which system the ranks of the test favour: see `rank_biserial`.

    The pair of a `primary` comparison that was declared before training is no member of that family: its `p_adjusted`
    is its own p, one test at 0.05, and the other pairs are adjusted among themselves. One that was declared later is a
    member like the others. `method` says which it is, with the declaration's hash.
    """
    rows: list[dict[str, Any]] = []
    for part in PARTS:
        rows += _adjusted(_pairs(predictions.filter(pl.col("part") == part), part, primary), primary)
    return pl.DataFrame([{name: value for name, value in row.items() if name in SCHEMA} for row in rows], schema=SCHEMA)


def systems_in(predictions: pl.DataFrame) -> list[pl.DataFrame]:
    """Return the predictions of each model and recipe, with `is_right`, ordered by seed and, if given, `repeat`."""
    order = [name for name in ("seed", "repeat", "run_id") if name in predictions.columns]
    return [
        frame.with_columns(is_right=pl.col("predicted") == pl.col("truth"))
        for _, frame in predictions.sort(order).group_by("model", "recipe", maintain_order=True)
    ]


def paired_accuracies(first: pl.DataFrame, second: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Return subject_id, accuracy and accuracy_other of every person, and the number of photographs, over those that
    every run of both systems has predicted."""
    shared = images_of_all_runs(first).join(images_of_all_runs(second), on="image_id")
    pairs = by_person(first, shared).join(by_person(second, shared), on="subject_id", suffix="_other")
    return pairs.sort("subject_id"), len(shared)


def images_of_all_runs(system: pl.DataFrame) -> pl.DataFrame:
    """Return image_id of the photographs that every run of a system has predicted."""
    runs = system["run_id"].n_unique()
    counted = system.group_by("image_id").agg(pl.col("run_id").n_unique())
    return counted.filter(pl.col("run_id") == runs).select("image_id")


def by_person(system: pl.DataFrame, images: pl.DataFrame) -> pl.DataFrame:
    """Return subject_id and accuracy: the mean over runs of each run's accuracy."""
    by_run = system.join(images, on="image_id").group_by("run_id", "subject_id").agg(pl.col("is_right").mean())
    return by_run.group_by("subject_id").agg(accuracy=pl.col("is_right").mean())


def mean_interval(differences: NDArray[np.float64]) -> tuple[float, float] | None:
    """Return the interval of the mean of one difference per person, each from -1 to 1; None below `MIN_PEOPLE`."""
    return interval(lambda weights: weights @ differences / weights.sum(axis=1), len(differences), DIFFERENCE).limits


def signed_rank_p(differences: NDArray[np.float64]) -> float:
    """Return the two-sided p of Wilcoxon's signed-rank test over differences (n,), exact even with ties.

    Zeros are dropped; without any non-zero difference p is 1. The distribution over all signs is computed by the shift
    algorithm (Streitberg and Röhmel 1986, Statistical Software Newsletter 12). `scipy.stats.wilcoxon` agrees where it
    is exact; with ties it enumerates every sign, which takes seconds for thirteen people, and approximates beyond.
    """
    differences = differences[differences != 0]
    doubled_ranks = np.round(2 * rankdata(np.abs(differences))).astype(int)  # mean ranks are multiples of one half
    distribution = np.ones(1)
    for rank in doubled_ranks:
        distribution = np.r_[distribution, np.zeros(rank)] + np.r_[np.zeros(rank), distribution]
    distribution /= distribution.sum()
    observed = int(doubled_ranks[differences > 0].sum())
    return float(min(1.0, 2 * min(distribution[observed:].sum(), distribution[: observed + 1].sum())))


def rank_biserial(differences: NDArray[np.float64]) -> float:
    """Return the matched-pairs rank-biserial correlation of differences (n,): -1 if all are negative, 1 if all are
    positive, 0 if the rank sums are equal.

    It is the difference of the rank sums of Wilcoxon's test over their total (Kerby 2014, doi
    10.2466/11.IT.3.1); zeros are dropped.
    """
    differences = differences[differences != 0]
    ranks = rankdata(np.abs(differences))
    return float((ranks * np.sign(differences)).sum() / ranks.sum()) if len(ranks) else 0.0


def _pairs(predictions: pl.DataFrame, part: str, primary: Primary | None) -> list[_Row]:
    """Return the rows of every pair, each with `is_declared`: whether the pair is the declared primary comparison."""
    rows: list[_Row] = []
    for first, second in combinations(systems_in(predictions), 2):
        is_declared = primary is not None and primary.names(system_of(first), system_of(second))
        margin = primary.margin if primary and is_declared else EQUIVALENCE_MARGIN
        rows += [{**row, "part": part, "is_declared": is_declared} for row in _compare_pair(first, second, margin)]
    return rows


def system_of(runs: pl.DataFrame) -> tuple[str, str]:
    """Return model and recipe of the predictions of one system."""
    return runs["model"][0], runs["recipe"][0]


def _compare_pair(first: pl.DataFrame, second: pl.DataFrame, margin: float) -> list[_Row]:
    pairs, images = paired_accuracies(first, second)
    differences = pairs["accuracy"].to_numpy() - pairs["accuracy_other"].to_numpy()
    low, high = mean_interval(differences) or (None, None)
    seeds = max(first["run_id"].n_unique(), second["run_id"].n_unique())
    rounded = np.round(differences, ACCURACY_DECIMALS)
    pair = {
        "run_id": first["run_id"][0],
        "other_run_id": second["run_id"][0],
        "slice": ALL,
        "n_people": len(pairs),
    }
    accuracy = {
        "metric": "accuracy",
        "value": float(differences.mean()) if len(pairs) else None,
        "low": low,
        "high": high,
        "p": signed_rank_p(rounded) if len(pairs) >= MIN_PEOPLE else None,
        "method": _method(len(pairs), images, seeds),
    }
    effect = {
        "metric": RANK_BISERIAL,
        "value": rank_biserial(rounded) if len(pairs) else None,
        "method": f"matched-pairs rank-biserial correlation over {len(pairs)} people",
    }
    return [{**pair, **row} for row in (accuracy, effect, *sensitivity_rows(rounded, margin))]


def _method(people: int, images: int, seeds: int) -> str:
    if people < MIN_PEOPLE:
        return f"no test from {people} people, {MIN_PEOPLE} are needed"
    averaged = f", {seeds} seeds averaged within a person" if seeds > 1 else ""
    return f"Wilcoxon over {people} people, {images} photographs that both score{averaged}"


def _adjusted(rows: list[_Row], primary: Primary | None) -> list[_Row]:
    """Fill in `p_adjusted` of the tested pairs, and complete their method."""
    tested = [row for row in rows if row["metric"] == "accuracy" and row["p"] is not None]
    counts = primary is not None and primary.is_before_training
    family = [row for row in tested if not (counts and row["is_declared"])]
    adjusted = multipletests([row["p"] for row in family], method="holm")[1] if family else []
    for row in tested:
        row["p_adjusted"] = row["p"]
        row["method"] += f"; {_adjustment(row, primary, is_alone=len(family) == len(tested))}"
    for row, p in zip(family, adjusted, strict=True):
        row["p_adjusted"] = float(p)
    return rows


def _adjustment(row: _Row, primary: Primary | None, *, is_alone: bool) -> str:
    """Describe the adjustment of a pair; `is_alone` if all tested pairs are one family."""
    if primary is None or (is_alone and not row["is_declared"]):
        return HOLM
    if not row["is_declared"]:
        return f"Holm over the part's pairs without the primary comparison {primary.label}"
    if not primary.is_before_training:
        return f"{HOLM}; declared after training ({primary.label}), so one of the family"
    return f"primary comparison, declared before training ({primary.label}): one test at 0.05, p not adjusted"
