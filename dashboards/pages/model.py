"""The page of one system: every run with curves, confusion matrices and slices. A pure function of the frames."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import polars as pl

from dashboards import palette, words
from dashboards.figures import confusion, deciding, hardest, learning, slices
from dashboards.figures.leaderboard import ranked
from dashboards.frames import Frames
from dashboards.pages.index import model_href, sentence, status
from dashboards.pages.render import Placed, Site, html
from store.vocabulary import LANDMARK_GROUPS, PARTS

TEST = PARTS[-1]


def page(frames: Frames, site: Site, model: str) -> str:
    """model-NAME.html."""
    rows = ranked(frames.leaderboard.filter(pl.col("model") == model)).to_dicts()
    title = words.visible(rows[0]["title"], 80)
    scored = sum(not sentence(row) for row in rows)
    content = {
        "title": title,
        "href": model_href(model),
        "heading": title,
        "lead": f"{words.count(len(rows), 'training run')} of this system, {scored} with a score: "
        "one section for each recipe and split.",
        "deciding": _deciding(frames, rows),
        "runs": [_run(frames, row, place) for place, row in enumerate(rows)],
    }
    return html("model.html.j2", site=site, page=content)


def _deciding(frames: Frames, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The face on which a run and an emotion are chosen; nothing where no run of the system reads movements."""
    known = [row for row in rows if deciding.choices(frames.attributions, row["run_id"])]
    if not known or frames.neutral is None:
        return None
    numbers, first = {}, deciding.choices(frames.attributions, known[0]["run_id"])
    shown: set[str] = set()
    for place, row in enumerate(known):
        for emotion, added in deciding.choices(frames.attributions, row["run_id"]).items():
            says = f"All landmarks together add {words.signed(sum(added))}."
            shown.add(emotion)
            numbers[f"{place}|{emotion}"] = {"added": added, "reach": deciding.reach(added), "says": says}
    return {
        "picture": deciding.solid(frames.attributions, known[0]["run_id"], frames.neutral.astype(np.float64)),
        "runs": [(place, _name(row)) for place, row in enumerate(known)],
        "emotions": sorted(shown, key=lambda one: (one not in first, one)),
        "numbers": json.dumps(numbers),
        "says": numbers[f"0|{next(iter(first))}"]["says"],
        "head": ("Emotion", *LANDMARK_GROUPS),
        "rows": deciding.rows(frames.attributions, known[0]["run_id"]),
        "label": f"What the landmarks of each group add together: {_name(known[0])}",
        "ramp": ",".join(f"{colour} {100 * place:.0f}%" for place, colour in palette.BETTER_OR_WORSE),
    }


def _name(row: dict[str, Any]) -> str:
    return f"{words.visible(row['recipe'], 40).capitalize()}, split {words.strategy(row['strategy'])}"


def _run(frames: Frames, row: dict[str, Any], place: int) -> dict[str, Any]:
    own = pl.col("run_id") == row["run_id"]
    anchor = f"run-{place + 1}"
    without = sentence(row)
    content: dict[str, Any] = {
        "id": anchor,
        "name": _name(row),
        "summary": status(row) if without else f"test accuracy {words.share(row['accuracy'])}",
        "facts": _facts(row),
        "status": status(row),
        "sentence": without,
        "curves": _curves(frames.epochs.filter(own), anchor),
        "matrices": [],
        "details": [],
        "hardest": [],
        "is_tested": False,
        "emotions": [],
        "metrics": [],
        "comparisons": [],
    }
    return content if without else content | _scores(frames, row, anchor)


def _scores(frames: Frames, row: dict[str, Any], anchor: str) -> dict[str, Any]:
    """What only a run with predictions has."""
    own = pl.col("run_id") == row["run_id"]
    metrics, answers = frames.metrics.filter(own), frames.confusion.filter(own)
    versus = _comparisons(frames, row["run_id"])
    return {
        "matrices": _matrices(answers, metrics, anchor),
        "details": _details(answers, metrics, anchor) + _importances(frames.importances.filter(own), row, anchor),
        "hardest": hardest.cards(frames.hardest.filter(own)),
        "is_tested": TEST in set(answers["part"]),
        "emotions": _emotions(answers),
        "metrics": _metrics(metrics),
        "comparisons": versus,
        "comparison_note": "Difference of test accuracy on the photographs that both runs can score; Wilcoxon "
        "signed-rank over people, Holm-adjusted over all pairs. "
        f"Below {words.FEWEST_PEOPLE} people there is no p value.",
    }


def _facts(row: dict[str, Any]) -> str:
    few = words.few_people(row["n_people"]) if not sentence(row) else ""
    facts = [
        f"run {words.visible(row['run_id'], 24)}",
        f"trained on {words.photographs(row['n_train'])}" if row["n_train"] is not None else "",
        f"tested on {words.photographs(row['n_images'])} of {words.people(row['n_people'])}" if row["n_images"] else "",
        words.count(row["epochs"], "epoch") if row["epochs"] else "",
        words.duration(row["duration_s"]) if row["duration_s"] is not None else "",
    ]
    return f"{' · '.join(fact for fact in facts if fact)}. {few}".strip()


def _curves(epochs: pl.DataFrame, anchor: str) -> list[Placed]:
    if epochs.is_empty():
        return []
    return [Placed(f"{anchor}-{measure}", learning.curves(epochs, measure)) for measure in ("loss", "accuracy")]


def _matrices(answers: pl.DataFrame, metrics: pl.DataFrame, anchor: str) -> list[Placed]:
    emotions = confusion.present(answers)
    parts = [part for part in PARTS if part in set(answers["part"])]
    return [
        Placed(
            f"{anchor}-{part}",
            confusion.matrix(answers, part=part, emotions=emotions, scores=_overall(metrics, part)),
        )
        for part in parts
    ]


def _overall(metrics: pl.DataFrame, part: str) -> dict[str, Any]:
    rows = metrics.filter((pl.col("part") == part) & (pl.col("slice") == slices.ALL)).to_dicts()
    sizes = {"n_people": rows[0]["n_people"], "n_images": rows[0]["n_images"]} if rows else {}
    return {**{row["metric"]: row["value"] for row in rows}, **sizes}


def _details(answers: pl.DataFrame, metrics: pl.DataFrame, anchor: str) -> list[Placed]:
    found = []
    if slices.rows(metrics, part=TEST):
        found.append(Placed(f"{anchor}-slices", slices.accuracies(metrics, part=TEST)))
    if TEST in set(answers["part"]):
        found.append(Placed(f"{anchor}-recalls", confusion.recalls(answers, part=TEST)))
    return found


def _importances(frame: pl.DataFrame, row: dict[str, Any], anchor: str) -> list[Placed]:
    return [] if frame.is_empty() else [Placed(f"{anchor}-importances", deciding.importances(frame, row["run_id"]))]


def _emotions(answers: pl.DataFrame) -> list[tuple[str, ...]]:
    order = {part: k for k, part in enumerate(reversed(PARTS))}
    rows = sorted(confusion.per_emotion(answers).iter_rows(named=True), key=lambda row: order.get(row["part"], 9))
    scores = ("recall", "precision", "f1")
    return [
        (row["emotion"], row["part"], f"{row['n']:,}", *(words.share(row[name]) for name in scores)) for row in rows
    ]


def _metrics(metrics: pl.DataFrame) -> list[tuple[str, ...]]:
    order = {part: k for k, part in enumerate(reversed(PARTS))}
    rows = metrics.filter(pl.col("slice") == slices.ALL).to_dicts()
    return [
        (
            words.visible(row["metric"]).replace("_", " "),
            row["part"],
            words.share(row["value"], 3),
            words.interval(row["low"], row["high"]) or words.NO_VALUE,
            f"{row['n_images']:,}",
            f"{row['n_people']:,}",
            words.visible(row["method"]),
        )
        for row in sorted(rows, key=lambda row: (order.get(row["part"], 9), row["metric"]))
    ]


def _comparisons(frames: Frames, run_id: str) -> list[tuple[str, ...]]:
    """Differences from this run's side, whichever side of the pair it was stored on."""
    wanted = (pl.col("part") == TEST) & (pl.col("slice") == slices.ALL) & (pl.col("metric") == "accuracy")
    pairs = frames.comparisons.filter(wanted)
    turned = pairs.filter(pl.col("other_run_id") == run_id).with_columns(other_run_id="run_id", value=-pl.col("value"))
    both = pl.concat([pairs.filter(pl.col("run_id") == run_id), turned])
    names = {
        row["run_id"]: f"{words.visible(row['title'], 40)}, {words.visible(row['recipe'], 20)}"
        for row in frames.leaderboard.iter_rows(named=True)
    }
    return [
        (
            names.get(row["other_run_id"], words.visible(row["other_run_id"], 24)),
            words.signed(row["value"], 3),
            words.share(row["p"], 3),
            words.share(row["p_adjusted"], 3),
            f"{row['n_people']:,}",
            words.visible(row["method"]),
        )
        for row in both.sort("value", descending=True, nulls_last=True).iter_rows(named=True)
    ]
