"""The page that tells where one prediction comes from. A pure function of the frames; photographs and predictions are
in the people's scripts."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from dashboards import people, words
from dashboards.figures import outline
from dashboards.frames import Frames
from dashboards.pages.render import Site, html
from store.vocabulary import EMOTIONS

HREF = "lineage.html"


def page(frames: Frames, site: Site) -> str:
    """lineage.html."""
    runs = _runs(frames)
    subjects = _people(frames)
    constants = {
        "runs": [{"run_id": run["run_id"], "title": run["title"]} for run in runs],
        "makers": [_maker(row) for row in frames.makers.iter_rows(named=True)],
        "strokes": [[outline.drawn().index(one) for one in stroke] for stroke in outline.lines()],
        "emotions": EMOTIONS,
    }
    order = sorted(range(len(runs)), key=lambda place: runs[place]["order"])
    content = {
        "title": "Lineage of a prediction",
        "href": HREF,
        "people": [(people.href(one), words.visible(one, 40)) for one in subjects],
        "runs": [(place, runs[place]["title"]) for place in order],
        "constants": json.dumps(constants),
    }
    return html("lineage.html.j2", site=site, page=content)


def _runs(frames: Frames) -> list[dict[str, Any]]:
    """The runs that were tested, as the people's scripts number them; `order` is that of the chooser."""
    board = {row["run_id"]: row for row in frames.leaderboard.iter_rows(named=True)}
    told = [board.get(run_id, {"run_id": run_id}) for run_id in people.Places(frames).runs]
    return [{"run_id": row["run_id"], "title": _title(row), "order": _order(row)} for row in told]


def _title(row: dict[str, Any]) -> str:
    if "title" not in row:
        return words.visible(row["run_id"], 24)
    return f"{words.visible(row['title'], 40)}, {words.visible(row['recipe'], 20)}, {words.strategy(row['strategy'])}"


def _order(row: dict[str, Any]) -> tuple[float, str]:
    """The best first."""
    return (-(row.get("accuracy") or 0.0), row["run_id"])


def _people(frames: Frames) -> list[str]:
    """People with a test prediction; those first whom the systems get wrong most often."""
    own = frames.predictions.join(frames.photographs.select("image_id", "subject_id"), on="image_id")
    wrong = own.group_by("subject_id").agg(share=(pl.col("truth") != pl.col("predicted")).mean())
    return wrong.sort("share", "subject_id", descending=[True, False])["subject_id"].to_list()


def _maker(row: dict[str, Any]) -> dict[str, Any]:
    fold = "" if row["fold"] is None else f", fold {row['fold'] + 1}"
    versions: dict[str, str] = json.loads(row["feature_versions"])
    libraries: dict[str, str] = json.loads(row["library_versions"])
    return {
        "run_id": row["run_id"],
        "seed": row["seed"],
        "started_at": f"{words.moment(row['started_at'])} UTC",
        "service": words.visible(row["service"], 60),
        "service_version": row["service_version"],
        "features": [[words.visible(name, 40), words.visible(one, 40)] for name, one in versions.items()],
        "code_version": words.visible(row["code_version"], 60),
        "libraries": ", ".join(
            f"{words.visible(name, 30)} {words.visible(one, 20)}" for name, one in libraries.items()
        ),
        "artifact_path": words.visible(row["artifact_path"] or words.NO_VALUE, 120),
        "artifact_sha256": row["artifact_sha256"],
        "split": f"{words.strategy(row['strategy'])}{fold}",
        "split_id": row["split_id"],
        "fingerprint": row["fingerprint"],
        "as_of": f"{words.moment(row['as_of'])} UTC",
    }
