"""Shared parts of all figures: the value `CaptionedFigure`, the layout and the axes.

Figures are pure functions of frames: no query, no file, no clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from affect_store.dashboards import palette

DIGITS = 5
"""Decimal places of measured numbers on a page."""


@dataclass(frozen=True)
class CaptionedFigure:
    """A figure with its title, caption and text alternative.

    `title` names the figure, `note` is its caption, `alt` describes it for readers who cannot see it; all three are
    plain text. `is_3d` marks figures that need WebGL. `sources` names the frames behind the numbers: the page shows the
    query of each. Below `least_width_px` the figure scrolls sideways instead of shrinking.
    """

    title: str
    note: str
    alt: str
    figure: go.Figure
    is_3d: bool = False
    sources: tuple[str, ...] = ()
    least_width_px: int = 0

    @property
    def height_px(self) -> int:
        """Height that the page reserves before the figure is drawn."""
        return int(self.figure.layout.height)


def figure(*, height_px: int, **layout: Any) -> go.Figure:
    """Create an empty figure in the style of the pages, without Plotly's own template (every page would repeat it)."""
    shared: dict[str, Any] = {
        "template": go.layout.Template(),
        "height": height_px,
        "autosize": True,
        "paper_bgcolor": palette.PAPER,
        "plot_bgcolor": palette.PAPER,
        "font": {"family": palette.FONT, "size": 13, "color": palette.INK},
        "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
        "hoverlabel": {"bgcolor": palette.PAPER, "bordercolor": palette.GREY, "font": {"color": palette.INK}},
        "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": 1.0, "yanchor": "bottom"},
        "dragmode": False,
    }
    return go.Figure(layout={**shared, **layout})


def axis(title: str = "", **options: Any) -> dict[str, Any]:
    """Define an axis: light grid, no zero line, automatic margin for its labels."""
    shared: dict[str, Any] = {
        "title": {"text": title, "font": {"size": 12, "color": palette.MUTED}},
        "gridcolor": palette.LINE,
        "linecolor": palette.LINE,
        "tickfont": {"size": 12},
        "zeroline": False,
        "automargin": True,
    }
    return {**shared, **options}


def interval_bars(ends: Sequence[tuple[float | None, float, float | None]], **style: Any) -> dict[str, Any]:
    """Define error bars from (low, value, high); a missing end (fewer than five people) draws no bar."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [0 if high is None else round(high - value, DIGITS) for _, value, high in ends],
        "arrayminus": [0 if low is None else round(value - low, DIGITS) for low, value, _ in ends],
        "visible": any(low is not None for low, _, _ in ends),
        **style,
    }


def interval_dots(
    ends: Sequence[tuple[float | None, float, float | None]],
    texts: Sequence[str],
    hovers: Sequence[str],
    colour: str,
    *,
    rows: Sequence[float] = (),
    **options: Any,
) -> go.Scatter:
    """Draw dots with intervals (low, value, high) and texts, at these rows, by default 0, 1, 2 ... from the top."""
    return go.Scatter(
        x=[value for _, value, _ in ends],
        y=list(rows or range(len(ends))),
        mode="markers+text",
        text=list(texts),
        textposition="top center",
        textfont={"size": 11, "color": colour},
        cliponaxis=False,
        marker={"size": 10, "color": colour},
        error_x=interval_bars(ends, color=colour, thickness=1.6, width=4),
        customdata=list(hovers),
        hovertemplate="%{customdata}<extra></extra>",
        **options,
    )


def share_heat(
    shares: Sequence[Sequence[float | None]],
    texts: Sequence[Sequence[str]],
    hovers: Sequence[Sequence[str]],
    *,
    with_texts: bool = True,
    ends: tuple[float, float] = (0, 1),
) -> go.Heatmap:
    """Draw shares, or other numbers between these ends, as cells with texts; missing ones stay blank."""
    return go.Heatmap(
        z=shares,
        text=texts,
        texttemplate="%{text}" if with_texts else None,
        textfont={"size": 11},
        customdata=hovers,
        hovertemplate="%{customdata}<extra></extra>",
        hoverongaps=False,
        zmin=ends[0],
        zmax=ends[1],
        colorscale=[list(stop) for stop in palette.SHARES],
        showscale=False,
        xgap=1.5,
        ygap=1.5,
    )


def share_axis(title: str, **options: Any) -> dict[str, Any]:
    """Define an axis for shares: 0 to 1 with some padding."""
    return axis(title, **{"range": [-0.02, 1.04], "dtick": 0.2, "tickformat": ".1f", **options})


def category_axis(labels: list[str], *, padding: float = 0.0, **options: Any) -> dict[str, Any]:
    """Define an axis of categories at 0, 1, 2 ..., the first at the top of a vertical axis.

    Numeric positions keep labels that look like numbers or dates, or that occur twice, as they are. `padding` is free
    space (in rows) above the first category.
    """
    return axis(
        **{
            "tickvals": list(range(len(labels))),
            "ticktext": labels,
            "range": [len(labels) - 0.5, -0.5 - padding],
            "showgrid": False,
            **options,
        }
    )


def colour_bar(title: str, **options: Any) -> dict[str, Any]:
    """Define a horizontal colour bar above the figure, which leaves the full width to the data."""
    shared: dict[str, Any] = {
        "orientation": "h",
        "thickness": 8,
        "len": 0.6,
        "x": 0,
        "xanchor": "left",
        "y": 1.0,
        "yanchor": "bottom",
        "outlinewidth": 0,
        "xpad": 0,
        "ypad": 4,
        "tickfont": {"size": 11},
        "title": {"text": title, "side": "top", "font": {"size": 12, "color": palette.MUTED}},
    }
    return {**shared, **options}
