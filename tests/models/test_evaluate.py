import numpy as np
import polars as pl
import pytest

from models.evaluate import METRICS, SCHEMA, evaluate
from store.vocabulary import EMOTIONS, PROBABILITIES
from tests.models.corpus import frame

KEYS = ["image_id", "subject_id", "label", "camera_angle_deg", "gaze", "sex", "population"]


def rows_of(people, part="test", seed=0, **options):
    table = frame(people, seed=seed, **options)
    age = pl.col("subject_id").rank("dense") * 7.0 + 10
    return pl.from_arrow(table.select(KEYS)).with_columns(part=pl.lit(part), age=age)


def said(rows, predicted, sure=0.9, temperature=1.0):
    """Predictions of these labels, each with probability `sure`."""
    rest = (1 - sure) / (len(EMOTIONS) - 1)
    probabilities = np.full((rows.height, len(EMOTIONS)), rest, np.float32)
    probabilities[np.arange(rows.height), predicted] = sure
    frame_ = rows.select("image_id", "part", truth="label").with_columns(predicted=pl.Series(predicted, dtype=pl.UInt8))
    frame_ = frame_.with_columns(temperature=pl.lit(temperature))
    return frame_.hstack(pl.DataFrame(probabilities, schema=list(PROBABILITIES)))


def one(found, metric, part="test", name="all"):
    return found.row(
        by_predicate=(pl.col("metric") == metric) & (pl.col("part") == part) & (pl.col("slice") == name), named=True
    )


def test_a_photograph_without_prediction_is_wrong_in_one_column_and_left_out_of_the_other():
    rows = rows_of(6)
    predictions = said(rows, rows["label"].to_numpy())[: rows.height * 3 // 4]
    found = evaluate(predictions, rows)
    assert one(found, "accuracy")["value"] == 1.0
    assert one(found, "accuracy")["n_images"] == 36
    assert one(found, "accuracy_all")["value"] == 0.75
    assert one(found, "accuracy_all")["n_images"] == 48


def test_every_part_slice_and_metric_has_its_row():
    rows = pl.concat([rows_of(6, "train"), rows_of(2, "test", seed=1)])
    found = evaluate(said(rows, rows["label"].to_numpy()), rows)
    assert dict(found.schema) == SCHEMA
    names = found.filter(part="train")["slice"].unique().to_list()
    assert {"all", "sex=male", "sex=female", "population=child", "gaze=right", "camera_angle_deg=45"} <= set(names)
    assert {"age=under 18", "age=18 to 29", "age=45 and over"} <= set(names)
    whole = found.filter(~pl.col("metric").str.ends_with("_gap"))
    assert whole.group_by("part", "slice").len()["len"].unique().to_list() == [len(METRICS)]
    assert found.filter(part="validate").is_empty()


def test_intervals_need_five_people_and_hold_the_value():
    rows = pl.concat([rows_of(9, "train"), rows_of(4, "test", seed=1)])
    guesses = np.where(np.random.default_rng(0).random(rows.height) < 0.7, rows["label"].to_numpy(), 0)
    found = evaluate(said(rows, guesses), rows)
    wide = one(found, "accuracy", "train")
    assert wide["low"] <= wide["value"] <= wide["high"] and wide["n_people"] == 9
    few = one(found, "accuracy")
    assert few["low"] is None and few["high"] is None and few["value"] is not None
    assert "no interval from 4 people" in few["method"]


def test_absent_classes_are_named_and_not_counted():
    rows = rows_of(6, labels=(0, 3))
    found = evaluate(said(rows, rows["label"].to_numpy()), rows)
    assert one(found, "macro_f1")["value"] == 1.0 and one(found, "roc_auc")["value"] == 1.0
    assert one(found, "chance")["value"] == 0.5
    absent = ", ".join(name for label, name in enumerate(EMOTIONS) if label not in (0, 3))
    assert one(found, "roc_auc")["method"].endswith(f"absent classes: {absent}")


def test_a_part_in_which_nothing_can_be_scored_has_no_score():
    rows = rows_of(6)
    found = evaluate(said(rows, rows["label"].to_numpy()).clear(), rows)
    assert one(found, "accuracy")["value"] is None and one(found, "accuracy")["n_images"] == 0
    assert one(found, "accuracy_all")["value"] == 0.0


def test_the_same_seed_gives_the_same_intervals():
    rows = rows_of(8)
    predictions = said(rows, np.random.default_rng(0).integers(0, 3, rows.height))
    assert evaluate(predictions, rows, seed=1).equals(evaluate(predictions, rows, seed=1))
    assert one(evaluate(predictions, rows), "log_loss")["value"] == pytest.approx(
        -np.log(np.where(predictions["truth"] == predictions["predicted"], 0.9, 0.1 / 7)).mean(), rel=1e-5
    )


def test_at_the_temperature_probabilities_say_what_they_mean():
    rows = rows_of(10)
    right = np.random.default_rng(0).random(rows.height) < 0.6
    guesses = np.where(right, rows["label"].to_numpy(), (rows["label"].to_numpy() + 1) % len(EMOTIONS))
    # 0.9 at temperature T is p with log(p / q) = log(0.9 / (0.1 / 7)) / T; T is chosen so that p is about 0.6
    temperature = np.log(0.9 / (0.1 / 7)) / np.log(0.6 / (0.4 / 7))
    found = evaluate(said(rows, guesses, temperature=temperature), rows)
    assert one(found, "calibration_error_scaled")["value"] == pytest.approx(abs(right.mean() - 0.6), abs=0.01)
    assert one(found, "calibration_error")["value"] == pytest.approx(0.9 - right.mean(), abs=0.01)
    assert one(found, "log_loss_scaled")["value"] < one(found, "log_loss")["value"]


def test_people_of_unknown_age_are_in_no_band():
    rows = rows_of(6).with_columns(age=pl.lit(None, pl.Float64))
    found = evaluate(said(rows, rows["label"].to_numpy()), rows)
    assert not [name for name in found["slice"] if name.startswith("age")]


def test_the_gap_is_between_the_best_and_the_worst_group():
    rows = rows_of(20)
    is_male = (rows["sex"] == "male").to_numpy()
    wrong = is_male & (np.arange(rows.height) % 4 == 0)
    guesses = np.where(wrong, (rows["label"].to_numpy() + 1) % len(EMOTIONS), rows["label"].to_numpy())
    gap = one(evaluate(said(rows, guesses), rows), "accuracy_gap", name="sex")
    assert gap["value"] == pytest.approx(wrong[is_male].mean()) and gap["n_people"] == 20
    assert gap["low"] <= gap["value"] <= gap["high"] and gap["method"].startswith("female 1.000, male 0.750")
    losses = one(evaluate(said(rows, guesses), rows), "log_loss_gap", name="sex")
    assert losses["method"].startswith("female"), "the group with the smaller loss is the better one"


def test_no_gap_where_a_group_has_fewer_than_five_people():
    rows = rows_of(8)  # four women and four men
    found = evaluate(said(rows, rows["label"].to_numpy()), rows)
    assert not [metric for metric in found["metric"] if metric.endswith("_gap")]
