"""Members of a split: photographs per subject and part. In a person-disjoint split every bar has one colour."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from affect_store.dashboards import formatting, palette
from affect_store.dashboards.figures.base import CaptionedFigure, axis, figure
from affect_store.store.vocabulary import PARTS

PART_COLOURS = dict(zip(PARTS, (palette.BLUE, "#e69f00", "#009e73"), strict=True))


def members(subject_parts: pl.DataFrame, *, strategy: str) -> CaptionedFigure:
    """Draw the photographs of each subject as a bar stacked by part, subjects of the training part first."""
    own = subject_parts.filter(pl.col("strategy") == strategy)
    people = _subjects(own)
    positions = {name: index for index, name in enumerate(people)}
    step = max(1, len(people) // 40)
    fig = figure(
        height_px=300,
        barmode="stack",
        bargap=0.15,
        xaxis=axis(
            tickvals=list(range(0, len(people), step)),
            ticktext=[formatting.plain(name, 18) for name in people[::step]],
            tickangle=-60,
            tickfont={"size": 10},
            showgrid=False,
        ),
        yaxis=axis("photographs"),
    )
    for part in PARTS:
        fig.add_trace(_bars(own.filter(pl.col("part") == part), part, positions))
    mixed = own.group_by("subject_id").len().filter(pl.col("len") > 1).height
    note = f"{formatting.people(len(people))}, {mixed:,} of them in more than one part."
    title = f"Photographs per subject and part, {formatting.split(strategy)}"
    return CaptionedFigure(
        title, note, f"Stacked bars of photographs per subject: {note}", fig, sources=("subject_parts",)
    )


def _subjects(members: pl.DataFrame) -> list[str]:
    """List the subjects by their first part, in the order of `PARTS`."""
    order = {part: index for index, part in enumerate(PARTS)}
    parts = members.with_columns(order=pl.col("part").replace_strict(order, default=len(PARTS), return_dtype=pl.Int8))
    return parts.group_by("subject_id").agg(pl.col("order").min()).sort("order", "subject_id")["subject_id"].to_list()


def _bars(own: pl.DataFrame, part: str, positions: dict[str, int]) -> go.Bar:
    return go.Bar(
        x=[positions[name] for name in own["subject_id"]],
        y=own["n_images"].to_list(),
        name=part,
        marker={"color": PART_COLOURS[part]},
        customdata=[formatting.plain(name, 60) for name in own["subject_id"]],
        hovertemplate=f"%{{customdata}}<br>{part}: %{{y}} photographs<extra></extra>",
    )
