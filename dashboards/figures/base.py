"""What every figure shares: the picture value, layout and axes. Figures are pure: frame in, picture out; no query, no
file, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboards import palette

DIGITS = 5
"""What a page keeps of a measured number."""


@dataclass(frozen=True)
class Picture:
    """A figure with the words that stand around it on the page.

    `title` says what it shows, `note` how to read it, `alt` what a reader who cannot see it should know; all three are
    plain text. `is_3d` tells the page that the browser must offer WebGL. `sources` are the frames that the numbers come
    from: the page shows the query of each. Below `least_width_px` it is moved sideways instead of squeezed.
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
    """An empty figure in the house's look, without Plotly's own template (it would be repeated in every page)."""
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
    """A quiet axis: light grid, no zero line, room made for its labels."""
    shared: dict[str, Any] = {
        "title": {"text": title, "font": {"size": 12, "color": palette.MUTED}},
        "gridcolor": palette.LINE,
        "linecolor": palette.LINE,
        "tickfont": {"size": 12},
        "zeroline": False,
        "automargin": True,
    }
    return {**shared, **options}


def interval_bars(ends: Sequence[tuple[float | None, float, float | None]], **look: Any) -> dict[str, Any]:
    """Error bars from (low, value, high); none is drawn where an end is None, which is so below five people."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [0 if high is None else round(high - value, DIGITS) for _, value, high in ends],
        "arrayminus": [0 if low is None else round(value - low, DIGITS) for low, value, _ in ends],
        "visible": any(low is not None for low, _, _ in ends),
        **look,
    }


def share_axis(title: str, **options: Any) -> dict[str, Any]:
    """An axis for shares: 0 to 1 with a little air."""
    return axis(title, **{"range": [-0.02, 1.04], "dtick": 0.2, "tickformat": ".1f", **options})


def words_axis(labels: list[str], *, air: float = 0.0, **options: Any) -> dict[str, Any]:
    """An axis of words, first word on top when it is vertical. Places are 0, 1, 2 ...: names that look like numbers or
    dates, or that occur twice, stay what they are. `air` is free room (in rows) above the first."""
    return axis(
        **{
            "tickvals": list(range(len(labels))),
            "ticktext": labels,
            "range": [len(labels) - 0.5, -0.5 - air],
            "showgrid": False,
            **options,
        }
    )


def colour_bar(title: str, **options: Any) -> dict[str, Any]:
    """A flat colour bar below the figure, so that narrow pages keep their width for the data."""
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
