"""The overview page: key figures, leaderboard, person leakage and audit results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from affect_store.dashboards import formatting
from affect_store.dashboards.figures import coverage, leaderboard, leakage
from affect_store.dashboards.frames import Frames
from affect_store.dashboards.pages import quality, runs
from affect_store.dashboards.pages.render import PageFigure, Site, html
from affect_store.store.vocabulary import STRATEGIES

HREF = "index.html"
CHAMPION = "champion"
FOLDS = "folds"
_SCORES = (
    "chance", "accuracy_all", "macro_f1", "roc_auc", "log_loss", "calibration_error", "calibration_error_if_perfect",
)  # fmt: skip
"""Scores in the table of runs after the accuracy, in the order of its columns."""

_STATUS = {"untrainable": "Not trainable.", "failed": "Failed."}


@dataclass(frozen=True)
class Card:
    """A key figure with its name, detail and link; `is_warning` highlights it."""

    name: str
    value: str
    detail: str
    href: str = ""
    more: str = ""
    is_warning: bool = False


def model_href(model: str) -> str:
    """Return the file name of the page of a system."""
    return f"model-{formatting.slug(model)}.html"


def page(frames: Frames, site: Site) -> str:
    """Render index.html."""
    board = leaderboard.ranked(frames.leaderboard)
    content = {
        "title": "Overview",
        "href": HREF,
        "lead": _lead(frames),
        "cards": _cards(frames),
        "boards": _boards(board),
        "runs": [run(row) for row in board.iter_rows(named=True)],
        "note": _note(board),
        "leakage": leakage.leakage(frames.comparisons, board),
        "has_leakage": leakage.has_any(frames.comparisons, board),
        "leakage_rows": [_leakage_row(row) for row in leakage.pairs(frames.comparisons, board)],
        "audits": _audits(frames),
    }
    return html("index.html.j2", site=site, page=content)


def status(row: dict[str, Any]) -> str:
    """Return the status of a run without a score as a short sentence."""
    return _STATUS.get(row["status"], "No score.")


def missing_score_reason(row: dict[str, Any]) -> str:
    """Return why a run has no score; empty if it has one."""
    if leaderboard.has_score(row):
        return ""
    return formatting.visible(row["status_detail"] or "No test photograph could be scored.")


def run(row: dict[str, Any]) -> dict[str, Any]:
    """Build a row of the table of runs."""
    return {
        "href": model_href(row["model"]),
        "title": formatting.visible(row["title"], 60),
        "recipe": formatting.visible(row["recipe"], 40),
        "strategy": formatting.strategy(row["strategy"]),
        "status": status(row),
        "reason": missing_score_reason(row),
        "numbers": [
            formatting.share(row["accuracy"], 3),
            formatting.interval(row["accuracy_low"], row["accuracy_high"]) or formatting.NO_VALUE,
            *(formatting.share(row[name], 3) for name in _SCORES),
            *(
                formatting.NO_VALUE if row[name] is None else f"{row[name]:,}"
                for name in ("n_images", "n_people", "n_train", "epochs")
            ),
            formatting.duration(row["duration_s"]),
        ],
    }


def _boards(board: pl.DataFrame) -> list[PageFigure]:
    """Draw the leaderboard of each split with a score, by_person first."""
    scored = set(board.filter(leaderboard.is_scored())["strategy"])
    known = [name for name in STRATEGIES if name in scored]
    figures = {name: leaderboard.accuracy(board, strategy=name) for name in known}
    return [PageFigure(f"board-{formatting.slug(name)}", captioned) for name, captioned in figures.items()]


def _lead(frames: Frames) -> str:
    used = coverage.of_used_cameras(frames.coverage)
    present = used.filter(pl.col("status") != "missing photograph").height
    return (
        f"{formatting.count(frames.leaderboard['model'].n_unique(), 'system')}, "
        f"{formatting.count(frames.leaderboard.height, 'training run')}, {formatting.photographs(present)} of "
        f"{formatting.people(used['subject_id'].n_unique())} showing "
        f"{formatting.count(used['emotion'].n_unique(), 'emotion')}. "
        "The main score is the accuracy on people who are not in the training data."
    )


def _cards(frames: Frames) -> list[Card]:
    board = leaderboard.ranked(frames.leaderboard).filter(leaderboard.is_scored())
    cards = [
        _best_card(frames, board),
        _leakage_card(frames.comparisons, board),
        *_data_cards(frames),
        _audit_card(frames.quality),
    ]
    return [card for card in (*cards, _change_card(frames)) if card is not None]


def _best_card(frames: Frames, board: pl.DataFrame) -> Card | None:
    """Show the champion if retraining has promoted one that is still current, else the best system.

    Its score is that of the pooled folds, which test everybody, if there are any; reference photographs are left out.
    """
    promoted = frames.promotions.filter(pl.col("alias") == CHAMPION).sort("promoted_at", descending=True).head(1)
    champion = board.filter(pl.col("run_id").is_in(promoted["run_id"].to_list()))
    candidates = board.join(champion, on=["model", "recipe"], how="semi") if champion.height else board
    scores = (candidates.filter(pl.col("strategy") == name) for name in (FOLDS, leaderboard.BY_PERSON))
    shown = next((rows for rows in scores if rows.height), None)
    if shown is None:
        return None
    best = shown.row(0, named=True)
    without = best["accuracy_without_references"] is not None
    name = "accuracy_without_references" if without else "accuracy"
    band = formatting.interval(best[f"{name}_low"], best[f"{name}_high"])
    with_them = f"; {formatting.share(best['accuracy'])} with the reference photographs" if without else ""
    return Card(
        f"{'Champion' if champion.height else 'Best system'}, test accuracy, {formatting.split(best['strategy'])}",
        formatting.share(best[name]),
        f"{formatting.visible(best['title'], 60)}, {formatting.visible(best['recipe'], 30)}; "
        f"{f'95 % interval {band}' if band else 'no interval'}, {formatting.people(best['n_people'])}, "
        f"chance {formatting.share(best['chance'])}{with_them}",
        model_href(best["model"]),
        "System page",
    )


def _leakage_card(comparisons: pl.DataFrame, board: pl.DataFrame) -> Card | None:
    """Show the gain of the best system by image, with its interval over people."""
    rows = leakage.pairs(comparisons, board)
    if not rows:
        return None
    best = rows[0]
    band = formatting.signed_interval(best["low"], best["high"])
    detail = (
        "gain in accuracy on the same photographs when test people also occur in training: "
        f"{formatting.visible(best['title'], 60)}, {formatting.visible(best['recipe'], 30)}; "
        f"{f'95 % interval {band}' if band else 'no interval'}, {formatting.people(best['n_people'])}"
    )
    return Card("Person leakage", formatting.signed(best["value"]), detail)


def _data_cards(frames: Frames) -> list[Card]:
    used = coverage.of_used_cameras(frames.coverage)
    complete = used.filter(coverage.is_complete()).height
    total, rejected = used.height, frames.rejects.height
    ready = f"{100 * complete / total:.1f} %" if total else formatting.NO_VALUE
    files = "listed with their reasons" if rejected else "all files were accepted"
    return [
        Card("Complete photographs", ready, f"{complete:,} of {total:,} cells of the design, without profile cameras"),
        Card("Rejected files", f"{rejected:,}", files, "data.html#rejected" if rejected else "", "Rejected files"),
    ]


def _change_card(frames: Frames) -> Card | None:
    """Summarise the changes since the previous publication; None if no publication is recorded."""
    if frames.publications.is_empty():
        return None
    changes, n = runs.changes(frames), frames.publications.height
    if n == 1:
        return Card("Since the last publication", "first", "this is the first publication")
    before = formatting.moment(frames.publications.sort("published_at", descending=True)["published_at"][1])
    value = formatting.count(len(changes), "change") if changes else "no change"
    return Card(
        "Since the last publication",
        value,
        "; ".join(changes) or f"same counts and best run as on {before} UTC",
        runs.HREF,
        "Publication history",
    )


def _note(board: pl.DataFrame) -> str:
    """Explain the columns of the table of runs; empty if no run has a score."""
    if board.filter(leaderboard.is_scored()).is_empty():
        return ""
    return (
        "Intervals are 95 % t intervals over people: they say where the score of the same trained models on all people "
        "like those tested is. They do not cover the variation from training again. Accuracy excludes photographs "
        "without the required features; “Accuracy, all photographs” counts them as wrong. Calibration error: mean "
        "absolute difference between confidence and accuracy."
    )


def _leakage_row(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        formatting.visible(row["title"], 60),
        formatting.visible(row["recipe"], 40),
        formatting.split(row["against"]),
        formatting.signed(row["value"], 3),
        formatting.signed_interval(row["low"], row["high"]) or formatting.NO_VALUE,
        f"{row['n_people']:,}",
    )


def _audit_card(audits: pl.DataFrame) -> Card | None:
    if audits.is_empty():
        return None
    checks, failed = int(audits["n_checks"].sum()), int(audits["n_failed"].sum())
    outcome = "all passed" if not failed else f"{failed:,} failed (warnings or quarantined rows)"
    return Card("Audit checks", f"{checks:,}", outcome, quality.HREF, "All checks", is_warning=failed > 0)


def _audits(frames: Frames) -> list[tuple[str, ...]]:
    """List the audits of this publication with their failed checks."""
    return [
        (
            formatting.visible(row["stage"], 40),
            formatting.visible(row["audit_id"], 60),
            f"{row['n_checks']:,}",
            f"{row['n_failed']:,}",
            formatting.visible(row["failed"]) if row["n_failed"] else "none",
        )
        for row in frames.quality.iter_rows(named=True)
    ]
