"""Changes of the measures by emotion, one person beside all; and action-unit proxies against intended units."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl

from affect_store.dashboards import formatting, palette
from affect_store.dashboards.figures.base import CaptionedFigure, axis, category_axis, figure, interval_bars
from affect_store.dashboards.people_means import in_words, mean_over_people
from affect_store.store.emotion_classes import in_order
from affect_store.store.schema.fields import FIELDS
from affect_store.store.vocabulary import FRONTAL_DEG, NEUTRAL

IOD = "_change_iod"
_AXIS = "change, inter-ocular distances"


def emotions(person_measures: pl.DataFrame) -> list[str]:
    """List the emotions of the frame in their order, neutral aside, whose changes are those of other neutral takes."""
    return [emotion for emotion in in_order(set(person_measures["emotion"])) if emotion != NEUTRAL]


def people_in(person_measures: pl.DataFrame) -> list[str]:
    """List the people of the frame."""
    return sorted(set(person_measures["subject_id"]))


def by_emotion(person_measures: pl.DataFrame) -> CaptionedFigure:
    """Draw the mean change of each length by emotion with its interval over people, and each person's own.

    The mean of both sides counts. `meta.group` of a trace is its emotion, or its emotion and the person's index in
    `people_in`.
    """
    rows = _without_sides(person_measures)
    names = rows["measure"].unique(maintain_order=True).to_list()
    shown = emotions(rows)
    fig = figure(
        height_px=90 + 26 * len(names),
        xaxis=axis(_AXIS, zeroline=True, zerolinecolor=palette.GREY),
        yaxis=category_axis([_words(name) for name in names]),
        margin={"l": 8, "r": 12, "t": 32, "b": 8},
    )
    for emotion in shown:
        own = rows.filter(pl.col("emotion") == emotion)
        fig.add_trace(_everyone(own, names, emotion, is_visible=emotion == shown[0]))
        for number, person in enumerate(people_in(person_measures)):
            values = own.filter(pl.col("subject_id") == person)
            if values.height:
                fig.add_trace(_person(values, names, f"{emotion}|{number}", person))
    people = formatting.people(rows["subject_id"].n_unique())
    note = (
        "Blue: mean over people with its 95 % t interval; orange: the chosen person. Frontal photographs; the mean of "
        "both sides of the face."
    )
    alt = f"Dot plot of the changes of {len(names)} measures in {len(shown)} emotions of {people}. {note}"
    return CaptionedFigure("Changes of the measures", note, alt, fig, sources=("person_measures",))


def _without_sides(person_measures: pl.DataFrame) -> pl.DataFrame:
    """Return the lengths, each as the mean of both sides of the face: subject_id, emotion, measure, mean."""
    stem = pl.col("column_name").str.strip_suffix(IOD).str.strip_suffix("_right").str.strip_suffix("_left")
    order = {name: index for index, name in enumerate(FIELDS)}
    return (
        person_measures.filter(pl.col("column_name").str.ends_with(IOD))
        .with_columns(stem.alias("measure"), pl.col("column_name").replace_strict(order).alias("order"))
        .group_by("subject_id", "emotion", "measure")
        .agg(pl.col("mean").mean(), pl.col("order").min())
        .sort("order", "emotion", "subject_id")
    )


def _everyone(rows: pl.DataFrame, names: Sequence[str], emotion: str, *, is_visible: bool) -> go.Scatter:
    ends = [mean_over_people(rows.filter(pl.col("measure") == name)["mean"].to_list()) for name in names]
    return go.Scatter(
        x=[round(mean, 4) for _, mean, _ in ends],
        y=list(range(len(names))),
        mode="markers",
        name="all people",
        visible=is_visible,
        meta={"group": emotion, "title": _AXIS},
        marker={"size": 9, "color": palette.BLUE},
        error_x=interval_bars(ends, color=palette.BLUE, thickness=2, width=4),
        text=[_words(name) for name in names],
        hovertemplate="%{text}: %{x:.3f}<extra>all people</extra>",
    )


def _person(rows: pl.DataFrame, names: Sequence[str], group: str, person: str) -> go.Scatter:
    of_measure = dict(rows.select("measure", "mean").iter_rows())
    return go.Scatter(
        x=[None if name not in of_measure else round(of_measure[name], 4) for name in names],
        y=list(range(len(names))),
        mode="markers",
        name=formatting.plain(person),
        visible=False,
        meta={"group": group, "title": _AXIS},
        marker={"size": 9, "color": palette.ORANGE, "symbol": "diamond"},
        hovertemplate="%{x:.3f}<extra></extra>",
    )


def table_rows(person_measures: pl.DataFrame) -> list[tuple[str, ...]]:
    """Return one row per measure: its name and unit, and for each emotion the mean change with its interval."""
    order = [name for name in FIELDS if name in set(person_measures["column_name"])]
    shown = emotions(person_measures)
    values = person_measures.partition_by("column_name", "emotion", as_dict=True)
    return [
        (
            formatting.visible(name, 60),
            *(
                in_words(values[name, emotion]["mean"].to_list()) if (name, emotion) in values else "–"
                for emotion in shown
            ),
        )
        for name in order
    ]


def against_intended(unit_means: pl.DataFrame) -> CaptionedFigure:
    """Draw the proxies of one unit at a time against the intended intensities, a dot per person and emotion."""
    units = unit_means["unit"].unique(maintain_order=True).sort().to_list()
    colours = palette.emotion_colours(unit_means["emotion"])
    fig = figure(
        height_px=460,
        xaxis=axis("intended intensity", zeroline=True),
        yaxis=axis("proxy", zeroline=True, rangemode="tozero"),
        margin={"l": 8, "r": 12, "t": 48, "b": 8},
        shapes=[
            {"type": "line", "x0": 0, "y0": 0, "x1": 1.5, "y1": 1.5, "line": {"color": palette.GREY, "dash": "dot"}}
        ],
    )
    for unit in units:
        for emotion in in_order(colours):
            own = unit_means.filter((pl.col("unit") == unit) & (pl.col("emotion") == emotion))
            if own.height:
                fig.add_trace(_unit_dots(own, unit, emotion, colours[emotion], is_visible=unit == units[0]))
    note = "A dot per person and emotion: means over frontal photographs. On the dotted line, both are equal."
    alt = f"Scatter plots of {len(units)} action-unit proxies against the intensities with which people were rendered."
    return CaptionedFigure("Proxies against intended units", note, alt, fig, sources=("unit_means",))


def _unit_dots(rows: pl.DataFrame, unit: str, emotion: str, colour: str, *, is_visible: bool) -> go.Scatter:
    return go.Scatter(
        x=rows["intended"].round(3).to_list(),
        y=rows["proxy"].round(3).to_list(),
        mode="markers",
        name=emotion,
        visible=is_visible,
        meta={"group": unit, "title": f"intended intensity of {unit.upper()}"},
        marker={"size": 8, "color": colour, "line": {"width": 1, "color": palette.PAPER}},
        text=[formatting.plain(subject) for subject in rows["subject_id"]],
        hovertemplate="%{text}: %{y:.2f}, intended %{x:.2f}<extra></extra>",
    )


def agreement_rows(unit_agreement: pl.DataFrame) -> list[tuple[str, ...]]:
    """Return one row per unit and camera: correlation within a person and error, as means over people with interval."""
    rows: list[tuple[str, ...]] = []
    is_oblique = pl.col("camera_angle_deg") != FRONTAL_DEG
    for (unit, angle), own in unit_agreement.sort("unit", is_oblique, "camera_angle_deg").group_by(
        "unit", "camera_angle_deg", maintain_order=True
    ):
        known = own["correlation"].drop_nulls().to_list()
        rows.append((
            f"{str(unit).upper()}, {_unit_name(str(unit))}", f"{angle}°", in_words(known, 2) if known else "–",
            in_words(own["error"].to_list(), 2), f"{len(known)}", f"{own['n_images'].sum():,}",
        ))  # fmt: skip
    return rows


def _unit_name(unit: str) -> str:
    """Return the name of a unit, which the meaning of its column holds in parentheses."""
    return FIELDS[unit].meaning.partition("(")[2].partition(")")[0]


def _words(measure: str) -> str:
    return formatting.visible(measure.replace("_", " "), 40)
