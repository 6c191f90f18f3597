"""The page of one system: learning curves, confusion matrices, slices and explanations of each run."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import polars as pl

from affect_store.dashboards import formatting, palette
from affect_store.dashboards.figures import attributions, confusion, hardest, learning, slices
from affect_store.dashboards.figures.leaderboard import ranked
from affect_store.dashboards.frames import Frames
from affect_store.dashboards.pages.index import missing_score_reason, model_href, status
from affect_store.dashboards.pages.render import PageFigure, Site, html
from affect_store.store.vocabulary import EMOTIONS, LANDMARK_GROUPS, MIN_PEOPLE, PARTS

TEST = PARTS[-1]


def page(frames: Frames, site: Site, model: str) -> str:
    """Render model-NAME.html."""
    rows = ranked(frames.leaderboard.filter(pl.col("model") == model)).to_dicts()
    title = formatting.visible(rows[0]["title"], 80)
    scored = sum(not missing_score_reason(row) for row in rows)
    content = {
        "title": title,
        "href": model_href(model),
        "heading": title,
        "lead": f"{formatting.count(len(rows), 'training run')} of this system, {scored} with a score. "
        "There is a section for each recipe and split.",
        "attributions": _attributions(frames, rows),
        "runs": [_run(frames, row, index) for index, row in enumerate(rows)],
    }
    return html("model.html.j2", site=site, page=content)


def _attributions(frames: Frames, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Build the face with selectors for run and emotion; None if no run of the system has attributions."""
    known = [row for row in rows if attributions.choices(frames.attributions, row["run_id"])]
    if not known or frames.neutral is None:
        return None
    numbers, first = {}, attributions.choices(frames.attributions, known[0]["run_id"])
    shown: set[str] = set()
    for index, row in enumerate(known):
        for emotion, added in attributions.choices(frames.attributions, row["run_id"]).items():
            total = f"Sum over all landmarks: {formatting.signed(sum(added))}."
            shown.add(emotion)
            numbers[f"{index}|{emotion}"] = {"added": added, "limit": attributions.colour_limit(added), "total": total}
    return {
        "captioned": attributions.attribution_face(
            frames.attributions, known[0]["run_id"], frames.neutral.astype(np.float64)
        ),
        "runs": [(index, _name(row)) for index, row in enumerate(known)],
        "emotions": sorted(shown, key=lambda emotion: (emotion not in first, emotion)),
        "numbers": json.dumps(numbers),
        "total": numbers[f"0|{next(iter(first))}"]["total"],
        "head": ("Emotion", *LANDMARK_GROUPS),
        "rows": attributions.rows(frames.attributions, frames.group_attributions, known[0]["run_id"]),
        "label": f"Sum of the attributions per landmark group, with {formatting.INTERVAL}: {_name(known[0])}",
        "ramp": ",".join(f"{colour} {100 * position:.0f}%" for position, colour in palette.BETTER_OR_WORSE),
    }


def _name(row: dict[str, Any]) -> str:
    return f"{formatting.visible(row['recipe'], 40).capitalize()}, {formatting.split(row['strategy'])}"


def _run(frames: Frames, row: dict[str, Any], index: int) -> dict[str, Any]:
    own = pl.col("run_id") == row["run_id"]
    anchor = f"run-{index + 1}"
    reason = missing_score_reason(row)
    content: dict[str, Any] = {
        "id": anchor,
        "name": _name(row),
        "summary": status(row) if reason else f"test accuracy {formatting.share(row['accuracy'])}",
        "facts": _facts(row),
        "status": status(row),
        "reason": reason,
        "curves": _curves(frames.epochs.filter(own), anchor),
        "network": _network(frames.layers.filter(own)),
        "matrices": [],
        "spread": "",
        "details": [],
        "hardest": [],
        "is_tested": False,
        "emotions": [],
        "metrics": [],
        "comparisons": [],
    }
    return content if reason else content | _scores(frames, row, anchor)


def _scores(frames: Frames, row: dict[str, Any], anchor: str) -> dict[str, Any]:
    """Build the content that only a run with predictions has."""
    own = pl.col("run_id") == row["run_id"]
    metrics, predictions = frames.metrics.filter(own), frames.confusion.filter(own)
    return {
        "matrices": _matrices(predictions, metrics, anchor),
        "spread": _spread(predictions, metrics),
        "details": _details(predictions, metrics, anchor, is_rafd=frames.is_rafd)
        + _importances(frames.importances.filter(own), row, anchor),
        "hardest": hardest.cards(frames.hardest.filter(own)),
        "is_tested": TEST in set(predictions["part"]),
        "emotions": _emotions(predictions),
        "metrics": _metrics(metrics),
        "comparisons": _comparisons(frames, row["run_id"]),
        "comparison_note": "Difference in test accuracy on the photographs that both runs can score. Wilcoxon "
        "signed-rank test over people, Holm-adjusted over all pairs but a primary comparison. "
        f"p values need at least {MIN_PEOPLE} people.",
    }


def _facts(row: dict[str, Any]) -> str:
    few = formatting.few_people(row["n_people"]) if not missing_score_reason(row) else ""
    facts = [
        f"run {formatting.visible(row['run_id'], 24)}",
        f"trained on {formatting.photographs(row['n_train'])}" if row["n_train"] is not None else "",
        f"tested on {formatting.photographs(row['n_images'])} of {formatting.people(row['n_people'])}"
        if row["n_images"]
        else "",
        formatting.count(row["epochs"], "epoch") if row["epochs"] else "",
        f"mean of the probabilities of {', '.join(map(formatting.visible, row['members']))}" if row["members"] else "",
        f"the scores are the mean of {row['n_runs']} runs; tables and figures show the first"
        if (row["n_runs"] or 1) > 1
        else "",
        formatting.duration(row["duration_s"]) if row["duration_s"] is not None else "",
    ]
    return f"{' · '.join(fact for fact in facts if fact)}. {few}".strip()


def _curves(epochs: pl.DataFrame, anchor: str) -> list[PageFigure]:
    if epochs.is_empty():
        return []
    logged = [measure for measure in learning.LABELS if epochs[measure].count() or measure != "auc"]  # new in version 4
    return [PageFigure(f"{anchor}-{measure}", learning.curves(epochs, measure)) for measure in logged]


def _network(layers: pl.DataFrame) -> dict[str, Any] | None:
    """List the layers of a network; None for a run without one."""
    if layers.is_empty():
        return None
    weights, trainable = int(layers["weights"].sum()), int(layers["trainable_weights"].sum())
    return {
        "summary": f"Layers: {weights:,} weights, {trainable:,} of them trainable",
        "rows": [
            (
                f"{row['position']}",
                formatting.visible(row["kind"], 40),
                formatting.visible(row["output_shape"], 40),
                f"{row['weights']:,}",
                f"{row['trainable_weights']:,}",
            )
            for row in layers.sort("position").iter_rows(named=True)
        ],
    }


def _matrices(predictions: pl.DataFrame, metrics: pl.DataFrame, anchor: str) -> list[PageFigure]:
    emotions = confusion.occurring_emotions(predictions)
    parts = [part for part in PARTS if part in set(predictions["part"])]
    return [
        PageFigure(
            f"{anchor}-{part}",
            confusion.matrix(predictions, part=part, emotions=emotions, scores=_overall(metrics, part)),
        )
        for part in parts
    ]


def _spread(predictions: pl.DataFrame, metrics: pl.DataFrame) -> str:
    """Say over how many pairs of emotions the test errors are spread; empty without errors."""
    is_spread = (pl.col("part") == TEST) & (pl.col("slice") == slices.ALL) & (pl.col("metric") == "confusion_entropy")
    rows = metrics.filter(is_spread & pl.col("value").is_not_null()).to_dicts()
    errors = int(predictions.filter((pl.col("part") == TEST) & (pl.col("truth") != pl.col("predicted")))["n"].sum())
    if not rows or not errors:
        return ""
    entropy, limits = rows[0]["value"], formatting.interval(rows[0]["low"], rows[0]["high"])
    size = f"{formatting.share(entropy)} bits" + (f" (95 % interval {limits})" if limits else "")
    classes = len({*EMOTIONS, *predictions["truth"], *predictions["predicted"]})
    pairs = classes * (classes - 1)
    return (
        f"Errors on the test part: {formatting.photographs(errors)}; the entropy of their distribution over the "
        f"{pairs} pairs of true and predicted emotion is {size}, as for errors that {formatting.share(2**entropy, 1)} "
        "pairs share equally."
    )


def _overall(metrics: pl.DataFrame, part: str) -> dict[str, Any]:
    rows = metrics.filter((pl.col("part") == part) & (pl.col("slice") == slices.ALL)).to_dicts()
    sizes = {"n_people": rows[0]["n_people"], "n_images": rows[0]["n_images"]} if rows else {}
    return {**{row["metric"]: row["value"] for row in rows}, **sizes}


def _details(predictions: pl.DataFrame, metrics: pl.DataFrame, anchor: str, *, is_rafd: bool) -> list[PageFigure]:
    figures = []
    if slices.rows(metrics, part=TEST):
        figures.append(PageFigure(f"{anchor}-slices", slices.accuracies(metrics, part=TEST, is_rafd=is_rafd)))
    if TEST in set(predictions["part"]):
        figures.append(PageFigure(f"{anchor}-recalls", confusion.recalls(predictions, part=TEST)))
    return figures


def _importances(frame: pl.DataFrame, row: dict[str, Any], anchor: str) -> list[PageFigure]:
    if frame.is_empty():
        return []
    return [PageFigure(f"{anchor}-importances", attributions.importances(frame, row["run_id"]))]


def _emotions(predictions: pl.DataFrame) -> list[tuple[str, ...]]:
    order = {part: k for k, part in enumerate(reversed(PARTS))}
    rows = sorted(confusion.per_emotion(predictions).iter_rows(named=True), key=lambda row: order.get(row["part"], 9))
    scores = ("recall", "precision", "f1")
    return [
        (row["emotion"], row["part"], f"{row['n']:,}", *(formatting.share(row[name]) for name in scores))
        for row in rows
    ]


def _metrics(metrics: pl.DataFrame) -> list[tuple[str, ...]]:
    order = {part: k for k, part in enumerate(reversed(PARTS))}
    rows = metrics.filter(pl.col("slice") == slices.ALL).to_dicts()
    return [
        (
            formatting.visible(row["metric"]).replace("_", " "),
            row["part"],
            formatting.share(row["value"], 3),
            formatting.interval(row["low"], row["high"]) or formatting.NO_VALUE,
            f"{row['n_images']:,}",
            f"{row['n_people']:,}",
            formatting.visible(row["method"]),
        )
        for row in sorted(rows, key=lambda row: (order.get(row["part"], 9), row["metric"]))
    ]


def _comparisons(frames: Frames, run_id: str) -> list[tuple[str, ...]]:
    """List the differences between this run and the others, whichever side of the pair it was stored on."""
    wanted = (pl.col("part") == TEST) & (pl.col("slice") == slices.ALL) & (pl.col("metric") == "accuracy")
    pairs = frames.comparisons.filter(wanted)
    turned = pairs.filter(pl.col("other_run_id") == run_id).with_columns(other_run_id="run_id", value=-pl.col("value"))
    both = pl.concat([pairs.filter(pl.col("run_id") == run_id), turned])
    names = {
        row["run_id"]: f"{formatting.visible(row['title'], 40)}, {formatting.visible(row['recipe'], 20)}"
        for row in frames.leaderboard.iter_rows(named=True)
    }
    return [
        (
            names.get(row["other_run_id"], formatting.visible(row["other_run_id"], 24)),
            formatting.signed(row["value"], 3),
            formatting.share(row["p"], 3),
            formatting.share(row["p_adjusted"], 3),
            f"{row['n_people']:,}",
            formatting.visible(row["method"]),
        )
        for row in both.sort("value", descending=True, nulls_last=True).iter_rows(named=True)
    ]
