import numpy as np
import polars as pl
import pytest
from scipy.stats import friedmanchisquare

from models.compare import compare
from models.ranks import SCHEMA, rank
from tests.models.test_compare import PHOTOGRAPHS, run


def ranked(*runs):
    predictions = pl.concat(runs)
    return rank(predictions, compare(predictions))


# Demšar 2006, table 6: C4.5 and three variants of it on fourteen data sets
DEMSAR = np.array([
    [0.763, 0.768, 0.771, 0.798], [0.599, 0.591, 0.590, 0.569], [0.954, 0.971, 0.968, 0.967],
    [0.628, 0.661, 0.654, 0.657], [0.882, 0.888, 0.886, 0.898], [0.936, 0.931, 0.916, 0.931],
    [0.661, 0.668, 0.609, 0.685], [0.583, 0.583, 0.563, 0.625], [0.775, 0.838, 0.866, 0.875],
    [1.000, 1.000, 1.000, 1.000], [0.940, 0.962, 0.965, 0.962], [0.619, 0.666, 0.614, 0.669],
    [0.972, 0.981, 0.9751, 0.975], [0.957, 0.978, 0.946, 0.970],
])  # fmt: skip


def test_mean_ranks_and_friedman_are_those_of_the_worked_example():
    from models.ranks import _ranked

    sets = [str(number) for number in range(len(DEMSAR))]
    systems = [
        pl.DataFrame({"run_id": name, "subject_id": sets, "image_id": sets, "is_right": DEMSAR[:, column]})
        for column, name in enumerate(("C4.5", "C4.5+m", "C4.5+cf", "C4.5+m+cf"))
    ]
    no_pairs = pl.DataFrame(schema={"run_id": pl.String, "other_run_id": pl.String, "p_adjusted": pl.Float64})
    found = _ranked(systems, no_pairs)
    assert [row["mean_rank"] for row in found] == pytest.approx([3.143, 2.000, 2.893, 1.964], abs=5e-4)
    # the paper's 9.28 is the statistic without scipy's correction for ties
    statistic = friedmanchisquare(*DEMSAR.T).statistic
    assert found[0]["statistic"] == pytest.approx(statistic) and statistic > 9.28
    assert {row["letters"] for row in found} == {None}


def test_systems_that_differ_share_no_letter_and_the_best_comes_first():
    people = np.linspace(0, 0.1, 12)
    good, like_it, poor = (run(name, base + people) for name, base in (("a", 0.85), ("b", 0.85), ("c", 0.3)))
    found = ranked(poor, good, like_it)
    assert dict(found.schema) == SCHEMA
    letters = dict(found.select("run_id", "letters").iter_rows())
    assert letters["a"] == letters["b"] == "a" and letters["c"] == "b"
    assert found["mean_rank"].sum() == pytest.approx(1 + 2 + 3) and (found["p"] < 0.05).all()


def test_a_group_within_another_has_no_letter_of_its_own():
    from models.ranks import _largest

    assert _largest(["ab", "ab", " b"]) == ["a", "a", "a"]
    assert _largest(["a ", "ab", " b"]) == ["a", "ab", "b"]


def test_few_people_have_ranks_and_no_letters_or_p():
    found = ranked(run("a", [0.9] * 4), run("b", [0.5] * 4), run("c", [0.1] * 4))
    assert found["letters"].to_list() == [None] * 3 and found["p"].to_list() == [None] * 3
    assert found.sort("run_id")["mean_rank"].to_list() == [1, 2, 3]


def test_only_photographs_that_all_score_count():
    found = ranked(run("a", [0.75] * 6), run("b", [0.75] * 6, drop=PHOTOGRAPHS // 4))
    assert found["mean_rank"].to_list() == [1.5, 1.5] and "180 photographs" in found["method"][0]
