"""Effects of system, camera angle and gaze on being right, as odds ratios over people.

The model is a logistic regression by generalized estimating equations (GEE; Liang and Zeger 1986, doi
10.1093/biomet/73.1.13): photographs of one person are correlated, equally for every two of them (exchangeable working
correlation). The covariance is that of Mancl and DeRouen (2001, doi 10.1111/j.0006-341X.2001.00126.x), which corrects
the sandwich estimate for few people, with quantiles of Student's t.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import t as student

from affect_store.models.evaluation.compare import images_of_all_runs, system_of, systems_in
from affect_store.models.evaluation.frame_schemas import frame_schema
from affect_store.models.intervals import LEVEL
from affect_store.store.vocabulary import FRONTAL_DEG, FRONTAL_GAZE, PARTS

SCHEMA = frame_schema("registry.effects")
STRATEGIES = ("folds", "by_person")
"""Splits whose test people are unknown to the models."""

SYSTEM = "system"
PREFERRED = {"camera_angle_deg": str(FRONTAL_DEG), "gaze": FRONTAL_GAZE}
"""Baseline of each factor, if the photographs have it; that of the systems is the best one."""

MIN_PEOPLE_FOR_EFFECTS = 12
MAX_LOG_ODDS = 12.0
"""Estimates beyond this are those of separated data, whose odds ratio is not finite."""

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Factor:
    """A factor of the model: its levels that can be estimated, the first of which is the baseline, and those that
    cannot, each with the reason."""

    term: str
    levels: tuple[str, ...]
    dropped: dict[str, str]

    @property
    def baseline(self) -> str:
        """The level that the odds ratios are relative to."""
        return self.levels[0]


@dataclass(frozen=True)
class Fit:
    """Coefficients (k,) on the logit scale, their standard errors, and the degrees of freedom of their t quantiles."""

    coefficients: FloatArray
    errors: FloatArray
    degrees: int


def effects(predictions: pl.DataFrame, strategy: str) -> pl.DataFrame:
    """Return one row per factor and level other than the baseline, of the test part, with the columns of `SCHEMA`.

    `predictions` are those that `compare.compare` reads, of one split, with camera_angle_deg and gaze. Each system is
    represented by the run that stands for it in `compare`; only photographs that all of them have predicted count. A
    factor with one level is left out. `value` is the odds ratio, `low` and `high` its 95 % interval and `p` that of the
    t test of no effect, with people - parameters degrees of freedom. There are no values below `MIN_PEOPLE_FOR_EFFECTS`
    people or if the equations have no finite solution; `method` says why. Nothing is raised for lack of data.
    """
    tested = predictions.filter(pl.col("part") == PARTS[-1])
    rows = shared_predictions(tested)
    factors = varying_factors(rows)
    if not factors:
        return pl.DataFrame(schema=SCHEMA)
    factors, kept = without_separation(factors, rows)
    people, images = kept["subject_id"].n_unique(), kept["image_id"].n_unique()
    shared = {"strategy": strategy, "part": PARTS[-1], "n_images": images, "n_people": people}
    fitted = fit(kept, factors)
    estimates = _estimates(fitted, factors) if isinstance(fitted, Fit) else {}
    method = fitted if isinstance(fitted, str) else _method(images, people, fitted)
    return pl.DataFrame(
        [
            {
                **shared, "term": factor.term, "level": level, "baseline": factor.baseline,
                "method": factor.dropped.get(level, method), **estimates.get((factor.term, level), {}),
            }
            for factor in factors
            for level in (*factor.levels[1:], *factor.dropped)
        ],
        schema=SCHEMA,
    )  # fmt: skip


def shared_predictions(predictions: pl.DataFrame) -> pl.DataFrame:
    """Return image_id, subject_id, is_right and the levels of the factors, as text, of the runs that represent the
    systems, on the photographs that all of them have predicted."""
    frames = []
    for runs in systems_in(predictions):
        first = runs.filter(pl.col("run_id") == runs["run_id"][0])
        frames.append(first.with_columns(pl.lit(" ".join(system_of(runs))).alias(SYSTEM)))
    if not frames:
        return predictions.head(0).with_columns(is_right=pl.lit(True), **{SYSTEM: pl.lit("")})
    shared = images_of_all_runs(pl.concat(frames))
    factors = [pl.col(name).cast(pl.String) for name in PREFERRED]
    kept = pl.concat(frames).join(shared, on="image_id", how="semi")
    return kept.select("image_id", "subject_id", "is_right", SYSTEM, *factors)


def varying_factors(rows: pl.DataFrame) -> list[Factor]:
    """Return the factors that have more than one level in these rows: the baseline first, the best system among them,
    then the others from best to worst or in their order."""
    factors = []
    for term in (SYSTEM, *PREFERRED):
        shares = rows.group_by(term).agg(pl.col("is_right").mean()).sort("is_right", term, descending=[True, False])
        levels: list[str] = shares[term].to_list()
        if term in PREFERRED:
            levels = sorted(levels, key=_order(PREFERRED[term]))
        if len(levels) > 1:
            factors.append(Factor(term, tuple(levels), {}))
    return factors


def _order(first: str) -> Callable[[str], tuple[bool, int, str]]:
    """Return the key by which levels are sorted: `first`, then numbers by size and names by letter."""
    return lambda level: (level != first, int(level) if level.isdigit() else 0, level)


def without_separation(factors: Sequence[Factor], rows: pl.DataFrame) -> tuple[list[Factor], pl.DataFrame]:
    """Leave out levels in which all predictions are right, or all wrong: their odds ratio is not finite.

    Return the factors, with the levels and the reason in `dropped`, and the remaining rows. It is repeated, since other
    levels may then be all right, too.
    """
    kept = list(factors)
    while True:
        for number, factor in enumerate(kept):
            shares = dict(rows.group_by(factor.term).agg(pl.col("is_right").mean()).iter_rows())
            separated = [level for level in factor.levels if shares.get(level, 0.0) in (0.0, 1.0)]
            if separated:
                reasons = {level: _separation(shares.get(level)) for level in separated}
                levels = tuple(level for level in factor.levels if level not in separated) or factor.levels[:1]
                dropped = {name: reason for name, reason in reasons.items() if name not in levels}
                kept[number] = replace(factor, levels=levels, dropped={**factor.dropped, **dropped})
                if dropped:
                    rows = rows.filter(~pl.col(factor.term).is_in(list(dropped)))
                    break
        else:
            return kept, rows


def _separation(share: float | None) -> str:
    if share is None:
        return "no odds ratio: no photograph remains of this level"
    return f"no odds ratio: all predictions of this level are {'right' if share else 'wrong'} (separation)"


def fit(rows: pl.DataFrame, factors: Sequence[Factor]) -> Fit | str:
    """Fit the equations to rows of `shared_predictions`; return the reason as text if there is no estimate.

    The coefficients are the intercept, then those of every level other than the baselines, in the order of `factors`.
    """
    people = rows["subject_id"].n_unique()
    count = 1 + sum(len(factor.levels) - 1 for factor in factors)
    if people < MIN_PEOPLE_FOR_EFFECTS:
        return f"no odds ratio from {people} people, {MIN_PEOPLE_FOR_EFFECTS} are needed"
    if people <= count:
        return f"no odds ratio: {people} people are too few for {count} parameters"
    if rows["is_right"].n_unique() < 2:
        return "no odds ratio: all predictions are right, or all wrong"
    try:
        return _solve(rows.sort("subject_id", SYSTEM, "image_id"), factors, people - count)
    except Exception as error:  # numerical failures have many types; none of them may fail a run
        return f"no odds ratio: the equations have no solution ({' '.join(str(error).split())[:120]})"


def _solve(rows: pl.DataFrame, factors: Sequence[Factor], degrees: int) -> Fit | str:
    from statsmodels.genmod.cov_struct import Exchangeable
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_estimating_equations import GEE

    columns = [np.ones(len(rows))]
    columns += [(rows[factor.term] == level).to_numpy() for factor in factors for level in factor.levels[1:]]
    design = np.column_stack(columns).astype(np.float64)
    if np.linalg.matrix_rank(design.T @ design) < design.shape[1]:
        return "no odds ratio: a level occurs only together with another one"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the result is checked below
        model = GEE(
            rows["is_right"].to_numpy().astype(np.float64), design, groups=rows["subject_id"].to_numpy(),
            family=Binomial(), cov_struct=Exchangeable(),
        )  # fmt: skip
        result = model.fit(cov_type="bias_reduced")
    coefficients, errors = np.asarray(result.params), np.asarray(result.bse)
    if not result.converged:
        return "no odds ratio: the equations did not converge"
    if not (np.isfinite(coefficients).all() and np.isfinite(errors).all() and (errors > 0).all()):
        return "no odds ratio: the equations have no finite solution"
    if np.abs(coefficients).max() > MAX_LOG_ODDS:
        return "no odds ratio: levels together predict which answers are right (separation)"
    return Fit(coefficients, errors, degrees)


def _estimates(fitted: Fit, factors: Sequence[Factor]) -> dict[tuple[str, str], dict[str, float]]:
    quantile = float(student.ppf((1 + LEVEL) / 2, fitted.degrees))
    names = [(factor.term, level) for factor in factors for level in factor.levels[1:]]
    estimates = {}
    for name, centre, error in zip(names, fitted.coefficients[1:], fitted.errors[1:], strict=True):
        low, value, high = np.exp([centre - quantile * error, centre, centre + quantile * error])
        p = 2 * student.sf(abs(centre) / error, fitted.degrees)
        if np.isfinite(high):
            estimates[name] = {"value": float(value), "low": float(low), "high": float(high), "p": float(p)}
    return estimates


def _method(images: int, people: int, fitted: Fit) -> str:
    return (
        f"logistic GEE over {people} people, {images} photographs that all systems score, exchangeable correlation; "
        f"bias-reduced covariance, t with {fitted.degrees} degrees of freedom, {LEVEL:.0%}"
    )
