"""The page of the history: publications, promotions of champions, training runs."""

from __future__ import annotations

from typing import Any

import polars as pl

from affect_store.dashboards import formatting
from affect_store.dashboards.figures import history
from affect_store.dashboards.frames import Frames
from affect_store.dashboards.pages.render import Site, html

HREF = "runs.html"
MAX_ROWS = 300


def page(frames: Frames, site: Site) -> str:
    """Render runs.html."""
    shown = frames.runs.filter(pl.col("strategy") != "fold")
    trained = frames.runs.filter(~pl.col("is_pooled")).height
    content = {
        "title": "Runs and publications",
        "href": HREF,
        "lead": f"{formatting.count(frames.publications.height, 'publication')} and "
        f"{formatting.count(trained, 'training run')} on record. The id of a run is a hash of everything that "
        "determines it, so a run that is already in the registry is not trained again.",
        "accuracy": history.publications(frames.publications) if _has_line(frames.publications) else None,
        "publications": [_publication(frames, row) for row in frames.publications.head(MAX_ROWS).iter_rows(named=True)],
        "promotions": [_promotion(frames, row) for row in frames.promotions.head(MAX_ROWS).iter_rows(named=True)],
        "timeline": history.runs(frames.runs) if (~frames.runs["is_pooled"]).any() else None,
        "runs": [_run(frames, row) for row in shown.head(MAX_ROWS).iter_rows(named=True)],
        "runs_label": _label(shown.height, frames.runs.height - shown.height),
    }
    return html("runs.html.j2", site=site, page=content)


def changes(frames: Frames) -> list[str]:
    """List the changes since the previous publication as short phrases; empty for the first publication."""
    if frames.publications.height < 2:
        return []
    now, before = frames.publications.sort("published_at", descending=True).head(2).to_dicts()
    changes = [
        _more(now["n_images"] - before["n_images"], "photograph"),
        _more(now["n_people"] - before["n_people"], "person", "people"),
        _more(now["n_runs"] - before["n_runs"], "training run"),
    ]
    if now["value"] is not None and before["value"] is not None and now["value"] != before["value"]:
        changes.append(f"best accuracy by person {formatting.signed(now['value'] - before['value'], 3)}")
    elif now["value"] is not None and before["value"] is None:
        changes.append("first accuracy by person")
    if now["run_id"] != before["run_id"]:
        changes.append("new best run")
    if now["code_version"] != before["code_version"]:
        changes.append("new code version")
    return [change for change in changes if change]


def _more(number: int, singular: str, plural: str = "") -> str:
    return "" if not number else f"{'+' if number > 0 else '−'}{formatting.count(abs(number), singular, plural)}"


def _has_line(publications: pl.DataFrame) -> bool:
    """Return whether at least two publications have a score, enough for a line."""
    return publications["value"].is_not_null().sum() > 1


def _publication(frames: Frames, row: dict[str, Any]) -> tuple[str, ...]:
    best = frames.runs.filter(pl.col("run_id") == (row["run_id"] or "")).to_dicts()
    name = f"{frames.title(best[0]['model'])}, {best[0]['recipe']}" if best else row["run_id"] or formatting.NO_VALUE
    return (
        formatting.moment(row["published_at"]),
        f"{row['n_images']:,}",
        f"{row['n_people']:,}",
        f"{row['n_runs']:,}",
        f"{row['n_failed']:,}",
        formatting.visible(name, 60),
        formatting.share(row["value"], 3),
        formatting.interval(row["low"], row["high"]) or formatting.NO_VALUE,
        formatting.visible(row["code_version"], 30),
    )


def _promotion(frames: Frames, row: dict[str, Any]) -> tuple[str, ...]:
    against = _system(frames, row["against_model"], row["against_recipe"])
    return (
        formatting.moment(row["promoted_at"]),
        formatting.visible(row["alias"], 30),
        _system(frames, row["model"], row["recipe"]),
        against if row["against_run_id"] else formatting.NO_VALUE,
        formatting.p_value(row["p"]),
        formatting.visible(row["reason"]),
    )


def _system(frames: Frames, model: str | None, recipe: str | None) -> str:
    return f"{formatting.visible(frames.title(model), 40)}, {formatting.visible(recipe or '', 20)}"


def _run(frames: Frames, row: dict[str, Any]) -> tuple[str, ...]:
    return (
        formatting.moment(row["started_at"]),
        formatting.visible(frames.title(row["model"]), 40),
        formatting.visible(row["recipe"], 20),
        formatting.strategy(row["strategy"]),
        f"{row['seed']}",
        formatting.NO_VALUE if row["epochs"] is None else f"{row['epochs']:,}",
        formatting.duration(row["duration_s"]),
        formatting.share(row["accuracy"], 3),
        formatting.visible(row["status_detail"] or row["status"], 160),
        "yes" if row["is_current"] else "",
        formatting.visible(row["run_id"], 24),
    )


def _label(n: int, folds: int) -> str:
    shown = f", the newest {MAX_ROWS} shown" if n > MAX_ROWS else ""
    hidden = f"; {formatting.count(folds, 'single-fold run')} not listed" if folds else ""
    return f"{formatting.count(n, 'run')}{shown}{hidden}"
