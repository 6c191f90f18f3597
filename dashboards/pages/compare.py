"""The page that compares the systems: metrics, mean ranks, pairwise tests, calibration, ROC curves."""

from __future__ import annotations

from typing import Any

import polars as pl

from affect_store.dashboards import formatting
from affect_store.dashboards.figures import curves, effects, leakage, pair_table, pairwise, ranks, scores, slices
from affect_store.dashboards.figures.leaderboard import is_scored
from affect_store.dashboards.frames import Frames
from affect_store.dashboards.pages.render import PageFigure, Site, html
from affect_store.store.vocabulary import SHOWN_STRATEGIES

HREF = "compare.html"
_DESCRIPTIONS = {
    "by_person": "No person is in more than one part: these scores estimate performance on unseen people. An interval "
    "is about the trained model: where its score on all people like those tested is. Training again is not covered.",
    "folds": "Cross-validation: every person is tested once, by a model trained on other people. An interval is about "
    "the models of these folds: where their mean score on new people is. The folds share training data, so how much "
    "the score would vary with other training people is not covered.",
    "by_image": "Test people also occur in training: these scores include person leakage.",
    "notebook": "The parts that the notebook of 2022 drew by photograph: these scores include person leakage.",
}


def page(frames: Frames, site: Site) -> str:
    """Render compare.html."""
    scored = set(frames.leaderboard.filter(is_scored())["strategy"])
    known = [name for name in SHOWN_STRATEGIES if name in scored]
    content = {
        "title": "Comparison of systems",
        "href": HREF,
        "lead": "Scores, intervals and significance tests of all systems, for each split. Photographs of one person "
        "are not independent, so the unit of all intervals and tests is the person.",
        "sections": [_section(frames, name) for name in known],
        "leakage": leakage.leakage(frames.comparisons, frames.leaderboard),
        "has_leakage": leakage.has_any(frames.comparisons, frames.leaderboard),
        "notice": "" if known else "No run has a score yet.",
    }
    return html("compare.html.j2", site=site, page=content)


def _section(frames: Frames, strategy: str) -> dict[str, Any]:
    board, own = frames.leaderboard, formatting.slug(strategy)
    primary = pair_table.primary_pair(frames.declarations, board, strategy=strategy)
    counts = primary is not None and primary.is_before_training
    pairs = pair_table.rows(frames.comparisons, board, strategy=strategy, primary=primary)
    is_marked = bool(primary and pairs and pairs[0][0].endswith(primary.mark))
    metrics, levels = scores.choices(frames.metrics, board, strategy=strategy)
    figures = {
        "scores": scores.scores(frames.metrics, board, strategy=strategy),
        "ranks": ranks.critical_difference(frames.ranks, board, strategy=strategy),
        "pairs": pairwise.heat_map(frames.comparisons, board, strategy=strategy, has_primary=counts),
        "effects": effects.forest(frames.effects, frames.titles, strategy=strategy),
        "reliability": curves.reliability(frames.reliability, board, strategy=strategy),
        "roc": curves.roc(frames.roc, board, strategy=strategy),
    }
    ranked = ranks.ranked(frames.ranks, board, strategy=strategy)
    return {
        "id": own,
        "name": formatting.split(strategy).capitalize(),
        "description": _DESCRIPTIONS.get(strategy, ""),
        "figures": {name: PageFigure(f"{name}-{own}", captioned) for name, captioned in figures.items()},
        "metrics": [(name, scores.METRICS[name]) for name in metrics],
        "slices": [(name, formatting.visible(slices.label(name), 60)) for name in levels],
        "has_ranks": bool(ranked),
        "has_reliability": curves.has_points(frames.reliability, board, strategy=strategy),
        "has_pairs": pairwise.has_any(frames.comparisons, board, strategy=strategy),
        "pair_head": pair_table.HEAD,
        "pair_numbers": pair_table.NUMBERS,
        "pair_rows": pairs,
        "pair_kind": "tall marked" if is_marked else "tall",
        "pair_note": pair_table.note(frames.comparisons, board, strategy=strategy),
        "primary": primary.sentence if primary else "",
        "has_effects": effects.has_any(frames.effects, strategy=strategy),
        "no_effects": effects.reason(frames.effects, strategy=strategy),
        "ranks": [_rank(row) for row in ranked],
        "seeds": _seeds(board.filter(is_scored() & (pl.col("strategy") == strategy))),
    }


def _rank(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        formatting.visible(row["title"], 60),
        formatting.visible(row["recipe"], 40),
        f"{row['mean_rank']:.2f}",
        formatting.visible(row["letters"] or formatting.NO_VALUE, 40),
        formatting.share(row["accuracy"], 3),
    )


def _seeds(board: pl.DataFrame) -> list[tuple[str, ...]]:
    """List systems that were trained with several seeds, with the range of their accuracies."""
    several = board.filter(pl.col("n_runs") > 1).sort("accuracy", descending=True)
    return [
        (
            formatting.visible(row["title"], 60),
            formatting.visible(row["recipe"], 40),
            f"{row['n_runs']}",
            formatting.share(row["least_accuracy"], 3),
            formatting.share(row["greatest_accuracy"], 3),
            formatting.interval(row["accuracy_low"], row["accuracy_high"]) or formatting.NO_VALUE,
        )
        for row in several.iter_rows(named=True)
    ]
