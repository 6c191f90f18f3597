"""Explanations of a system: attribution of each landmark on the face, and permutation importance of the inputs."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import polars as pl

from affect_store.dashboards import formatting, palette
from affect_store.dashboards.figures.base import CaptionedFigure, axis, category_axis, figure, interval_bars
from affect_store.dashboards.figures.face import scene
from affect_store.dashboards.figures.mesh import FloatArray, triangles, upright
from affect_store.store.emotion_classes import in_order
from affect_store.store.vocabulary import LANDMARK_GROUPS, MIN_PEOPLE

ALL = "all"
DIGITS = 4


def choices(attributions: pl.DataFrame, run_id: str) -> dict[str, list[float]]:
    """Map each emotion to the attributions of a run (468 numbers), in the order of the vocabulary."""
    rows = {row["emotion"]: row for row in attributions.filter(pl.col("run_id") == run_id).iter_rows(named=True)}
    return {name: [round(value, DIGITS) for value in rows[name]["added"]] for name in in_order(rows)}


def colour_limit(added: list[float]) -> float:
    """Return the end of the colour scale: the 99th percentile of the absolute values, robust to single landmarks."""
    return max(float(np.percentile(np.abs(added), 99)), 10.0**-DIGITS)


def attribution_face(attributions: pl.DataFrame, run_id: str, neutral: FloatArray) -> CaptionedFigure:
    """Draw the mean face (468, 3), coloured by the attributions to the score of the run's first emotion."""
    emotion, added = next(iter(choices(attributions, run_id).items()))
    points, faces, top = upright(neutral).astype(np.float32), triangles(neutral), colour_limit(added)
    fig = figure(height_px=520, scene=scene(neutral), showlegend=False, margin={"l": 0, "r": 0, "t": 0, "b": 0})
    fig.update_layout(dragmode="turntable")
    fig.add_trace(
        go.Mesh3d(
            x=points[:, 0], y=points[:, 1], z=points[:, 2], i=faces[:, 0], j=faces[:, 1], k=faces[:, 2],
            intensity=added, cmin=-top, cmax=top, colorscale=[list(stop) for stop in palette.BETTER_OR_WORSE],
            showscale=False, text=[str(landmark) for landmark in range(len(added))], flatshading=False,
            hovertemplate="landmark %{text}<br>attribution %{intensity:.3f}<extra></extra>",
            lighting={"ambient": 0.85, "diffuse": 0.3, "specular": 0.02, "roughness": 0.9},
            meta={"group": emotion},
        )
    )  # fmt: skip
    note = (
        "Blue: the movement of the landmark increases the score of the emotion; orange: it decreases the score. "
        "Integrated gradients with the neutral face as baseline (of deltas relative to the person, the centre of the "
        "person's faces), mean over photographs of the emotion outside the training part, in units of the score. "
        "Attributions explain a prediction, whether or not it is correct."
    )
    alt = f"Three-dimensional face coloured by attribution, {emotion}: {_strongest(added)}; total {sum(added):.2f}."
    return CaptionedFigure(
        "Attribution by landmark", note, alt, fig, is_3d=True, sources=("attributions", "group_attributions")
    )


def _strongest(added: list[float]) -> str:
    sums = {name: sum(added[landmark] for landmark in members) for name, members in LANDMARK_GROUPS.items()}
    group = max(sums, key=lambda name: sums[name])
    return f"strongest group {group}, {sums[group]:.2f}"


def rows(attributions: pl.DataFrame, group_attributions: pl.DataFrame, run_id: str) -> list[tuple[str, ...]]:
    """List one row per emotion: the sum of the attributions in each landmark group, with its interval if it has one."""
    limits = {
        (row["emotion"], row["landmark_group"]): formatting.signed_interval(row["low"], row["high"])
        for row in group_attributions.filter(pl.col("run_id") == run_id).iter_rows(named=True)
    }
    return [
        (emotion, *(_sum(added, group, limits.get((emotion, group), "")) for group in LANDMARK_GROUPS))
        for emotion, added in choices(attributions, run_id).items()
    ]


def _sum(added: list[float], group: str, limits: str) -> str:
    total = formatting.signed(sum(added[landmark] for landmark in LANDMARK_GROUPS[group]))
    unbroken = limits.replace(" ", "\u00a0")
    return f"{total} ({unbroken})" if limits else total


def importances(frame: pl.DataFrame, run_id: str) -> CaptionedFigure:
    """Draw the loss of accuracy when an input, or a landmark group in it, is permuted among the photographs."""
    own = frame.filter(pl.col("run_id") == run_id).sort(
        pl.col("landmark_group") != ALL, "value", descending=[False, True]
    )
    lines = own.to_dicts()
    labels = [_label(row) for row in lines]
    fig = figure(
        height_px=120 + 24 * len(lines),
        xaxis=axis("loss of accuracy", rangemode="tozero"),
        yaxis=category_axis(labels),
        showlegend=False,
    )
    fig.add_trace(_importance_dots(lines))
    note = (
        "Loss of validation accuracy when the values of an input are permuted among the photographs. "
        f"Lines: {formatting.INTERVAL}, with at least {MIN_PEOPLE} people. Inputs with redundant "
        "information show little loss."
    )
    alt = f"Loss of accuracy by input and landmark group. First: {_label(lines[0])}, {lines[0]['value']:.2f}."
    return CaptionedFigure("Permutation importance", note, alt, fig, sources=("importances",))


def _importance_dots(lines: list[dict[str, Any]]) -> go.Scatter:
    ends = [(row["low"], row["value"], row["high"]) for row in lines]
    return go.Scatter(
        x=[row["value"] for row in lines],
        y=list(range(len(lines))),
        mode="markers",
        marker={"size": 9, "color": palette.BLUE},
        error_x=interval_bars(ends, color=palette.GREY, thickness=1.4, width=0),
        text=[_hover(row) for row in lines],
        hovertemplate="%{text}<extra></extra>",
    )


def _label(row: dict[str, Any]) -> str:
    name = formatting.plain(str(row["input"]).replace("_", " "))
    return f"all of {name}" if row["landmark_group"] == ALL else f"{name}: {formatting.plain(row['landmark_group'])}"


def _hover(row: dict[str, Any]) -> str:
    band = formatting.interval(row["low"], row["high"])
    return f"{_label(row)}<br>{row['value']:.3f}{f' ({band})' if band else ''}<br>{formatting.people(row['n_people'])}"
