"""The page of the lineage of one prediction. Photographs and predictions are in the scripts of the people."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from affect_store.dashboards import formatting, person_scripts
from affect_store.dashboards.figures import outline
from affect_store.dashboards.frames import Frames
from affect_store.dashboards.pages.render import Site, html

HREF = "lineage.html"


def page(frames: Frames, site: Site) -> str:
    """Render lineage.html."""
    runs = _runs(frames)
    constants = {
        "runs": [{"run_id": run["run_id"], "title": run["title"]} for run in runs],
        "prediction_runs": [_prediction_run(row) for row in frames.prediction_runs.iter_rows(named=True)],
        "strokes": [[outline.drawn().index(landmark) for landmark in stroke] for stroke in outline.lines()],
        "emotions": frames.emotions.sort("label")["emotion"].to_list(),
    }
    order = sorted(range(len(runs)), key=lambda index: runs[index]["order"])
    content = {
        "title": "Lineage of a prediction",
        "href": HREF,
        "people": [(person_scripts.href(subject), formatting.visible(subject, 40)) for subject in _people(frames)],
        "runs": [(index, runs[index]["title"]) for index in order],
        "constants": json.dumps(constants),
    }
    return html("lineage.html.j2", site=site, page=content)


def _runs(frames: Frames) -> list[dict[str, Any]]:
    """List the tested runs in the order of `person_scripts.RunIndex`; `order` is the sort key of the selector."""
    board = {row["run_id"]: row for row in frames.leaderboard.iter_rows(named=True)}
    rows = [board.get(run_id, {"run_id": run_id}) for run_id in person_scripts.RunIndex(frames).runs]
    return [{"run_id": row["run_id"], "title": _title(row), "order": _order(row)} for row in rows]


def _title(row: dict[str, Any]) -> str:
    if "title" not in row:
        return formatting.visible(row["run_id"], 24)
    title, recipe = formatting.visible(row["title"], 40), formatting.visible(row["recipe"], 20)
    return f"{title}, {recipe}, {formatting.split(row['strategy'])}"


def _order(row: dict[str, Any]) -> tuple[float, str]:
    """Return the sort key of a run: best accuracy first."""
    return (-(row.get("accuracy") or 0.0), row["run_id"])


def _people(frames: Frames) -> list[str]:
    """List the people with a test prediction, highest error rate first."""
    own = frames.predictions.join(frames.photographs.select("image_id", "subject_id"), on="image_id")
    wrong = own.group_by("subject_id").agg(share=(pl.col("truth") != pl.col("predicted")).mean())
    return wrong.sort("share", "subject_id", descending=[True, False])["subject_id"].to_list()


def _prediction_run(row: dict[str, Any]) -> dict[str, Any]:
    strategy = formatting.strategy(row["strategy"])
    versions: dict[str, str] = json.loads(row["feature_versions"])
    libraries: dict[str, str] = json.loads(row["library_versions"])
    return {
        "run_id": row["run_id"],
        "seed": row["seed"],
        "started_at": f"{formatting.moment(row['started_at'])} UTC",
        "service": formatting.visible(row["service"], 60),
        "service_version": row["service_version"],
        "features": [
            [formatting.visible(name, 40), formatting.visible(version, 40)] for name, version in versions.items()
        ],
        "code_version": formatting.visible(row["code_version"], 60),
        "libraries": ", ".join(
            f"{formatting.visible(name, 30)} {formatting.visible(version, 20)}" for name, version in libraries.items()
        ),
        "artifact_path": formatting.visible(row["artifact_path"] or formatting.NO_VALUE, 120),
        "artifact_sha256": row["artifact_sha256"],
        "split": strategy if row["fold"] is None else f"fold {row['fold'] + 1} of a cross-validation",
        "split_id": row["split_id"],
        "fingerprint": row["fingerprint"],
        "as_of": f"{formatting.moment(row['as_of'])} UTC",
    }
