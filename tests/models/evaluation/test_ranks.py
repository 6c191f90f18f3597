import numpy as np
import polars as pl
import pytest
from scipy.stats import friedmanchisquare

from affect_store.models.evaluation.compare import compare
from affect_store.models.evaluation.primary import Primary
from affect_store.models.evaluation.ranks import SCHEMA, rank_systems
from tests.models.evaluation.test_compare import PHOTOGRAPHS, run


def ranks_of(*runs):
    predictions = pl.concat(runs)
    return rank_systems(predictions, compare(predictions))


# Demšar 2006, table 6: C4.5 and three variants on fourteen data sets
DEMSAR = np.array([
    [0.763, 0.768, 0.771, 0.798], [0.599, 0.591, 0.590, 0.569], [0.954, 0.971, 0.968, 0.967],
    [0.628, 0.661, 0.654, 0.657], [0.882, 0.888, 0.886, 0.898], [0.936, 0.931, 0.916, 0.931],
    [0.661, 0.668, 0.609, 0.685], [0.583, 0.583, 0.563, 0.625], [0.775, 0.838, 0.866, 0.875],
    [1.000, 1.000, 1.000, 1.000], [0.940, 0.962, 0.965, 0.962], [0.619, 0.666, 0.614, 0.669],
    [0.972, 0.981, 0.9751, 0.975], [0.957, 0.978, 0.946, 0.970],
])  # fmt: skip


def test_mean_ranks_and_friedman_are_those_of_the_worked_example():
    from affect_store.models.evaluation.ranks import _rank_rows

    sets = [str(number) for number in range(len(DEMSAR))]
    systems = [
        pl.DataFrame({"run_id": name, "subject_id": sets, "image_id": sets, "is_right": DEMSAR[:, column]})
        for column, name in enumerate(("C4.5", "C4.5+m", "C4.5+cf", "C4.5+m+cf"))
    ]
    no_pairs = pl.DataFrame(schema={"run_id": pl.String, "other_run_id": pl.String, "p_adjusted": pl.Float64})
    rows = _rank_rows(systems, no_pairs)
    assert [row["mean_rank"] for row in rows] == pytest.approx([3.143, 2.000, 2.893, 1.964], abs=5e-4)
    # the paper's 9.28 is the statistic without scipy's correction for ties
    statistic = friedmanchisquare(*DEMSAR.T).statistic
    assert rows[0]["statistic"] == pytest.approx(statistic) and statistic > 9.28
    assert {row["letters"] for row in rows} == {None}


def test_systems_that_differ_share_no_letter_and_the_best_comes_first():
    people = np.linspace(0, 0.1, 12)
    good, equal, poor = (run(name, base + people) for name, base in (("a", 0.85), ("b", 0.85), ("c", 0.3)))
    ranks = ranks_of(poor, good, equal)
    assert dict(ranks.schema) == SCHEMA
    letters = dict(ranks.select("run_id", "letters").iter_rows())
    assert letters["a"] == letters["b"] == "a" and letters["c"] == "b"
    assert ranks["mean_rank"].sum() == pytest.approx(1 + 2 + 3) and (ranks["p"] < 0.05).all()


def test_a_subset_of_another_group_has_no_letter():
    from affect_store.models.evaluation.ranks import _without_subgroups

    assert _without_subgroups(["ab", "ab", " b"]) == ["a", "a", "a"]
    assert _without_subgroups(["a ", "ab", " b"]) == ["a", "ab", "b"]


def test_below_five_people_there_are_ranks_but_no_letters_and_no_p():
    ranks = ranks_of(run("a", [0.9] * 4), run("b", [0.5] * 4), run("c", [0.1] * 4))
    assert ranks["letters"].to_list() == [None] * 3 and ranks["p"].to_list() == [None] * 3
    assert ranks.sort("run_id")["mean_rank"].to_list() == [1, 2, 3]


def test_there_are_no_letters_where_no_pair_could_differ():
    # the smallest p of five people is 2 / 2^5 = 0.0625; six people have 2 / 2^6 = 0.031, times three pairs
    for skills in ([[0.9] * 5, [0.1] * 5], [[0.9] * 6, [0.5] * 6, [0.1] * 6]):
        ranks = ranks_of(*(run(name, own) for name, own in zip("abc", skills, strict=False)))
        assert set(ranks["letters"]) == {None} and "no letters: the smallest possible adjusted p" in ranks["method"][0]
    two = ranks_of(run("a", [0.9] * 6), run("b", [0.1] * 6))
    assert two["letters"].to_list() == ["a", "b"] and "no letters" not in two["method"][0]


def test_only_photographs_that_all_predict_count():
    ranks = ranks_of(run("a", [0.75] * 6), run("b", [0.75] * 6, drop=PHOTOGRAPHS // 4))
    assert ranks["mean_rank"].to_list() == [1.5, 1.5] and "180 photographs" in ranks["method"][0]


def test_a_primary_pair_alone_draws_no_letters():
    # seven people: the smallest p is 0.016, too large for the five pairs of the family, but not for the primary one
    steps = np.linspace(0, 0.1, 7)
    runs = pl.concat([run(name, base + steps) for name, base in zip("abcd", (0.85, 0.7, 0.5, 0.3), strict=True)])
    primary = Primary("f" * 64, frozenset({("a", "corrected"), ("b", "corrected")}), 0.05, is_before_training=True)
    comparisons = compare(runs, primary)
    assert comparisons["p_adjusted"].min() < 0.05
    ranks = rank_systems(runs, comparisons, primary)
    assert set(ranks["letters"]) == {None} and "smallest possible adjusted p is 0.078" in ranks["method"][0]


def test_the_letters_separate_a_primary_pair_that_its_own_p_separates():
    # seven of ten people are better with a: p is 0.016, below 0.05 on its own, but not times the six pairs
    base = np.full(12, 0.5)
    less = np.r_[[0.05] * 7, [-0.025] * 3, 0, 0]
    shift = 0.1 * np.resize([1, -1], 12)
    skills = {"a": base, "b": base - less, "c": base + shift, "d": base + shift}
    runs = pl.concat([run(name, values) for name, values in skills.items()])
    primary = Primary("f" * 64, frozenset({("a", "corrected"), ("b", "corrected")}), 0.05, is_before_training=True)
    for declared, are_apart in ((None, False), (primary, True)):
        letters = dict(rank_systems(runs, compare(runs, declared), declared).select("run_id", "letters").iter_rows())
        assert set(letters["a"]).isdisjoint(letters["b"]) == are_apart
        assert letters["c"] == letters["d"] and set(letters["c"]) == set(letters["a"] + letters["b"])
