"""What a system decides by: landmarks on the face, coloured by what their movement adds; inputs, by what is lost."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import polars as pl

from dashboards import palette, words
from dashboards.figures.base import Picture, axis, figure, interval_bars, words_axis
from dashboards.figures.face import scene
from dashboards.figures.mesh import FloatArray, triangles, upright
from store.vocabulary import EMOTIONS, LANDMARK_GROUPS

ALL = "all"
DIGITS = 4


def choices(attributions: pl.DataFrame, run_id: str) -> dict[str, list[float]]:
    """Emotion -> what each landmark adds (468 numbers), of a run, in the order of the vocabulary."""
    rows = {row["emotion"]: row for row in attributions.filter(pl.col("run_id") == run_id).iter_rows(named=True)}
    return {name: [round(one, DIGITS) for one in rows[name]["added"]] for name in EMOTIONS if name in rows}


def reach(added: list[float]) -> float:
    """The end of the colour scale: the 99th percentile of the amounts, so that one landmark does not pale the rest."""
    return max(float(np.percentile(np.abs(added), 99)), 10.0**-DIGITS)


def solid(attributions: pl.DataFrame, run_id: str, neutral: FloatArray) -> Picture:
    """The mean face, coloured by what each landmark's movement adds to the score of the run's first emotion."""
    found = choices(attributions, run_id)
    emotion, added = next(iter(found.items()))
    points, faces, top = upright(neutral).astype(np.float32), triangles(neutral), reach(added)
    picture = figure(height_px=520, scene=scene(neutral), showlegend=False, margin={"l": 0, "r": 0, "t": 0, "b": 0})
    picture.update_layout(dragmode="turntable")
    picture.add_trace(
        go.Mesh3d(
            x=points[:, 0], y=points[:, 1], z=points[:, 2], i=faces[:, 0], j=faces[:, 1], k=faces[:, 2],
            intensity=added, cmin=-top, cmax=top, colorscale=[list(stop) for stop in palette.BETTER_OR_WORSE],
            showscale=False, text=[str(one) for one in range(len(added))], flatshading=False,
            hovertemplate="landmark %{text}<br>adds %{intensity:.3f}<extra></extra>",
            lighting={"ambient": 0.85, "diffuse": 0.3, "specular": 0.02, "roughness": 0.9},
            meta={"group": emotion},
        )
    )  # fmt: skip
    total = sum(added)
    note = (
        "Blue: the landmark's movement speaks for the emotion; orange: against it. Integrated gradients from the face "
        "at rest, mean over photographs of the emotion that the system was not trained on; in units of its score. "
        "Where it looks, not whether it is right."
    )
    alt = f"Three-dimensional face coloured by landmark, {emotion}: {_most(added)}; all together {total:.2f}."
    return Picture("Which landmarks decide", note, alt, picture, is_3d=True, sources=("attributions",))


def _most(added: list[float]) -> str:
    sums = {name: sum(added[one] for one in members) for name, members in LANDMARK_GROUPS.items()}
    most = max(sums, key=lambda name: sums[name])
    return f"the {most} adds most, {sums[most]:.2f}"


def rows(attributions: pl.DataFrame, run_id: str) -> list[tuple[str, ...]]:
    """A line an emotion: what the landmarks of each group add together."""
    return [
        (emotion, *(words.signed(sum(added[one] for one in members)) for members in LANDMARK_GROUPS.values()))
        for emotion, added in choices(attributions, run_id).items()
    ]


def importances(frame: pl.DataFrame, run_id: str) -> Picture:
    """The accuracy that is lost where an input, or a group of landmarks in it, is mixed up among the photographs."""
    own = frame.filter(pl.col("run_id") == run_id).sort(
        pl.col("landmark_group") != ALL, "value", descending=[False, True]
    )
    lines = own.to_dicts()
    labels = [_label(row) for row in lines]
    picture = figure(
        height_px=120 + 24 * len(lines),
        xaxis=axis("accuracy lost", rangemode="tozero"),
        yaxis=words_axis(labels),
        showlegend=False,
    )
    ends = [(row["low"], row["value"], row["high"]) for row in lines]
    picture.add_trace(
        go.Scatter(
            x=[row["value"] for row in lines],
            y=list(range(len(lines))),
            mode="markers",
            marker={"size": 9, "color": palette.BLUE},
            error_x=interval_bars(ends, color=palette.GREY, thickness=1.4, width=0),
            text=[_hover(row) for row in lines],
            hovertemplate="%{text}<extra></extra>",
        )
    )
    most = lines[0]
    note = (
        "Accuracy lost on validation people where the values are exchanged among the photographs; "
        f"line: {words.INTERVAL}, where there are people enough. What another input also tells costs nothing here."
    )
    alt = f"Accuracy lost by input and landmark group. First: {_label(most)}, {most['value']:.2f}."
    return Picture("What it cannot do without", note, alt, picture, sources=("importances",))


def _label(row: dict[str, Any]) -> str:
    name = words.plain(str(row["input"]).replace("_", " "))
    return f"all of {name}" if row["landmark_group"] == ALL else f"{name}: {words.plain(row['landmark_group'])}"


def _hover(row: dict[str, Any]) -> str:
    band = words.interval(row["low"], row["high"])
    return f"{_label(row)}<br>{row['value']:.3f}{f' ({band})' if band else ''}<br>{words.people(row['n_people'])}"
