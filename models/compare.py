"""Which of two systems is better: paired over people, never over photographs, on the photographs that both can score.

Photographs of one person are not independent; a test over photographs finds differences that are not there.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
from scipy.stats import rankdata
from statsmodels.stats.multitest import multipletests

from models.evaluate import ALL
from models.resample import FEWEST_PEOPLE, interval
from store.vocabulary import PARTS

SCHEMA = {
    "run_id": pl.String, "other_run_id": pl.String, "part": pl.String, "slice": pl.String, "metric": pl.String,
    "value": pl.Float64, "low": pl.Float64, "high": pl.Float64, "p": pl.Float64, "p_adjusted": pl.Float64,
    "n_people": pl.Int64, "method": pl.String,
}  # fmt: skip


def compare(predictions: pl.DataFrame) -> pl.DataFrame:
    """One row a pair of systems and part, with the columns of `SCHEMA`.

    `predictions`: run_id, model, recipe, seed, part, image_id, subject_id, truth, predicted, of runs on one split. Runs
    of one model and recipe with several seeds are averaged within each person first and stand under the run of the
    lowest seed. `value` is the mean over people of the first's accuracy minus the other's, `low` and `high` its 95 %
    percentile bootstrap interval over people. p is Wilcoxon's two-sided signed-rank test over people, `p_adjusted`
    Holm's over the pairs of the part. Interval and p are null below five people.
    """
    rows: list[dict[str, Any]] = []
    for part in PARTS:
        rows += _adjusted(_pairs(predictions.filter(pl.col("part") == part), part))
    return pl.DataFrame(rows, schema=SCHEMA)


def systems_in(predictions: pl.DataFrame) -> list[pl.DataFrame]:
    """The predictions of each model and recipe, with `is_right`; the run of the lowest seed comes first in each."""
    return [
        frame.with_columns(is_right=pl.col("predicted") == pl.col("truth"))
        for _, frame in predictions.sort("seed", "run_id").group_by("model", "recipe", maintain_order=True)
    ]


def _pairs(predictions: pl.DataFrame, part: str) -> list[dict[str, Any]]:
    return [{**_compared(one, other), "part": part} for one, other in combinations(systems_in(predictions), 2)]


def _compared(one: pl.DataFrame, other: pl.DataFrame) -> dict[str, Any]:
    both = images_of_all_runs(one).join(images_of_all_runs(other), on="image_id")
    pairs = by_person(one, both).join(by_person(other, both), on="subject_id", suffix="_other").sort("subject_id")
    first, second = pairs["accuracy"].to_numpy(), pairs["accuracy_other"].to_numpy()
    seeds = max(one["run_id"].n_unique(), other["run_id"].n_unique())
    return {
        "run_id": one["run_id"][0],
        "other_run_id": other["run_id"][0],
        "slice": ALL,
        "metric": "accuracy",
        "value": float((first - second).mean()) if len(pairs) else None,
        **_interval(first - second),
        "p": _p(first, second),
        "n_people": len(pairs),
        "method": _method(len(pairs), len(both), seeds),
    }


def images_of_all_runs(system: pl.DataFrame) -> pl.DataFrame:
    """image_id of the photographs that every run of a system has scored."""
    runs = system["run_id"].n_unique()
    counted = system.group_by("image_id").agg(pl.col("run_id").n_unique())
    return counted.filter(pl.col("run_id") == runs).select("image_id")


def by_person(system: pl.DataFrame, images: pl.DataFrame) -> pl.DataFrame:
    """subject_id and accuracy: each seed's accuracy first, then their mean."""
    of_run = system.join(images, on="image_id").group_by("run_id", "subject_id").agg(pl.col("is_right").mean())
    return of_run.group_by("subject_id").agg(accuracy=pl.col("is_right").mean())


def _interval(differences: np.ndarray) -> dict[str, float]:
    """`low` and `high` of the mean of one difference a person; nothing from fewer than `FEWEST_PEOPLE`."""
    people = len(differences)
    bounds = interval(lambda weights: weights @ differences / people, people, seed=0)
    return {"low": bounds[0], "high": bounds[1]} if bounds else {}


def _p(first: np.ndarray, second: np.ndarray) -> float | None:
    # Equal hits over equal counts may differ in the last bit; that is no difference between people.
    differences = np.round(first - second, 12)
    return signed_rank_p(differences) if len(differences) >= FEWEST_PEOPLE else None


def signed_rank_p(differences: np.ndarray) -> float:
    """Two-sided p of Wilcoxon's signed-rank test over differences (n,), exact whatever ties there are; zeros are left
    out, and without any difference p is 1.

    The distribution over all signs is summed by the shift algorithm (Streitberg and Röhmel 1986, Statistical Software
    Newsletter 12). `scipy.stats.wilcoxon` gives the same where it is exact; with ties it takes seconds for thirteen
    people, writing out every sign, and a normal approximation for more.
    """
    differences = differences[differences != 0]
    twice = np.round(2 * rankdata(np.abs(differences))).astype(int)  # mean ranks are whole or half
    ways = np.ones(1)
    for step in twice:
        ways = np.r_[ways, np.zeros(step)] + np.r_[np.zeros(step), ways]
    ways /= ways.sum()
    seen = int(twice[differences > 0].sum())
    return float(min(1.0, 2 * min(ways[seen:].sum(), ways[: seen + 1].sum())))


def _method(people: int, images: int, seeds: int) -> str:
    if people < FEWEST_PEOPLE:
        return f"no test from {people} people, {FEWEST_PEOPLE} are needed"
    averaged = f", {seeds} seeds averaged within a person" if seeds > 1 else ""
    return f"Wilcoxon over {people} people, {images} photographs that both score{averaged}; Holm over the part's pairs"


def _adjusted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    tested = [row for row in rows if row["p"] is not None]
    if tested:
        adjusted = multipletests([row["p"] for row in tested], method="holm")[1]
        for row, p in zip(tested, adjusted, strict=True):
            row["p_adjusted"] = float(p)
    return rows
