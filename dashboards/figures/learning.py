"""Learning curves of one run: loss, accuracy and ROC AUC by epoch."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import polars as pl

from affect_store.dashboards import formatting, palette
from affect_store.dashboards.figures.base import CaptionedFigure, axis, figure, share_axis

_CURVES = {"training": ("", palette.GREY), "validation": ("val_", palette.BLUE)}
"""Part -> prefix of its columns, and colour."""

LABELS = {"loss": "loss", "accuracy": "accuracy", "auc": "ROC AUC"}
"""Measures that are logged in every epoch, with their names."""

_LOG_FROM = 30.0
_EVERY_EPOCH_BELOW = 10
"""Runs with fewer epochs have a tick at each, as Plotly would place ticks between them."""


def curves(epochs: pl.DataFrame, measure: str) -> CaptionedFigure:
    """Draw a measure of `LABELS` by epoch for training and validation; `epochs` holds one run."""
    rows, label = epochs.sort("epoch"), LABELS[measure]
    is_loss = measure == "loss"
    vertical = _loss_axis(rows) if is_loss else share_axis(label)
    ticks = {"dtick": 1} if rows.height < _EVERY_EPOCH_BELOW else {}
    fig = figure(height_px=300, xaxis=axis("epoch", rangemode="tozero", tickformat="d", **ticks), yaxis=vertical)
    for name, (prefix, colour) in _CURVES.items():
        fig.add_trace(_curve(rows, prefix + measure, f"{name} {label}", name=name, line={"color": colour, "width": 2}))
    best = _best(rows, "val_" + measure, lowest=is_loss)
    if best:
        fig.add_trace(_mark(best, label))
    title = f"{label[0].upper()}{label[1:]} over {formatting.count(rows.height, 'epoch')}"
    note = f"Best validation {label}: {best[1]:.3f} at epoch {best[0]}." if best else "No validation value was logged."
    alt = f"Line chart of training and validation {label}. {note}"
    return CaptionedFigure(title, note, alt, fig, sources=("epochs",))


def _curve(rows: pl.DataFrame, column: str, label: str, **style: Any) -> go.Scatter:
    return go.Scatter(
        x=rows["epoch"].to_list(),
        y=rows[column].to_list(),
        mode="lines" if rows.height > 1 else "markers",
        customdata=[f"{rate:.2g}" if rate is not None else "" for rate in rows["learning_rate"]],
        hovertemplate=f"epoch %{{x}}<br>{label} %{{y:.3f}}<br>learning rate %{{customdata}}<extra></extra>",
        **style,
    )


def _loss_axis(rows: pl.DataFrame) -> dict[str, object]:
    """Define the axis of the loss: logarithmic if a diverging run would flatten everything else."""
    values = pl.concat([rows["loss"], rows["val_loss"]]).drop_nulls()
    values = values.filter(values.is_finite() & (values > 0))
    if values.len() and values.max() / values.min() > _LOG_FROM:  # type: ignore[operator]
        return axis("loss (cross-entropy and regularisation, log scale)", type="log", dtick=1)
    return axis("loss (cross-entropy and regularisation)", rangemode="tozero")


def _best(rows: pl.DataFrame, column: str, *, lowest: bool) -> tuple[int, float] | None:
    known = rows.filter(pl.col(column).is_not_null() & pl.col(column).is_finite())
    if known.is_empty():
        return None
    row = known.sort(column, "epoch", descending=[not lowest, False]).row(0, named=True)
    return int(row["epoch"]), float(row[column])


def _mark(best: tuple[int, float], label: str) -> go.Scatter:
    return go.Scatter(
        x=[best[0]],
        y=[best[1]],
        mode="markers",
        name="best validation",
        marker={"size": 9, "color": palette.PAPER, "line": {"color": palette.BLUE, "width": 2}},
        hovertemplate=f"epoch {best[0]}<br>best validation {label} {best[1]:.3f}<extra></extra>",
    )
