"""Estimate the false positive rates and the power of the comparisons of systems by simulation.

People differ in difficulty, and each system suits some people better by chance, so photographs of one person are not
independent. False positives are those of systems of equal mean logit, power is that of a system that is better by
`ADVANTAGE`. Printed are

- one pair of systems: our test over people, and McNemar's test over photographs, at a nominal 5 %,
- a family of systems: any pair significant after Holm's adjustment; power is that for the pairs of the better system,
- a primary comparison declared before training: its own false positives and power, and any false positive of the family
  of the other pairs beside it,
- what a pair says besides: Wilcoxon's power at the smallest detectable difference of the t test, and the share of pairs
  called equivalent whose true difference is the margin,
- the effects of equal systems and cameras (GEE): the share of odds ratios with p below 5 %. That of the systems is no
  goal: they are compared with the best one, which is chosen on the same photographs.
- thirty nights of retraining: any promotion by the rule of `champion_test`, and by a test at 5 % every night. Either
  one person is new every night and the same pair is compared, or the people stay and every night brings a new
  challenger. Models are trained again every night, so that the photographs on which they are right are drawn anew.

    .venv/bin/python benchmarks/significance.py [--simulations 2000]

Prints one line per goal at the end and exits with 1 if a goal is missed. Takes about eight minutes on one core.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import expit
from statsmodels.stats.contingency_tables import mcnemar

if __name__ == "__main__" and __package__ is None:  # run as a file: import from the repository's root
    sys.path[0] = str(Path(__file__).parents[1])

from affect_store.models.evaluation.champion_test import ALPHA, is_due, level_of_test
from affect_store.models.evaluation.compare import compare, rank_biserial, signed_rank_p
from affect_store.models.evaluation.effects import effects
from affect_store.models.evaluation.primary import Primary
from affect_store.models.evaluation.sensitivity import detectable_effect, equivalence_p

BOUND = 0.06
"""Upper bound of every false positive rate."""

DESIGNS = ((12, 72), (24, 72), (67, 72))
"""Numbers of people and of photographs per person."""

SYSTEMS = 6
"""Number of systems in a Holm-adjusted family of comparisons."""

PRIMARY = Primary("0" * 64, frozenset({("0", "simulated"), ("1", "simulated")}), 0.05, is_before_training=True)
"""The first system against the second, declared before training."""

EFFECT_SYSTEMS, EFFECT_PHOTOGRAPHS = 4, 24
"""Number of systems, and of photographs per person, of the simulated effects."""

MEAN_LOGIT, DIFFICULTY_SD, SUITABILITY_SD = 1.4, 0.8, 0.6
"""Mean logit of a correct prediction, and the deviations over people of their difficulty and of a system's fit."""


ADVANTAGE = 0.5
"""Mean logit of the better system minus that of the other."""

NIGHTS, STARTS, NIGHT_PHOTOGRAPHS = 30, (12, 24), 72

Predictions = NDArray[np.bool_]
"""Whether each prediction is correct, (systems, people, photographs)."""


def simulate(
    random: np.random.Generator, systems: int, people: int, photographs: int, advantage: float = 0.0
) -> Predictions:
    """Return whether each prediction is correct, (systems, people, photographs); the first system has the advantage."""
    difficulty = random.normal(0, DIFFICULTY_SD, (1, people, 1))
    suitability = random.normal(0, SUITABILITY_SD, (systems, people, 1))
    suitability[0] += advantage
    return np.less(random.random((systems, people, photographs)), expit(MEAN_LOGIT + difficulty + suitability))


def mcnemar_p(first: Predictions, second: Predictions) -> float:
    """Return the p of McNemar's test over photographs, with continuity correction."""
    table = [[(a & b).sum() for b in (second, ~second)] for a in (first, ~first)]
    return float(mcnemar(table, exact=False, correction=True).pvalue)


def frame(right: Predictions) -> pl.DataFrame:
    """Return simulated predictions in the columns that `compare` reads."""
    systems, people, photographs = right.shape
    system, person, shot = (axis.ravel() for axis in np.indices(right.shape))
    name = pl.Series(system).cast(pl.String)
    return pl.DataFrame(
        {
            "run_id": name, "model": name, "recipe": ["simulated"] * right.size, "seed": [0] * right.size,
            "part": ["test"] * right.size, "image_id": person * photographs + shot, "subject_id": person,
            "truth": [1] * right.size, "predicted": right.ravel().astype(int),
        }
    )  # fmt: skip


def rates(simulations: int, people: int, photographs: int, advantage: float = 0.0) -> tuple[float, float]:
    """Return the shares of simulations in which our test and McNemar's are significant."""
    random = np.random.default_rng(people)
    positives = np.zeros(2)
    for _ in range(simulations):
        first, second = simulate(random, 2, people, photographs, advantage)
        p = signed_rank_p(first.mean(axis=1) - second.mean(axis=1))
        positives += (p < ALPHA, mcnemar_p(first, second) < ALPHA)
    wilcoxon, mcnemars = positives / simulations
    return float(wilcoxon), float(mcnemars)


def family_rates(simulations: int, people: int, photographs: int) -> tuple[float, float, float]:
    """Return the share of simulations in which any pair of equal systems has an adjusted p below 5 %; and of the pairs
    of a better system with the others, the shares whose adjusted and whose plain p are below 5 %."""
    random = np.random.default_rng(1)
    false, holm, plain = 0, 0.0, 0.0
    for _ in range(simulations):
        false += bool((compare(frame(simulate(random, SYSTEMS, people, photographs)))["p_adjusted"] < ALPHA).any())
        compared = compare(frame(simulate(random, SYSTEMS, people, photographs, ADVANTAGE)))
        own = compared.filter(pl.col("p").is_not_null(), pl.col("run_id") == "0")
        holm += float((own["p_adjusted"] < ALPHA).mean())  # type: ignore[arg-type]
        plain += float((own["p"] < ALPHA).mean())  # type: ignore[arg-type]
    return false / simulations, holm / simulations, plain / simulations


def primary_rates(simulations: int, people: int, photographs: int) -> tuple[float, float, float]:
    """Return the shares of simulations of equal systems in which the primary comparison, and any other pair, is
    significant, and of those of a better first system in which the primary comparison is."""
    random = np.random.default_rng(2)
    positives = np.zeros(3)
    is_primary = (pl.col("run_id") == "0") & (pl.col("other_run_id") == "1")
    for _ in range(simulations):
        equal, better = (
            compare(frame(simulate(random, SYSTEMS, people, photographs, advantage)), PRIMARY).with_columns(
                is_positive=pl.col("p_adjusted") < ALPHA
            )
            for advantage in (0.0, ADVANTAGE)
        )
        positives += (
            bool(equal.filter(is_primary)["is_positive"].any()),
            bool(equal.filter(~is_primary)["is_positive"].any()),
            bool(better.filter(is_primary)["is_positive"].any()),
        )
    false, beside, power = positives / simulations
    return float(false), float(beside), float(power)


def sensitivity_rates(simulations: int, people: int) -> tuple[float, float]:
    """Return the share of simulations in which Wilcoxon's test finds the smallest difference that the t test detects
    with 80 % power, and that in which two systems are called equivalent whose true difference is the margin.

    The differences are normal with standard deviation 1 and 0.05.
    """
    random = np.random.default_rng(people)
    detected = random.normal(detectable_effect(people), 1, (simulations, people))
    apart = random.normal(PRIMARY.margin, 0.05, (simulations, people))
    power = np.mean([signed_rank_p(differences) < ALPHA for differences in detected])
    return float(power), float(np.mean([equivalence_p(row, PRIMARY.margin) < ALPHA for row in apart]))


def effect_rates(simulations: int, people: int) -> tuple[float, float]:
    """Return the shares of odds ratios of equal cameras, and of equal systems, whose p is below 5 %."""
    random = np.random.default_rng(people)
    p: dict[str, list[float]] = {"camera_angle_deg": [], "system": []}
    for _ in range(simulations):
        predictions = frame(simulate(random, EFFECT_SYSTEMS, people, EFFECT_PHOTOGRAPHS))
        cameras = (90 + 45 * (pl.col("image_id") % 3 - 1)).alias("camera_angle_deg")
        rows = effects(predictions.with_columns(cameras, gaze=pl.lit("frontal")), "folds")
        for term, values in p.items():
            values += rows.filter(pl.col("term") == term).drop_nulls("p")["p"].to_list()
    cameras_share, systems_share = (np.mean(np.array(values) < ALPHA) for values in p.values())
    return float(cameras_share), float(systems_share)


def promoted(differences: NDArray[np.float64], level: float) -> bool:
    """Return whether a challenger with these differences, one a person, is promoted at a level."""
    return bool(differences.mean() > 0 and rank_biserial(differences) > 0 and signed_rank_p(differences) < level)


def night_rates(simulations: int, start: int, advantage: float, *, is_same_pair: bool) -> tuple[float, float]:
    """Return the shares of homes in which a challenger is promoted within `NIGHTS`, by the rule and by a test at 5 %
    every night."""
    random = np.random.default_rng(start)
    positives = np.zeros(2)
    total = start + (NIGHTS - 1 if is_same_pair else 0)
    for _ in range(simulations):
        difficulty = random.normal(MEAN_LOGIT, DIFFICULTY_SD, total)
        champion = difficulty + random.normal(0, SUITABILITY_SD, total)
        challengers = difficulty + random.normal(advantage, SUITABILITY_SD, (1 if is_same_pair else NIGHTS, total))
        by_rule = by_night = False
        tests, last = 0, None
        for night in range(NIGHTS):
            people = start + night if is_same_pair else start
            logits = np.stack([challengers[0 if is_same_pair else night, :people], champion[:people]])
            right = random.binomial(NIGHT_PHOTOGRAPHS, expit(logits)) / NIGHT_PHOTOGRAPHS
            differences = np.round(right[0] - right[1], 9)
            by_night = by_night or promoted(differences, ALPHA)
            if not by_rule and is_due(people, last if is_same_pair else None):
                by_rule = promoted(differences, level_of_test(tests))
                tests, last = tests + 1, people
        positives += (by_rule, by_night)
    by_rule_share, by_night_share = positives / simulations
    return float(by_rule_share), float(by_night_share)


def goal(name: str, figure: float) -> bool:
    """Print a goal's line and return whether it is met: `figure` at most `bound`."""
    print(f"goal {name} {figure:.4g} {BOUND:.4g} {'met' if figure <= BOUND else 'missed'}")
    return figure <= BOUND


def main() -> int:
    """Simulate, print the goals, and return 1 if one is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--simulations", type=int, default=2000)
    simulations = parser.parse_args().simulations
    figures = {}
    print(f"{'people':>7} {'photographs each':>17} {'Wilcoxon':>9} {'its power':>10} {'McNemar':>8}")
    for people, photographs in DESIGNS:
        wilcoxon, mcnemars = rates(simulations, people, photographs)
        power, _ = rates(simulations // 4, people, photographs, ADVANTAGE)
        figures[f"false_positive_rate_{people}_people"] = wilcoxon
        print(f"{people:>7} {photographs:>17} {wilcoxon:>9.3f} {power:>10.3f} {mcnemars:>8.3f}", flush=True)
    false, holm, plain = family_rates(simulations // 4, 24, 72)
    figures["false_positive_rate_family"] = false
    print(f"any of the {SYSTEMS * (SYSTEMS - 1) // 2} pairs of {SYSTEMS} equal systems, Holm, 24 people: {false:.3f}")
    print(f"pairs of a better system: Holm {holm:.3f}, plain Wilcoxon {plain:.3f}")
    false, beside, power = primary_rates(simulations // 4, 24, 72)
    figures |= {"false_positive_rate_primary": false, "false_positive_rate_beside_primary": beside}
    print(f"primary comparison: false {false:.3f}, power {power:.3f}; any other pair beside it: false {beside:.3f}\n")
    print(f"{'people':>7} {'power, Wilcoxon':>16} {'false equivalence':>18} {'cameras':>8} {'systems':>8}")
    for people in (12, 24):
        power, false = sensitivity_rates(simulations, people)
        cameras, systems = effect_rates(simulations // 4, people)
        figures |= {f"false_equivalence_{people}_people": false, f"false_effects_{people}_people": cameras}
        print(f"{people:>7} {power:>16.3f} {false:>18.3f} {cameras:>8.3f} {systems:>8.3f}", flush=True)
    print()
    print(f"{NIGHTS} nights {'false, rule':>22} {'every night':>12} {'power, rule':>12} {'every night':>12}")
    for is_same_pair, label in ((True, "one more person"), (False, "a new challenger")):
        for start in STARTS:
            false_rates = night_rates(simulations, start, 0.0, is_same_pair=is_same_pair)
            powers = night_rates(simulations // 4, start, ADVANTAGE, is_same_pair=is_same_pair)
            figures[f"false_promotions_{start}_people_{label.replace(' ', '_')}"] = false_rates[0]
            shares = " ".join(f"{share:>12.3f}" for share in (*false_rates, *powers))
            print(f"{label + f', {start}':<20} {shares}", flush=True)
    goals = [goal(name, figure) for name, figure in figures.items()]
    return 0 if all(goals) else 1


if __name__ == "__main__":
    sys.exit(main())
