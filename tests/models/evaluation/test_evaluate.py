import numpy as np
import polars as pl
import pytest
import scipy.stats

from affect_store.models.evaluation.evaluate import METRICS, OVERALL_METRICS, SCHEMA, WITHOUT_REFERENCES, evaluate
from affect_store.store.vocabulary import EMOTIONS, PROBABILITIES, UNKNOWN
from tests.models.corpus import frame

KEYS = ["image_id", "subject_id", "label", "camera_angle_deg", "gaze", "sex", "population"]


def split_rows(people, part="test", seed=0, **options):
    table = frame(people, seed=seed, **options)
    age = pl.col("subject_id").rank("dense") * 7.0 + 10
    return pl.from_arrow(table.select(KEYS)).with_columns(part=pl.lit(part), age=age)


def predictions_of(rows, predicted, confidence=0.9, temperature=1.0):
    """Return predictions of these labels, each with probability `confidence`."""
    rest = (1 - confidence) / (len(EMOTIONS) - 1)
    probabilities = np.full((rows.height, len(EMOTIONS)), rest, np.float32)
    probabilities[np.arange(rows.height), predicted] = confidence
    predictions = rows.select("image_id", "part", truth="label").with_columns(
        predicted=pl.Series(predicted, dtype=pl.UInt8)
    )
    predictions = predictions.with_columns(temperature=pl.lit(temperature))
    return predictions.hstack(pl.DataFrame(probabilities, schema=list(PROBABILITIES)))


def metric_row(metrics, metric, part="test", name="all"):
    return metrics.row(
        by_predicate=(pl.col("metric") == metric) & (pl.col("part") == part) & (pl.col("slice") == name), named=True
    )


def test_photographs_without_prediction_count_as_wrong_in_accuracy_all_only():
    rows = split_rows(6)
    predictions = predictions_of(rows, rows["label"].to_numpy())[: rows.height * 3 // 4]
    metrics = evaluate(predictions, rows)
    assert metric_row(metrics, "accuracy")["value"] == 1.0
    assert metric_row(metrics, "accuracy")["n_images"] == 36
    assert metric_row(metrics, "accuracy_all")["value"] == 0.75
    assert metric_row(metrics, "accuracy_all")["n_images"] == 48


def test_reference_photographs_are_left_out_of_one_accuracy_only():
    rows = split_rows(6)
    is_reference = np.arange(rows.height) % 4 == 0
    labels = rows["label"].to_numpy()
    predicted = np.where(is_reference, labels, (labels + (np.arange(rows.height) % 3 == 0)) % len(EMOTIONS))
    metrics = evaluate(predictions_of(rows, predicted), rows.with_columns(is_reference=pl.Series(is_reference)))
    with_them, without = (metric_row(metrics, name) for name in ("accuracy", WITHOUT_REFERENCES))
    assert with_them["value"] == pytest.approx((predicted == labels).mean())
    assert without["value"] == pytest.approx((predicted == labels)[~is_reference].mean()) != with_them["value"]
    assert (with_them["n_images"], without["n_images"]) == (48, 36) and without["low"] < without["value"]
    assert metrics.filter(metric=WITHOUT_REFERENCES).height == 1


def test_every_part_slice_and_metric_has_its_row():
    rows = pl.concat([split_rows(6, "train"), split_rows(2, "test", seed=1)])
    metrics = evaluate(predictions_of(rows, rows["label"].to_numpy()), rows)
    assert dict(metrics.schema) == SCHEMA
    names = metrics.filter(part="train")["slice"].unique().to_list()
    assert {"all", "sex=male", "sex=female", "population=child", "gaze=right", "camera_angle_deg=45"} <= set(names)
    assert {"age=under 18", "age=18 to 29", "age=45 and over"} <= set(names)
    without_gaps = metrics.filter(~pl.col("metric").str.ends_with("_gap"))
    for (_, name), rows_of_slice in without_gaps.group_by("part", "slice"):
        assert rows_of_slice["metric"].to_list() == list(METRICS + (OVERALL_METRICS if name == "all" else ()))
    assert metrics.filter(part="validate").is_empty()


def test_intervals_need_five_people_and_contain_the_value():
    rows = pl.concat([split_rows(9, "train"), split_rows(4, "test", seed=1)])
    guesses = np.where(np.random.default_rng(0).random(rows.height) < 0.7, rows["label"].to_numpy(), 0)
    metrics = evaluate(predictions_of(rows, guesses), rows)
    train = metric_row(metrics, "accuracy", "train")
    assert train["low"] <= train["value"] <= train["high"] and train["n_people"] == 9
    few = metric_row(metrics, "accuracy")
    assert few["low"] is None and few["high"] is None and few["value"] is not None
    assert "no interval from 4 people" in few["method"]


def test_absent_classes_are_named_and_left_out_of_averages():
    rows = split_rows(6, labels=(0, 3))
    metrics = evaluate(predictions_of(rows, rows["label"].to_numpy()), rows)
    assert metric_row(metrics, "macro_f1")["value"] == 1.0 and metric_row(metrics, "roc_auc")["value"] == 1.0
    assert metric_row(metrics, "chance")["value"] == 0.5
    absent = ", ".join(name for label, name in enumerate(EMOTIONS) if label not in (0, 3))
    assert metric_row(metrics, "roc_auc")["method"].endswith(f"absent classes: {absent}")


def test_a_part_without_predictions_has_null_metrics():
    rows = split_rows(6)
    metrics = evaluate(predictions_of(rows, rows["label"].to_numpy()).clear(), rows)
    assert metric_row(metrics, "accuracy")["value"] is None and metric_row(metrics, "accuracy")["n_images"] == 0
    assert metric_row(metrics, "accuracy_all")["value"] == 0.0


def test_perfect_calibration_has_a_value_without_an_interval():
    rows = split_rows(10)
    guesses = (rows["label"].to_numpy() + (np.arange(rows.height) % 10 == 0)) % len(EMOTIONS)
    metrics = evaluate(predictions_of(rows, guesses, temperature=3.0), rows)
    perfect = metric_row(metrics, "calibration_error_if_perfect")
    distances = np.abs(np.arange(rows.height + 1) - 0.9 * rows.height)
    binomial = scipy.stats.binom(rows.height, 0.9).pmf(np.arange(rows.height + 1))
    assert perfect["value"] == pytest.approx(distances @ binomial / rows.height, abs=1e-5)
    assert perfect["low"] is None and perfect["high"] is None and "perfectly calibrated" in perfect["method"]
    # at this temperature the confidence is lower, so that the number of right predictions varies more
    assert metric_row(metrics, "calibration_error_if_perfect_scaled")["value"] > 1.2 * perfect["value"]


def test_the_entropy_of_errors_is_measured_over_all_photographs_of_a_part():
    rows = split_rows(12)
    labels = rows["label"].to_numpy()
    guesses = np.where(np.random.default_rng(1).random(rows.height) < 0.5, labels, (labels + 1) % len(EMOTIONS))
    metrics = evaluate(predictions_of(rows, guesses), rows)
    assert metrics.filter(metric="confusion_entropy").select("part", "slice").rows() == [("test", "all")]
    spread = metric_row(metrics, "confusion_entropy")
    assert spread["low"] < spread["value"] < spread["high"] < np.log2(56) and spread["value"] > 2.5  # over 8 pairs
    pair = metric_row(evaluate(predictions_of(rows, np.where(labels == 1, 2, labels)), rows), "confusion_entropy")
    assert (pair["value"], pair["low"]) == (0.0, None) and "end of the range" in pair["method"]
    right = metric_row(evaluate(predictions_of(rows, labels), rows), "confusion_entropy")
    assert (right["value"], right["low"]) == (None, None) and right["method"] == "no error"


def test_equal_predictions_have_equal_metrics():
    rows = split_rows(8)
    predictions = predictions_of(rows, np.random.default_rng(0).integers(0, 3, rows.height))
    assert evaluate(predictions, rows).equals(evaluate(predictions, rows))
    assert metric_row(evaluate(predictions, rows), "log_loss")["value"] == pytest.approx(
        -np.log(np.where(predictions["truth"] == predictions["predicted"], 0.9, 0.1 / 7)).mean(), rel=1e-5
    )


def test_scaled_metrics_use_the_calibrated_probabilities():
    rows = split_rows(10)
    right = np.random.default_rng(0).random(rows.height) < 0.6
    guesses = np.where(right, rows["label"].to_numpy(), (rows["label"].to_numpy() + 1) % len(EMOTIONS))
    # confidence 0.9 at temperature T becomes p with log(p / q) = log(0.9 / (0.1 / 7)) / T; choose T for p of about 0.6
    temperature = np.log(0.9 / (0.1 / 7)) / np.log(0.6 / (0.4 / 7))
    metrics = evaluate(predictions_of(rows, guesses, temperature=temperature), rows)
    assert metric_row(metrics, "calibration_error_scaled")["value"] == pytest.approx(abs(right.mean() - 0.6), abs=0.01)
    assert metric_row(metrics, "calibration_error")["value"] == pytest.approx(0.9 - right.mean(), abs=0.01)
    assert metric_row(metrics, "log_loss_scaled")["value"] < metric_row(metrics, "log_loss")["value"]


def test_people_of_unknown_age_are_in_no_band():
    rows = split_rows(6).with_columns(age=pl.lit(None, pl.Float64))
    metrics = evaluate(predictions_of(rows, rows["label"].to_numpy()), rows)
    assert not [name for name in metrics["slice"] if name.startswith("age")]


def test_the_gap_is_between_the_best_and_the_worst_group():
    rows = split_rows(20)
    is_male = (rows["sex"] == "male").to_numpy()
    wrong = is_male & (np.arange(rows.height) % 4 == 0)
    guesses = np.where(wrong, (rows["label"].to_numpy() + 1) % len(EMOTIONS), rows["label"].to_numpy())
    gap = metric_row(evaluate(predictions_of(rows, guesses), rows), "accuracy_gap", name="sex")
    assert gap["value"] == pytest.approx(wrong[is_male].mean()) and gap["n_people"] == 20
    assert gap["low"] <= gap["value"] <= gap["high"] and gap["method"].startswith("female 1.000, male 0.750; interval")
    losses = metric_row(evaluate(predictions_of(rows, guesses), rows), "log_loss_gap", name="sex")
    assert losses["method"].startswith("female"), "the group with the smaller loss is the better one"


def test_a_gap_needs_five_people_in_each_group():
    rows = split_rows(8)  # four women and four men
    metrics = evaluate(predictions_of(rows, rows["label"].to_numpy()), rows)
    assert not [metric for metric in metrics["metric"] if metric.endswith("_gap")]


def test_people_of_unknown_sex_are_a_slice_but_no_group_of_the_gap():
    rows = split_rows(18).with_columns(
        sex=pl.when(pl.col("subject_id").str.ends_with("1")).then(pl.lit(UNKNOWN)).otherwise(pl.col("sex"))
    )
    is_right = (rows["sex"] != UNKNOWN).to_numpy()
    metrics = evaluate(predictions_of(rows, np.where(is_right, rows["label"].to_numpy(), 0)), rows)
    assert metric_row(metrics, "accuracy", name=f"sex={UNKNOWN}")["value"] < 0.5
    assert metric_row(metrics, "accuracy_gap", name="sex")["value"] == 0
    unknown = rows.with_columns(sex=pl.lit(UNKNOWN))
    metrics = evaluate(predictions_of(unknown, unknown["label"].to_numpy()), unknown)
    assert metrics.filter(slice="sex").is_empty()
