"""Draw distributions as small inline SVG histograms with the limits as lines.

The markup needs no script, font or other file.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from affect_store.validation.verdict import Distribution

WIDTH, HEIGHT = 260, 64
_FLOOR = 46
_BASE = 60


@dataclass(frozen=True)
class Chart:
    """A histogram with its name, observed range and allowed range."""

    name: str
    svg: Markup
    observed: str
    allowed: str
    is_outside: bool


def chart(distribution: Distribution) -> Chart:
    """Draw one distribution; bars outside the limits have their own class."""
    low, high = distribution.low, distribution.high
    outside = (low is not None and distribution.least < low) or (high is not None and distribution.greatest > high)
    marks = "".join(_line(distribution, limit) for limit in (low, high) if limit is not None)
    label = Markup("{}: observed {}, allowed {}").format(
        distribution.name, _observed(distribution), _allowed(distribution)
    )
    svg = Markup(
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{{}}" preserveAspectRatio="none">'
        f'<line class="base" x1="0" x2="{WIDTH}" y1="{_BASE}" y2="{_BASE}"/>{_bars(distribution)}{marks}</svg>'
    ).format(label)
    return Chart(distribution.name, svg, _observed(distribution), _allowed(distribution), outside)


def number(value: float) -> str:
    """Format a number with four digits, without trailing zeros and with a typographic minus."""
    return f"{value:.4g}".replace("-", "\u2212")


def _x_of(distribution: Distribution, value: float) -> float:
    first, last = distribution.edges[0], distribution.edges[-1]
    return 4 + (WIDTH - 8) * (value - first) / (last - first) if last > first else WIDTH / 2


def _bars(distribution: Distribution) -> str:
    most = max(distribution.counts) or 1
    bars = []
    for count, left, right in zip(distribution.counts, distribution.edges, distribution.edges[1:], strict=False):
        if count:
            height = max(2.0, _FLOOR * count / most)
            start, end = _x_of(distribution, left), _x_of(distribution, right)
            is_out = (distribution.low is not None and right <= distribution.low) or (
                distribution.high is not None and left >= distribution.high
            )
            kind = "bar out" if is_out else "bar"
            bars.append(
                f'<rect class="{kind}" x="{start:.1f}" y="{_BASE - height:.1f}" '
                f'width="{max(end - start - 0.6, 1.5):.1f}" height="{height:.1f}"/>'
            )
    return "".join(bars)


def _line(distribution: Distribution, limit: float) -> str:
    x = _x_of(distribution, limit)
    return f'<line class="limit" x1="{x:.1f}" x2="{x:.1f}" y1="4" y2="{_BASE}"/>'


def _observed(distribution: Distribution) -> str:
    return (
        f"{number(distribution.least)} to {number(distribution.greatest)}"
        if distribution.least < distribution.greatest
        else number(distribution.least)
    )


def _allowed(distribution: Distribution) -> str:
    if distribution.low is None:
        return "any value" if distribution.high is None else f"at most {number(distribution.high)}"
    return (
        f"at least {number(distribution.low)}"
        if distribution.high is None
        else f"{number(distribution.low)} to {number(distribution.high)}"
    )
