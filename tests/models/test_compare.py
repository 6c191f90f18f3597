import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import wilcoxon
from statsmodels.stats.multitest import multipletests

from models.compare import SCHEMA, compare, signed_rank_p

PHOTOGRAPHS = 40


def run(name, skills, *, model=None, seed=0, drop=0):
    """A run that names the first share of each person's photographs rightly; the last `drop` are not scored."""
    rows = [
        {"run_id": name, "model": model or name, "recipe": "corrected", "seed": seed, "part": "test",
         "image_id": f"{person}-{shot}", "subject_id": f"person{person}", "truth": 1,
         "predicted": 1 if shot < round(skill * PHOTOGRAPHS) else 0}
        for person, skill in enumerate(skills) for shot in range(PHOTOGRAPHS - drop)
    ]  # fmt: skip
    return pl.DataFrame(rows)


def test_p_is_wilcoxons_over_people():
    first, second = np.linspace(0.5, 0.95, 10), np.linspace(0.4, 0.7, 10)
    found = compare(pl.concat([run("a", first), run("b", second)])).row(0, named=True)
    first, second = (np.round(one * PHOTOGRAPHS) / PHOTOGRAPHS for one in (first, second))
    assert found["p"] == pytest.approx(wilcoxon(np.round(first - second, 9)).pvalue)
    assert found["value"] == pytest.approx((first - second).mean())
    assert found["n_people"] == 10 and (found["run_id"], found["other_run_id"]) == ("a", "b")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-4, 4), min_size=5, max_size=9).filter(any))
def test_p_is_exact_with_ties_and_zeros(steps):
    # scipy writes out all signs where there are ties and few differences
    assert signed_rank_p(np.array(steps) / 8) == pytest.approx(wilcoxon(np.array(steps) / 8).pvalue)


def test_p_is_exact_for_many_people():
    differences = np.random.default_rng(0).normal(0.3, 1, 45)
    assert signed_rank_p(differences) == pytest.approx(wilcoxon(differences, method="exact").pvalue)
    assert signed_rank_p(np.ones(24)) == pytest.approx(2.0**-23)
    assert signed_rank_p(np.zeros(9)) == 1.0


def test_the_interval_is_of_the_mean_difference_over_people():
    random = np.random.default_rng(3)
    first, second = random.uniform(0.4, 1, 40), random.uniform(0.3, 0.9, 40)
    found = compare(pl.concat([run("a", first), run("b", second)])).row(0, named=True)
    differences = np.round(first * PHOTOGRAPHS) / PHOTOGRAPHS - np.round(second * PHOTOGRAPHS) / PHOTOGRAPHS
    half = 1.96 * differences.std(ddof=1) / np.sqrt(40)
    assert found["low"] == pytest.approx(differences.mean() - half, abs=0.015)
    assert found["high"] == pytest.approx(differences.mean() + half, abs=0.015)


def test_holm_over_the_pairs():
    random = np.random.default_rng(0)
    runs = [
        run(name, np.clip(random.normal(mean, 0.08, 12), 0, 1))
        for name, mean in zip("abcd", (0.6, 0.65, 0.7, 0.8), strict=True)
    ]
    found = compare(pl.concat(runs))
    assert found.height == 6 and dict(found.schema) == SCHEMA
    np.testing.assert_allclose(found["p_adjusted"], multipletests(found["p"].to_list(), method="holm")[1])
    assert (found["p_adjusted"] >= found["p"]).all()


def test_no_p_from_four_people_and_one_where_nothing_differs():
    four = compare(pl.concat([run("a", [0.9] * 4), run("b", [0.1] * 4)])).row(0, named=True)
    assert (
        four["p"] is None and four["p_adjusted"] is None and four["low"] is None and four["value"] == pytest.approx(0.8)
    )
    same = compare(pl.concat([run("a", [0.5] * 6), run("b", [0.5] * 6)])).row(0, named=True)
    assert same["p"] == 1.0 and same["value"] == 0


def test_only_photographs_that_both_score_count():
    # without its last ten photographs, a person of skill 0.75 has 30 of 30 right
    found = compare(pl.concat([run("a", [0.75] * 6), run("b", [0.75] * 6, drop=10)])).row(0, named=True)
    assert found["value"] == 0 and "180 photographs" in found["method"]


def test_seeds_are_averaged_within_a_person_before_anything_is_compared():
    steady = run("s", [0.6] * 6)
    lucky = [run("l2", [0.9] * 6, model="l", seed=2), run("l1", [0.3] * 6, model="l", seed=1)]
    found = compare(pl.concat([steady, *lucky]))
    assert found.height == 1
    row = found.row(0, named=True)
    assert {row["run_id"], row["other_run_id"]} == {"s", "l1"} and row["value"] == pytest.approx(0)
    assert "2 seeds averaged" in row["method"]


def test_one_system_alone_has_no_pair():
    assert compare(run("a", [0.5] * 6)).is_empty()
