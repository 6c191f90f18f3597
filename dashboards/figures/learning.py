"""Learning curves of one run."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from dashboards import palette, words
from dashboards.figures.base import Picture, axis, figure, share_axis

_CURVES = (("training", "", palette.GREY), ("validation", "val_", palette.BLUE))
_LOG_FROM = 30.0


def curves(epochs: pl.DataFrame, measure: str) -> Picture:
    """`measure` ('loss' or 'accuracy') after each epoch, training beside validation; `epochs` holds one run."""
    rows = epochs.sort("epoch")
    is_loss = measure == "loss"
    vertical = _loss_axis(rows) if is_loss else share_axis("accuracy (share right)")
    picture = figure(height_px=300, xaxis=axis("epoch", rangemode="tozero", tickformat="d"), yaxis=vertical)
    for name, prefix, colour in _CURVES:
        picture.add_trace(
            go.Scatter(
                x=rows["epoch"].to_list(),
                y=rows[prefix + measure].to_list(),
                name=name,
                mode="lines" if rows.height > 1 else "markers",
                line={"color": colour, "width": 2},
                customdata=[f"{rate:.2g}" if rate is not None else "" for rate in rows["learning_rate"]],
                hovertemplate=f"epoch %{{x}}<br>{name} {measure} %{{y:.3f}}"
                "<br>learning rate %{customdata}<extra></extra>",
            )
        )
    best = _best(rows, "val_" + measure, lowest=is_loss)
    if best:
        picture.add_trace(_mark(best, measure))
    title = f"{measure.capitalize()} over {words.count(rows.height, 'epoch')}"
    note = f"Best on validation: {best[1]:.3f} at epoch {best[0]}." if best else "No validation value was logged."
    alt = f"Line chart of training and validation {measure}. {note}"
    return Picture(title, note, alt, picture, sources=("epochs",))


def _loss_axis(rows: pl.DataFrame) -> dict[str, object]:
    """Logarithmic where a diverging run would flatten everything else."""
    values = pl.concat([rows["loss"], rows["val_loss"]]).drop_nulls()
    values = values.filter(values.is_finite() & (values > 0))
    if values.len() and values.max() / values.min() > _LOG_FROM:  # type: ignore[operator]
        return axis("loss (cross-entropy and penalties, log scale)", type="log", dtick=1)
    return axis("loss (cross-entropy and penalties)", rangemode="tozero")


def _best(rows: pl.DataFrame, column: str, *, lowest: bool) -> tuple[int, float] | None:
    known = rows.filter(pl.col(column).is_not_null() & pl.col(column).is_finite())
    if known.is_empty():
        return None
    row = known.sort(column, "epoch", descending=[not lowest, False]).row(0, named=True)
    return int(row["epoch"]), float(row[column])


def _mark(best: tuple[int, float], measure: str) -> go.Scatter:
    return go.Scatter(
        x=[best[0]],
        y=[best[1]],
        mode="markers",
        name="best on validation",
        marker={"size": 9, "color": palette.PAPER, "line": {"color": palette.BLUE, "width": 2}},
        hovertemplate=f"epoch {best[0]}<br>best validation {measure} {best[1]:.3f}<extra></extra>",
    )
