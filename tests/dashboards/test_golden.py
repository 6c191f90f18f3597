"""Snapshots of every figure of a small fixed store, as JSON in `golden/`, so that a review shows changed figures.

After an intended change: AFFECT_GOLDEN=1 python -m pytest tests/dashboards/test_golden.py
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import polars as pl
import pytest

from affect_store.dashboards.figures import (
    attributions,
    checks,
    confusion,
    coverage,
    curves,
    effects,
    history,
    leaderboard,
    leakage,
    learning,
    pairwise,
    ranks,
    replication,
    scalar_features,
    scores,
    similarity,
    slices,
    split_members,
)
from affect_store.dashboards.figures.base import CaptionedFigure
from affect_store.dashboards.frames import Frames
from affect_store.store.vocabulary import EMOTIONS, NEUTRAL, PARTS, STRATEGIES
from tests.dashboards.builder import Builder, rated

GOLDEN = Path(__file__).parent / "golden"
TEST, BY_PERSON = PARTS[-1], STRATEGIES[0]


def small() -> Frames:
    """Build frames of eight people, two emotions, two systems with scores and four without."""
    untrainable = ("vector_mlp", "mm1", "point_mlp", "mm2")
    return Builder(people=8, emotions=(EMOTIONS[0], NEUTRAL), test_people=6, untrainable=untrainable).frames()


def pictures(frames: Frames) -> dict[str, CaptionedFigure]:
    run = pl.col("run_id") == f"cnn-corrected-{BY_PERSON}"
    board, predictions, metrics = frames.leaderboard, frames.confusion.filter(run), frames.metrics.filter(run)
    totals = {"accuracy": 0.62, "roc_auc": 0.81, "n_images": 108, "n_people": 6}
    return {
        "leaderboard": leaderboard.accuracy(board),
        "leakage": leakage.leakage(frames.comparisons, board),
        "ranks": ranks.critical_difference(frames.ranks, board, strategy=BY_PERSON),
        "effects": effects.forest(frames.effects, frames.titles, strategy=BY_PERSON),
        "pairwise": pairwise.heat_map(frames.comparisons, board, strategy=BY_PERSON),
        "scores": scores.scores(frames.metrics, board, strategy=BY_PERSON),
        "reliability": curves.reliability(frames.reliability, board, strategy=BY_PERSON),
        "roc": curves.roc(frames.roc, board, strategy=BY_PERSON),
        "coverage-people": coverage.by_person(frames.coverage),
        "coverage-views": coverage.by_view(frames.coverage),
        "split-members": split_members.members(frames.subject_parts, strategy=BY_PERSON),
        "loss": learning.curves(frames.epochs.filter(run), "loss"),
        "matrix": confusion.matrix(
            predictions, part=TEST, emotions=confusion.occurring_emotions(predictions), scores=totals
        ),
        "recalls": confusion.recalls(predictions, part=TEST),
        "slices": slices.accuracies(metrics, part=TEST, is_rafd=True),
        "slices_rated": slices.accuracies(rated(metrics), part=TEST),
        "importances": attributions.importances(frames.importances, f"cnn-corrected-{BY_PERSON}"),
        "similarity": similarity.similarity(frames.mean_deltas),
        "scalar-features": scalar_features.by_camera(frames.scalar_features, "head_pose", "yaw_deg"),
        "checks": checks.by_table(frames.checks),
        "audits": checks.over_time(frames.audits),
        "replication": replication.validation_accuracy(replication.reproduced(board, frames.epochs), frames.titles),
        "runs": history.runs(frames.runs),
        "publications": history.publications(frames.publications),
    }


@pytest.fixture(scope="module")
def drawn() -> dict[str, CaptionedFigure]:
    return pictures(small())


def snapshot(picture: CaptionedFigure) -> str:
    texts = {"title": picture.title, "note": picture.note, "alt": picture.alt, "sources": picture.sources}
    content = {**texts, "figure": json.loads(picture.figure.to_json())}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.json")))
def test_a_figure_equals_its_snapshot(drawn: dict[str, CaptionedFigure], name: str) -> None:
    if os.environ.get("AFFECT_GOLDEN"):
        (GOLDEN / f"{name}.json").write_text(snapshot(drawn[name]), encoding="utf-8")
    assert json.loads(snapshot(drawn[name])) == json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def test_every_figure_has_a_snapshot(drawn: dict[str, CaptionedFigure]) -> None:
    if os.environ.get("AFFECT_GOLDEN"):
        for name in drawn:
            (GOLDEN / f"{name}.json").write_text(snapshot(drawn[name]), encoding="utf-8")
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(drawn)
