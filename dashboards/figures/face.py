"""Movement of the face: the mean face with the mean delta of each emotion as arrows, in two and three dimensions."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import polars as pl

from affect_store.dashboards import formatting, palette
from affect_store.dashboards.figures.base import CaptionedFigure, axis, category_axis, colour_bar, figure
from affect_store.dashboards.figures.mesh import FloatArray, arrow_scale, edges, segments, triangles, upright, vectors
from affect_store.store.emotion_classes import in_order
from affect_store.store.vocabulary import AXES, FRONTAL_DEG, LANDMARK_COUNT, LANDMARK_GROUPS

UNIT = "inter-ocular distances"
GRID = 0.5
INSET = 0.07
"""Distance of the skin behind the landmarks, so that it does not cover arrows along the face."""

SKIN = {"shown": 1.0, "hidden": 0.0}
"""Opacity of the skin (trace 0) by choice."""

VIEWS = {
    "three-quarter": (0.68, -1.5, 0.25),
    "front": (0.0, -1.65, 0.05),
    "right side": (-1.65, -0.3, 0.1),
    "left side": (1.65, -0.3, 0.1),
    "from below": (0.0, -1.4, -0.95),
}
"""Viewpoints in Plotly's scene units: x to the right, y away from the camera, z up."""

KINDS = {
    "aligned": (
        "Aligned delta",
        "Feature aligned: difference to the same person's neutral face from the same camera, after a rigid alignment "
        "that removes head pose and position. Arrows are scaled by the stated factor; the colour is the true length. "
        f"Grid: {GRID:g} {UNIT}.",
    ),
    "frontal_unit": (
        "Frontal unit delta",
        "Feature frontal_unit, as in the original notebook: difference to the frontal neutral photograph, each vector "
        "normalised to length 1. It still contains head pose and position, but not the amplitude of the movement.",
    ),
}
"""Kinds of delta: title and note of their figures."""

UNITS = {"aligned": UNIT, "frontal_unit": "unit vectors"}
"""Unit of the arrows' length; a mean of unit vectors is shorter than 1 unless they agree."""

_BINS = 5


def deltas(faces: pl.DataFrame) -> dict[str, tuple[FloatArray, int]]:
    """Map each emotion to its mean delta (468, 3) and number of photographs, frontal camera, in vocabulary order."""
    rows = {row["emotion"]: row for row in faces.iter_rows(named=True) if row["camera_angle_deg"] == FRONTAL_DEG}
    return {name: (vectors(rows[name]["mean_delta"]), rows[name]["n"]) for name in in_order(rows)}


def top_length(means: dict[str, tuple[FloatArray, int]]) -> float:
    """Return the upper end of the shared colour scale: the 99.5th percentile of all lengths, rounded up to 0.01."""
    lengths = np.concatenate([np.linalg.norm(delta, axis=1) for delta, _ in means.values()])
    return max(float(np.ceil(np.percentile(lengths, 99.5) * 100)) / 100, 0.01)


def most_moved(means: dict[str, tuple[FloatArray, int]]) -> str:
    """Return the emotion with the largest mean movement."""
    return max(means, key=lambda name: float(np.linalg.norm(means[name][0], axis=1).mean()))


def frontal_views(faces: pl.DataFrame, neutral: FloatArray) -> list[CaptionedFigure]:
    """Draw a frontal view of each emotion with shared axes and colours; the note states the scale of its arrows."""
    means = deltas(faces)
    top = top_length(means)
    return [_front(name, delta, n, neutral, top) for name, (delta, n) in means.items()]


def _front(name: str, delta: FloatArray, n: int, neutral: FloatArray, top: float) -> CaptionedFigure:
    factor = arrow_scale(delta)
    low, high = neutral[:, :2].min(axis=0) - 0.35, neutral[:, :2].max(axis=0) + 0.35
    fig = figure(
        height_px=340,
        xaxis=axis(visible=False, range=[low[0], high[0]], constrain="domain"),
        yaxis=axis(visible=False, range=[high[1], low[1]], scaleanchor="x", scaleratio=1, constrain="domain"),
        showlegend=False,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
    )
    sides = edges(triangles(neutral))
    fig.add_trace(_flat(neutral[sides[:, 0], :2], neutral[sides[:, 1], :2], "#dde3e9", 0.7))
    lengths = np.linalg.norm(delta, axis=1)
    bins = np.minimum((lengths / top * _BINS).astype(int), _BINS - 1)
    tips = neutral + factor * delta
    for k in range(_BINS):
        own = bins == k
        if own.any():
            colour = palette.at(palette.MOVEMENT, (k + 0.5) / _BINS)
            fig.add_trace(_flat(neutral[own, :2], tips[own, :2], colour, 1.1 + 0.25 * k))
    fig.add_trace(_tips(tips, lengths, top))
    mean = float(lengths.mean())
    note = f"{formatting.photographs(n)}. Arrows scaled ×{factor:g}; mean movement {mean:.3f}."
    alt = f"Frontal face, {name}: arrows of the mean movement. {note}"
    return CaptionedFigure(name, note, alt, fig, sources=("faces",))


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
        hovertemplate=f"landmark %{{text}}<br>%{{marker.color:.3f}} {UNIT}<extra></extra>",
    )


def groups(faces: pl.DataFrame) -> CaptionedFigure:
    """Draw the mean length of movement per landmark group and emotion."""
    means = deltas(faces)
    names, parts = list(means), list(LANDMARK_GROUPS)
    lengths = {name: np.linalg.norm(delta, axis=1) for name, (delta, _) in means.items()}
    z = [[float(lengths[name][list(LANDMARK_GROUPS[part])].mean()) for name in names] for part in parts]
    fig = figure(
        height_px=150 + 34 * len(parts),
        xaxis=category_axis(names, range=[-0.5, len(names) - 0.5], tickangle=-40),
        yaxis=category_axis(parts),
    )
    fig.add_trace(_group_heat_map(z))
    largest, part, emotion = max(
        (value, part, name)
        for part, line in zip(parts, z, strict=True)
        for name, value in zip(names, line, strict=True)
    )
    alt = f"Heat map of landmark groups by emotion. Largest: {part}, {emotion}, {largest:.3f} {UNIT}."
    note = "Mean over the landmarks of a group of the length of their mean aligned delta, frontal camera."
    return CaptionedFigure("Movement by landmark group and emotion", note, alt, fig, sources=("faces",))


def _group_heat_map(z: list[list[float]]) -> go.Heatmap:
    return go.Heatmap(
        z=z,
        text=[[f"{value:.3f}" for value in line] for line in z],
        texttemplate="%{text}",
        hovertemplate=f"%{{text}} {UNIT}<extra></extra>",
        colorscale=[list(stop) for stop in palette.SHARES],
        zmin=0,
        xgap=2,
        ygap=2,
        colorbar=colour_bar(f"mean movement ({UNIT})", nticks=4),
    )


def three_dimensional(delta: FloatArray, neutral: FloatArray, kind: str, top: float) -> CaptionedFigure:
    """Draw the face in three dimensions with the arrows of one mean delta (468, 3); `top` ends their colour scale.

    Traces 0 and 1 are the skin, 2 and 3 the arrows, which `face.js` replaces for another choice. A delta of kind
    `frontal_unit` is in image widths and heights; its arrows start at the same face for comparison.
    """
    fig = figure(height_px=560, scene=scene(neutral), showlegend=False, margin={"l": 0, "r": 0, "t": 0, "b": 0})
    fig.update_layout(dragmode="turntable")
    for trace in (*_surface(neutral), *_arrows(neutral, delta, top, UNITS[kind])):
        fig.add_trace(trace)
    alt = f"Three-dimensional face with arrows of the selected {kind} delta. The table below lists the numbers."
    return CaptionedFigure(KINDS[kind][0], KINDS[kind][1], alt, fig, is_3d=True, sources=("mean_deltas",))


def mean_over_people(mean_deltas: pl.DataFrame, kind: str, emotion: str) -> FloatArray:
    """Average the deltas (468, 3) of all frontal photographs of an emotion; zeros if there are none."""
    own = mean_deltas.filter(
        (pl.col("feature") == kind) & (pl.col("emotion") == emotion) & (pl.col("camera_angle_deg") == FRONTAL_DEG)
    )
    if own.is_empty():
        return np.zeros((LANDMARK_COUNT, AXES))
    mean = np.average(own["mean_delta"].to_numpy().reshape(own.height, -1), axis=0, weights=own["n"].to_numpy())
    return vectors(mean)


def scene(neutral: FloatArray) -> dict[str, Any]:
    """Define axes, grid and viewpoint for a face in the head frame, (468, 3)."""
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
    """Draw shafts as line segments and heads as cones, both coloured by the length before scaling."""
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
