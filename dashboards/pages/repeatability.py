"""The page of repeatability: how far each feature agrees in copies of a photograph that should not matter."""

from __future__ import annotations

from typing import Any

import polars as pl

from affect_store.dashboards import formatting
from affect_store.dashboards.figures import repeatability as figures
from affect_store.dashboards.frames import Frames
from affect_store.dashboards.pages.render import PageFigure, Site, html
from affect_store.store.features.copies import ALL_COPIES, COPIES
from affect_store.store.schema.fields import FIELDS

HREF = "repeatability.html"
TITLE = "Repeatability"


def page(frames: Frames, site: Site) -> str:
    """Render repeatability.html."""
    frame = frames.repeatability
    content = {
        "title": TITLE,
        "href": HREF,
        "lead": _lead(frame),
        "copies": [(copy.name, copy.meaning) for copy in COPIES],
        "corpora": [
            _corpus(frame.filter(pl.col("corpus") == corpus), corpus, number)
            for number, corpus in enumerate(sorted(set(frame["corpus"])), start=1)
        ],
    }
    return html("repeatability.html.j2", site=site, page=content)


def _lead(frame: pl.DataFrame) -> str:
    """Say what the page shows, and what a reader should remember of it."""
    what = (
        "A copy of a photograph shows the same face with the same expression: what differs in a feature of it is error."
    )
    deltas = frame.filter((pl.col("feature") == figures.ALIGNED) & (pl.col("component") == figures.WHOLE_FACE))
    known = deltas.filter((pl.col("copy") != ALL_COPIES) & pl.col("relative_change").is_not_null())
    if known.is_empty():
        return what
    by_copy = known.group_by("copy").agg(pl.col("relative_change").mean()).sort("relative_change", "copy").rows()
    (least, low), (most, high) = by_copy[0], by_copy[-1]
    return (
        f"{what} Movements of the landmarks from the neutral face change by {low:.0%} of their length ({least}) to "
        f"{high:.0%} ({most})."
    )


def _corpus(frame: pl.DataFrame, corpus: str, number: int) -> dict[str, object]:
    whole = figures.cells_of(frame, figures.LANDMARKS).get((figures.WHOLE_FACE, ALL_COPIES))
    return {
        "id": f"corpus-{number}",
        "title": formatting.visible(corpus, 60),
        "facts": _facts(whole) if whole else "",
        "head": ["Feature", *(figures.column_label(name) for name in figures.COLUMNS)],
        "rows": [_summary(frame, feature) for feature in figures.TITLES if _has(frame, feature)],
        "plots": [
            PageFigure(f"repeatability-{number}-{name}", captioned)
            for name, captioned in (
                ("groups", figures.by_group(frame)),
                ("changes", figures.relative_changes(frame)),
                ("deltas", figures.correlations(frame, figures.ALIGNED, figures.GROUPS)),
                ("errors", figures.errors(frame)),
            )
        ],
        "scalars": [
            PageFigure(
                f"repeatability-{number}-{feature}", figures.correlations(frame, feature, _ordered(frame, feature))
            )
            for feature in figures.TITLES
            if feature not in figures.VECTORS and _has(frame, feature)
        ],
        "numbers": [_numbers(row) for row in _all_together(frame)],
    }


def _facts(whole: dict[str, Any]) -> str:
    sampled = whole["n_images"] + whole["n_missing"]
    missing = whole["n_missing"]
    of_them = formatting.count(missing, "of them a copy shows", "of them copies show")
    left_out = (
        f" In {of_them} no face or another one, or the file could not be read; the other copies are compared."
        if missing
        else " Every copy shows the face."
    )
    sample = f"A sample of {formatting.photographs(sampled)}, as even as possible over people, emotions and cameras."
    return f"{sample}{left_out}"


def _has(frame: pl.DataFrame, feature: str) -> bool:
    return feature in set(frame["feature"])


def _summary(frame: pl.DataFrame, feature: str) -> list[str]:
    """Return the agreement of a feature in each copy; of several numbers the median."""
    own = frame.filter(pl.col("feature") == feature)
    if feature in figures.VECTORS:
        own = own.filter(pl.col("component") == figures.WHOLE_FACE)
    medians = dict(own.group_by("copy").agg(pl.col("icc").median()).iter_rows())
    return [figures.TITLES[feature], *(formatting.share(medians.get(name)) for name in figures.COLUMNS)]


def _ordered(frame: pl.DataFrame, feature: str) -> list[str]:
    """List the columns of a scalar view, those that repeat best in all copies first."""
    own = frame.filter((pl.col("feature") == feature) & (pl.col("copy") == ALL_COPIES))
    return own.sort("icc", "component", descending=[True, False], nulls_last=True)["component"].to_list()


def _all_together(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of all copies together, by feature, landmark groups and columns in their own order."""
    places = {name: place for place, name in enumerate((*figures.GROUPS, *FIELDS))}
    titles = list(figures.TITLES)
    rows = [row for row in frame.filter(pl.col("copy") == ALL_COPIES).iter_rows(named=True) if row["feature"] in titles]
    return sorted(rows, key=lambda row: (titles.index(row["feature"]), places.get(row["component"], len(places))))


def _numbers(row: dict[str, Any]) -> tuple[str, ...]:
    limits = f"{row['icc_low']:.3f} to {row['icc_high']:.3f}" if row["icc_low"] is not None else formatting.NO_VALUE
    return (
        f"{figures.TITLES[row['feature']]}: {figures.label(row['component'])}", formatting.share(row["icc"], 3), limits,
        formatting.NO_VALUE if row["sem"] is None else f"{row['sem']:.3g}", formatting.visible(row["unit"], 30),
        f"{row['n_images']:,}", f"{row['n_missing']:,}",
    )  # fmt: skip
