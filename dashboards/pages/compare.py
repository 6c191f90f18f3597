"""The page that compares the systems: metrics, ranks, pairs, reliability, ROC. A pure function of the frames."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboards import words
from dashboards.figures import curves, leak, pairs, ranks, scores, slices
from dashboards.figures.leaderboard import is_scored
from dashboards.frames import Frames
from dashboards.pages.render import Placed, Site, html
from store.vocabulary import SHOWN_STRATEGIES

HREF = "compare.html"
_WHAT = {
    "by_person": "no person is in two parts: what counts",
    "folds": "every person is tested once, by models that were trained on others",
    "by_image": "the test people are in training, too: how much a leak adds",
}


def page(frames: Frames, site: Site) -> str:
    """compare.html."""
    scored = set(frames.leaderboard.filter(is_scored())["strategy"])
    known = [name for name in SHOWN_STRATEGIES if name in scored]
    content = {
        "title": "Compare the systems",
        "href": HREF,
        "lead": "Which system is better, by how much, and can that be shown? People are the unit: photographs of one "
        "person resemble each other, so intervals and tests are over people.",
        "sections": [_section(frames, name) for name in known],
        "leak": leak.leak(frames.leaderboard),
        "has_leak": leak.has_any(frames.leaderboard),
        "sentence": "" if known else "No run has a score yet, so there is nothing to compare.",
    }
    return html("compare.html.j2", site=site, page=content)


def _section(frames: Frames, strategy: str) -> dict[str, Any]:
    board, own = frames.leaderboard, words.slug(strategy)
    metrics, levels = scores.choices(frames.metrics, board, strategy=strategy)
    placed = {
        "scores": scores.scores(frames.metrics, board, strategy=strategy),
        "ranks": ranks.critical_difference(frames.ranks, board, strategy=strategy),
        "pairs": pairs.heat(frames.comparisons, board, strategy=strategy),
        "reliability": curves.reliability(frames.reliability, board, strategy=strategy),
        "roc": curves.roc(frames.roc, board, strategy=strategy),
    }
    ranked = ranks.ranked(frames.ranks, board, strategy=strategy)
    return {
        "id": own,
        "name": f"Split {words.strategy(strategy)}",
        "what": _WHAT.get(strategy, ""),
        "placed": {name: Placed(f"{name}-{own}", picture) for name, picture in placed.items()},
        "metrics": [(name, scores.METRICS[name]) for name in metrics],
        "slices": [(name, words.visible(slices.label(name), 60)) for name in levels],
        "has_ranks": bool(ranked),
        "has_reliability": curves.has_points(frames.reliability, board, strategy=strategy),
        "has_pairs": pairs.has_any(frames.comparisons, board, strategy=strategy),
        "ranks": [_rank(row) for row in ranked],
        "seeds": _seeds(board.filter(is_scored() & (pl.col("strategy") == strategy))),
    }


def _rank(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        words.visible(row["title"], 60),
        words.visible(row["recipe"], 40),
        f"{row['mean_rank']:.2f}",
        words.visible(row["letters"] or words.NO_VALUE, 40),
        words.share(row["accuracy"], 3),
    )


def _seeds(board: pl.DataFrame) -> list[tuple[str, ...]]:
    """Systems of which several seeds were trained: the spread that is luck."""
    several = board.filter(pl.col("n_runs") > 1).sort("accuracy", descending=True)
    return [
        (
            words.visible(row["title"], 60),
            words.visible(row["recipe"], 40),
            f"{row['n_runs']}",
            words.share(row["least_accuracy"], 3),
            words.share(row["greatest_accuracy"], 3),
            words.interval(row["accuracy_low"], row["accuracy_high"]) or words.NO_VALUE,
        )
        for row in several.iter_rows(named=True)
    ]
