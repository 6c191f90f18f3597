"""The first page: what data, which system is best, what the audits found. A pure function of the frames."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboards import words
from dashboards.figures import coverage, leaderboard, leak
from dashboards.frames import Frames
from dashboards.pages import quality, runs
from dashboards.pages.render import Placed, Site, html
from store.vocabulary import HUMAN_AGREEMENT, STRATEGIES

HREF = "index.html"
CHAMPION = "champion"
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
        "human": f"{HUMAN_AGREEMENT:.2f}" if frames.is_rafd else None,
        "boards": _boards(board, is_rafd=frames.is_rafd),
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


def _boards(board: pl.DataFrame, *, is_rafd: bool) -> list[Placed]:
    """A figure for each split on which a run has a score; the one by person first."""
    scored = set(board.filter(leaderboard.is_scored())["strategy"])
    known = [name for name in STRATEGIES if name in scored]
    pictures = {name: leaderboard.accuracy(board, strategy=name, is_rafd=is_rafd) for name in known}
    return [Placed(f"board-{words.slug(name)}", picture) for name, picture in pictures.items()]


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
    cards = [_best_card(frames, board), _leak_card(board), *_data_cards(frames), _audit_card(frames.quality)]
    return [card for card in (*cards, _change_card(frames)) if card]


def card(name: str, value: str, detail: str, href: str = "", more: str = "", tone: str = "") -> dict[str, str]:
    """A number with its name, a line below, and where there is more."""
    return {"name": name, "value": value, "detail": detail, "href": href, "more": more, "tone": tone}


def _best_card(frames: Frames, board: pl.DataFrame) -> dict[str, str]:
    """The champion where retraining has crowned one that still counts, else the best run by person."""
    person = board.filter(pl.col("strategy") == STRATEGIES[0])
    crowned = frames.promotions.filter(pl.col("alias") == CHAMPION).sort("promoted_at", descending=True).head(1)
    champion = board.filter(pl.col("run_id").is_in(crowned["run_id"].to_list()))
    shown = champion if champion.height else person
    if shown.is_empty():
        return {}
    best = shown.row(0, named=True)
    band = words.interval(best["accuracy_low"], best["accuracy_high"])
    return card(
        f"Champion, {words.strategy(best['strategy'])}"
        if champion.height
        else "Highest test accuracy, split by person",
        words.share(best["accuracy"]),
        f"{words.visible(best['title'], 60)}, {words.visible(best['recipe'], 30)}; "
        f"{f'95 % interval {band}' if band else 'no interval'}, {words.people(best['n_people'])}, "
        f"chance {words.share(best['chance'])}",
        model_href(best["model"]),
        "page of the system",
    )


def _leak_card(board: pl.DataFrame) -> dict[str, str]:
    both = leak.pairs(board).drop_nulls("inflation")
    if both.is_empty():
        return {}
    detail = f"mean gain from seeing the test people in training, {words.count(both.height, 'pair')} of runs"
    return card("Person leak", words.signed(_mean(both)), detail)


def _mean(both: pl.DataFrame) -> float:
    return float(both["inflation"].sum() / both.height)


def _data_cards(frames: Frames) -> list[dict[str, str]]:
    used = coverage.in_use(frames.coverage)
    complete = used.filter(coverage.is_complete()).height
    total, aside = used.height, frames.rejects.height
    ready = f"{100 * complete / total:.1f} %" if total else words.NO_VALUE
    files = "each with its reason" if aside else "none"
    return [
        card("Photographs complete", ready, f"{complete:,} of {total:,} cells of the design, profiles left out"),
        card("Files set aside", f"{aside:,}", files, "data.html#aside" if aside else "", "which files"),
    ]


def _change_card(frames: Frames) -> dict[str, str]:
    """What is new since the publication before; nothing where the store does not tell."""
    if frames.publications.is_empty():
        return {}
    told, n = runs.changes(frames), frames.publications.height
    if n == 1:
        return card("Since the last publication", "first", "nothing was published here before")
    before = words.moment(frames.publications.sort("published_at", descending=True)["published_at"][1])
    value = words.count(len(told), "change") if told else "same counts"
    return card(
        "Since the last publication",
        value,
        "; ".join(told) or f"and the same best run as on {before} UTC",
        runs.HREF,
        "history of publications",
    )


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


def _audit_card(found: pl.DataFrame) -> dict[str, str]:
    if found.is_empty():
        return {}
    checks, failed = int(found["n_checks"].sum()), int(found["n_failed"].sum())
    told = "all passed" if not failed else f"{failed:,} warned or set rows aside"
    return card("Checks of the audits", f"{checks:,}", told, quality.HREF, "all checks", "odd" if failed else "")


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
