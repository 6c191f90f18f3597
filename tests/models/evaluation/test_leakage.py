import numpy as np
import polars as pl
import pytest

from affect_store.models.evaluation.compare import SCHEMA
from affect_store.models.evaluation.leakage import leakage
from affect_store.models.intervals import DIFFERENCE, interval
from tests.models.evaluation.test_compare import PHOTOGRAPHS, run

SKILLS = np.linspace(0.4, 0.8, 8)


def of_split(strategy, skills, *, name="", drop=0):
    return run(f"{strategy}{name}", skills, model=f"m{name}", drop=drop).with_columns(strategy=pl.lit(strategy))


def test_the_leak_is_paired_with_the_folds_on_the_same_photographs():
    # by image, half of each person's photographs are tested; the folds test all, and are right on the first ones
    by_image = of_split("by_image", SKILLS + 0.1, drop=PHOTOGRAPHS // 2)
    folds, by_person = of_split("folds", SKILLS), of_split("by_person", SKILLS[:3] - 0.3)
    rows = leakage(pl.concat([by_image, folds, by_person]))
    assert dict(rows.schema) == SCHEMA and len(rows) == 1
    row = rows.row(0, named=True)
    assert (row["run_id"], row["other_run_id"], row["n_people"]) == ("by_image", "folds", 8)
    half = PHOTOGRAPHS // 2
    shares = [np.minimum(np.round(skills * PHOTOGRAPHS), half) / half for skills in (SKILLS + 0.1, SKILLS)]
    gains = shares[0] - shares[1]
    assert row["value"] == pytest.approx(gains.mean())
    limits = interval(lambda weights: weights @ gains / weights.sum(axis=1), 8, DIFFERENCE)
    assert (row["low"], row["high"]) == pytest.approx(limits.limits) and "160 photographs" in row["method"]


def test_without_folds_the_leak_is_paired_with_the_split_by_person():
    rows = leakage(pl.concat([of_split("by_image", SKILLS), of_split("by_person", SKILLS[:3])]))
    assert rows["other_run_id"].to_list() == ["by_person"] and rows["n_people"].to_list() == [3]
    assert rows["low"].to_list() == [None] and rows["value"].to_list() == [0]


def test_systems_of_one_split_or_without_common_photographs_have_no_leak():
    others = of_split("folds", SKILLS, name="2").with_columns(image_id=pl.lit("x"))
    alone = pl.concat([of_split("by_image", SKILLS), of_split("by_image", SKILLS, name="2"), others])
    assert leakage(alone).is_empty() and dict(leakage(alone).schema) == SCHEMA
