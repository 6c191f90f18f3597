"""Distributions as small inline SVG pictures: bars, the bounds as lines, and where the values end.

Numbers in, markup out: no script, no font and no file is needed to see one.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from validation.verdict import Distribution

WIDTH, HEIGHT = 260, 64
_FLOOR = 46
_BASE = 60


@dataclass(frozen=True)
class Chart:
    """A picture with the words around it."""

    name: str
    svg: Markup
    seen: str
    allowed: str
    is_outside: bool


def chart(one: Distribution) -> Chart:
    """The picture of one distribution; bars that lie outside the bounds have a class of their own."""
    low, high = one.low, one.high
    outside = (low is not None and one.least < low) or (high is not None and one.greatest > high)
    marks = "".join(_line(one, bound) for bound in (low, high) if bound is not None)
    label = Markup("{}: seen {}, allowed {}").format(one.name, _seen(one), _allowed(one))
    svg = Markup(
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{{}}" preserveAspectRatio="none">'
        f'<line class="base" x1="0" x2="{WIDTH}" y1="{_BASE}" y2="{_BASE}"/>{_bars(one)}{marks}</svg>'
    ).format(label)
    return Chart(one.name, svg, _seen(one), _allowed(one), outside)


def number(value: float) -> str:
    """A number as a reader likes it: four digits, no trailing zeros, a minus sign that is one."""
    return f"{value:.4g}".replace("-", "\u2212")


def _place(one: Distribution, value: float) -> float:
    first, last = one.edges[0], one.edges[-1]
    return 4 + (WIDTH - 8) * (value - first) / (last - first) if last > first else WIDTH / 2


def _bars(one: Distribution) -> str:
    most = max(one.counts) or 1
    bars = []
    for count, left, right in zip(one.counts, one.edges, one.edges[1:], strict=False):
        if count:
            height = max(2.0, _FLOOR * count / most)
            start, end = _place(one, left), _place(one, right)
            is_out = (one.low is not None and right <= one.low) or (one.high is not None and left >= one.high)
            kind = "bar out" if is_out else "bar"
            bars.append(
                f'<rect class="{kind}" x="{start:.1f}" y="{_BASE - height:.1f}" '
                f'width="{max(end - start - 0.6, 1.5):.1f}" height="{height:.1f}"/>'
            )
    return "".join(bars)


def _line(one: Distribution, bound: float) -> str:
    place = _place(one, bound)
    return f'<line class="bound" x1="{place:.1f}" x2="{place:.1f}" y1="4" y2="{_BASE}"/>'


def _seen(one: Distribution) -> str:
    return f"{number(one.least)} to {number(one.greatest)}" if one.least < one.greatest else number(one.least)


def _allowed(one: Distribution) -> str:
    if one.low is None:
        return "anything" if one.high is None else f"at most {number(one.high)}"
    return f"at least {number(one.low)}" if one.high is None else f"{number(one.low)} to {number(one.high)}"
