"""The page of the dataset: coverage of the design, splits and their overlap, rejected files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from affect_store.dashboards import formatting
from affect_store.dashboards.figures import coverage, split_members
from affect_store.dashboards.frames import Frames
from affect_store.dashboards.pages.render import PageFigure, Site, html
from affect_store.store.emotion_classes import in_order
from affect_store.store.vocabulary import EMOTIONS, PARTS, STRATEGIES

HREF = "data.html"
MAX_REJECTS = 200


def page(frames: Frames, site: Site) -> str:
    """Render data.html."""
    used = coverage.of_used_cameras(frames.coverage)
    present = used.filter(pl.col("status") != "missing photograph").height
    emotions = in_order([*EMOTIONS, *frames.unlabelled["emotion"]])
    content = {
        "title": "Dataset and splits",
        "href": HREF,
        "lead": f"{formatting.photographs(present)} of {formatting.people(used['subject_id'].n_unique())}: coverage of "
        "the experimental design, missing features with their reason, and the assignment of people and photographs to "
        "the splits.",
        "coverage": _coverage(used),
        "missing": missing(frames.coverage),
        "unlabelled": _unlabelled(frames, emotions),
        "unlabelled_head": ("System", *emotions, "All"),
        "rejects": _rejects(frames.rejects),
        "rejects_label": _rejects_label(frames.rejects.height),
        "parts": _parts(frames.parts),
        "members": _members(frames.subject_parts),
        "untested": [_untested(row) for row in frames.untested.iter_rows(named=True)],
        "overlap": [_overlap(row) for row in frames.overlap.iter_rows(named=True)],
        "sizes": [_size(row) for row in frames.sizes.iter_rows(named=True)],
    }
    return html("data.html.j2", site=site, page=content)


def _coverage(frame: pl.DataFrame) -> list[PageFigure]:
    if frame.is_empty():
        return []
    return [
        PageFigure("coverage-people", coverage.by_person(frame)),
        PageFigure("coverage-views", coverage.by_view(frame)),
    ]


def _members(frame: pl.DataFrame) -> list[PageFigure]:
    known = [name for name in STRATEGIES if name in set(frame["strategy"])]
    return [
        PageFigure(f"members-{formatting.slug(name)}", split_members.members(frame, strategy=name)) for name in known
    ]


def _parts(parts: pl.DataFrame) -> list[tuple[str, ...]]:
    order = pl.col("part").replace_strict({name: k for k, name in enumerate(PARTS)}, default=len(PARTS))
    rows = parts.sort(pl.col("strategy"), order, descending=[True, False]).iter_rows(named=True)
    return [
        (formatting.strategy(row["strategy"]), row["part"], f"{row['n_images']:,}", f"{row['n_people']:,}")
        for row in rows
    ]


def _untested(row: dict[str, Any]) -> str:
    """Say that no test photograph of a split shows an emotion, and whether the split leaves it out."""
    shown = f"{formatting.photographs(row['n_images'])} of {formatting.people(row['n_people'])}"
    why = "left out, since its training part lacks it" if row["is_left_out"] else "no photograph in its test part"
    return f"Split {formatting.strategy(row['strategy'])}: {row['emotion']} is not tested ({shown}; {why})."


def _overlap(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        formatting.strategy(row["strategy"]),
        *(f"{row[f'{unit}_in_several']:,} of {row[unit]:,}" for unit in ("people", "photographs", "instants")),
    )


def _size(row: dict[str, Any]) -> tuple[str, ...]:
    kilobytes = (f"{row[name] / 1000:,.0f}" for name in ("least_bytes", "median_bytes", "greatest_bytes"))
    sizes = f"{row['width_px']} × {row['height_px']}"
    return (formatting.visible(row["corpus"], 60), sizes, f"{row['n_images']:,}", f"{row['n_people']:,}", *kilobytes)


def missing(frame: pl.DataFrame) -> list[tuple[str, ...]]:
    """Count the photographs that lack something, by reason; reference photographs lack nothing."""
    incomplete = frame.filter(~coverage.is_complete())
    table = incomplete.group_by("status").agg(n=pl.len(), people=pl.col("subject_id").n_unique())
    rows = table.sort("n", "status", descending=[True, False]).iter_rows(named=True)
    return [(formatting.visible(row["status"]), f"{row['n']:,}", f"{row['people']:,}") for row in rows]


def _unlabelled(frames: Frames, emotions: Sequence[str]) -> list[tuple[str, ...]]:
    """Return a row per system: how many unlabelled photographs it predicts as each emotion, and their number."""
    rows = []
    for (model, recipe), own in frames.unlabelled.partition_by("model", "recipe", as_dict=True).items():
        counts = dict(own.select("emotion", "n_images").iter_rows())
        numbers = [*(counts.get(emotion, 0) for emotion in emotions), sum(counts.values())]
        name = f"{formatting.visible(frames.title(model), 40)}, {formatting.visible(recipe, 20)}"
        rows.append((name, *(f"{number:,}" for number in numbers)))
    return rows


def _rejects(frame: pl.DataFrame) -> list[tuple[str, ...]]:
    rows = frame.sort("reason", "path").head(MAX_REJECTS)
    columns = ("path", "corpus", "reason", "detail")
    return [tuple(formatting.visible(row[name]) for name in columns) for row in rows.iter_rows(named=True)]


def _rejects_label(n: int) -> str:
    shown = f", the first {MAX_REJECTS} shown" if n > MAX_REJECTS else ""
    return f"{formatting.count(n, 'rejected file')}{shown}"
