import numpy as np
import polars as pl
import pytest

from models.evaluate import METRICS, SCHEMA, evaluate
from models.predict import PROBABILITIES
from store.vocabulary import EMOTIONS
from tests.models.corpus import frame

KEYS = ["image_id", "subject_id", "label", "camera_angle_deg", "gaze", "sex", "population"]


def rows_of(people, part="test", seed=0, **options):
    table = frame(people, seed=seed, **options)
    return pl.from_arrow(table.select(KEYS)).with_columns(part=pl.lit(part))


def said(rows, predicted, sure=0.9):
    """Predictions of these labels, each with probability `sure`."""
    rest = (1 - sure) / (len(EMOTIONS) - 1)
    probabilities = np.full((rows.height, len(EMOTIONS)), rest, np.float32)
    probabilities[np.arange(rows.height), predicted] = sure
    frame_ = rows.select("image_id", "part", truth="label").with_columns(predicted=pl.Series(predicted, dtype=pl.UInt8))
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
    assert found.group_by("part", "slice").len()["len"].unique().to_list() == [len(METRICS)]
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
