"""Effects of system, camera and gaze: equations and covariance from their formulas, known effects, missing values."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.special import expit
from scipy.stats import t as student
from sklearn.linear_model import LogisticRegression

from affect_store.models.evaluation import effects as module
from affect_store.models.evaluation.effects import SCHEMA, effects

ANGLES, GAZES = (45, 90, 135), ("frontal", "left", "right")


def predictions(
    people: int = 14, systems: dict[str, float] | None = None, *, angles=ANGLES, gazes=GAZES, sd=0.7, shots=2, seed=0
) -> pl.DataFrame:
    """Return predictions whose logit is that of the system and the person, less 0.6 for cameras other than frontal."""
    random = np.random.default_rng(seed)
    shift = dict(enumerate(random.normal(0, sd, people)))
    rows = []
    for name, logit in (systems or {"good": 1.2, "poor": 0.4}).items():
        for person in range(people):
            for angle in angles:
                for gaze in gazes:
                    for shot in range(shots):
                        p = expit(logit + shift[person] - 0.6 * (angle != 90))
                        rows.append({
                            "run_id": name, "model": name, "recipe": "corrected", "seed": 0, "part": "test",
                            "image_id": f"{person}-{angle}-{gaze}-{shot}", "subject_id": f"p{person:02d}", "truth": 1,
                            "predicted": int(random.random() < p), "camera_angle_deg": angle, "gaze": gaze,
                        })  # fmt: skip
    return pl.DataFrame(rows)


def design_of(frame: pl.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    columns = [frame["model"] == "poor", frame["camera_angle_deg"] == 45, frame["camera_angle_deg"] == 135,
               frame["gaze"] == "left", frame["gaze"] == "right"]  # fmt: skip
    design = np.column_stack([np.ones(len(frame)), *columns]).astype(float)
    return design, (frame["predicted"] == frame["truth"]).to_numpy().astype(float), frame["subject_id"].to_numpy()


def gee(design: np.ndarray, right: np.ndarray, people: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Solve the estimating equations and return coefficients and errors of Mancl and DeRouen, from the formulas."""
    groups = [people == name for name in np.unique(people)]
    n, k = design.shape
    beta, rho = np.zeros(k), 0.0
    for _ in range(50):
        mean = expit(design @ beta)
        deviation = np.sqrt(mean * (1 - mean))
        residual = (right - mean) / deviation
        scale = (residual**2).sum() / (n - k)
        pairs = sum(g.sum() * (g.sum() - 1) / 2 for g in groups)
        rho = sum((residual[g].sum() ** 2 - (residual[g] ** 2).sum()) / 2 for g in groups) / scale / (pairs - k)
        information, score = np.zeros((k, k)), np.zeros(k)
        blocks = []
        for g in groups:
            size = int(g.sum())
            working = scale * np.outer(deviation[g], deviation[g]) * ((1 - rho) * np.eye(size) + rho)
            slope = design[g] * (deviation[g] ** 2)[:, None]
            blocks.append((slope, np.linalg.inv(working), right[g] - mean[g]))
            information += slope.T @ blocks[-1][1] @ slope
            score += slope.T @ blocks[-1][1] @ blocks[-1][2]
        beta = beta + np.linalg.solve(information, score)
    inverse = np.linalg.inv(information)
    middle = np.zeros((k, k))
    for slope, precision, residual in blocks:
        leverage = slope @ inverse @ slope.T @ precision
        corrected = slope.T @ precision @ np.linalg.solve(np.eye(len(residual)) - leverage, residual)
        middle += np.outer(corrected, corrected)
    return beta, np.sqrt(np.diag(inverse @ middle @ inverse))


@pytest.mark.long
def test_odds_ratios_and_intervals_are_those_of_the_formulas() -> None:
    frame = predictions()
    rows = effects(frame, "folds")
    assert dict(rows.schema) == SCHEMA
    beta, errors = gee(*design_of(frame))
    quantile = student.ppf(0.975, 14 - 6)
    assert rows["level"].to_list() == ["poor corrected", "45", "135", "left", "right"]
    assert rows["baseline"].to_list() == ["good corrected", "90", "90", "frontal", "frontal"]
    np.testing.assert_allclose(rows["value"], np.exp(beta[1:]), rtol=1e-4)
    np.testing.assert_allclose(rows["low"], np.exp(beta[1:] - quantile * errors[1:]), rtol=1e-3)
    np.testing.assert_allclose(rows["high"], np.exp(beta[1:] + quantile * errors[1:]), rtol=1e-3)
    np.testing.assert_allclose(rows["p"], 2 * student.sf(np.abs(beta / errors)[1:], 8), rtol=1e-2, atol=1e-7)
    assert set(rows["n_people"]) == {14} and set(rows["n_images"]) == {14 * 18}
    assert "8 degrees of freedom" in rows["method"][0]


def test_without_correlation_the_estimates_are_those_of_a_plain_logistic_regression() -> None:
    # with people who do not differ, both estimate the same; every person has the same photographs
    frame = predictions(people=60, sd=0.0, shots=1, seed=1)
    design, right, _ = design_of(frame)
    plain = LogisticRegression(penalty=None, tol=1e-8).fit(design[:, 1:], right)
    np.testing.assert_allclose(np.log(effects(frame, "folds")["value"]), plain.coef_[0], atol=0.02)


def test_known_effects_are_in_their_intervals_and_a_clear_one_is_found() -> None:
    rows = {row["level"]: row for row in effects(predictions(people=40, shots=3, seed=5), "folds").to_dicts()}
    for level, odds in (("poor corrected", np.exp(-0.8)), ("45", np.exp(-0.6)), ("left", 1.0)):
        assert rows[level]["low"] < 1.15 * odds and rows[level]["high"] > odds / 1.15
    assert rows["poor corrected"]["p"] < 0.001 and rows["45"]["p"] < 0.001


def test_few_people_have_no_odds_ratio_but_a_reason() -> None:
    rows = effects(predictions(people=11), "by_person")
    assert set(rows["value"]) == {None} and rows.height == 5
    assert set(rows["method"]) == {"no odds ratio from 11 people, 12 are needed"}
    many = effects(predictions(people=12, systems={f"s{k}": 0.5 for k in range(9)}), "folds")
    assert set(many["value"]) == {None} and "12 people are too few for 13 parameters" in many["method"][0]


def test_factors_that_do_not_vary_are_left_out() -> None:
    rows = effects(predictions(angles=(90,), gazes=("frontal",), shots=20), "folds")
    assert rows["term"].to_list() == ["system"] and rows["value"][0] is not None
    alone = predictions(systems={"only": 1.0}, angles=(90,), gazes=("left",))
    assert effects(alone, "folds").is_empty()
    assert effects(alone.head(0), "folds").is_empty()


def test_a_perfect_system_has_no_odds_ratio_and_the_next_one_is_the_baseline() -> None:
    frame = predictions(systems={"perfect": 50.0, "good": 1.2, "poor": 0.2})
    rows = {row["level"]: row for row in effects(frame, "folds").filter(term="system").to_dicts()}
    assert (
        rows["perfect corrected"]["value"] is None
        and "all predictions of this level are right" in (rows["perfect corrected"]["method"])
    )
    assert rows["poor corrected"]["baseline"] == "good corrected" and rows["poor corrected"]["value"] < 1


def test_only_perfect_systems_give_rows_without_values() -> None:
    rows = effects(predictions(systems={"a": 60.0, "b": 60.0}), "folds")
    assert len(rows) and set(rows["value"]) == {None} and rows["method"].str.contains("no odds ratio").all()


def test_confounded_factors_and_failures_of_the_solver_do_not_raise(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = predictions(angles=(45, 90), gazes=("frontal", "left"))
    confounded = frame.filter((pl.col("camera_angle_deg") == 90) == (pl.col("gaze") == "frontal"))
    assert "only together" in effects(confounded, "folds")["method"][0]

    def fails(*_: object) -> None:
        raise np.linalg.LinAlgError("Singular matrix")

    monkeypatch.setattr(module, "_solve", fails)
    rows = effects(frame, "folds")
    assert set(rows["value"]) == {None} and "no solution (Singular matrix)" in rows["method"][0]


def test_a_system_is_represented_by_the_run_of_its_lowest_seed() -> None:
    frame = predictions()
    lucky = frame.filter(model="poor").with_columns(
        run_id=pl.lit("lucky"), seed=pl.lit(1, pl.Int64), predicted=pl.lit(1, pl.Int64)
    )
    assert effects(pl.concat([frame, lucky]), "folds").equals(effects(frame, "folds"))
