"""Every figure of a small fixed store, as JSON beside this file: a change of a picture is seen in review.

After a change that is meant: AFFECT_GOLDEN=1 python -m pytest tests/dashboards/test_golden.py
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import polars as pl
import pytest

from dashboards.figures import (
    checks,
    confusion,
    coverage,
    curves,
    deciding,
    history,
    leaderboard,
    leak,
    learning,
    pairs,
    placement,
    plane,
    ranks,
    scores,
    slices,
)
from dashboards.figures.base import Picture
from dashboards.frames import Frames
from store.vocabulary import EMOTIONS, NEUTRAL, PARTS, STRATEGIES
from tests.dashboards.builder import Builder

GOLDEN = Path(__file__).parent / "golden"
TEST, BY_PERSON = PARTS[-1], STRATEGIES[0]


def small() -> Frames:
    """Eight people, two emotions, two systems with scores and one without."""
    lacking = ("vector_mlp", "mm1", "point_mlp", "mm2")
    return Builder(people=8, emotions=(EMOTIONS[0], NEUTRAL), test_people=6, untrainable=lacking).frames()


def pictures(frames: Frames) -> dict[str, Picture]:
    run = pl.col("run_id") == f"cnn-corrected-{BY_PERSON}"
    board, answers, metrics = frames.leaderboard, frames.confusion.filter(run), frames.metrics.filter(run)
    totals = {"accuracy": 0.62, "roc_auc": 0.81, "n_images": 108, "n_people": 6}
    return {
        "leaderboard": leaderboard.accuracy(board, is_rafd=True),
        "leak": leak.leak(board),
        "ranks": ranks.critical_difference(frames.ranks, board, strategy=BY_PERSON),
        "pairs": pairs.heat(frames.comparisons, board, strategy=BY_PERSON),
        "scores": scores.scores(frames.metrics, board, strategy=BY_PERSON),
        "reliability": curves.reliability(frames.reliability, board, strategy=BY_PERSON),
        "roc": curves.roc(frames.roc, board, strategy=BY_PERSON),
        "coverage-people": coverage.by_person(frames.coverage),
        "coverage-views": coverage.by_view(frames.coverage),
        "placement": placement.placed(frames.placement, strategy=BY_PERSON),
        "loss": learning.curves(frames.epochs.filter(run), "loss"),
        "matrix": confusion.matrix(answers, part=TEST, emotions=confusion.present(answers), scores=totals),
        "recalls": confusion.recalls(answers, part=TEST),
        "slices": slices.accuracies(metrics, part=TEST),
        "importances": deciding.importances(frames.importances, f"cnn-corrected-{BY_PERSON}"),
        "plane": plane.plane(frames.movements),
        "checks": checks.by_table(frames.checks),
        "audits": checks.over_time(frames.audits),
        "runs": history.runs(frames.runs),
        "publications": history.publications(frames.publications),
    }


@pytest.fixture(scope="module")
def drawn() -> dict[str, Picture]:
    return pictures(small())


def told(picture: Picture) -> str:
    words = {"title": picture.title, "note": picture.note, "alt": picture.alt, "sources": picture.sources}
    text = json.dumps({**words, "figure": json.loads(picture.figure.to_json())}, indent=1, ensure_ascii=False)
    return text + "\n"


@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.json")))
def test_a_figure_is_what_it_was(drawn: dict[str, Picture], name: str) -> None:
    if os.environ.get("AFFECT_GOLDEN"):
        (GOLDEN / f"{name}.json").write_text(told(drawn[name]), encoding="utf-8")
    assert json.loads(told(drawn[name])) == json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def test_every_figure_has_its_golden_file(drawn: dict[str, Picture]) -> None:
    if os.environ.get("AFFECT_GOLDEN"):
        for name in drawn:
            (GOLDEN / f"{name}.json").write_text(told(drawn[name]), encoding="utf-8")
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(drawn)
