"""Who is where: the photographs of each person, by part of a split. One colour a bar is a split without overlap."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from dashboards import palette, words
from dashboards.figures.base import Picture, axis, figure
from store.vocabulary import PARTS

PART_COLOURS = dict(zip(PARTS, (palette.BLUE, "#e69f00", "#009e73"), strict=True))


def placed(placement: pl.DataFrame, *, strategy: str) -> Picture:
    """A bar a person, its photographs by part; people of the training part first."""
    own = placement.filter(pl.col("strategy") == strategy)
    order = {part: place for place, part in enumerate(PARTS)}
    by_person = own.with_columns(place=pl.col("part").replace_strict(order, default=len(PARTS), return_dtype=pl.Int8))
    people = (
        by_person.group_by("subject_id").agg(pl.col("place").min()).sort("place", "subject_id")["subject_id"].to_list()
    )
    places = {name: place for place, name in enumerate(people)}
    step = max(1, len(people) // 40)
    picture = figure(
        height_px=300,
        barmode="stack",
        bargap=0.15,
        xaxis=axis(
            tickvals=list(range(0, len(people), step)),
            ticktext=[words.plain(name, 18) for name in people[::step]],
            tickangle=-60,
            tickfont={"size": 10},
            showgrid=False,
        ),
        yaxis=axis("photographs"),
    )
    for part in PARTS:
        picture.add_trace(_bars(own.filter(pl.col("part") == part), part, places))
    mixed = own.group_by("subject_id").len().filter(pl.col("len") > 1).height
    told = f"{words.people(len(people))}, of whom {mixed:,} {'is' if mixed == 1 else 'are'} in more than one part"
    title = f"Who is where, split {words.strategy(strategy)}"
    return Picture(title, f"{told}.", f"Stacked bars: {told}.", picture, sources=("placement",))


def _bars(own: pl.DataFrame, part: str, places: dict[str, int]) -> go.Bar:
    return go.Bar(
        x=[places[name] for name in own["subject_id"]],
        y=own["n_images"].to_list(),
        name=part,
        marker={"color": PART_COLOURS[part]},
        customdata=[words.plain(name, 60) for name in own["subject_id"]],
        hovertemplate=f"%{{customdata}}<br>{part}: %{{y}} photographs<extra></extra>",
    )
