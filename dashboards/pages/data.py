"""The page of the data: the design and its gaps, files set aside, the splits and their proof. A pure function of the
frames."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboards import words
from dashboards.figures import coverage, placement
from dashboards.frames import Frames
from dashboards.pages.render import Placed, Site, html
from store.vocabulary import PARTS, STRATEGIES

HREF = "data.html"
MOST_REJECTS = 200


def page(frames: Frames, site: Site) -> str:
    """data.html."""
    used = coverage.in_use(frames.coverage)
    content = {
        "title": "Data and splits",
        "href": HREF,
        "lead": f"{words.photographs(used.filter(pl.col('status') != 'missing photograph').height)} of "
        f"{words.people(used['subject_id'].n_unique())}: every cell of the design, what is missing and why, and who is "
        "in which part.",
        "coverage": _coverage(used),
        "misses": _misses(frames.coverage),
        "rejects": _rejects(frames.rejects),
        "rejects_label": _rejects_label(frames.rejects.height),
        "parts": _parts(frames.parts),
        "placement": _placement(frames.placement),
        "overlap": [_overlap(row) for row in frames.overlap.iter_rows(named=True)],
        "sizes": [_size(row) for row in frames.sizes.iter_rows(named=True)],
    }
    return html("data.html.j2", site=site, page=content)


def _coverage(frame: pl.DataFrame) -> list[Placed]:
    if frame.is_empty():
        return []
    return [Placed("coverage-people", coverage.by_person(frame)), Placed("coverage-views", coverage.by_view(frame))]


def _placement(frame: pl.DataFrame) -> list[Placed]:
    known = [name for name in STRATEGIES if name in set(frame["strategy"])]
    return [Placed(f"placement-{words.slug(name)}", placement.placed(frame, strategy=name)) for name in known]


def _parts(parts: pl.DataFrame) -> list[tuple[str, ...]]:
    place = pl.col("part").replace_strict({name: k for k, name in enumerate(PARTS)}, default=len(PARTS))
    rows = parts.sort(pl.col("strategy"), place, descending=[True, False]).iter_rows(named=True)
    return [
        (words.strategy(row["strategy"]), row["part"], f"{row['n_images']:,}", f"{row['n_people']:,}") for row in rows
    ]


def _overlap(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        words.strategy(row["strategy"]),
        *(f"{row[f'{what}_in_several']:,} of {row[what]:,}" for what in ("people", "photographs", "instants")),
    )


def _size(row: dict[str, Any]) -> tuple[str, ...]:
    kilobytes = (f"{row[name] / 1000:,.0f}" for name in ("least_bytes", "median_bytes", "greatest_bytes"))
    sizes = f"{row['width_px']} × {row['height_px']}"
    return (words.visible(row["corpus"], 60), sizes, f"{row['n_images']:,}", f"{row['n_people']:,}", *kilobytes)


def _misses(frame: pl.DataFrame) -> list[tuple[str, ...]]:
    lacking = frame.filter(pl.col("status") != coverage.OK)
    table = lacking.group_by("status").agg(n=pl.len(), people=pl.col("subject_id").n_unique())
    rows = table.sort("n", "status", descending=[True, False]).iter_rows(named=True)
    return [(words.visible(row["status"]), f"{row['n']:,}", f"{row['people']:,}") for row in rows]


def _rejects(frame: pl.DataFrame) -> list[tuple[str, ...]]:
    rows = frame.sort("reason", "path").head(MOST_REJECTS)
    columns = ("path", "corpus", "reason", "detail")
    return [tuple(words.visible(row[name]) for name in columns) for row in rows.iter_rows(named=True)]


def _rejects_label(n: int) -> str:
    shown = f", the first {MOST_REJECTS} shown" if n > MOST_REJECTS else ""
    return f"{words.count(n, 'file')} set aside{shown}"
