"""How a face moves: the mean face with the mean difference of each emotion as arrows, flat and in three dimensions."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import polars as pl

from dashboards import palette, words
from dashboards.figures.base import Picture, axis, colour_bar, figure, words_axis
from dashboards.figures.mesh import FloatArray, arrow_scale, edges, segments, triangles, upright, vectors
from store.vocabulary import AXES, EMOTIONS, FRONTAL_DEG, LANDMARK_COUNT, LANDMARK_GROUPS

UNIT = "inter-ocular distances"
GRID = 0.5
INSET = 0.07
"""The skin is drawn this far behind the landmarks, so that arrows along the face are not swallowed by it."""

SKIN = {"shown": 1.0, "hidden": 0.0}
"""Opacity of the skin, trace 0."""

VIEWS = {
    "three-quarter": (0.68, -1.5, 0.25),
    "front": (0.0, -1.65, 0.05),
    "its right side": (-1.65, -0.3, 0.1),
    "its left side": (1.65, -0.3, 0.1),
    "from below": (0.0, -1.4, -0.95),
}
"""Where the eye stands, in Plotly's scene units: x to the right, y away from the camera, z up."""
KINDS = {
    "aligned": (
        "aligned",
        "Difference to the same person's neutral face from the same camera, after a rigid alignment: what is left "
        "is the expression. Arrows are drawn longer by the stated factor; colour: the true length. "
        f"Grid: {GRID:g} {UNIT}.",
    ),
    "frontal_unit": (
        "frontal_unit",
        "The notebook's: difference to the frontal neutral photograph, each vector brought to length 1. The turn and "
        "the place of the head are still in it, and how far a landmark moved is not.",
    ),
}
"""Kinds of delta: title and note of their pictures."""

UNITS = {"aligned": UNIT, "frontal_unit": "of length 1"}
"""What the length of an arrow is told in; the mean of directions is shorter than 1 where they disagree."""

_BINS = 5


def deltas(faces: pl.DataFrame) -> dict[str, tuple[FloatArray, int]]:
    """Emotion -> (mean delta (468, 3), photographs), of the frontal camera, in the order of the vocabulary."""
    rows = {row["emotion"]: row for row in faces.iter_rows(named=True) if row["camera_angle_deg"] == FRONTAL_DEG}
    return {name: (vectors(rows[name]["mean_delta"]), rows[name]["n"]) for name in EMOTIONS if name in rows}


def top_length(found: dict[str, tuple[FloatArray, int]]) -> float:
    """Upper end of the shared colour scale: the 99.5th percentile of all lengths, rounded up to 0.01."""
    lengths = np.concatenate([np.linalg.norm(delta, axis=1) for delta, _ in found.values()])
    return max(float(np.ceil(np.percentile(lengths, 99.5) * 100)) / 100, 0.01)


def most_moved(found: dict[str, tuple[FloatArray, int]]) -> str:
    """The emotion with the largest mean movement."""
    return max(found, key=lambda name: float(np.linalg.norm(found[name][0], axis=1).mean()))


def fronts(faces: pl.DataFrame, neutral: FloatArray) -> list[Picture]:
    """One flat frontal view an emotion, all with the same axes and colours, each with its stated arrow scale."""
    found = deltas(faces)
    top = top_length(found)
    return [_front(name, delta, n, neutral, top) for name, (delta, n) in found.items()]


def _front(name: str, delta: FloatArray, n: int, neutral: FloatArray, top: float) -> Picture:
    factor = arrow_scale(delta)
    low, high = neutral[:, :2].min(axis=0) - 0.35, neutral[:, :2].max(axis=0) + 0.35
    picture = figure(
        height_px=340,
        xaxis=axis(visible=False, range=[low[0], high[0]], constrain="domain"),
        yaxis=axis(visible=False, range=[high[1], low[1]], scaleanchor="x", scaleratio=1, constrain="domain"),
        showlegend=False,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
    )
    sides = edges(triangles(neutral))
    picture.add_trace(_flat(neutral[sides[:, 0], :2], neutral[sides[:, 1], :2], "#dde3e9", 0.7))
    lengths = np.linalg.norm(delta, axis=1)
    bins = np.minimum((lengths / top * _BINS).astype(int), _BINS - 1)
    tips = neutral + factor * delta
    for k in range(_BINS):
        own = bins == k
        if own.any():
            colour = palette.at(palette.MOVEMENT, (k + 0.5) / _BINS)
            picture.add_trace(_flat(neutral[own, :2], tips[own, :2], colour, 1.1 + 0.25 * k))
    picture.add_trace(_tips(tips, lengths, top))
    mean = float(lengths.mean())
    note = f"{words.photographs(n)}. Arrows drawn ×{factor:g}; mean movement {mean:.3f}."
    alt = f"Face from the front, {name}: arrows of the mean movement. {note}"
    return Picture(name, note, alt, picture, sources=("faces",))


def _flat(starts: FloatArray, ends: FloatArray, colour: str, width: float) -> go.Scatter:
    path = segments(starts, ends).astype(np.float32)
    line = {"color": colour, "width": width, "simplify": False}
    return go.Scatter(x=path[:, 0], y=path[:, 1], mode="lines", line=line, hoverinfo="skip")


def _tips(tips: FloatArray, lengths: FloatArray, top: float) -> go.Scatter:
    return go.Scatter(
        x=tips[:, 0].astype(np.float32),
        y=tips[:, 1].astype(np.float32),
        mode="markers",
        marker={
            "size": 3.2,
            "color": lengths.astype(np.float32),
            "cmin": 0,
            "cmax": top,
            "colorscale": [list(stop) for stop in palette.MOVEMENT],
        },
        text=[str(k) for k in range(len(tips))],
        hovertemplate="landmark %{text}<br>moves %{marker.color:.3f} inter-ocular distances<extra></extra>",
    )


def groups(faces: pl.DataFrame) -> Picture:
    """Mean length of movement of each landmark group and emotion."""
    found = deltas(faces)
    names, parts = list(found), list(LANDMARK_GROUPS)
    lengths = {name: np.linalg.norm(delta, axis=1) for name, (delta, _) in found.items()}
    z = [[float(lengths[name][list(LANDMARK_GROUPS[part])].mean()) for name in names] for part in parts]
    picture = figure(
        height_px=150 + 34 * len(parts),
        xaxis=words_axis(names, range=[-0.5, len(names) - 0.5], tickangle=-40),
        yaxis=words_axis(parts),
    )
    picture.add_trace(
        go.Heatmap(
            z=z,
            text=[[f"{value:.3f}" for value in line] for line in z],
            texttemplate="%{text}",
            hovertemplate="%{text} inter-ocular distances<extra></extra>",
            colorscale=[list(stop) for stop in palette.SHARES],
            zmin=0,
            xgap=2,
            ygap=2,
            colorbar=colour_bar(f"mean movement ({UNIT})", nticks=4),
        )
    )
    most = max(
        (
            (value, part, name)
            for part, line in zip(parts, z, strict=True)
            for name, value in zip(names, line, strict=True)
        )
    )
    alt = f"Heat map of landmark groups by emotion. Most: {most[1]} in {most[2]}, {most[0]:.3f} {UNIT}."
    note = "Mean length over the group's landmarks of the mean difference to the neutral face, frontal camera."
    return Picture("Which parts of the face move, by emotion", note, alt, picture, sources=("faces",))


def turning(delta: FloatArray, neutral: FloatArray, kind: str, top: float) -> Picture:
    """The face in three dimensions with the arrows of one mean delta (468, 3); `top` ends the scale of their colours.

    Traces 0 and 1 are the skin, 2 and 3 the arrows, which `face.js` exchanges for those of another choice. A delta of
    kind `frontal_unit` has image widths and heights for units; its arrows start at the same face for comparison.
    """
    picture = figure(height_px=560, scene=scene(neutral), showlegend=False, margin={"l": 0, "r": 0, "t": 0, "b": 0})
    picture.update_layout(dragmode="turntable")
    for trace in (*_surface(neutral), *_arrows(neutral, delta, top, UNITS[kind])):
        picture.add_trace(trace)
    alt = f"Three-dimensional face with the arrows of the {kind} delta that is chosen above. The table has numbers."
    return Picture(KINDS[kind][0], KINDS[kind][1], alt, picture, is_3d=True, sources=("movements",))


def everyone(movements: pl.DataFrame, kind: str, emotion: str) -> FloatArray:
    """The mean delta (468, 3) over all photographs of an emotion from the frontal camera; 0 where there is none."""
    own = movements.filter(
        (pl.col("feature") == kind) & (pl.col("emotion") == emotion) & (pl.col("camera_angle_deg") == FRONTAL_DEG)
    )
    if own.is_empty():
        return np.zeros((LANDMARK_COUNT, AXES))
    mean = np.average(own["mean_delta"].to_numpy().reshape(own.height, -1), axis=0, weights=own["n"].to_numpy())
    return vectors(mean)


def scene(neutral: FloatArray) -> dict[str, Any]:
    """Axes, grid and eye around a face in head frame, (468, 3)."""
    points = upright(neutral)
    low, high = points.min(axis=0) - 0.3, points.max(axis=0) + 0.3
    quiet = {
        "title": {"text": ""},
        "showticklabels": False,
        "dtick": GRID,
        "gridcolor": palette.LINE,
        "showbackground": False,
        "zeroline": False,
        "showspikes": False,
    }
    axes = {f"{letter}axis": {**quiet, "range": [float(low[k]), float(high[k])]} for k, letter in enumerate("xyz")}
    eye = dict(zip("xyz", VIEWS["three-quarter"], strict=True))
    return {**axes, "aspectmode": "data", "camera": {"eye": eye, "center": {"x": 0, "y": 0, "z": 0}}}


def _surface(neutral: FloatArray) -> list[go.Mesh3d | go.Scatter3d]:
    points, faces = upright(neutral).astype(np.float32), triangles(neutral)
    inside = points + np.array([0, INSET, 0], dtype=np.float32)
    sides = edges(faces)
    path = segments(points[sides[:, 0]], points[sides[:, 1]])
    skin = go.Mesh3d(
        x=inside[:, 0], y=inside[:, 1], z=inside[:, 2],
        i=faces[:, 0], j=faces[:, 1], k=faces[:, 2],
        color="#eef1f4", opacity=1.0, hoverinfo="skip", flatshading=False,
        lighting={"ambient": 0.72, "diffuse": 0.45, "specular": 0.05, "roughness": 0.9},
        lightposition={"x": -2000, "y": -6000, "z": 4000},
    )  # fmt: skip
    wire = go.Scatter3d(
        x=path[:, 0], y=path[:, 1], z=path[:, 2], mode="lines",
        line={"color": "#c9d2da", "width": 1}, hoverinfo="skip",
    )  # fmt: skip
    return [skin, wire]


def _arrows(neutral: FloatArray, delta: FloatArray, top: float, unit: str) -> list[go.Scatter3d | go.Cone]:
    """Shafts as coloured line pieces and heads as cones, both coloured by the length before scaling."""
    factor, lengths = arrow_scale(delta), np.linalg.norm(delta, axis=1)
    starts, tips = upright(neutral), upright(neutral + factor * delta)
    path = segments(starts, tips).astype(np.float32)
    colours = {"cmin": 0, "colorscale": [list(stop) for stop in palette.MOVEMENT], "showscale": False}
    shafts = go.Scatter3d(
        x=path[:, 0], y=path[:, 1], z=path[:, 2], mode="lines", hoverinfo="skip",
        line={"width": 4, "color": np.repeat(lengths, 3).astype(np.float32), "cmax": top, **colours},
    )  # fmt: skip
    tips, heading = tips.astype(np.float32), upright(factor * delta).astype(np.float32)
    heads = go.Cone(
        x=tips[:, 0], y=tips[:, 1], z=tips[:, 2], u=heading[:, 0], v=heading[:, 1], w=heading[:, 2],
        sizemode="raw", sizeref=0.3, anchor="tip", cmax=factor * top, **colours,
        text=[f"landmark {k}<br>{length:.3f} {unit}" for k, length in enumerate(lengths)],
        hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip
    return [shafts, heads]
