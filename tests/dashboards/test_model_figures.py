"""Figures of one model: learning curves, confusions, slices and calibration."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from affect_store.dashboards.figures import (
    confusion,
    curves,
    learning,
    slices,
)
from affect_store.dashboards.frames import Frames
from affect_store.store.vocabulary import (
    EMOTIONS,
    NEUTRAL,
    PARTS,
    STRATEGIES,
)

TEST = PARTS[-1]
BY_PERSON, BY_IMAGE = STRATEGIES[:2]


def run_rows(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("run_id") == f"mm1-corrected-{BY_PERSON}")


def test_curves_mark_the_best_epoch(frames: Frames) -> None:
    rows = run_rows(frames.epochs)
    picture = learning.curves(rows, "loss")
    best = rows.sort("val_loss").row(0, named=True)
    assert picture.figure.data[2].x[0] == best["epoch"]
    assert picture.figure.layout.yaxis.type is None


def test_a_diverging_loss_gets_a_logarithmic_axis(frames: Frames) -> None:
    rows = run_rows(frames.epochs).with_columns(loss=pl.when(pl.col("epoch") == 1).then(1e5).otherwise("loss"))
    assert learning.curves(rows, "loss").figure.layout.yaxis.type == "log"


def test_curves_of_the_roc_auc_mark_the_highest(frames: Frames) -> None:
    rows = run_rows(frames.epochs)
    picture = learning.curves(rows, "auc")
    best = rows.sort("val_auc", descending=True).row(0, named=True)
    assert picture.title.startswith("ROC AUC") and picture.figure.data[2].y[0] == best["val_auc"]


def test_curves_without_validation_have_no_mark(frames: Frames) -> None:
    rows = run_rows(frames.epochs).with_columns(val_loss=pl.lit(None, pl.Float64))
    picture = learning.curves(rows, "loss")
    assert len(picture.figure.data) == 2 and "No validation" in picture.note


def test_confusion_rows_sum_to_one_and_title_has_scores(frames: Frames) -> None:
    rows = run_rows(frames.confusion)
    scores = {"accuracy": 0.861, "roc_auc": 0.972, "n_people": 6}
    picture = confusion.matrix(rows, part=TEST, emotions=confusion.occurring_emotions(rows), scores=scores)
    z = np.array(picture.figure.data[0].z, dtype=float)
    assert z.shape == (len(EMOTIONS), len(EMOTIONS))
    assert z.sum(axis=1) == pytest.approx(1)
    assert "0.86" in picture.title and "0.97" in picture.title and "6 people" in picture.note


def test_confusion_of_an_emotion_without_photographs_is_blank(frames: Frames) -> None:
    rows = run_rows(frames.confusion).filter(pl.col("truth") != EMOTIONS[0])
    picture = confusion.matrix(rows, part=TEST, emotions=list(EMOTIONS), scores={})
    assert set(picture.figure.data[0].z[0]) == {None}


def test_only_occurring_emotions_are_listed(minimal: Frames) -> None:
    assert confusion.occurring_emotions(minimal.confusion) == [EMOTIONS[0], NEUTRAL]


def test_recall_precision_and_f1_of_a_known_confusion_matrix() -> None:
    first, second = EMOTIONS[:2]
    cells = [(first, first, 3), (first, second, 1), (second, first, 2)]
    rows = pl.DataFrame([{"part": TEST, "truth": a, "predicted": b, "n": n} for a, b, n in cells])
    table = confusion.per_emotion(rows)
    assert table["recall"].to_list() == [0.75, 0.0]
    assert table["precision"].to_list() == pytest.approx([0.6, 0.0])
    assert table["f1"].to_list() == pytest.approx([2 * 3 / (4 + 5), 0.0])


def test_slices_have_labels_and_units(frames: Frames) -> None:
    labels = [row["label"] for row in slices.rows(run_rows(frames.metrics), part=TEST)]
    assert labels[:3] == ["all photographs", "camera 45°", "camera 90°"]
    assert "sex female" in labels and any(label.startswith("population ") for label in labels)


def test_slices_are_sorted_by_factor_and_level() -> None:
    slices_ = sorted(["age=45 and over", "age=18 to 29", "sex=male", "age=under 18", "camera_angle_deg=135",
                    "camera_angle_deg=45"], key=slices.order)  # fmt: skip
    assert slices_ == ["camera_angle_deg=45", "camera_angle_deg=135", "sex=male", "age=under 18", "age=18 to 29",
                     "age=45 and over"]  # fmt: skip


def test_curves_hide_all_but_the_best(frames: Frames) -> None:
    board = frames.leaderboard.filter(strategy=BY_PERSON, status="completed")
    for picture in (
        curves.reliability(frames.reliability, frames.leaderboard, strategy=BY_PERSON),
        curves.roc(frames.roc, frames.leaderboard, strategy=BY_PERSON),
    ):
        _, *lines = picture.figure.data
        assert len(lines) == board.height
        assert [line.visible for line in lines] == [True] * curves.SHOWN_CURVES + ["legendonly"] * (
            len(lines) - curves.SHOWN_CURVES
        )
        assert "the other 3" in picture.note
    roc = curves.roc(frames.roc, frames.leaderboard, strategy=BY_PERSON).figure.data[1]
    assert (roc.x[0], roc.y[0], roc.x[-1], roc.y[-1]) == (0, 0, 1, 1)


def test_small_bins_are_left_out_of_a_reliability_curve(frames: Frames) -> None:
    rare = frames.reliability.with_columns(n_images=pl.when(pl.col("bin") == 5).then(9).otherwise("n_images"))
    line = curves.reliability(rare, frames.leaderboard, strategy=BY_PERSON).figure.data[1]
    assert 5.5 / 15 not in list(line.x) and len(line.x) == 11
    kept = rare.filter((pl.col("run_id") == f"mm1-corrected-{BY_PERSON}") & (pl.col("bin") != 5)).sort("bin")
    assert list(zip(line.x, line.y, strict=True)) == kept.select("confidence", "accuracy").rows()


def test_classes_besides_the_eight_follow_them_in_the_matrix_and_the_recalls(frames: Frames) -> None:
    rows = run_rows(frames.confusion).with_columns(pl.col("truth", "predicted").replace({EMOTIONS[1]: "pained"}))
    emotions = confusion.occurring_emotions(rows)
    assert emotions == [*(name for name in EMOTIONS if name != EMOTIONS[1]), "pained"]
    assert confusion.per_emotion(rows.filter(pl.col("part") == TEST))["emotion"].to_list() == emotions
    bars = confusion.recalls(rows, part=TEST).figure.data[0]
    assert len(set(bars.marker.color)) == len(EMOTIONS)
