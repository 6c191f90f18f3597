"""Person leakage: what a split by image gains over models that do not know the person, on the same photographs."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from affect_store.models.evaluation.compare import SCHEMA, paired_accuracies, system_of, systems_in
from affect_store.models.evaluation.evaluate import ALL
from affect_store.models.intervals import DIFFERENCE, interval
from affect_store.store.vocabulary import PARTS, PERSON_LEAKAGE

TEST = PARTS[-1]
BY_IMAGE, UNKNOWN_PEOPLE = "by_image", ("folds", "by_person")
"""The split with leakage, and those without, the one that tests more people first."""


def leakage(predictions: pl.DataFrame) -> pl.DataFrame:
    """Return one row per system with runs on both kinds of splits and common test photographs, with the columns of
    `compare.SCHEMA` and the metric `PERSON_LEAKAGE`.

    `predictions` are those that `compare.compare` reads, of all splits, with `strategy`. `run_id` is the run by image
    and `other_run_id` that on the folds, or by person without folds. `value` is the mean over people of the difference
    in accuracy on the photographs that both test, `low` and `high` its 95 % interval over people.
    """
    tested = predictions.filter(pl.col("part") == TEST)
    by_strategy = {
        strategy: {system_of(runs): runs for runs in systems_in(tested.filter(pl.col("strategy") == strategy))}
        for strategy in (BY_IMAGE, *UNKNOWN_PEOPLE)
    }
    rows = []
    for system, by_image in by_strategy[BY_IMAGE].items():
        others = [by_strategy[name][system] for name in UNKNOWN_PEOPLE if system in by_strategy[name]]
        if others:
            rows += _compared(by_image, others[0])
    return pl.DataFrame(rows, schema=SCHEMA)


def _compared(by_image: pl.DataFrame, other: pl.DataFrame) -> list[dict[str, Any]]:
    pairs, images = paired_accuracies(by_image, other)
    if not images:
        return []
    gains = np.asarray(pairs["accuracy"] - pairs["accuracy_other"])
    limits = interval(lambda weights: weights @ gains / weights.sum(axis=1), len(gains), DIFFERENCE)
    return [
        {
            "run_id": by_image["run_id"][0],
            "other_run_id": other["run_id"][0],
            "part": TEST,
            "slice": ALL,
            "metric": PERSON_LEAKAGE,
            "value": float(gains.mean()),
            "low": limits.low,
            "high": limits.high,
            "n_people": len(gains),
            "method": f"gain within people on the {images} photographs that both test; {limits.method}",
        }
    ]
