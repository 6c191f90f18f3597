"""Metrics of rated photographs equal plain NumPy and scikit-learn; without ratings there are no rows."""

import numpy as np
import polars as pl
import pytest
from scipy.special import rel_entr
from sklearn.metrics import log_loss

from affect_store.models.evaluation import ratings
from affect_store.models.evaluation.evaluate import METRICS, evaluate
from affect_store.store.vocabulary import AGREEMENTS, EMOTIONS, INTENSITY_THIRDS, PROBABILITIES, RATING_METRICS
from tests.models.evaluation.test_evaluate import metric_row, predictions_of, split_rows

AGREEMENT, NORMALISED, SOFT = RATING_METRICS
EVERY = len(EMOTIONS)


@pytest.fixture
def rows():
    """Two parts of six people each; a quarter of the photographs is not rated."""
    rng = np.random.default_rng(1)
    rows = pl.concat([split_rows(6, "train", seed=2), split_rows(6)])
    shares = rng.dirichlet(np.full(EVERY, 0.5), rows.height)
    rated = rng.random(rows.height) < 0.75
    columns = {
        "agreement": rng.uniform(0.4, 1, rows.height),
        "intensity": rng.uniform(1, 5, rows.height),
        **dict(zip(AGREEMENTS, shares.T, strict=True)),
    }
    return rows.with_columns(
        pl.when(pl.Series(rated)).then(pl.Series(values)).alias(name) for name, values in columns.items()
    )


@pytest.fixture
def predictions(rows):
    rng = np.random.default_rng(3)
    guesses = np.where(rng.random(rows.height) < 0.7, rows["label"].to_numpy(), rng.integers(0, EVERY, rows.height))
    probabilities = rng.dirichlet(np.ones(EVERY), rows.height).astype(np.float32)
    frame = predictions_of(rows, guesses).drop(PROBABILITIES)
    return frame.hstack(pl.DataFrame(probabilities, schema=list(PROBABILITIES)))[:-5]


def test_without_ratings_there_are_no_rows(rows, predictions):
    plain = rows.drop("agreement", "intensity", *AGREEMENTS)
    empty = plain.with_columns(pl.lit(None, pl.Float64).alias(name) for name in ("agreement", "intensity", *AGREEMENTS))
    expected, metrics = evaluate(predictions, plain), evaluate(predictions, empty)
    assert metrics.equals(expected) and not set(metrics["metric"]) & set(RATING_METRICS)
    assert not metrics["slice"].str.starts_with("intensity").any()


def test_ratings_change_no_other_metric(rows, predictions):
    plain = evaluate(predictions, rows.drop("agreement", "intensity", *AGREEMENTS))
    rated = evaluate(predictions, rows)
    others = rated.filter(~pl.col("metric").is_in(RATING_METRICS) & ~pl.col("slice").str.starts_with("intensity="))
    assert others.equals(plain)


def test_accuracy_is_divided_by_the_agreement_on_the_same_photographs(rows, predictions):
    metrics = evaluate(predictions, rows)
    scored = predictions.join(rows, on=["image_id", "part"]).filter(part="test").drop_nulls("agreement")
    right = (scored["predicted"] == scored["label"]).to_numpy()
    agreement, normalised = metric_row(metrics, AGREEMENT), metric_row(metrics, NORMALISED)
    assert agreement["value"] == pytest.approx(scored["agreement"].mean())
    assert normalised["value"] == pytest.approx(right.mean() / scored["agreement"].mean())
    assert normalised["n_images"] == agreement["n_images"] == len(scored) < rows.filter(part="test").height
    assert 0 < normalised["low"] < normalised["value"] < normalised["high"]
    assert normalised["method"].startswith("accuracy divided by the mean agreement") and "log" in normalised["method"]


def test_the_interval_of_the_quotient_leaves_out_one_person_at_a_time(rows, predictions):
    scored = predictions.join(rows, on=["image_id", "part"]).filter(part="test").drop_nulls("agreement")
    people = scored["subject_id"].unique().to_list()
    without = []
    for person in people:
        others = scored.filter(pl.col("subject_id") != person)
        without.append((others["predicted"] == others["label"]).mean() / others["agreement"].mean())
    error = np.sqrt((len(people) - 1) / len(people) * np.square(without - np.mean(without)).sum())
    row = metric_row(evaluate(predictions, rows), NORMALISED)
    half = 2.570582 * error / row["value"]  # quantile 0.975 of t with 5 degrees of freedom
    assert (row["low"], row["high"]) == pytest.approx((row["value"] * np.exp(-half), row["value"] * np.exp(half)))


def test_a_system_may_agree_more_often_than_people(rows):
    right = predictions_of(rows, rows["label"].to_numpy())
    assert metric_row(evaluate(right, rows), NORMALISED)["value"] > 1


def test_the_soft_log_loss_is_the_cross_entropy_and_the_bound_the_entropy(rows, predictions):
    row = metric_row(evaluate(predictions, rows), SOFT)
    scored = predictions.join(rows, on=["image_id", "part"]).filter(part="test").drop_nulls(AGREEMENTS)
    shares = scored.select(AGREEMENTS).to_numpy()
    chances = scored.select(PROBABILITIES).to_numpy().astype(float)
    # scikit-learn: each photograph counts once per emotion, weighted by the share of raters
    labels, weights = np.tile(np.arange(EVERY), len(scored)), shares.ravel()
    normalised = np.repeat(chances / chances.sum(axis=1, keepdims=True), EVERY, axis=0)
    assert row["value"] == pytest.approx(log_loss(labels, normalised, sample_weight=weights), abs=1e-6)
    bound = row["value"] - rel_entr(shares, chances).sum(axis=1).mean()  # cross-entropy less the divergence
    assert f"lower bound {bound:.4f}" in row["method"]


def test_a_perfect_soft_prediction_reaches_the_bound(rows):
    shares = rows.select(pl.col(AGREEMENTS).fill_null(1 / EVERY)).to_numpy()
    frame = predictions_of(rows, rows["label"].to_numpy()).drop(PROBABILITIES)
    row = metric_row(evaluate(frame.hstack(pl.DataFrame(shares, schema=list(PROBABILITIES))), rows), SOFT)
    assert f"lower bound {row['value']:.4f}" in row["method"]


def test_rounded_shares_are_normalised(rows, predictions):
    halved = rows.with_columns(pl.col(AGREEMENTS) * 1.02)
    assert metric_row(evaluate(predictions, halved), SOFT)["value"] == pytest.approx(
        metric_row(evaluate(predictions, rows), SOFT)["value"]
    )


def test_slices_are_the_thirds_of_the_rated_intensities_of_the_split(rows, predictions):
    metrics = evaluate(predictions, rows)
    lower, upper = np.quantile(rows["intensity"].drop_nulls(), [1 / 3, 2 / 3])
    test = rows.filter(part="test").join(predictions, on="image_id")
    bounds = dict(zip(INTENSITY_THIRDS, ((0, lower), (lower, upper), (upper, 9)), strict=True))
    for level, (low, high) in bounds.items():
        own = test.filter((pl.col("intensity") > low) & (pl.col("intensity") <= high))
        row = metric_row(metrics, "accuracy", name=f"intensity={level}")
        assert row["value"] == pytest.approx((own["predicted"] == own["label"]).mean())
        assert row["n_images"] == len(own) > 0
        assert f"{lower:.4g}" in row["method"] or level == "high"
        names = metrics.filter(part="test", slice=f"intensity={level}")["metric"].to_list()
        assert set(names) == {*METRICS, *RATING_METRICS}


@pytest.mark.parametrize("values", [[3.0], [3.0, 3.0, 3.0, 3.0, 5.0], [None]])
def test_there_are_no_thirds_of_equal_intensities(values):
    assert ratings.thirds_of(pl.DataFrame({"intensity": pl.Series(values, dtype=pl.Float64)})) is None


@pytest.mark.parametrize(
    ("column", "expected"), [("agreement", {AGREEMENT, NORMALISED}), ("intensity", set()), (AGREEMENTS[0], set())]
)
def test_one_column_alone_gives_what_it_can(rows, predictions, column, expected):
    metrics = evaluate(predictions, rows.drop({"agreement", "intensity", *AGREEMENTS} - {column}))
    assert set(metrics["metric"]) & set(RATING_METRICS) == expected
    assert metrics["slice"].str.starts_with("intensity=").any() == (column == "intensity")


def test_fewer_than_five_people_have_values_without_interval(rows, predictions):
    few = rows.filter(part="test").filter(
        pl.col("subject_id").is_in(rows.filter(part="test")["subject_id"].unique()[:4])
    )
    row = metric_row(evaluate(predictions, few), NORMALISED)
    assert row["value"] > 0 and row["low"] is None
