"""Scalar features by camera angle: mean, standard deviation and range of one feature column."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from affect_store.dashboards import formatting, palette
from affect_store.dashboards.figures.base import DIGITS, CaptionedFigure, axis, figure
from affect_store.store.schema.fields import FIELDS


def by_camera(
    scalar_features: pl.DataFrame, view: str, column: str, *, source: str = "scalar_features"
) -> CaptionedFigure:
    """Draw a column of a scalar feature view, or of the frame `source`, by camera angle.

    Dots are means, thick bars mean ± standard deviation, thin bars the range from the least to the greatest value.
    Meaning and unit of the column come from the schema, or from the frame for a feature of the user's own. Raises
    `KeyError` for a column that is in neither.
    """
    rows = scalar_features.filter((pl.col("view") == view) & (pl.col("column_name") == column)).sort("camera_angle_deg")
    angles, (meaning, unit) = rows["camera_angle_deg"].to_list(), _described(rows, column)
    padding = max((angles[-1] - angles[0]) * 0.15, 10)
    fig = figure(
        height_px=280,
        showlegend=False,
        xaxis=axis(
            "camera angle",
            tickvals=angles,
            ticktext=[f"{angle}°" for angle in angles],
            range=[angles[0] - padding, angles[-1] + padding],
            showgrid=False,
        ),
        yaxis=axis(formatting.plain(unit), nticks=6),
    )
    fig.add_trace(_ranges(rows))
    fig.add_trace(_means(rows))
    note = f"{meaning[:1].upper()}{meaning[1:]}. {formatting.photographs(int(rows['n_images'].sum()))}."
    means = "; ".join(f"{row['camera_angle_deg']}° {_number(row['mean'])}" for row in rows.iter_rows(named=True))
    name = formatting.visible(column, 40)
    alt = f"Means and ranges of {name} by camera angle. {note} Means{f' in {unit}' if unit else ''}: {means}."
    return CaptionedFigure(f"{formatting.visible(view, 40)}: {name}", note, alt, fig, sources=(source,))


def _number(value: float) -> str:
    """Return two decimals, or two significant digits of a number that would have none."""
    return f"{value:.2f}" if value == 0 or abs(value) >= 0.05 else f"{value:.2g}"


def _described(rows: pl.DataFrame, column: str) -> tuple[str, str]:
    """Return meaning and unit of a column; those of a feature of the user's own are its words, shown as they are."""
    meaning, unit = rows.select("meaning", "unit").row(0) if "meaning" in rows.columns else (None, None)
    if meaning is None:
        return FIELDS[column].meaning, FIELDS[column].unit
    return formatting.visible(meaning, 300), formatting.visible(unit or "", 28)


def _ranges(rows: pl.DataFrame) -> go.Scatter:
    bars = {
        "type": "data",
        "symmetric": False,
        "array": (rows["greatest"] - rows["mean"]).round(DIGITS).to_list(),
        "arrayminus": (rows["mean"] - rows["least"]).round(DIGITS).to_list(),
        "color": palette.GREY,
        "thickness": 1.4,
        "width": 6,
    }
    return go.Scatter(
        x=rows["camera_angle_deg"].to_list(),
        y=rows["mean"].round(DIGITS).to_list(),
        mode="markers",
        marker={"size": 1, "color": palette.GREY},
        error_y=bars,
        hoverinfo="skip",
    )


def _means(rows: pl.DataFrame) -> go.Scatter:
    deviations = {"type": "data", "array": rows["sd"].round(DIGITS).to_list(), "color": palette.BLUE}
    return go.Scatter(
        x=rows["camera_angle_deg"].to_list(),
        y=rows["mean"].round(DIGITS).to_list(),
        mode="markers",
        marker={"size": 11, "color": palette.BLUE},
        error_y={**deviations, "thickness": 5, "width": 0},
        customdata=[
            f"camera {row['camera_angle_deg']}°<br>mean {_number(row['mean'])}, sd {formatting.share(row['sd'])}"
            f"<br>range {_number(row['least'])} to {_number(row['greatest'])}"
            f"<br>{formatting.photographs(row['n_images'])}"
            for row in rows.iter_rows(named=True)
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )
