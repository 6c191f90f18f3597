"""The people and their emotions on a plane: principal components of the mean aligned deltas."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import polars as pl
from numpy.typing import NDArray

from dashboards import palette, words
from dashboards.figures.base import Picture, axis, figure
from store.vocabulary import EMOTIONS, FRONTAL_DEG, VECTOR_LENGTH

ALIGNED = "aligned"
SMALLEST = 1e-30
FEWEST = 3
"""Fewer points than this span no plane."""


def points(movements: pl.DataFrame) -> tuple[pl.DataFrame, NDArray[np.float64]]:
    """Rows of the aligned deltas with their `x` and `y`, and the two components' shares of the variance.

    Principal components (Pearson 1901, doi 10.1080/14786440109462720) of the rows' differences to their mean, from the
    covariance matrix; each axis is turned so that its largest weight is positive.
    """
    own = movements.filter(pl.col("feature") == ALIGNED)
    matrix = own["mean_delta"].to_numpy().reshape(-1, VECTOR_LENGTH).astype(np.float64)
    centred = matrix - matrix.mean(axis=0)
    strengths, directions = np.linalg.eigh(centred.T @ centred)
    chosen = directions[:, :-3:-1].T
    chosen = chosen * np.sign(chosen[np.arange(2), np.abs(chosen).argmax(axis=1)])[:, None]
    placed = centred @ chosen.T
    shares = strengths[:-3:-1] / max(float(strengths.sum()), SMALLEST)
    return own.select(
        "subject_id", "emotion", "camera_angle_deg", x=pl.Series(placed[:, 0]), y=pl.Series(placed[:, 1])
    ), shares


def has_any(movements: pl.DataFrame) -> bool:
    """Whether there is enough for a plane."""
    return movements.filter(pl.col("feature") == ALIGNED).height >= FEWEST


def cameras(movements: pl.DataFrame) -> list[int]:
    """Camera angles with aligned deltas, the frontal one first."""
    known = movements.filter(pl.col("feature") == ALIGNED)["camera_angle_deg"].unique().to_list()
    return sorted(known, key=lambda angle: (angle != FRONTAL_DEG, angle))


def plane(movements: pl.DataFrame) -> Picture:
    """One point a person and emotion; traces of a camera carry it as `meta.group`, one camera is visible."""
    placed, shares = points(movements)
    angles = cameras(movements)
    titles = [
        f"{name} component, {100 * share:.0f} % of the variance"
        for name, share in zip(("first", "second"), shares, strict=True)
    ]
    picture = figure(
        height_px=560,
        xaxis=axis(titles[0]),
        yaxis=axis(titles[1], scaleanchor="x", scaleratio=1),
        margin={"l": 8, "r": 12, "t": 48, "b": 8},
    )
    for angle in angles:
        for emotion in EMOTIONS:
            own = placed.filter((pl.col("emotion") == emotion) & (pl.col("camera_angle_deg") == angle))
            if own.height:
                picture.add_trace(_dots(own, emotion, angle, titles[0], is_visible=angle == angles[0]))
    note = (
        "Each dot is a person's mean aligned delta of one emotion, in inter-ocular distances over all landmarks, on "
        "the two directions in which all of them, of all cameras, differ most; other directions tell more."
    )
    alt = (
        f"Scatter of {words.people(placed['subject_id'].n_unique())} and {placed['emotion'].n_unique()} emotions on "
        f"two principal components with {100 * float(shares.sum()):.0f} % of the variance."
    )
    return Picture("People and emotions on a plane", note, alt, picture, sources=("movements",))


def _dots(own: pl.DataFrame, emotion: str, angle: int, title: str, *, is_visible: bool) -> go.Scatter:
    return go.Scatter(
        x=own["x"].round(4).to_list(),
        y=own["y"].round(4).to_list(),
        mode="markers",
        name=emotion,
        visible=is_visible,
        meta={"group": str(angle), "title": title},
        marker={"size": 9, "color": palette.EMOTION_COLOURS[emotion], "line": {"width": 1, "color": palette.PAPER}},
        text=[f"{words.plain(one)}, {emotion}" for one in own["subject_id"]],
        hovertemplate="%{text}<extra></extra>",
    )
