"""Agreement of photographs with their copies: by landmark group with intervals, and by component and copy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from affect_store.dashboards import formatting, palette
from affect_store.dashboards.figures.base import (
    CaptionedFigure,
    axis,
    category_axis,
    figure,
    interval_dots,
    share_heat,
)
from affect_store.store.features.copies import ALL_COPIES, COPY_NAMES
from affect_store.store.schema.fields import FIELDS
from affect_store.store.vocabulary import LANDMARK_GROUPS

LANDMARKS, ALIGNED = VECTORS = ("landmarks", "aligned")
WHOLE_FACE = "all"
TITLES = {
    LANDMARKS: "Landmarks",
    ALIGNED: "Aligned deltas",
    "head_pose": "Head pose",
    "measures": "Measures",
    "measure_changes": "Changes of the measures",
    "action_unit_proxies": "Action-unit proxies",
}
"""The features in the order of the page, with their titles."""

GROUPS = ("all", *LANDMARK_GROUPS)
COLUMNS = (*COPY_NAMES, ALL_COPIES)
_POOR = 0.5
"""Intraclass correlations below count as poor (Koo and Li 2016): their cells are the palest."""

_ROW_PX, _LEAST_WIDTH_PX = 26, 560
_SOURCES = ("repeatability",)
_MARGIN_PX = {"l": 8, "r": 16, "t": 36, "b": 8}

Cells = dict[tuple[str, str], dict[str, Any]]


def cells_of(frame: pl.DataFrame, feature: str) -> Cells:
    """Return the rows of one feature by component and copy."""
    own = frame.filter(pl.col("feature") == feature)
    return {(row["component"], row["copy"]): row for row in own.iter_rows(named=True)}


def label(component: str) -> str:
    """Return a landmark group or a column of a scalar view as a label: 'lip corner height right' without its unit."""
    if component == WHOLE_FACE:
        return "whole face"
    field = FIELDS.get(component)
    stem = component.removesuffix("_iod").removesuffix("_deg").removesuffix("_change")
    if field and stem.startswith("au") and stem[2:4].isdigit():
        return formatting.plain(f"{stem.upper()} {field.meaning.partition('(')[2].partition(')')[0]}", 40)
    return formatting.plain(stem.replace("_", " "), 40)


def column_label(name: str) -> str:
    """Return a copy as a label."""
    return "all copies" if name == ALL_COPIES else name


def by_group(frame: pl.DataFrame) -> CaptionedFigure:
    """Draw the agreement of all copies by landmark group with its interval: landmarks and deltas of one corpus."""
    fig = figure(
        height_px=112 + 44 * len(GROUPS),
        margin={**_MARGIN_PX, "t": 56},
        yaxis=category_axis([label(group) for group in GROUPS], padding=0.35),
        showlegend=True,
    )
    lowest = 1.0
    for feature, colour, offset in ((LANDMARKS, palette.BLUE, -0.17), (ALIGNED, palette.ORANGE, 0.17)):
        cells = cells_of(frame, feature)
        rows = [(number, cells.get((group, ALL_COPIES))) for number, group in enumerate(GROUPS)]
        known = [(number, row) for number, row in rows if row and row["icc"] is not None]
        ends = [(row["icc_low"], row["icc"], row["icc_high"]) for _, row in known]
        lowest = min([lowest, *(value if low is None else low for low, value, _ in ends)])
        texts, hovers = [_share(row["icc"]) for _, row in known], [_hover(row) for _, row in known]
        places = [number + offset for number, _ in known]
        fig.add_trace(interval_dots(ends, texts, hovers, colour, rows=places, name=TITLES[feature]))
    fig.update_xaxes(axis("intraclass correlation", range=[max(-0.02, lowest - 0.04), 1.01]))
    people = max(frame["n_people"], default=0)
    bars = f"Bars: {formatting.INTERVAL}." if frame["icc_low"].is_not_null().any() else "No interval: too few people."
    note = f"The photograph and all copies together, {formatting.people(people)}; 1 if they agree. {bars}"
    alt = f"Dot plot of the intraclass correlation of landmarks and deltas in {len(GROUPS)} landmark groups. {note}"
    return CaptionedFigure("Agreement by landmark group", note, alt, fig, sources=_SOURCES)


def correlations(frame: pl.DataFrame, feature: str, components: Sequence[str]) -> CaptionedFigure:
    """Draw the intraclass correlation of each component of a feature in each copy."""
    note = "Intraclass correlation of photograph and copy: dark cells repeat well. Intervals are in the hover texts."
    return _heat(
        cells_of(frame, feature), components, lambda row: row["icc"], _share, (_POOR, 1.0),
        (f"{TITLES[feature]}: agreement by copy", note, min),
    )  # fmt: skip


def relative_changes(frame: pl.DataFrame) -> CaptionedFigure:
    """Draw how far the aligned deltas change in each copy, relative to their length."""
    note = (
        "Median over photographs of |copy - photograph| / |photograph|, the share of a movement by which the copy "
        "changes it: dark cells repeat badly."
    )
    cells = cells_of(frame, ALIGNED)
    largest = max((row["relative_change"] for row in cells.values() if row["relative_change"] is not None), default=1)
    return _heat(
        cells, GROUPS, lambda row: row["relative_change"], _percent, (0.0, largest or 1.0),
        ("Aligned deltas: relative change", note, max),
    )  # fmt: skip


def errors(frame: pl.DataFrame) -> CaptionedFigure:
    """Draw the standard error of measurement of the landmarks in each copy, in % of the inter-ocular distance."""
    note = (
        "Standard error of a landmark in a single photograph, in the head frame, in % of the inter-ocular distance: "
        "dark cells repeat badly. The bias of a copy counts as error."
    )
    cells = cells_of(frame, LANDMARKS)
    largest = max((row["sem"] for row in cells.values() if row["sem"] is not None), default=1)
    return _heat(
        cells, GROUPS, lambda row: row["sem"], _hundredths, (0.0, largest or 1.0),
        ("Landmarks: standard error of measurement", note, max),
    )  # fmt: skip


def _heat(
    cells: Cells,
    components: Sequence[str],
    value: Callable[[dict[str, Any]], float | None],
    text: Callable[[float | None], str],
    ends: tuple[float, float],
    words: tuple[str, str, Callable[..., Any]],
) -> CaptionedFigure:
    title, note, worst = words
    grid = [[cells.get((component, name)) for name in COLUMNS] for component in components]
    numbers = [[None if cell is None else value(cell) for cell in line] for line in grid]
    fig = figure(
        height_px=124 + _ROW_PX * max(len(components), 2),
        margin=_MARGIN_PX,
        xaxis=category_axis([column_label(name) for name in COLUMNS], range=[-0.5, len(COLUMNS) - 0.5], tickangle=-45),
        yaxis=category_axis([label(component) for component in components]),
    )
    texts = [["" if number is None else text(number) for number in line] for line in numbers]
    hovers = [["" if cell is None else _hover(cell) for cell in line] for line in grid]
    fig.add_trace(share_heat(numbers, texts, hovers, ends=ends))
    known = [(number, cell) for line, row in zip(numbers, grid, strict=True)
             for number, cell in zip(line, row, strict=True) if number is not None and cell]  # fmt: skip
    alt = f"Heat map of {len(components)} components and {len(COLUMNS)} copies. {note}"
    if known:
        number, cell = worst(known, key=lambda pair: pair[0])
        alt += f" Least repeatable: {label(cell['component'])}, {column_label(cell['copy'])}, {text(number)}."
    return CaptionedFigure(title, note, alt, fig, sources=_SOURCES, least_width_px=_LEAST_WIDTH_PX)


def _hover(row: dict[str, Any]) -> str:
    limits = f" ({row['icc_low']:.3f}–{row['icc_high']:.3f})" if row["icc_low"] is not None else ""
    change = "" if row["relative_change"] is None else f"<br>relative change {_percent(row['relative_change'])}"
    missing = f", {row['n_missing']:,} left out" if row["n_missing"] else ""
    return (
        f"{label(row['component'])}, {column_label(row['copy'])}<br>ICC {formatting.share(row['icc'], 3)}{limits}"
        f"<br>SEM {error(row)}{change}<br>{formatting.photographs(row['n_images'])} of "
        f"{formatting.people(row['n_people'])}{missing}"
    )


def error(row: dict[str, Any]) -> str:
    """Return the standard error of measurement with its unit: '0.014 inter-ocular'."""
    return formatting.NO_VALUE if row["sem"] is None else f"{row['sem']:.3g} {row['unit']}"


def _share(value: float | None) -> str:
    return formatting.share(value)


def _percent(value: float | None) -> str:
    return formatting.NO_VALUE if value is None else f"{value:.0%}"


def _hundredths(value: float | None) -> str:
    return formatting.NO_VALUE if value is None else f"{100 * value:.1f}"
