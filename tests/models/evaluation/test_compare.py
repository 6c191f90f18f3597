import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import wilcoxon
from statsmodels.stats.multitest import multipletests

from affect_store.models.evaluation.compare import SCHEMA, compare, rank_biserial, signed_rank_p
from affect_store.models.evaluation.primary import Primary
from affect_store.store.vocabulary import EQUIVALENCE, RANK_BISERIAL

PHOTOGRAPHS = 40


def run(name, skills, *, model=None, seed=0, drop=0):
    """Return a run with the share `skills[i]` of person i's photographs correct; the last `drop` have no prediction."""
    rows = [
        {"run_id": name, "model": model or name, "recipe": "corrected", "seed": seed, "part": "test",
         "image_id": f"{person}-{shot}", "subject_id": f"person{person}", "truth": 1,
         "predicted": 1 if shot < round(skill * PHOTOGRAPHS) else 0}
        for person, skill in enumerate(skills) for shot in range(PHOTOGRAPHS - drop)
    ]  # fmt: skip
    return pl.DataFrame(rows)


def test_p_is_wilcoxons_over_people():
    first, second = np.linspace(0.5, 0.95, 10), np.linspace(0.4, 0.7, 10)
    comparison = compare(pl.concat([run("a", first), run("b", second)])).row(0, named=True)
    first, second = (np.round(skills * PHOTOGRAPHS) / PHOTOGRAPHS for skills in (first, second))
    assert comparison["p"] == pytest.approx(wilcoxon(np.round(first - second, 9)).pvalue)
    assert comparison["value"] == pytest.approx((first - second).mean())
    assert comparison["n_people"] == 10
    assert (comparison["run_id"], comparison["other_run_id"]) == ("a", "b")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-4, 4), min_size=5, max_size=9).filter(any))
def test_p_is_exact_with_ties_and_zeros(steps):
    # scipy enumerates all signs where there are ties and few differences
    assert signed_rank_p(np.array(steps) / 8) == pytest.approx(wilcoxon(np.array(steps) / 8).pvalue)


def test_p_is_exact_for_many_people():
    differences = np.random.default_rng(0).normal(0.3, 1, 45)
    assert signed_rank_p(differences) == pytest.approx(wilcoxon(differences, method="exact").pvalue)
    assert signed_rank_p(np.ones(24)) == pytest.approx(2.0**-23)
    assert signed_rank_p(np.zeros(9)) == 1.0


def test_the_interval_is_of_the_mean_difference_over_people():
    random = np.random.default_rng(3)
    first, second = random.uniform(0.4, 1, 40), random.uniform(0.3, 0.9, 40)
    comparison = compare(pl.concat([run("a", first), run("b", second)])).row(0, named=True)
    differences = np.round(first * PHOTOGRAPHS) / PHOTOGRAPHS - np.round(second * PHOTOGRAPHS) / PHOTOGRAPHS
    half = 1.96 * differences.std(ddof=1) / np.sqrt(40)
    assert comparison["low"] == pytest.approx(differences.mean() - half, abs=0.015)
    assert comparison["high"] == pytest.approx(differences.mean() + half, abs=0.015)


def test_p_is_holm_adjusted_over_the_pairs():
    random = np.random.default_rng(0)
    runs = [
        run(name, np.clip(random.normal(mean, 0.08, 12), 0, 1))
        for name, mean in zip("abcd", (0.6, 0.65, 0.7, 0.8), strict=True)
    ]
    comparisons = compare(pl.concat(runs))
    assert comparisons.height == 30 and dict(comparisons.schema) == SCHEMA
    comparisons = comparisons.filter(metric="accuracy")
    np.testing.assert_allclose(comparisons["p_adjusted"], multipletests(comparisons["p"].to_list(), method="holm")[1])
    assert (comparisons["p_adjusted"] >= comparisons["p"]).all()


def test_p_is_null_below_five_people_and_1_without_differences():
    four = compare(pl.concat([run("a", [0.9] * 4), run("b", [0.1] * 4)])).row(0, named=True)
    assert (
        four["p"] is None and four["p_adjusted"] is None and four["low"] is None and four["value"] == pytest.approx(0.8)
    )
    same = compare(pl.concat([run("a", [0.5] * 6), run("b", [0.5] * 6)])).row(0, named=True)
    assert same["p"] == 1.0 and same["value"] == 0


def test_the_ranks_say_whom_they_favour_even_against_the_mean():
    # eleven of twelve people are a little worse with a, and one is much better
    first, second = [0.5] * 11 + [1.0], [0.525] * 11 + [0.0]
    rows = {row["metric"]: row for row in compare(pl.concat([run("a", first), run("b", second)])).to_dicts()}
    accuracy, effect = rows["accuracy"], rows[RANK_BISERIAL]
    assert accuracy["value"] > 0 and accuracy["p"] < 0.05
    assert effect["p"] is None
    assert effect["value"] == pytest.approx((12 - 66) / 78)


def test_the_rank_biserial_correlation_of_a_known_case():
    assert rank_biserial(np.array([0.1, 0.2, -0.3, 0.0])) == 0.0
    assert rank_biserial(np.array([0.1, 0.2, 0.3])) == 1.0 and rank_biserial(np.array([-0.1, -0.1])) == -1.0
    assert rank_biserial(np.zeros(4)) == 0.0


def test_a_system_stands_under_the_first_repeat_of_its_lowest_seed():
    repeats = [run(name, [0.5] * 6, model="m").with_columns(repeat=pl.lit(k)) for k, name in enumerate("zy")]
    other = run("o", [0.7] * 6).with_columns(repeat=pl.lit(0))
    row = compare(pl.concat([*repeats, other])).row(0, named=True)
    assert {row["run_id"], row["other_run_id"]} == {"z", "o"}


def test_only_photographs_that_both_predict_count():
    # without its last ten photographs, a person of skill 0.75 has 30 of 30 correct
    comparison = compare(pl.concat([run("a", [0.75] * 6), run("b", [0.75] * 6, drop=10)])).row(0, named=True)
    assert comparison["value"] == 0 and "180 photographs" in comparison["method"]


def test_seeds_are_averaged_within_a_person_before_the_comparison():
    steady = run("s", [0.6] * 6)
    lucky = [run("l2", [0.9] * 6, model="l", seed=2), run("l1", [0.3] * 6, model="l", seed=1)]
    comparisons = compare(pl.concat([steady, *lucky])).filter(metric="accuracy")
    assert comparisons.height == 1
    row = comparisons.row(0, named=True)
    assert {row["run_id"], row["other_run_id"]} == {"s", "l1"} and row["value"] == pytest.approx(0)
    assert "2 seeds averaged" in row["method"]


def test_one_system_alone_has_no_pair():
    assert compare(run("a", [0.5] * 6)).is_empty()


FOUR = dict(zip("abcd", (0.6, 0.65, 0.7, 0.8), strict=True))
HASH = "0123456789abcdef" * 4


def four_runs():
    random = np.random.default_rng(0)
    return pl.concat([run(name, np.clip(random.normal(mean, 0.08, 12), 0, 1)) for name, mean in FOUR.items()])


def declared(first, second, *, before, margin=0.05):
    return Primary(HASH, frozenset({(first, "corrected"), (second, "corrected")}), margin, before)


def test_a_primary_pair_declared_before_training_is_one_test_and_the_others_are_a_family():
    comparisons = compare(four_runs(), declared("d", "b", before=True)).filter(metric="accuracy")
    is_primary = (pl.col("run_id") == "b") & (pl.col("other_run_id") == "d")
    own, family = comparisons.filter(is_primary), comparisons.filter(~is_primary)
    assert own["p_adjusted"].to_list() == own["p"].to_list() and family.height == 5
    np.testing.assert_allclose(family["p_adjusted"], multipletests(family["p"].to_list(), method="holm")[1])
    assert "primary comparison, declared before training (0123456789ab): one test" in own["method"][0]
    assert all("without the primary comparison 0123456789ab" in method for method in family["method"])


def test_a_pair_declared_after_training_is_one_of_the_family():
    plain = compare(four_runs())
    late = compare(four_runs(), declared("b", "d", before=False))
    assert late["p_adjusted"].to_list() == plain["p_adjusted"].to_list()
    methods = late.filter(metric="accuracy", run_id="b", other_run_id="d")["method"].to_list()
    assert len(methods) == 1 and "declared after training (0123456789ab)" in methods[0]
    assert late["method"].str.contains("declared").sum() == 1


def test_a_declaration_of_a_system_without_runs_changes_nothing():
    assert compare(four_runs(), declared("b", "z", before=True)).equals(compare(four_runs()))


def test_the_primary_pair_has_its_own_margin():
    comparisons = compare(four_runs(), declared("a", "b", before=True, margin=0.2)).filter(metric=EQUIVALENCE)
    margins = {(row["run_id"], row["other_run_id"]): row["value"] for row in comparisons.to_dicts()}
    assert margins.pop(("a", "b")) == 0.2 and set(margins.values()) == {0.05}
