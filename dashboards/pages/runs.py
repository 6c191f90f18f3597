"""The page of what happened: publications, decisions about models, training runs. A pure function of the frames."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboards import words
from dashboards.figures import history
from dashboards.frames import Frames
from dashboards.pages.render import Site, html

HREF = "runs.html"
MOST = 300


def page(frames: Frames, site: Site) -> str:
    """runs.html."""
    shown = frames.runs.filter(pl.col("strategy") != "fold")
    trained = frames.runs.filter(~pl.col("is_pooled")).height
    content = {
        "title": "Runs and publications",
        "href": HREF,
        "lead": f"{words.count(frames.publications.height, 'publication')} led here, "
        f"{words.count(trained, 'training run')} are in the registry. A run is known by a hash of all that "
        "determines it: what is there already is not trained again.",
        "accuracy": history.publications(frames.publications) if _has_scores(frames.publications) else None,
        "publications": [_publication(frames, row) for row in frames.publications.head(MOST).iter_rows(named=True)],
        "promotions": [_promotion(frames, row) for row in frames.promotions.head(MOST).iter_rows(named=True)],
        "timeline": history.runs(frames.runs) if (~frames.runs["is_pooled"]).any() else None,
        "runs": [_run(frames, row) for row in shown.head(MOST).iter_rows(named=True)],
        "runs_label": _label(shown.height, frames.runs.height - shown.height),
    }
    return html("runs.html.j2", site=site, page=content)


def changes(frames: Frames) -> list[str]:
    """What this publication changed against the one before, in a few words each; nothing where it is the first."""
    if frames.publications.height < 2:
        return []
    now, before = frames.publications.sort("published_at", descending=True).head(2).to_dicts()
    told = [
        _more(now["n_images"] - before["n_images"], "photograph"),
        _more(now["n_people"] - before["n_people"], "person", "people"),
        _more(now["n_runs"] - before["n_runs"], "training run"),
    ]
    if now["value"] is not None and before["value"] is not None and now["value"] != before["value"]:
        told.append(f"best accuracy by person {words.signed(now['value'] - before['value'], 3)}")
    elif now["value"] is not None and before["value"] is None:
        told.append("first accuracy by person")
    if now["run_id"] != before["run_id"]:
        told.append("another best run")
    if now["code_version"] != before["code_version"]:
        told.append("other code")
    return [one for one in told if one]


def _more(number: int, one: str, many: str = "") -> str:
    return "" if not number else f"{'+' if number > 0 else '−'}{words.count(abs(number), one, many)}"


def _has_scores(frame: pl.DataFrame) -> bool:
    """Whether there is a line to draw."""
    return frame["value"].is_not_null().sum() > 1


def _publication(frames: Frames, row: dict[str, Any]) -> tuple[str, ...]:
    best = frames.runs.filter(pl.col("run_id") == (row["run_id"] or "")).to_dicts()
    name = f"{frames.title(best[0]['model'])}, {best[0]['recipe']}" if best else row["run_id"] or words.NO_VALUE
    return (
        words.moment(row["published_at"]),
        f"{row['n_images']:,}",
        f"{row['n_people']:,}",
        f"{row['n_runs']:,}",
        f"{row['n_failed']:,}",
        words.visible(name, 60),
        words.share(row["value"], 3),
        words.interval(row["low"], row["high"]) or words.NO_VALUE,
        words.visible(row["code_version"], 30),
    )


def _promotion(frames: Frames, row: dict[str, Any]) -> tuple[str, ...]:
    return (
        words.moment(row["promoted_at"]),
        words.visible(row["alias"], 30),
        f"{words.visible(frames.title(row['model']), 40)}, {words.visible(row['recipe'] or '', 20)}",
        f"{words.visible(frames.title(row['against_model']), 40)}, {words.visible(row['against_recipe'] or '', 20)}"
        if row["against_run_id"]
        else words.NO_VALUE,
        words.p_value(row["p"]),
        words.visible(row["reason"]),
    )


def _run(frames: Frames, row: dict[str, Any]) -> tuple[str, ...]:
    return (
        words.moment(row["started_at"]),
        words.visible(frames.title(row["model"]), 40),
        words.visible(row["recipe"], 20),
        words.strategy(row["strategy"]),
        f"{row['seed']}",
        words.NO_VALUE if row["epochs"] is None else f"{row['epochs']:,}",
        words.duration(row["duration_s"]),
        words.share(row["accuracy"], 3),
        words.visible(row["status_detail"] or row["status"], 160),
        "yes" if row["is_current"] else "",
        words.visible(row["run_id"], 24),
    )


def _label(n: int, folds: int) -> str:
    shown = f", the newest {MOST} shown" if n > MOST else ""
    left = f"; {words.count(folds, 'run')} of single folds are in the registry alone" if folds else ""
    return f"{words.count(n, 'run')}{shown}{left}"
