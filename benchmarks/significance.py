"""How often does the comparison of two systems find a difference that is not there?

Simulates systems of equal accuracy. People differ in how hard their faces are, and each system happens to suit some
people better: photographs of one person are not independent. The rate of false alarms at nominal 5 % of our test over
people is printed beside that of McNemar's test over photographs.

    .venv/bin/python benchmarks/significance.py [--simulations 2000]

Closes with one line a goal, and exits with 1 if one is missed. It takes about two minutes.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import polars as pl
from scipy.special import expit
from statsmodels.stats.contingency_tables import mcnemar

if __name__ == "__main__" and __package__ is None:  # run as a file: this folder's `store.py` must not hide the package
    sys.path[0] = str(Path(__file__).parents[1])

from models.compare import compare, signed_rank_p

ALPHA, BOUND = 0.05, 0.07
DESIGNS = ((12, 72), (24, 72), (67, 72))
"""People and photographs of each."""

SYSTEMS = 6
"""In a family of comparisons that Holm adjusts."""

EASE, HARDNESS_SD, SUITS_SD = 1.4, 0.8, 0.6
"""Mean logit of a right answer, and deviations over people of their difficulty and of how well a system suits them."""


def answers(random: np.random.Generator, systems: int, people: int, photographs: int) -> np.ndarray:
    """Whether each answer is right, (systems, people, photographs): the same mean logit for every system."""
    hardness = random.normal(0, HARDNESS_SD, (1, people, 1))
    suits = random.normal(0, SUITS_SD, (systems, people, 1))
    return random.random((systems, people, photographs)) < expit(EASE + hardness + suits)


def mcnemars(one: np.ndarray, other: np.ndarray) -> float:
    """p of McNemar's test over photographs, with continuity correction."""
    table = [[(a & b).sum() for b in (other, ~other)] for a in (one, ~one)]
    return float(mcnemar(table, exact=False, correction=True).pvalue)


def frame(right: np.ndarray) -> pl.DataFrame:
    """Predictions of made-up runs, as `compare` reads them."""
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


def rates(simulations: int, people: int, photographs: int, seed: int) -> tuple[float, float]:
    """Shares of simulations in which our test and McNemar's find a difference."""
    random = np.random.default_rng(seed)
    found = np.zeros(2)
    for _ in range(simulations):
        one, other = answers(random, 2, people, photographs)
        found += (signed_rank_p(one.mean(axis=1) - other.mean(axis=1)) < ALPHA, mcnemars(one, other) < ALPHA)
    ours, theirs = found / simulations
    return float(ours), float(theirs)


def family_rate(simulations: int, people: int, photographs: int) -> float:
    """Share of simulations in which any pair of several equal systems has an adjusted p below 5 %."""
    random = np.random.default_rng(1)
    found = 0
    for _ in range(simulations):
        compared = compare(frame(answers(random, SYSTEMS, people, photographs)))
        found += bool((compared["p_adjusted"] < ALPHA).any())
    return found / simulations


def goal(name: str, figure: float) -> bool:
    """Print one goal's line; the figure must not be greater than the bound."""
    print(f"goal {name} {figure:.4g} {BOUND:.4g} {'met' if figure <= BOUND else 'missed'}")
    return figure <= BOUND


def main() -> int:
    """Simulate, print, and say whether the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--simulations", type=int, default=2000)
    simulations = parser.parse_args().simulations
    ours = {}
    print(f"{'people':>7} {'photographs of each':>20} {'Wilcoxon over people':>21} {'McNemar over photographs':>25}")
    for people, photographs in DESIGNS:
        ours[people], theirs = rates(simulations, people, photographs, seed=people)
        print(f"{people:>7} {photographs:>20} {ours[people]:>21.3f} {theirs:>25.3f}", flush=True)
    family = family_rate(simulations // 4, 24, 72)
    print(f"any of the {SYSTEMS * (SYSTEMS - 1) // 2} pairs of {SYSTEMS} equal systems, Holm, 24 people: {family:.3f}")
    goals = [goal(f"false_positive_rate_{people}_people", rate) for people, rate in ours.items()]
    goals.append(goal("false_positive_rate_family", family))
    return 0 if all(goals) else 1


if __name__ == "__main__":
    sys.exit(main())
