"""Similarity of subjects and expressions: principal components of the mean aligned deltas."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import polars as pl
from numpy.typing import NDArray
from scipy.linalg import eigh

from affect_store.dashboards import formatting, palette
from affect_store.dashboards.figures.base import CaptionedFigure, axis, figure
from affect_store.store.emotion_classes import in_order
from affect_store.store.vocabulary import FRONTAL_DEG, VECTOR_LENGTH

ALIGNED = "aligned"
MIN_VARIANCE = 1e-30
MIN_POINTS = 3
"""Minimum number of points that span a plane."""


def points(mean_deltas: pl.DataFrame) -> tuple[pl.DataFrame, NDArray[np.float64]]:
    """Project the mean aligned deltas onto two principal components: rows with `x` and `y`, shares of the variance.

    Principal components (Pearson 1901, doi 10.1080/14786440109462720) of the centred rows; the sign of each component
    makes its largest weight positive.
    """
    own = mean_deltas.filter(pl.col("feature") == ALIGNED)
    matrix = own["mean_delta"].to_numpy().reshape(-1, VECTOR_LENGTH).astype(np.float64)
    centred = matrix - matrix.mean(axis=0)
    strengths, chosen = _principal(centred)
    chosen = chosen * np.sign(chosen[np.arange(2), np.abs(chosen).argmax(axis=1)])[:, None]
    projected = centred @ chosen.T
    shares = strengths / max(float(np.square(centred).sum()), MIN_VARIANCE)
    return own.select(
        "subject_id", "emotion", "camera_angle_deg", x=pl.Series(projected[:, 0]), y=pl.Series(projected[:, 1])
    ), shares


def _principal(centred: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the two greatest eigenvalues (2,) of the rows' covariance, times their number, and directions (2, 1404).

    With fewer rows than columns, they are those of the products of rows, a matrix that is many times smaller.
    """
    count, length = centred.shape
    if count >= length:
        strengths, directions = eigh(centred.T @ centred, subset_by_index=[length - 2, length - 1])
        return strengths[::-1], directions[:, ::-1].T
    strengths, weights = eigh(centred @ centred.T, subset_by_index=[count - 2, count - 1])
    directions = centred.T @ weights
    return strengths[::-1], (directions / np.maximum(np.linalg.norm(directions, axis=0), MIN_VARIANCE))[:, ::-1].T


def has_any(mean_deltas: pl.DataFrame) -> bool:
    """Return whether there are enough points for two components."""
    return mean_deltas.filter(pl.col("feature") == ALIGNED).height >= MIN_POINTS


def cameras(mean_deltas: pl.DataFrame) -> list[int]:
    """List the camera angles with aligned deltas, the frontal one first."""
    known = mean_deltas.filter(pl.col("feature") == ALIGNED)["camera_angle_deg"].unique().to_list()
    return sorted(known, key=lambda angle: (angle != FRONTAL_DEG, angle))


def similarity(mean_deltas: pl.DataFrame) -> CaptionedFigure:
    """Draw a point per subject and emotion; `meta.group` of a trace is its camera, and one camera is visible."""
    projected, shares = points(mean_deltas)
    angles = cameras(mean_deltas)
    titles = [f"PC{k}, {100 * share:.0f} % of the variance" for k, share in enumerate(shares, start=1)]
    fig = figure(
        height_px=560,
        xaxis=axis(titles[0]),
        yaxis=axis(titles[1], scaleanchor="x", scaleratio=1),
        margin={"l": 8, "r": 12, "t": 48, "b": 8},
    )
    colours = palette.emotion_colours(projected["emotion"])
    for angle in angles:
        for emotion in in_order(colours):
            own = projected.filter((pl.col("emotion") == emotion) & (pl.col("camera_angle_deg") == angle))
            if own.height:
                fig.add_trace(_dots(own, colours[emotion], angle, titles[0], is_visible=angle == angles[0]))
    note = (
        "Each dot is the mean aligned delta of one subject and emotion, projected onto the first two principal "
        "components over all subjects, emotions and cameras. Nearby dots have similar movements in these components."
    )
    alt = (
        f"Scatter plot of {formatting.people(projected['subject_id'].n_unique())} and "
        f"{formatting.count(projected['emotion'].n_unique(), 'emotion')} on two principal components with "
        f"{100 * float(shares.sum()):.0f} % of the variance."
    )
    return CaptionedFigure(
        "Subjects and emotions, first two principal components", note, alt, fig, sources=("mean_deltas",)
    )


def _dots(own: pl.DataFrame, colour: str, angle: int, title: str, *, is_visible: bool) -> go.Scatter:
    emotion = own["emotion"][0]
    return go.Scatter(
        x=own["x"].round(4).to_list(),
        y=own["y"].round(4).to_list(),
        mode="markers",
        name=emotion,
        visible=is_visible,
        meta={"group": str(angle), "title": title},
        marker={"size": 9, "color": colour, "line": {"width": 1, "color": palette.PAPER}},
        text=[f"{formatting.plain(subject)}, {emotion}" for subject in own["subject_id"]],
        hovertemplate="%{text}<extra></extra>",
    )
