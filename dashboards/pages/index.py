"""The first page: what data, which system is best, what the audits found. A pure function of the frames."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboards import words
from dashboards.figures import coverage, leaderboard, leak
from dashboards.frames import Frames
from dashboards.pages.render import Placed, Site, html
from store.vocabulary import HUMAN_AGREEMENT, STRATEGIES

HREF = "index.html"
_STATUS = {"untrainable": "Not trainable.", "failed": "Failed."}


def model_href(model: str) -> str:
    """The page of a system."""
    return f"model-{words.slug(model)}.html"


def page(frames: Frames, site: Site) -> str:
    """index.html."""
    board = leaderboard.ranked(frames.leaderboard)
    content = {
        "title": "Overview",
        "href": HREF,
        "lead": _lead(frames),
        "cards": _cards(frames),
        "human": f"{HUMAN_AGREEMENT:.2f}",
        "boards": _boards(board),
        "runs": [run(row) for row in board.iter_rows(named=True)],
        "sentences": _sentences(board),
        "leak": leak.leak(board),
        "has_leak": leak.has_any(board),
        "leak_rows": [_leak_row(row) for row in leak.pairs(board).iter_rows(named=True)],
        "audits": _audits(frames),
    }
    return html("index.html.j2", site=site, page=content)


def status(row: dict[str, Any]) -> str:
    """Why a run shows no score, in two words."""
    return _STATUS.get(row["status"], "No score.")


def sentence(row: dict[str, Any]) -> str:
    """The sentence shown in place of a score; nothing where the run has one."""
    if row["status"] == "completed" and row["accuracy"] is not None:
        return ""
    return words.visible(row["status_detail"] or "No photograph of the test part could be scored.")


def run(row: dict[str, Any]) -> dict[str, Any]:
    """One line of the table of runs."""
    return {
        "href": model_href(row["model"]),
        "title": words.visible(row["title"], 60),
        "recipe": words.visible(row["recipe"], 40),
        "strategy": words.strategy(row["strategy"]),
        "status": status(row),
        "sentence": sentence(row),
        "numbers": [
            words.share(row["accuracy"], 3),
            words.interval(row["accuracy_low"], row["accuracy_high"]) or words.NO_VALUE,
            *(
                words.share(row[name], 3)
                for name in ("chance", "accuracy_all", "macro_f1", "roc_auc", "log_loss", "calibration_error")
            ),
            *(
                words.NO_VALUE if row[name] is None else f"{row[name]:,}"
                for name in ("n_images", "n_people", "n_train", "epochs")
            ),
            words.duration(row["duration_s"]),
        ],
    }


def _boards(board: pl.DataFrame) -> list[Placed]:
    """A figure for each split on which a run has a score; the one by person first."""
    scored = set(board.filter(leaderboard.is_scored())["strategy"])
    known = [name for name in STRATEGIES if name in scored]
    return [Placed(f"board-{words.slug(name)}", leaderboard.accuracy(board, strategy=name)) for name in known]


def _lead(frames: Frames) -> str:
    used = coverage.in_use(frames.coverage)
    return (
        f"{words.count(frames.leaderboard['model'].n_unique(), 'system')}, "
        f"{words.count(frames.leaderboard.height, 'training run')}, "
        f"{words.photographs(used.filter(pl.col('status') != 'missing photograph').height)} of "
        f"{words.people(used['subject_id'].n_unique())} showing {words.count(used['emotion'].n_unique(), 'emotion')}. "
        "What counts is the score on people whom a system has never seen."
    )


def _cards(frames: Frames) -> list[dict[str, str]]:
    board = leaderboard.ranked(frames.leaderboard).filter(leaderboard.is_scored())
    cards = []
    person = board.filter(pl.col("strategy") == STRATEGIES[0])
    if person.height:
        best = person.row(0, named=True)
        band = words.interval(best["accuracy_low"], best["accuracy_high"])
        cards.append(
            {
                "name": "Highest test accuracy, split by person",
                "value": words.share(best["accuracy"]),
                "detail": f"{words.visible(best['title'], 60)}, {words.visible(best['recipe'], 30)}; "
                f"{f'95 % interval {band}' if band else 'no interval'}, {words.people(best['n_people'])}, "
                f"chance {words.share(best['chance'])}",
            }
        )
    return cards + _leak_card(board) + _data_cards(frames) + _audit_card(frames.quality)


def _leak_card(board: pl.DataFrame) -> list[dict[str, str]]:
    both = leak.pairs(board).drop_nulls("inflation")
    if both.is_empty():
        return []
    detail = f"mean gain from seeing the test people in training, {words.count(both.height, 'pair')} of runs"
    return [{"name": "Person leak", "value": words.signed(_mean(both)), "detail": detail}]


def _mean(both: pl.DataFrame) -> float:
    return float(both["inflation"].sum() / both.height)


def _data_cards(frames: Frames) -> list[dict[str, str]]:
    used = coverage.in_use(frames.coverage)
    complete = used.filter(coverage.is_complete()).height
    total, aside = used.height, frames.rejects.height
    ready = f"{100 * complete / total:.1f} %" if total else words.NO_VALUE
    return [
        {
            "name": "Photographs complete",
            "value": ready,
            "detail": f"{complete:,} of {total:,} cells of the design, profiles left out",
        },
        {
            "name": "Files set aside",
            "value": f"{aside:,}",
            "detail": "each with its reason on the page of the data" if aside else "none",
        },
    ]


def _sentences(board: pl.DataFrame) -> list[str]:
    scored = board.filter(leaderboard.is_scored())
    found = []
    if scored.height:
        found.append(
            f"Interval: {words.INTERVAL}. Accuracy leaves out photographs that lack an input; in “all photographs” "
            "they count as wrong. Calibration error: mean gap between stated probability and share right."
        )
    return found


def _leak_row(row: dict[str, Any]) -> tuple[str, ...]:
    scores = (words.share(row[STRATEGIES[0]], 3), words.share(row[STRATEGIES[1]], 3))
    return (
        words.visible(row["title"], 60),
        words.visible(row["recipe"], 40),
        *scores,
        words.signed(row["inflation"], 3),
    )


def _audit_card(quality: pl.DataFrame) -> list[dict[str, str]]:
    if quality.is_empty():
        return []
    checks, failed = int(quality["n_checks"].sum()), int(quality["n_failed"].sum())
    found = "all passed" if not failed else f"{failed:,} warned or set rows aside: see below"
    return [{"name": "Checks of the audits", "value": f"{checks:,}", "detail": found}]


def _audits(frames: Frames) -> list[tuple[str, ...]]:
    """The audits that let this publication through, each with what it found."""
    return [
        (
            words.visible(row["stage"], 40),
            words.visible(row["audit_id"], 60),
            f"{row['n_checks']:,}",
            f"{row['n_failed']:,}",
            words.visible(row["failed"]) if row["n_failed"] else "nothing",
        )
        for row in frames.quality.iter_rows(named=True)
    ]
